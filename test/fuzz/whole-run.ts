import { createHash } from 'node:crypto';
import { Chalk } from 'chalk';
import { Analysis } from '../../src/analyze.ts';
import { CaptureReader } from '../../src/capture/capture-reader.ts';
import { CaptureState } from '../../src/capture/capture-state.ts';
import type { AnalysisSummary, CaptureOverview } from '../../src/model/analysis.ts';
import type { JudgedConnection, Verdict } from '../../src/model/verdict.ts';
import { ChecklistReport } from '../../src/report/checklist-text.ts';
import { JsonlReport } from '../../src/report/jsonl.ts';
import { widthOf } from '../../src/report/layout.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { TextReport } from '../../src/report/text.ts';
import type { TextOptions } from '../../src/report/text-options.ts';
import { timelineLines } from '../../src/report/timeline.ts';
import { TimelineRecorder } from '../../src/report/timeline-recorder.ts';
import { schemaErrors } from '../support/record-schema.ts';

/** What is fixed for one run, so that it can be done again. */
export interface RunOptions {
  /** The connection of which the ladder is drawn; −1 runs as the plain command does, without gathering any. */
  readonly ladderOf: number;
  readonly width: number;
  readonly verbosity: number;
  readonly isAll: boolean;
}

export const PLAIN_RUN: RunOptions = { ladderOf: -1, width: 100, verbosity: 0, isAll: false };

export interface WholeRun {
  readonly judged: readonly JudgedConnection[];
  readonly uneventful: number;
  readonly frames: number;
  readonly summary: AnalysisSummary;
  readonly refusal: string | null;
  readonly records: readonly string[];
  readonly text: readonly string[];
  readonly ladder: readonly string[];
}

const PATIENCE = 1_000;
const palette = paletteOf(new Chalk({ level: 0 }));
const sha1 = (octets: Uint8Array) => createHash('sha1').update(octets).digest('base64');

/** The octets of one capture file through everything, as the command line runs it, in memory. Throws what it throws. */
export function wholeRun(octets: Uint8Array, options: RunOptions = PLAIN_RUN): WholeRun {
  const state = new CaptureState();
  const judged: JudgedConnection[] = [];
  const records: string[] = [];
  const text: string[] = [];
  const ladder: string[] = [];
  let uneventful = 0;
  const { width, verbosity, isAll, ladderOf } = options;
  const textOptions: TextOptions = { palette, width, verbosity, isAll, isQuiet: false, selection: null };
  const jsonl = new JsonlReport((line) => records.push(line), sha1);
  const report = new TextReport((line) => text.push(line), textOptions);
  const recorder = ladderOf < 0 ? null : new TimelineRecorder((id) => id === ladderOf);
  const connection = (each: JudgedConnection, overview: CaptureOverview): void => {
    judged.push(each);
    jsonl.connection(each, true, overview);
    report.connection(each, true, overview);
    if (recorder === null || each.facts.id !== ladderOf) return;
    const timeline = recorder.take(ladderOf);
    ladder.push(
      ...timelineLines(each, timeline, overview, { ...textOptions, timeMode: 'relative', fileCount: 1 }),
    );
  };
  const countUneventful = (): void => {
    uneventful++;
    report.uneventful();
  };
  const sink = recorder === null ? { connection, uneventful: countUneventful } : { connection };
  const files = ['damaged.pcap'];
  const analysis = new Analysis(
    {
      clock: state.clock,
      fileOf: () => files[0]!,
      files: () => files,
      frames: () => state.frames,
      patience: PATIENCE,
      wantsConditions: recorder !== null,
    },
    sink,
    recorder,
  );
  const reader = new CaptureReader(analysis, state);
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const consumedTo = reader.read(octets, view, 0, octets.length);
  reader.end(octets.length - consumedTo);
  const summary = analysis.end();
  jsonl.end(summary);
  report.end(summary);
  new ChecklistReport((line) => text.push(line), textOptions).end(summary);
  return {
    judged,
    uneventful,
    frames: state.frames,
    summary,
    refusal: reader.refusal,
    records,
    text,
    ladder,
  };
}

/** What every run must keep, whatever the octets; empty when it does. */
export function violations(run: WholeRun, options: RunOptions): string[] {
  const found: string[] = [];
  const connections = run.judged.length + run.uneventful;
  if (connections > run.frames) found.push(`${connections} connections in ${run.frames} frames`);
  if (run.summary.connections !== connections) found.push('the summary counts other connections');
  const ids = new Set(run.judged.map(({ facts }) => facts.id));
  if (ids.size !== run.judged.length) found.push('an id is given twice');
  for (const { facts, verdict } of run.judged)
    found.push(...verdictViolations(facts.id, verdict, run.frames));
  for (const line of run.records) found.push(...recordViolations(line));
  for (const line of [...run.text, ...run.ladder]) found.push(...lineViolations(line, options.width));
  if (ids.has(options.ladderOf) && run.ladder.length === 0) found.push('the ladder has no lines');
  return found;
}

function verdictViolations(id: number, verdict: Verdict, frames: number): string[] {
  const found: string[] = [];
  const cited = [
    ...verdict.evidence.flatMap((each) => each.frames),
    ...verdict.closes.map(({ frame }) => frame),
    ...(verdict.killerFrame === null ? [] : [verdict.killerFrame]),
  ];
  for (const frame of cited) {
    if (!Number.isInteger(frame) || frame < 1 || frame > frames)
      found.push(`${id}: frame ${frame} of ${frames}`);
  }
  const { probabilities, group, confidence } = verdict;
  if (probabilities !== null) {
    const sum = probabilities['client-abort'] + probabilities.intermediary + probabilities.server;
    // Each is rounded for the record, so that three of them can miss 1 by a little.
    if (!(Math.abs(sum - 1) < 0.002)) found.push(`${id}: probabilities sum to ${sum}`);
  }
  if ((group === null) !== (confidence === null))
    found.push(`${id}: group ${group}, confidence ${confidence}`);
  for (const { weight, rule } of verdict.evidence) {
    if (!Number.isFinite(weight)) found.push(`${id}: ${rule} weighs ${weight}`);
  }
  return found;
}

function recordViolations(line: string): string[] {
  if (!line.endsWith('\n') || line.slice(0, -1).includes('\n')) return [`not one line: ${line.slice(0, 80)}`];
  return schemaErrors(JSON.parse(line)).map(
    ({ instancePath, message, data }) =>
      `record: ${instancePath} ${message} (${JSON.stringify(data)?.slice(0, 80)})`,
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
/** Words that code puts into text by mistake when it meets a value that it did not expect. */
const SLIP = /\b(undefined|NaN|Infinity|null|\[object )/;

function lineViolations(chunk: string, width: number): string[] {
  const line = chunk.endsWith('\n') ? chunk.slice(0, -1) : chunk;
  const found: string[] = [];
  if (CONTROL.test(line)) found.push(`control character in ${JSON.stringify(line)}`);
  if (SLIP.test(line)) found.push(`a slip of the tongue in ${JSON.stringify(line)}`);
  if (widthOf(line) > width) found.push(`${widthOf(line)} columns of ${width}: ${JSON.stringify(line)}`);
  return found;
}
