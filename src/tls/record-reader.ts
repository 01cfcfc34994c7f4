/**
 * One direction of TLS as its records show it (RFC 8446 §5.1, RFC 5246 §6.2.1): type, version and length of each are in
 * the clear, the content is passed over. Only plain handshake messages and alerts are looked into.
 */

const CHANGE_CIPHER_SPEC = 20;
export const ALERT = 21;
export const HANDSHAKE = 22;
export const APPLICATION_DATA = 23;
const HEARTBEAT = 24;

const RECORD_HEADER_LEN = 5;
/** Type and three octets of length (RFC 8446 §4). */
const HANDSHAKE_HEADER_LEN = 4;
/** 2^14 plus 2,048 for compression and padding (RFC 5246 §6.2.3). */
const MAX_RECORD_LEN = 16_384 + 2_048;
/** A hello is gathered over records up to this size; post-quantum key shares make them about 2 KiB. */
const MAX_GATHER_LEN = 64 * 1024;

export interface RecordListener {
  /** A record's header was seen. */
  record(reader: RecordReader, type: number, frameNumber: number): void;
  /** Octets stand where a record header should be. */
  notRecord(reader: RecordReader): void;
  /** Octets of a plain alert: level and description. */
  plainAlert(reader: RecordReader, level: number, description: number, frameNumber: number): void;
  /** A whole handshake message in the clear: its type and body. */
  handshake(
    reader: RecordReader,
    type: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    frameNumber: number,
  ): void;
}

export class RecordReader {
  readonly half: number;
  /** This direction has sent its ChangeCipherSpec: what follows is encrypted (in TLS 1.3 as application data). */
  isCipherChanged = false;
  isLost = false;
  /** Octets of the record in hand still to come; 0 between records. */
  left = 0;
  lastType = -1;
  lastLength = 0;
  /** Description of the last alert when it could be read, else −1. */
  lastAlertDescription = -1;
  records = 0;
  /** Anything of this direction was seen, or known to be missing. */
  isBegun = false;
  hasGap = false;
  applicationBytes = 0;

  readonly #listener: RecordListener;
  readonly #header = new Uint8Array(RECORD_HEADER_LEN);
  #headerLen = 0;
  #gathered: Uint8Array | null = null;
  #gatheredLen = 0;
  #gatheredFrame = 0;
  #isGatherable = true;
  #alert = -1;
  /** Octets of an SSLv2-format hello to pass over (RFC 5246 appendix E.2). */
  #skip = 0;

  constructor(half: number, listener: RecordListener) {
    this.half = half;
    this.#listener = listener;
  }

