import { Worker } from 'node:worker_threads';
import type { ByteSource } from '../../io/byte-source.ts';
import { CaptureInputError, errorCode } from '../../io/capture-input-error.ts';
import { fileStatus } from '../../io/file-source.ts';
import { openInput } from '../../io/read-capture.ts';
import { Judging } from '../../judging.ts';
import type { FrameCounts } from '../../model/findings.ts';
import { asIncomplete, joinErrors, PATIENCE } from '../capture-outcome.ts';
import type { CaptureResult, CaptureRun } from '../capture-run.ts';
import { FileList } from '../frame-tap.ts';
import { MAX_JOBS, shardsOf } from './division.ts';
import { FindingMerger } from './finding-merger.ts';
import {
  CONTROL_WORDS,
  DONE_WITH,
  type Done,
  type FromJob,
  IS_FREE,
  type JobOrder,
  LAST_FRAME,
  type Note,
  type ToJob,
} from './messages.ts';

/** Pieces of a pipe that a thread may have before it. */
const MAX_PIECES = 32;
const PIECE_LEN = 256 * 1024;

interface Job {
  readonly worker: Worker;
  readonly control: Int32Array<SharedArrayBuffer>;
  /** Its last frame when it was asked to stop. */
  stoppedAt: number | null;
  piecesAhead: number;
  done: Done | null;
}

/** As runCapture, with connections followed by `run.jobs` threads. What comes out is the same. */
export async function runJobs(run: CaptureRun): Promise<CaptureResult> {
  const jobs = new Jobs(run);
  try {
    return await jobs.run();
  } finally {
    jobs.dismiss();
  }
}

class Jobs {
  readonly #run: CaptureRun;
  readonly #jobs: readonly Job[];
  readonly #clock = { epochNs: 0n, digits: 6 };
  readonly #files = new FileList();
  readonly #judging: Judging;
  readonly #merger: FindingMerger;
  /** Of the whole capture, once it has been read. */
  #counts: FrameCounts | null = null;
  #pipe: ByteSource | null = null;
  #isStopping = false;
  /** Called when a thread has sent something that others may wait for. */
  #wake: () => void = () => {};

  constructor(run: CaptureRun) {
    this.#run = run;
    const count = Math.min(run.jobs ?? 1, MAX_JOBS);
    const options = {
      clock: this.#clock,
      fileOf: (frameNumber: number) => this.#files.of(frameNumber),
      files: () => this.#files.names,
      frames: () => (this.#counts ?? this.#merger.counts).frames,
      patience: PATIENCE,
    };
    this.#judging = new Judging(options, run.sink, () => this.#counts ?? this.#merger.counts, null);
    this.#merger = new FindingMerger(
      count,
      this.#judging,
      (note) => this.#note(note),
      (job) => {
        const { control } = this.#jobs[job]!;
        Atomics.add(control, DONE_WITH, 1);
        Atomics.notify(control, DONE_WITH);
      },
    );
    this.#jobs = Array.from({ length: count }, (_, place) => this.#start(place, count));
  }

