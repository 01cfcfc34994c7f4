import { escapeText } from '../bytes/escape-text.ts';
import type { TlsAlert, TlsState } from '../model/app.ts';
import type { LandmarkSink } from '../model/stream.ts';
import { readHello } from './hello.ts';
import {
  ALERT,
  APPLICATION_DATA,
  HANDSHAKE,
  looksLikeRecord,
  type RecordListener,
  RecordReader,
} from './record-reader.ts';

const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const MAX_ALERTS = 8;
/**
 * An alert is 2 octets: with content type and a 16-octet tag an encrypted one is 19 in TLS 1.3 (RFC 8446 §5.2), and at
 * most 64 with the paddings and MACs of TLS 1.2 cipher suites. A record that small is hardly ever data.
 */
const TLS13_ALERT_LEN = 19;
const PLAIN_ALERT_LEN = 2;
const V2_CLIENT_HELLO = 1;
const CLOSE_NOTIFY = 0;

/** What begins a TLS connection: a record, or a ClientHello in SSLv2 format (RFC 5246 appendix E.2). */
export function looksLikeTls(bytes: Uint8Array, start: number, end: number): boolean {
  return looksLikeRecord(bytes, start, end) || v2HelloLen(bytes, start, end) > 0;
}

/** Length of an SSLv2-format ClientHello that begins here, header and all, or 0. */
function v2HelloLen(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 5 || (bytes[start]! & 0x80) === 0 || bytes[start + 2] !== V2_CLIENT_HELLO) return 0;
  const major = bytes[start + 3]!;
  const minor = bytes[start + 4]!;
  const isVersion = (major === 3 && minor <= 4) || (major === 0 && minor === 2);
  return isVersion ? 2 + (((bytes[start]! & 0x7f) << 8) | bytes[start + 1]!) : 0;
}

/** One TLS connection without keys: handshake, data, alerts and closing as far as record headers tell. */
export class TlsConnection implements RecordListener {
  readonly #landmarks: LandmarkSink | null;
  readonly #readers: readonly [RecordReader, RecordReader];
  /** Half-stream the ClientHello came on; −1 when it was not seen. */
  clientHalf = -1;
  #sni: string | null = null;
  #alpnOffered: readonly string[] = [];
  #alpnChosen: string | null = null;
  #version: string | null = null;
  #isServerHelloSeen = false;
  #isMidStream = false;
  #isClientFinished = false;
  #isServerFinished = false;
  readonly #alerts: TlsAlert[] = [];
  readonly oddities: string[] = [];

