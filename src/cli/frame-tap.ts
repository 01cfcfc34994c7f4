import type { CaptureState } from '../capture/capture-state.ts';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../model/frame.ts';

/** Files in the order of reading, each with its first frame. */
export class FileList {
  readonly names: string[] = [];
  readonly #firstFrames: number[] = [];

  add(name: string, firstFrame: number): void {
    this.names.push(name);
    this.#firstFrames.push(firstFrame);
  }

  /** The file that a frame lies in. */
  of(frameNumber: number): string {
    let index = this.#firstFrames.length - 1;
    while (index > 0 && (this.#firstFrames[index] ?? 0) > frameNumber) index--;
    return this.names[index] ?? '';
  }
}

/** Passes frames on, notes in which file each lies, and ends the reading after `maxFrames`. */
export class FrameTap implements FrameSink {
  /** Set before the first frame. */
  sink: FrameSink | null = null;
  readonly #files: FileList;
  readonly #state: CaptureState;
  #maxFrames: number;
  readonly #enough = new AbortController();
  #file: string | null = null;

  constructor(state: CaptureState, maxFrames: number, files = new FileList()) {
    this.#files = files;
    this.#state = state;
    this.#maxFrames = maxFrames;
  }

  get signal(): AbortSignal {
    return this.#enough.signal;
  }

  /** Frames read that were wanted: the reader goes on to the end of its chunk, which may lie beyond. */
  get frames(): number {
    return Math.min(this.#state.frames, this.#maxFrames);
  }

  /** No frame beyond this one is wanted; all up to it are. */
  stopAfter(frame: number): void {
    this.#maxFrames = Math.min(this.#maxFrames, frame);
    if (this.#state.frames >= this.#maxFrames) this.#enough.abort();
  }

  frame(frame: Frame): void {
    if (frame.frameNumber > this.#maxFrames) {
      this.#enough.abort();
      return;
    }
    if (this.#state.file !== this.#file) this.#nextFile(frame.frameNumber);
    this.sink?.frame(frame);
  }

  interfaceFound(found: CaptureInterface): void {
    if (this.#state.file !== this.#file) this.#nextFile(this.#state.frames + 1);
    this.sink?.interfaceFound(found);
  }

  warning(warning: CaptureWarning): void {
    this.sink?.warning(warning);
  }

  fileOf(frameNumber: number): string {
    return this.#files.of(frameNumber);
  }

  get files(): readonly string[] {
    return this.#files.names;
  }

  #nextFile(firstFrame: number): void {
    this.#file = this.#state.file;
    this.#files.add(this.#file ?? '', firstFrame);
  }
}
