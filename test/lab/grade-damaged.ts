import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { analyzeFile } from '../support/analyze-file.ts';
import { ETHERNET, type FrameList, readFrames, writeFrames } from './captured-frames.ts';
import { DAMAGES, type Damage } from './damage.ts';
import type { TrueGroup } from './grade.ts';
import { ENDPOINT_VANTAGES, nameOf, type StagedCapture, type TrueConnection } from './staged-truth.ts';

/**
 * How the verdict on a damaged copy compares with the one on the undamaged capture:
 * - `same`: same group, no more confident, or still nobody;
 * - `fell`: undetermined, nobody named any more, or the same group with less confidence;
 * - `rose`: the same right group with more confidence than the undamaged capture gave;
 * - `found`: right now, which it was not on the undamaged capture;
 * - `hinted`: undetermined, with an intermediary as best guess that did nothing;
 * - `groundless`: blames a side, as likely or proven, although nobody is to blame: the proof of that is missing;
 * - `wrong`: names as likely or proven a side that did not do it;
 * - `accused`: names as likely or proven an intermediary that did nothing.
 */
export const CHANGES = ['same', 'fell', 'rose', 'found', 'hinted', 'groundless', 'wrong', 'accused'] as const;
export type Change = (typeof CHANGES)[number];

/** Damage may silence a verdict, never turn it against somebody. */
export const FLIPS: readonly Change[] = ['groundless', 'wrong', 'accused'];

export interface DamagedGrade {
  readonly name: string;
  readonly kind: string;
  readonly isHeldOut: boolean;
  readonly change: Change;
  /** What was said of the damaged copy. */
  readonly headline: string;
  readonly was: string;
}

/** How small a difference in confidence is none. */
const SAME_CONFIDENCE = 0.005;

/**
 * Damages every capture made at an end host in each way, and holds the verdicts against the truth and the undamaged
 * verdicts. Left out: connections whose cause the undamaged capture cannot show, and those already judged wrong
 * undamaged, which are misses of their own.
 */
export async function gradeDamaged(
  captures: readonly StagedCapture[],
  damages: readonly Damage[] = DAMAGES,
): Promise<DamagedGrade[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whohungup-lab-'));
  const grades: DamagedGrade[] = [];
  try {
    for (const capture of captures) {
      if (!ENDPOINT_VANTAGES.includes(capture.vantage)) continue;
      const list = readFrames(capture.path);
      if (list.linkType !== ETHERNET) continue;
      grades.push(...(await gradeCopies(capture, list, damages, join(folder, 'copy.pcap'))));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return grades;
}

async function gradeCopies(
  capture: StagedCapture,
  list: FrameList,
  damages: readonly Damage[],
  path: string,
): Promise<DamagedGrade[]> {
  const undamaged = (await analyzeFile(capture.path)).connections;
  const subjects = capture.connections
    .map((truth) => ({ truth, before: undamaged.find(({ facts }) => facts.id === truth.id) }))
    .filter(({ truth, before }) => truth.knowable && before !== undefined && !isWrong(truth, before))
    .filter(({ before }) => isOnlyOneBetweenItsPorts(before!, undamaged));
  const grades: DamagedGrade[] = [];
  for (const damage of damages) {
    const copy = damage.apply(list, nameOf(capture));
    if (copy.frames.length === 0) continue;
    writeFrames(path, copy);
    const { connections } = await analyzeFile(path);
    for (const { truth, before } of subjects) {
      const after = worst(truth, before!, connections);
      grades.push({
        name: capture.connections.length === 1 ? nameOf(capture) : `${nameOf(capture)}#${truth.id}`,
        kind: damage.kind,
        isHeldOut: capture.heldOut,
        change: after === null ? 'fell' : changeOf(truth, before!, after),
        headline: after === null ? 'not seen' : sayingOf(after),
        was: sayingOf(before!),
      });
    }
  }
  return grades;
}

function sayingOf({ verdict: { group, certainty, confidence, headline } }: JudgedConnection): string {
  const said = escapeText(headline);
  return group === null ? said : `${said} (${group}, ${certainty}, ${confidence?.toFixed(2)})`;
}

const namedBy = ({ verdict }: JudgedConnection): TrueGroup => verdict.group ?? 'none';
const isClaim = ({ verdict }: JudgedConnection): boolean =>
  verdict.group !== null && verdict.certainty !== 'undetermined';

function isFair({ cause, accept }: TrueConnection, judged: JudgedConnection): boolean {
  const listed = accept.group ?? [];
  return listed.length === 0 ? judged.verdict.group === cause : listed.includes(judged.verdict.group);
}

function isWrong(truth: TrueConnection, judged: JudgedConnection): boolean {
  return isClaim(judged) && !isFair(truth, judged);
}

const portsOf = ({ facts: { client, server } }: JudgedConnection): string =>
  [`${client.ip} ${client.port}`, `${server.ip} ${server.port}`].sort().join(' ');

function isOnlyOneBetweenItsPorts(judged: JudgedConnection, all: readonly JudgedConnection[]): boolean {
  return all.filter((other) => portsOf(other) === portsOf(judged)).length === 1;
}

/** Damage can tear a connection into several: the one that changed for the worst counts. */
function worst(
  truth: TrueConnection,
  before: JudgedConnection,
  connections: readonly JudgedConnection[],
): JudgedConnection | null {
  const parts = connections.filter((judged) => portsOf(judged) === portsOf(before));
  const badness = (judged: JudgedConnection): number => CHANGES.indexOf(changeOf(truth, before, judged));
  return parts.reduce<JudgedConnection | null>(
    (most, part) => (most === null || badness(part) > badness(most) ? part : most),
    null,
  );
}

function changeOf(truth: TrueConnection, before: JudgedConnection, after: JudgedConnection): Change {
  if (!isClaim(after)) {
    if (namedBy(after) === 'intermediary' && !isFair(truth, after)) {
      return namedBy(before) === 'intermediary' ? 'same' : 'hinted';
    }
    return namedBy(before) === namedBy(after) && !isClaim(before) ? 'same' : 'fell';
  }
  if (!isFair(truth, after)) {
    if (namedBy(after) === 'intermediary') return 'accused';
    return truth.cause === null ? 'groundless' : 'wrong';
  }
  if (!isClaim(before)) return 'found';
  const gain = (after.verdict.confidence ?? 0) - (before.verdict.confidence ?? 0);
  if (gain > SAME_CONFIDENCE) return 'rose';
  return gain < -SAME_CONFIDENCE ? 'fell' : 'same';
}