  /** `pair` is the connection's first half-stream number. */
  constructor(pair: number, landmarks: LandmarkSink | null) {
    this.#readers = [new RecordReader(pair, this), new RecordReader(pair + 1, this)];
    this.#landmarks = landmarks;
  }

  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    frameNumber: number,
  ): void {
    const reader = this.#readers[(half & 1) as 0 | 1];
    if (!reader.isBegun && end > start) this.#begin(reader, bytes, start, end, frameNumber);
    reader.data(bytes, start, end, frameNumber);
    if (missing > 0) reader.gap(missing);
  }

  gap(half: number, length: number): void {
    this.#readers[(half & 1) as 0 | 1].gap(length);
  }

  get isHandshakeComplete(): boolean {
    if (this.#isMidStream) return true;
    // A direction that was not captured cannot show its end of the handshake; the other one's has to do.
    const isClientDone = this.#isClientFinished || !this.#readerOf('client').isBegun;
    const isServerDone = this.#isServerFinished || !this.#readerOf('server').isBegun;
    return isClientDone && isServerDone && (this.#isClientFinished || this.#isServerFinished);
  }

  state(): TlsState {
    const clientReader = this.#readerOf('client');
    const serverReader = this.#readerOf('server');
    return {
      sni: this.#sni,
      alpnOffered: this.#alpnOffered,
      alpnChosen: this.#alpnChosen,
      version: this.#version,
      isClientHelloSeen: this.clientHalf >= 0,
      isServerHelloSeen: this.#isServerHelloSeen,
      isHandshakeComplete: this.isHandshakeComplete,
      alerts: [...this.#alerts],
      isClientCloseNotifyLikely: this.#isClosedInWords(clientReader),
      isServerCloseNotifyLikely: this.#isClosedInWords(serverReader),
      isClientRecordCut: clientReader.isCut,
      isServerRecordCut: serverReader.isCut,
      clientApplicationBytes: clientReader.applicationBytes,
      serverApplicationBytes: serverReader.applicationBytes,
    };
  }

  // What the readers tell

  record(reader: RecordReader, type: number, frameNumber: number): void {
    const isClient = this.#isClient(reader);
    const isPlainAlert = type === ALERT && reader.lastLength === PLAIN_ALERT_LEN;
    const isEarly = this.clientHalf < 0 && !this.#isServerHelloSeen;
    if (isEarly && type !== HANDSHAKE && !isPlainAlert) this.#isMidStream = true;
    if (type === HANDSHAKE && reader.isCipherChanged) this.#finish(isClient);
    else if (type === APPLICATION_DATA && (this.#isServerHelloSeen || this.#isServerHelloUnseen())) {
      // TLS 1.3 hides the rest of the handshake in application data: the server's comes first, then the client's Finished.
      this.#finish(isClient);
    } else if (type === ALERT && reader.isCipherChanged) this.#note(reader, null, null, frameNumber);
  }

  notRecord(reader: RecordReader): void {
    if (reader.records === 0) this.#addOddity(this.#isClient(reader) ? 'client-not-tls' : 'server-not-tls');
    else this.#addOddity('bad-tls-record');
  }

  plainAlert(reader: RecordReader, level: number, description: number, frameNumber: number): void {
    this.#note(reader, level, description, frameNumber);
    this.#mark(reader.half, frameNumber, `TLS alert ${description} (${level === 2 ? 'fatal' : 'warning'})`);
  }

  handshake(
    reader: RecordReader,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frameNumber: number,
  ): void {
    if (type === CLIENT_HELLO) {
      const hello = readHello(bytes, start, end, true);
      this.clientHalf = reader.half & 1;
      this.#sni = hello.sni;
      this.#alpnOffered = hello.alpn;
      this.#mark(
        reader.half,
        frameNumber,
        `TLS ClientHello${hello.sni === null ? '' : ` for ${escapeText(hello.sni)}`}`,
      );
    } else if (type === SERVER_HELLO) {
      const hello = readHello(bytes, start, end, false);
      this.#isServerHelloSeen = true;
      if (this.clientHalf < 0) this.clientHalf = (reader.half & 1) ^ 1;
      this.#version = hello.version;
      this.#alpnChosen = hello.alpn[0] ?? null;
      this.#mark(
        reader.half,
        frameNumber,
        `TLS ServerHello${hello.version === null ? '' : `, ${hello.version}`}`,
      );
    }
  }

  #begin(reader: RecordReader, bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    const skip = v2HelloLen(bytes, start, end);
    if (skip > 0 && !looksLikeRecord(bytes, start, end)) {
      reader.skipV2Hello(skip);
      this.clientHalf = reader.half & 1;
      this.#mark(reader.half, frameNumber, 'TLS ClientHello (SSLv2 format)');
    } else if (!looksLikeRecord(bytes, start, end) && end - start >= 3) {
      this.#addOddity(this.#isClient(reader) ? 'client-not-tls' : 'server-not-tls');
      reader.isLost = true;
    }
  }

  /** The server may well have said hello, where the capture has nothing. */
  #isServerHelloUnseen(): boolean {
    const server = this.#readerOf('server');
    return server.hasGap || !server.isBegun;
  }

  #finish(isClient: boolean): void {
    if (isClient) this.#isClientFinished = true;
    else this.#isServerFinished = true;
  }

  #isClient(reader: RecordReader): boolean {
    return this.clientHalf < 0 ? (reader.half & 1) === 0 : (reader.half & 1) === this.clientHalf;
  }

  #readerOf(side: 'client' | 'server'): RecordReader {
    const client = this.clientHalf === 1 ? 1 : 0;
    return this.#readers[(side === 'client' ? client : client ^ 1) as 0 | 1];
  }

  /** The side's last record is what a close_notify looks like from outside. */
  #isClosedInWords(reader: RecordReader): boolean {
    if (reader.isCut || reader.records === 0) return false;
    if (reader.lastType === ALERT) return reader.lastAlertDescription <= CLOSE_NOTIFY;
    // In TLS 1.2 and before alerts have a type of their own.
    if (this.#version !== null && this.#version !== '1.3') return false;
    return reader.lastType === APPLICATION_DATA && reader.lastLength === TLS13_ALERT_LEN;
  }

  #note(reader: RecordReader, level: number | null, description: number | null, frame: number): void {
    if (this.#alerts.length >= MAX_ALERTS) return;
    this.#alerts.push({ from: this.#isClient(reader) ? 'client' : 'server', frame, level, description });
  }

  #addOddity(name: string): void {
    if (!this.oddities.includes(name)) this.oddities.push(name);
  }

  #mark(half: number, frameNumber: number, text: string): void {
    this.#landmarks?.landmark(half, frameNumber, text);
  }
}