  async run(): Promise<CaptureResult> {
    const { signal } = this.#run;
    const stop = (): void => this.#stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const read = this.#feedPipes();
    await Promise.all(this.#jobs.map((job, place) => this.#finished(job, place)));
    this.#pipe?.close();
    await read;
    signal.removeEventListener('abort', stop);
    const dones = this.#jobs.map(({ done }) => done!);
    const [{ counts, faults, isAborted }] = dones as [Done];
    this.#counts = counts;
    const holes = dones.reduce((sum, { limitHits }) => sum + limitHits.holes, 0);
    const connections = dones.reduce((sum, { limitHits }) => sum + limitHits.connections, 0);
    const summary = this.#judging.end({ holes, connections });
    return {
      summary: isAborted ? asIncomplete(summary) : summary,
      inputError: joinErrors(faults.map(({ path, message }) => new CaptureInputError(path, message))),
      judgeAgain: (facts, witness) => this.#judging.judgeAgain(facts, witness),
    };
  }

  /** Nobody waits for threads to end: that can take for ever when one is about to end by itself. */
  dismiss(): void {
    this.#pipe?.close();
    for (const { worker } of this.#jobs) {
      worker.unref();
      void worker.terminate();
    }
  }

  #start(place: number, count: number): Job {
    const control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT));
    control[LAST_FRAME] = -1;
    const order: JobOrder = {
      paths: this.#run.paths,
      lengths: this.#run.paths.map(lengthOf),
      maxFrames: this.#run.maxFrames ?? Number.POSITIVE_INFINITY,
      wantsEvery: this.#run.sink.uneventful === undefined,
      followed: shardsOf(place, count),
      isFirst: place === 0,
      control,
    };
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
    const worker = new Worker(new URL(`./follow-job${extension}`, import.meta.url), { workerData: order });
    return { worker, control, stoppedAt: null, piecesAhead: 0, done: null };
  }

  /** Settles when the thread has told everything; a thread that dies is a fault of ours. */
  #finished(job: Job, place: number): Promise<void> {
    return new Promise((resolve, reject) => {
      job.worker.on('error', reject);
      job.worker.on('exit', (code) => {
        if (job.done === null) reject(new Error(`a thread ended before its work (exit code ${code})`));
      });
      job.worker.on('message', (message: FromJob) => {
        try {
          this.#take(job, place, message);
        } catch (error) {
          reject(error);
        }
        if (job.done !== null) resolve();
      });
    });
  }

  #take(job: Job, place: number, message: FromJob): void {
    if (message.kind === 'batch') this.#merger.add(place, message);
    else if (message.kind === 'progress') this.#run.onProgress(message.octets, message.total);
    else if (message.kind === 'used') job.piecesAhead--;
    else if (message.kind === 'stopped') job.stoppedAt = message.frame;
    else job.done = message;
    if (this.#isStopping) this.#agreeOnLastFrame();
    if (message.kind === 'used' || message.kind === 'done') this.#wake();
  }

  #note({ epochNs, digits, file, found, warning }: Note): void {
    this.#clock.epochNs = epochNs;
    this.#clock.digits = digits;
    if (file !== undefined) this.#files.add(file.name, file.firstFrame);
    if (found !== undefined) this.#judging.interfaceFound(found);
    if (warning !== undefined) this.#judging.warning(warning);
  }

  /** Threads are not equally far: all go on to where the foremost of them is, so that they end at the same frame. */
  #stop(): void {
    this.#isStopping = true;
    this.#pipe?.close();
    for (const { worker, control } of this.#jobs) {
      Atomics.store(control, IS_FREE, 1);
      Atomics.notify(control, DONE_WITH);
      send(worker, { kind: 'stop' });
    }
  }

  #agreeOnLastFrame(): void {
    let last = 0;
    for (const { stoppedAt, done } of this.#jobs) {
      if (stoppedAt === null && done === null) return;
      last = Math.max(last, stoppedAt ?? done?.counts.frames ?? 0);
    }
    for (const { control } of this.#jobs) {
      Atomics.store(control, LAST_FRAME, last);
      Atomics.notify(control, LAST_FRAME);
    }
  }

  /** Pipes can be read only once: this thread does so, and all others get their octets. */
  async #feedPipes(): Promise<void> {
    for (const path of this.#run.paths) {
      if (lengthOf(path) !== null) continue;
      try {
        await this.#feedPipe(path);
      } catch (error) {
        this.#sendAll({ kind: 'pipe-fault', path, code: errorCode(error) });
      }
    }
  }

  async #feedPipe(path: string): Promise<void> {
    const source = openInput(path);
    this.#pipe = source;
    for (;;) {
      const octets = new Uint8Array(new SharedArrayBuffer(PIECE_LEN));
      const len = this.#isStopping ? 0 : await source.read(octets);
      this.#sendAll({ kind: 'piece', path, octets: octets.subarray(0, len) });
      for (const job of this.#jobs) job.piecesAhead++;
      if (len === 0 || this.#jobs.every(({ done }) => done !== null)) break;
      await this.#room();
    }
    source.close();
    this.#pipe = null;
  }

  async #room(): Promise<void> {
    while (this.#jobs.some(({ piecesAhead, done }) => done === null && piecesAhead > MAX_PIECES)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #sendAll(message: ToJob): void {
    for (const { worker } of this.#jobs) send(worker, message);
  }
}

function send(worker: Worker, message: ToJob): void {
  worker.postMessage(message);
}

/** Octets of a regular file now; 0 for what cannot be opened anyway; null for a pipe. */
function lengthOf(path: string): number | null {
  if (path === '-') return null;
  const status = fileStatus(path);
  if (status === null || status.isDirectory()) return 0;
  return status.isFile() ? status.size : null;
}
