import type { Random } from './random.ts';
import { EPOCH_S } from './record-layout.ts';

/** Body octets are taken from here, at a random place, over and over. Longer than most bodies, short enough for a cache. */
const FILLER_LEN = 256 * 1024;
/** Printable and without CR, LF or angle brackets: nothing in a body looks like a head, a chunk or markup. */
const FILLER_ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-';
/** nginx and Node send a large body in chunks of what one read returned. */
const CHUNK_LEN = 16_384;

const HOSTS = ['api.example.com', 'www.example.com', 'img.example.net', 'shop.example.org'];
const PATHS = [
  '/v1/items/',
  '/v1/users/',
  '/search/',
  '/static/bundle.',
  '/cart/',
  '/feed/',
  '/health/',
  '/p/',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
  'okhttp/4.12.0',
  'Go-http-client/1.1',
  'python-requests/2.32.3',
];
const LANGUAGES = ['en-GB,en;q=0.7', 'de-DE,de;q=0.9,en;q=0.6', '*'];
/** Types that no dissector of a peer looks into, so that all peers do the same work. */
const TYPES = ['application/octet-stream', 'text/plain; charset=utf-8', 'image/webp', 'font/woff2'];

export type Framing = 'content-length' | 'chunked';

/** Makes requests and responses with heads of 200 to 400 octets, as browsers, programs and servers write them. */
export class HttpMessages {
  private readonly random: Random;
  private readonly filler = new Uint8Array(FILLER_LEN);
  private dateSecond = -1;
  private date = '';

  constructor(random: Random) {
    this.random = random;
    for (let i = 0; i < FILLER_LEN; i++) {
      this.filler[i] = FILLER_ALPHABET.charCodeAt(random.between(0, FILLER_ALPHABET.length));
    }
  }

  request(isLast: boolean): Uint8Array {
    const { random } = this;
    const cookie = random.chance(0.4) ? `Cookie: session=${this.token(24)}; seen=${this.token(8)}\r\n` : '';
    return Buffer.from(
      `GET ${random.pick(PATHS)}${this.token(10)}?page=${random.between(1, 99)}&rev=${this.token(6)} HTTP/1.1\r\n` +
        `Host: ${random.pick(HOSTS)}\r\n` +
        `User-Agent: ${random.pick(AGENTS)}\r\n` +
        'Accept: text/html,application/json;q=0.9,*/*;q=0.8\r\n' +
        `Accept-Language: ${random.pick(LANGUAGES)}\r\n` +
        'Accept-Encoding: gzip, deflate\r\n' +
        `${cookie}Connection: ${isLast ? 'close' : 'keep-alive'}\r\n\r\n`,
      'latin1',
    );
  }

  /** A `200` with `bodyLen` octets, or a `304` when there are none. Head and body in one piece. */
  response(timeUs: number, bodyLen: number, framing: Framing, isLast: boolean): Uint8Array {
    const isChunked = framing === 'chunked';
    const lengthField = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bodyLen}`;
    const content =
      bodyLen === 0
        ? `Age: ${this.random.between(0, 9999)}`
        : `Content-Type: ${this.random.pick(TYPES)}\r\n${lengthField}`;
    const head =
      `HTTP/1.1 ${bodyLen === 0 ? '304 Not Modified' : '200 OK'}\r\n` +
      `Server: nginx\r\nDate: ${this.dateAt(timeUs)}\r\n${content}\r\n` +
      `ETag: "${this.token(16)}"\r\nCache-Control: private, max-age=60\r\n` +
      `X-Request-Id: ${this.token(16)}\r\nConnection: ${isLast ? 'close' : 'keep-alive'}\r\n\r\n`;
    const chunks = isChunked && bodyLen > 0 ? chunkLines(bodyLen) : [];
    return this.assemble(head, bodyLen, chunks);
  }

  private assemble(head: string, bodyLen: number, chunks: readonly string[]): Uint8Array {
    const linesLen = chunks.reduce((sum, line) => sum + line.length, 0);
    const message = Buffer.allocUnsafe(head.length + linesLen + bodyLen);
    let at = message.write(head, 0, 'latin1');
    if (chunks.length === 0) {
      this.fill(message, at, bodyLen);
      return message;
    }
    let left = bodyLen;
    for (const line of chunks) {
      at += message.write(line, at, 'latin1');
      const length = Math.min(left, CHUNK_LEN);
      this.fill(message, at, length);
      at += length;
      left -= length;
    }
    return message;
  }

  private fill(message: Uint8Array, at: number, length: number): void {
    for (let done = 0; done < length; ) {
      const start = this.random.between(0, FILLER_LEN / 2);
      const piece = Math.min(length - done, FILLER_LEN - start);
      message.set(this.filler.subarray(start, start + piece), at + done);
      done += piece;
    }
  }

  /** Hexadecimal digits. */
  private token(length: number): string {
    let text = '';
    while (text.length < length) text += (this.random.bits() >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, length);
  }

  private dateAt(timeUs: number): string {
    const second = Math.floor(timeUs / 1_000_000);
    if (second !== this.dateSecond) {
      this.dateSecond = second;
      this.date = new Date((EPOCH_S + second) * 1000).toUTCString();
    }
    return this.date;
  }
}

/** What stands before each chunk's octets, the end of the chunk before it included; last the zero chunk. */
function chunkLines(bodyLen: number): string[] {
  const lines: string[] = [];
  for (let left = bodyLen; left > 0; left -= CHUNK_LEN) {
    lines.push(`${left < bodyLen ? '\r\n' : ''}${Math.min(left, CHUNK_LEN).toString(16)}\r\n`);
  }
  lines.push('\r\n0\r\n\r\n');
  return lines;
}
