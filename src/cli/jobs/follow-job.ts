import { parentPort, workerData } from 'node:worker_threads';
import { CaptureState } from '../../capture/capture-state.ts';
import { Following } from '../../following.ts';
import type { ByteSource } from '../../io/byte-source.ts';
import { openFile } from '../../io/file-source.ts';
import { readCaptures } from '../../io/read-capture.ts';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../../model/frame.ts';
import { FileList, FrameTap } from '../frame-tap.ts';
import { FindingPacker } from './finding-packer.ts';
import {
  type Batch,
  DONE_WITH,
  type FromJob,
  type InputFault,
  IS_FREE,
  type JobOrder,
  LAST_FRAME,
  type Note,
  type ToJob,
} from './messages.ts';
import { PipedSource } from './piped-source.ts';

/**
 * A thread that reads and decodes the whole capture and follows the connections of its shards. What it finds goes to the
 * main thread in batches; it waits when that one is behind.
 */

/** Batches that may be on their way to the main thread. */
const MAX_AHEAD = 16;
/** Frames after which the main thread hears of it even if nothing was found: the others may wait for that. */
const REPORT_MASK = 4_095;

/** Takes what a reader finds, as Analysis does. */
class Job implements FrameSink {
  readonly state = new CaptureState();
  readonly #order: JobOrder;
  readonly #packer: FindingPacker;
  readonly #following: Following;
  readonly tap: FrameTap;
  #sent = 0;
  #isClockTold = false;

  constructor(order: JobOrder) {
    this.#order = order;
    const { isFirst, wantsEvery, followed, maxFrames } = order;
    this.#packer = new FindingPacker(wantsEvery, (batch, transfer) => this.#send(batch, transfer));
    this.tap = new FrameTap(this.state, maxFrames, isFirst ? new ToldFiles(this) : new FileList());
    const nobody = { timeline: null, observer: null, conditions: null };
    this.#following = new Following({ frames: () => this.tap.frames, followed, ...nobody }, this.#packer);
    this.#packer.source = { moment: this.#following.moment, counts: this.#following };
    this.tap.sink = this;
  }

  frame(frame: Frame): void {
    if ((frame.frameNumber & REPORT_MASK) === 0) this.#packer.flush(frame.frameNumber - 1);
    if (!this.#isClockTold && this.state.isClockSet) {
      this.#isClockTold = true;
      this.note(frame.frameNumber - 1, {});
    }
    this.#following.frame(frame);
  }

  interfaceFound(found: CaptureInterface): void {
    this.#following.interfaceFound(found);
    this.note(this.state.frames, { found });
  }

  warning(warning: CaptureWarning): void {
    this.note(this.state.frames, { warning });
  }

  note(frame: number, note: Omit<Note, 'epochNs' | 'digits'>): void {
    const { epochNs, digits } = this.state.clock;
    if (this.#order.isFirst) this.#packer.note(frame, { epochNs, digits, ...note });
  }

  end(faults: readonly InputFault[], isAborted: boolean): void {
    this.#following.end();
    this.#packer.flush(Number.POSITIVE_INFINITY);
    const { limitHits } = this.#following;
    const { frames, tcpSegments, otherFrames, malformedFrames, unsupportedFrames } = this.#following;
    const { firstNs, lastNs, drops } = this.#following;
    const decoded = { tcpSegments, otherFrames, malformedFrames, unsupportedFrames };
    const counts = { frames, ...decoded, firstNs, lastNs, drops };
    post({ kind: 'done', counts, limitHits, faults, isAborted });
  }

  #send(batch: Batch, transfer: ArrayBuffer[]): void {
    const { control } = this.#order;
    post(batch, transfer);
    this.#sent++;
    for (;;) {
      const doneWith = Atomics.load(control, DONE_WITH);
      if (this.#sent - doneWith <= MAX_AHEAD || Atomics.load(control, IS_FREE) !== 0) return;
      Atomics.wait(control, DONE_WITH, doneWith);
    }
  }
}

class ToldFiles extends FileList {
  readonly #job: Job;

  constructor(job: Job) {
    super();
    this.#job = job;
  }

  override add(name: string, firstFrame: number): void {
    super.add(name, firstFrame);
    this.#job.note(firstFrame - 1, { file: { name, firstFrame } });
  }
}

function post(message: FromJob, transfer: ArrayBuffer[] = []): void {
  parentPort!.postMessage(message, transfer);
}

async function run(order: JobOrder): Promise<void> {
  const job = new Job(order);
  const pipes = new Map<string, PipedSource>();
  order.paths.forEach((path, k) => {
    if (order.lengths[k] === null) pipes.set(path, new PipedSource(() => post({ kind: 'used' })));
  });
  const lengthOf = new Map(order.paths.map((path, k) => [path, order.lengths[k] ?? undefined]));
  parentPort!.on('message', (message: ToJob) => {
    if (message.kind === 'stop') {
      post({ kind: 'stopped', frame: job.state.frames });
      Atomics.wait(order.control, LAST_FRAME, -1);
      job.tap.stopAfter(Atomics.load(order.control, LAST_FRAME));
    } else if (message.kind === 'piece') pipes.get(message.path)?.push(message.octets);
    else pipes.get(message.path)?.fail(message.code);
  });
  const open = (path: string): ByteSource => pipes.get(path) ?? openFile(path, lengthOf.get(path));
  const onProgress = order.isFirst
    ? (octets: number, total: number | null) => post({ kind: 'progress', octets, total })
    : undefined;
  let faults: InputFault[] = [];
  let isAborted = false;
  try {
    const { state, tap } = job;
    const options = { state, signal: tap.signal, open, ...(onProgress && { onProgress }) };
    const outcome = await readCaptures(order.paths, tap, options);
    isAborted = outcome.isAborted;
    faults = outcome.errors.map(({ path, message }) => ({ path, message }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'CaptureInputError')) throw error;
    faults = [{ path: null, message: error.message }];
  }
  // The main thread ends this one.
  job.end(faults, isAborted);
}

void run(workerData as JobOrder);
