import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../../src/model/frame.ts';

/** What a frame was when the sink saw it. */
export interface SeenFrame {
  readonly number: number;
  readonly timeNs: number;
  readonly octets: string;
  readonly originalLen: number;
  readonly linkType: number;
  readonly interfaceIndex: number;
  readonly direction: number;
}

/** Keeps a copy of everything. */
export class RecordingSink implements FrameSink {
  readonly frames: SeenFrame[] = [];
  readonly interfaces: CaptureInterface[] = [];
  readonly warnings: CaptureWarning[] = [];

  frame(frame: Frame): void {
    this.frames.push({
      number: frame.frameNumber,
      timeNs: frame.timeNs,
      octets: hex(frame.bytes.subarray(frame.start, frame.end)),
      originalLen: frame.originalLen,
      linkType: frame.linkType,
      interfaceIndex: frame.interfaceIndex,
      direction: frame.direction,
    });
  }

  interfaceFound(found: CaptureInterface): void {
    this.interfaces.push(found);
  }

  warning(warning: CaptureWarning): void {
    this.warnings.push(warning);
  }

  get kinds(): string[] {
    return this.warnings.map(({ kind }) => kind);
  }
}

export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export interface Reading {
  readonly sink: RecordingSink;
  readonly state: CaptureState;
  readonly reader: CaptureReader;
}

/**
 * Reads a file that arrives in chunks ending at `cuts` (ascending), as the feeder would: the tail is moved to the front
 * of a fresh buffer, so that a reader that keeps offsets or octets is found out.
 */
export function readInChunks(file: Uint8Array, cuts: readonly number[], state = new CaptureState()): Reading {
  const sink = new RecordingSink();
  const reader = new CaptureReader(sink, state);
  let held = new Uint8Array(0);
  let from = 0;
  for (const to of [...cuts, file.length]) {
    const chunk = new Uint8Array(held.length + to - from);
    chunk.set(held);
    chunk.set(file.subarray(from, to), held.length);
    const consumedTo = reader.read(chunk, new DataView(chunk.buffer), 0, chunk.length);
    held = chunk.slice(consumedTo);
    chunk.fill(0xee);
    from = to;
  }
  reader.end(held.length);
  return { sink, state, reader };
}

export function readWhole(file: Uint8Array, state = new CaptureState()): Reading {
  return readInChunks(file, [], state);
}

/** The reading with the file's octets coming one at a time. */
export function readOctetByOctet(file: Uint8Array): Reading {
  return readInChunks(
    file,
    Array.from({ length: file.length }, (_, at) => at),
  );
}
