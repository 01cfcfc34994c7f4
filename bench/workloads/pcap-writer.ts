import { closeSync, openSync, writeSync } from 'node:fs';

const FILE_HEADER_LEN = 24;
const RECORD_HEADER_LEN = 16;
const LINKTYPE_ETHERNET = 1;
/** One write a few megabytes long costs what a small one does; the frames wait here until then. */
const BUFFER_LEN = 4 * 1024 * 1024;
/** The largest frame a caller may build, before snaplen cuts it. */
const MAX_FRAME_LEN = 2048;
/** Written frames start here: 1 January 2026, 00:00 UTC, so that no run depends on the day it is made. */
export const EPOCH_S = 1_767_225_600;

/**
 * Writes a classic capture file (magic a1b2c3d4, little-endian, microseconds, Ethernet). Frames are built in place:
 * `begin`, write octets into `octets`/`view` from the offset it returned, `commit`.
 */
export class PcapWriter {
  readonly octets = new Uint8Array(BUFFER_LEN);
  readonly view = new DataView(this.octets.buffer);
  packets = 0;
  /** Octets of the file so far. */
  fileLen = 0;
  private readonly file: number;
  private readonly snaplen: number;
  private used = 0;
  private lastRecord = 0;

  constructor(path: string, snaplen: number) {
    this.file = openSync(path, 'w');
    this.snaplen = snaplen;
    this.view.setUint32(0, 0xa1b2c3d4, true);
    this.view.setUint16(4, 2, true);
    this.view.setUint16(6, 4, true);
    this.view.setUint32(16, snaplen, true);
    this.view.setUint32(20, LINKTYPE_ETHERNET, true);
    this.used = FILE_HEADER_LEN;
  }

  /** Offset in `octets` at which the next frame is to be built. Room for MAX_FRAME_LEN octets. */
  begin(): number {
    if (this.used + RECORD_HEADER_LEN + MAX_FRAME_LEN > BUFFER_LEN) this.flush();
    return this.used + RECORD_HEADER_LEN;
  }

  /** Ends the frame begun last: `timeUs` after the epoch, `frameLen` octets on the wire. */
  commit(timeUs: number, frameLen: number): void {
    const capturedLen = Math.min(frameLen, this.snaplen);
    const seconds = Math.floor(timeUs / 1_000_000);
    this.view.setUint32(this.used, EPOCH_S + seconds, true);
    this.view.setUint32(this.used + 4, timeUs - seconds * 1_000_000, true);
    this.view.setUint32(this.used + 8, capturedLen, true);
    this.view.setUint32(this.used + 12, frameLen, true);
    this.lastRecord = this.used;
    this.used += RECORD_HEADER_LEN + capturedLen;
    this.packets++;
  }

  /** Records the last frame a second time, as a mirror port that sees both directions of a switch does. */
  repeat(): void {
    const length = this.used - this.lastRecord;
    if (this.used + length > BUFFER_LEN) return;
    this.octets.copyWithin(this.used, this.lastRecord, this.used);
    this.lastRecord = this.used;
    this.used += length;
    this.packets++;
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    for (let written = 0; written < this.used; ) {
      written += writeSync(this.file, this.octets, written, this.used - written);
    }
    this.fileLen += this.used;
    this.used = 0;
  }
}
