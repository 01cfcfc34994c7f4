import { closeSync, openSync, writeSync } from 'node:fs';
import { type Format, LAYOUTS, type RecordLayout } from './record-layout.ts';

/** One write a few megabytes long costs what a small one does; the frames wait here until then. */
const BUFFER_LEN = 4 * 1024 * 1024;
/** The largest frame a caller may build, before snaplen cuts it: an IP packet of 65,535 octets on Ethernet. */
const MAX_FRAME_LEN = 14 + 65_535;

/** Where a capture goes: octets are borrowed. */
export interface CaptureOutput {
  write(octets: Uint8Array): void;
  close(): void;
}

export function fileOutput(path: string): CaptureOutput {
  const file = openSync(path, 'w');
  return {
    write(octets) {
      for (let written = 0; written < octets.length; ) written += writeSync(file, octets, written);
    },
    close: () => closeSync(file),
  };
}

/** Keeps the capture in memory. */
export class MemoryOutput implements CaptureOutput {
  private readonly pieces: Uint8Array[] = [];

  write(octets: Uint8Array): void {
    this.pieces.push(octets.slice());
  }

  close(): void {}

  octets(): Uint8Array {
    return Buffer.concat(this.pieces);
  }
}

/**
 * Writes a capture of an Ethernet. Frames are built in place: `begin`, write octets into `octets`/`view` from the offset
 * it returned, `commit`.
 */
export class CaptureWriter {
  readonly octets = new Uint8Array(BUFFER_LEN);
  readonly view = new DataView(this.octets.buffer);
  packets = 0;
  /** Octets of the file so far. */
  fileLen = 0;
  private readonly output: CaptureOutput;
  private readonly layout: RecordLayout;
  private readonly snaplen: number;
  private used = 0;
  private lastRecord = 0;

  constructor(output: CaptureOutput, snaplen: number, format: Format = 'pcap') {
    this.output = output;
    this.snaplen = snaplen;
    this.layout = LAYOUTS[format];
    this.used = this.layout.writeFileHeader(this.view, snaplen);
  }

  /** Offset in `octets` at which the next frame is to be built. Room for MAX_FRAME_LEN octets, twice. */
  begin(): number {
    const recordLen = this.layout.headerLen + MAX_FRAME_LEN + this.layout.trailerLen;
    if (this.used + 2 * recordLen > BUFFER_LEN) this.flush();
    return this.used + this.layout.headerLen;
  }

  /** Ends the frame begun last: `timeUs` after the epoch, `frameLen` octets on the wire. */
  commit(timeUs: number, frameLen: number): void {
    const capturedLen = Math.min(frameLen, this.snaplen);
    this.lastRecord = this.used;
    this.used += this.layout.wrap(this.view, this.used, timeUs, capturedLen, frameLen);
    this.packets++;
  }

  /** Records the last frame a second time, as a mirror port that sees both directions of a switch does. */
  repeat(): void {
    const length = this.used - this.lastRecord;
    this.octets.copyWithin(this.used, this.lastRecord, this.used);
    this.lastRecord = this.used;
    this.used += length;
    this.packets++;
  }

  close(): void {
    this.flush();
    this.output.close();
  }

  private flush(): void {
    this.output.write(this.octets.subarray(0, this.used));
    this.fileLen += this.used;
    this.used = 0;
  }
}
