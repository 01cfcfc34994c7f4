/**
 * What the pipeline allocates for each packet once it is warm: samples all allocations, those that are collected again
 * included, over the second half of a workload. Reads the built modules (`npm run build`), from reading to verdicts;
 * the report is left out. Octets outside V8's heap (buffers) do not show.
 */
import { existsSync } from 'node:fs';
import { type HeapProfiler, Session } from 'node:inspector';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { CaptureInterface, CaptureWarning, Frame, FrameSink } from '../src/index.ts';
import { ROOT } from './peers.ts';
import { type WorkloadFile, type WorkloadName, workload, workloadFile } from './workloads/catalogue.ts';

const BUILT = join(ROOT, 'dist', 'index.js');
const WORKLOADS: readonly WorkloadName[] = ['W1', 'W2'];
/** Mean distance of samples in octets: a few thousand samples even where a packet costs ten octets. */
const SAMPLING_INTERVAL = 2_048;
const SHOWN_FUNCTIONS = 12;
/** As the command line has it. */
const PATIENCE = 1_000;

/** Starts the sampling with frame number `from`, and passes all frames on. */
class SamplingTap implements FrameSink {
  readonly #sink: FrameSink;
  readonly #session: Session;
  readonly #from: number;

  constructor(sink: FrameSink, session: Session, from: number) {
    this.#sink = sink;
    this.#session = session;
    this.#from = from;
  }

  frame(frame: Frame): void {
    if (frame.frameNumber === this.#from) {
      this.#session.post('HeapProfiler.startSampling', {
        samplingInterval: SAMPLING_INTERVAL,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      });
    }
    this.#sink.frame(frame);
  }

  interfaceFound(found: CaptureInterface): void {
    this.#sink.interfaceFound(found);
  }

  warning(warning: CaptureWarning): void {
    this.#sink.warning(warning);
  }
}

async function profile({ path, packets }: WorkloadFile): Promise<HeapProfiler.SamplingHeapProfile> {
  const built: typeof import('../src/index.ts') = await import(pathToFileURL(BUILT).href);
  const state = new built.CaptureState();
  const options = {
    clock: state.clock,
    fileOf: () => path,
    files: () => [path],
    frames: () => state.frames,
    patience: PATIENCE,
  };
  const analysis = new built.Analysis(options, { connection: () => {}, uneventful: () => {} });
  const session = new Session();
  session.connect();
  await built.readCaptures([path], new SamplingTap(analysis, session, packets >> 1), { state });
  const found = await new Promise<HeapProfiler.SamplingHeapProfile>((resolve, reject) => {
    session.post('HeapProfiler.stopSampling', (error, { profile: stopped }) => {
      if (error === null) resolve(stopped);
      else reject(error);
    });
  });
  session.disconnect();
  return found;
}

/** Octets by function, largest first. */
function byFunction({ head }: HeapProfiler.SamplingHeapProfile): [string, number][] {
  const octets = new Map<string, number>();
  const waiting = [head];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const { functionName, url, lineNumber } = node.callFrame;
    const place = url.startsWith('file:') ? fileURLToPath(url).replace(`${ROOT}/`, '') : url;
    const name = `${functionName || '(top level)'}  ${place}${place === '' ? '' : `:${lineNumber + 1}`}`;
    octets.set(name, (octets.get(name) ?? 0) + node.selfSize);
    waiting.push(...node.children);
  }
  return [...octets].filter(([, size]) => size > 0).sort(([, a], [, b]) => b - a);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { scale: { type: 'string', default: '0.2' } } });
  if (!existsSync(BUILT)) throw new Error('not built: npm run build');
  for (const name of WORKLOADS) {
    const file = await workloadFile(join(ROOT, '.bench'), workload(name, Number(values.scale)));
    const functions = byFunction(await profile(file));
    const packets = file.packets - (file.packets >> 1);
    const all = functions.reduce((sum, [, size]) => sum + size, 0);
    console.log(
      `${name}  the last ${packets} of ${file.packets} packets: ${(all / packets).toFixed(1)} octets a packet`,
    );
    for (const [place, size] of functions.slice(0, SHOWN_FUNCTIONS))
      console.log(`${(size / packets).toFixed(2).padStart(9)}  ${place.trim()}`);
    console.log('');
  }
}

await main();
