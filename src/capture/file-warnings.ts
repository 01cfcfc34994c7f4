import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';

/** Damage that leaves the reader able to go on. Counted, and told once a file, so that no file can flood its reader. */
export type TalliedKind =
  | 'bad-timestamp'
  | 'unknown-interface'
  | 'too-many-interfaces'
  | 'bad-packet-length'
  | 'unaligned-block'
  | 'secrets-not-kept';

const TALLIED_TEXT: Readonly<Record<TalliedKind, (count: number) => string>> = {
  'bad-timestamp': (n) => `${records(n)} with an impossible time of day; the nearest possible time was taken`,
  'unknown-interface': (n) => `${records(n)} of an interface that the file does not describe: skipped`,
  'too-many-interfaces': (n) => `${n} interface descriptions beyond the limit: their packets are skipped`,
  'bad-packet-length': (n) => `${records(n)} that claim more bytes than they hold: skipped`,
  'unaligned-block': (n) => `${n} blocks whose length is not a multiple of four: read as they stand`,
  'secrets-not-kept': (n) => `${n} blocks of decryption secrets beyond the limit: not kept`,
};

function records(count: number): string {
  return count === 1 ? '1 packet record' : `${count} packet records`;
}

interface Tally {
  count: number;
  readonly byteOffset: number;
  readonly frameNumber: number;
}

/** The warnings of one file. */
export class FileWarnings {
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  readonly #tallies = new Map<TalliedKind, Tally>();

  constructor(sink: FrameSink, state: CaptureState) {
    this.#sink = sink;
    this.#state = state;
  }

  /** Tells it now. `byteOffset` is null for what concerns the file as a whole. */
  warn(kind: string, text: string, byteOffset: number | null): void {
    const { file, frames } = this.#state;
    this.#sink.warning({ kind, text, file, byteOffset, frameNumber: frames === 0 ? null : frames });
  }

  /** Counts it; `flush` tells how many there were and where the first was. */
  count(kind: TalliedKind, byteOffset: number): void {
    const tally = this.#tallies.get(kind);
    if (tally) tally.count++;
    else this.#tallies.set(kind, { count: 1, byteOffset, frameNumber: this.#state.frames });
  }

  flush(): void {
    for (const [kind, { count, byteOffset, frameNumber }] of this.#tallies) {
      this.#sink.warning({
        kind,
        text: TALLIED_TEXT[kind](count),
        file: this.#state.file,
        byteOffset,
        frameNumber: frameNumber === 0 ? null : frameNumber,
      });
    }
    this.#tallies.clear();
  }

  cutHeader(byteOffset: number): void {
    this.warn('cut-header', 'the file ends inside its own header: it holds no packet', byteOffset);
  }

  cutRecord(byteOffset: number, leftoverLen: number): void {
    const octets = leftoverLen === 1 ? '1 byte' : `${leftoverLen} bytes`;
    const text = `the file ends inside a record (${octets} of it are there): everything before was read`;
    this.warn('cut-record', text, byteOffset);
  }

  dropped(frames: number): void {
    const text = `the capture says that ${frames} frames were dropped: what seems missing may have been on the wire`;
    if (frames > 0) this.warn('frames-dropped', text, null);
  }
}