  /** The stream is in the middle of a record header or body. */
  get isCut(): boolean {
    return !this.isLost && (this.left > 0 || this.#headerLen > 0);
  }

  skipV2Hello(length: number): void {
    this.#skip = length;
  }

  data(bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    let at = start;
    this.isBegun = true;
    if (this.isLost && end - start >= RECORD_HEADER_LEN && looksLikeRecord(bytes, start, end)) this.#resume();
    while (at < end && !this.isLost) {
      if (this.#skip > 0) {
        const len = Math.min(this.#skip, end - at);
        this.#skip -= len;
        at += len;
      } else if (this.left > 0) {
        at = this.#takeBody(bytes, at, end, frameNumber);
      } else {
        this.#header[this.#headerLen++] = bytes[at++]!;
        if (this.#headerLen === RECORD_HEADER_LEN) this.#takeHeader(frameNumber);
      }
    }
  }

  gap(length: number): void {
    if (length <= 0) return;
    this.isBegun = true;
    this.hasGap = true;
    if (this.#gathered !== null) this.#tellCut(this.#gathered);
    this.#forgetGathered();
    if (this.#skip > 0 && length <= this.#skip) {
      this.#skip -= length;
    } else if (length <= this.left) {
      if (this.lastType === APPLICATION_DATA) this.applicationBytes += length;
      this.left -= length;
      // What follows in this record is the middle of a message.
      this.#isGatherable = false;
    } else {
      this.isLost = true;
    }
  }

  /** A message that has begun will not become whole (snaplen, gap): what is there of a hello still tells much. */
  #tellCut(gathered: Uint8Array): void {
    if (this.#gatheredLen < HANDSHAKE_HEADER_LEN) return;
    this.#listener.handshake(
      this,
      gathered[0]!,
      gathered,
      HANDSHAKE_HEADER_LEN,
      this.#gatheredLen,
      this.#gatheredFrame,
    );
  }

  #forgetGathered(): void {
    this.#gathered = null;
    this.#gatheredLen = 0;
  }

  #resume(): void {
    this.isLost = false;
    this.left = 0;
    this.#headerLen = 0;
    this.#skip = 0;
    this.#forgetGathered();
  }

  #takeHeader(frameNumber: number): void {
    this.#headerLen = 0;
    const header = this.#header;
    const type = header[0]!;
    const length = (header[3]! << 8) | header[4]!;
    if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT || header[1] !== 3 || length > MAX_RECORD_LEN) {
      this.isLost = true;
      this.#listener.notRecord(this);
      return;
    }
    this.records++;
    this.left = length;
    this.lastType = type;
    this.lastLength = length;
    this.#alert = -1;
    this.lastAlertDescription = -1;
    this.#isGatherable = true;
    this.#listener.record(this, type, frameNumber);
    if (type === CHANGE_CIPHER_SPEC) this.isCipherChanged = true;
  }

  #takeBody(bytes: Uint8Array, at: number, end: number, frameNumber: number): number {
    const len = Math.min(end - at, this.left);
    this.left -= len;
    if (this.lastType === APPLICATION_DATA) this.applicationBytes += len;
    else if (!this.isCipherChanged && this.lastType === HANDSHAKE)
      this.#gather(bytes, at, at + len, frameNumber);
    else if (!this.isCipherChanged && this.lastType === ALERT)
      this.#takeAlert(bytes, at, at + len, frameNumber);
    return at + len;
  }

  #takeAlert(bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    if (this.lastLength !== 2) return;
    for (let at = start; at < end; at++) {
      if (this.#alert < 0) this.#alert = bytes[at]!;
      else {
        this.lastAlertDescription = bytes[at]!;
        this.#listener.plainAlert(this, this.#alert, bytes[at]!, frameNumber);
      }
    }
  }

  /** Handshake messages may span records, and a record may hold several (RFC 8446 §5.1). */
  #gather(bytes: Uint8Array, start: number, end: number, frameNumber: number): void {
    const len = end - start;
    if (!this.#isGatherable || this.#gatheredLen + len > MAX_GATHER_LEN) return;
    if (this.#gatheredLen === 0) this.#gatheredFrame = frameNumber;
    const room = this.#gathered ?? new Uint8Array(Math.max(2_048, len));
    const gathered = room.length < this.#gatheredLen + len ? enlarge(room, this.#gatheredLen + len) : room;
    gathered.set(bytes.subarray(start, end), this.#gatheredLen);
    this.#gatheredLen += len;
    let at = 0;
    while (this.#gatheredLen - at >= HANDSHAKE_HEADER_LEN) {
      const messageLen = (gathered[at + 1]! << 16) | (gathered[at + 2]! << 8) | gathered[at + 3]!;
      if (this.#gatheredLen - at < HANDSHAKE_HEADER_LEN + messageLen) break;
      const bodyAt = at + HANDSHAKE_HEADER_LEN;
      this.#listener.handshake(this, gathered[at]!, gathered, bodyAt, bodyAt + messageLen, frameNumber);
      at = bodyAt + messageLen;
    }
    gathered.copyWithin(0, at, this.#gatheredLen);
    this.#gatheredLen -= at;
    this.#gathered = this.#gatheredLen > 0 ? gathered : null;
  }
}

/** Do the octets begin a TLS record? Three of them must be there. */
export function looksLikeRecord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false;
  const type = bytes[start]!;
  if (type < CHANGE_CIPHER_SPEC || type > HEARTBEAT || bytes[start + 1] !== 3 || bytes[start + 2]! > 4)
    return false;
  if (end - start < RECORD_HEADER_LEN) return true;
  return ((bytes[start + 3]! << 8) | bytes[start + 4]!) <= MAX_RECORD_LEN;
}

function enlarge(octets: Uint8Array, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(needed, 2 * octets.length));
  larger.set(octets);
  return larger;
}
