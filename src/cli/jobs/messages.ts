import type { ConnectionFacts } from '../../model/facts.ts';
import type { FrameCounts, LimitHits } from '../../model/findings.ts';
import type { CaptureInterface, CaptureWarning } from '../../model/frame.ts';

/** What a thread that follows connections is started with. */
export interface JobOrder {
  readonly paths: readonly string[];
  /** Octets that each input had when the run began; null for a pipe, whose octets come in messages. */
  readonly lengths: readonly (number | null)[];
  readonly maxFrames: number;
  readonly wantsEvery: boolean;
  /** A bit for each shard of connections that it follows. */
  readonly followed: number;
  /** Does it also tell what all of them see: files, interfaces, warnings, progress? */
  readonly isFirst: boolean;
  /** Places as below, shared with the main thread. */
  readonly control: Int32Array<SharedArrayBuffer>;
}

/** Places of the control words: batches that the main thread is done with; the last frame wanted, while a thread waits for it. */
export const DONE_WITH = 0;
export const LAST_FRAME = 1;
/** Not 0 when nobody needs to wait for the main thread any more. */
export const IS_FREE = 2;
export const CONTROL_WORDS = 3;

/** Kinds of findings. Each is a run of numbers: kind, frame, step, place (of the Moment), then what the kind has. */
export const RESPONSE = 1;
export const UNEVENTFUL = 2;
export const FACTS = 3;
export const NOTE = 4;
/** Numbers of each kind, by kind. */
export const LENGTHS: readonly number[] = [0, 16, 6, 13, 4];
/** Step of a note: behind all findings of its frame. */
export const AFTER_FRAME = 9;

/** Seen by each thread, told by the first. The clock goes with it, as it may just have been set. */
export interface Note {
  readonly epochNs: bigint;
  readonly digits: number;
  readonly file?: { readonly name: string; readonly firstFrame: number };
  readonly found?: CaptureInterface;
  readonly warning?: CaptureWarning;
}

/** Findings in the order of their moments. */
export interface Batch {
  readonly kind: 'batch';
  readonly numbers: Float64Array<ArrayBuffer>;
  /** First frames of the connections that began. */
  readonly opened: Int32Array<ArrayBuffer>;
  readonly facts: readonly ConnectionFacts[];
  readonly notes: readonly Note[];
  /** Nothing that comes later has a moment before this one. */
  readonly until: readonly [frame: number, step: number, place: number];
}

/** An input that could not be read, or a failure in the middle of it. */
export interface InputFault {
  readonly path: string | null;
  readonly message: string;
}

export interface Done {
  readonly kind: 'done';
  readonly counts: FrameCounts;
  readonly limitHits: LimitHits;
  readonly faults: readonly InputFault[];
  readonly isAborted: boolean;
}

export type FromJob =
  | Batch
  | Done
  | { readonly kind: 'progress'; readonly octets: number; readonly total: number | null }
  /** Answer to 'stop': the last frame it has read. */
  | { readonly kind: 'stopped'; readonly frame: number }
  /** A piece of a pipe has been used up. */
  | { readonly kind: 'used' };

export type ToJob =
  | { readonly kind: 'stop' }
  /** The next octets of a pipe; none: its end. */
  | { readonly kind: 'piece'; readonly path: string; readonly octets: Uint8Array }
  | { readonly kind: 'pipe-fault'; readonly path: string; readonly code: string };
