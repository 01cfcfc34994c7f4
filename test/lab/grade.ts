import { createHash } from 'node:crypto';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import type { Side } from '../../src/model/facts.ts';
import type { JudgedConnection, Verdict } from '../../src/model/verdict.ts';
import { type ConnectionRecord, connectionRecord } from '../../src/report/connection-record.ts';
import { firstResetSender } from './baseline.ts';
import { predictsError } from './program-error.ts';
import {
  type FieldAnswer,
  GRADED_FIELDS,
  type GradedField,
  nameOf,
  type ProgramReport,
  type StagedCapture,
  type TrueConnection,
} from './staged-truth.ts';

export type TrueGroup = 'client-abort' | 'intermediary' | 'server' | 'none';
/** `undetermined` is an answer of its own: its best guess accuses nobody. */
export type Answer = TrueGroup | 'undetermined';

/** One connection of one capture: the truth, what we say, and how that compares. */
export interface Grade {
  /** `family/scenario/vantage`, and the number of the connection if it is not the only one. */
  readonly name: string;
  readonly family: string;
  readonly vantage: string;
  readonly isHeldOut: boolean;
  readonly isKnowable: boolean;
  readonly truth: TrueGroup;
  readonly answer: Answer;
  /** The group named, also where it is only the best guess of an undetermined verdict. */
  readonly named: TrueGroup;
  /** The group named, or the silence about one, is among the fair answers. */
  readonly isNamedRight: boolean;
  readonly probabilities: Verdict['probabilities'];
  readonly confidence: number | null;
  /** Null: not graded here. */
  readonly fields: Readonly<Record<GradedField, boolean | null>>;
  readonly bodyBytes: boolean | null;
  readonly clientError: boolean | null;
  readonly serverError: boolean | null;
  readonly baseline: TrueGroup;
  readonly isBaselineRight: boolean;
  readonly misses: readonly Miss[];
  readonly headline: string;
}

export interface Miss {
  readonly what: string;
  readonly got: string;
  readonly wanted: string;
}

const sha1 = (octets: Uint8Array): string => createHash('sha1').update(octets).digest('base64');

/** Holds one connection's verdict against its truth. `judged` is null when we saw no such connection. */
export function grade(
  capture: StagedCapture,
  truth: TrueConnection,
  judged: JudgedConnection | null,
  summary: AnalysisSummary,
): Grade {
  const record = judged === null ? null : connectionRecord(judged, summary.capture, sha1);
  const named = record?.group ?? 'none';
  const accepted = acceptedGroups(truth);
  const isNamedRight = record !== null && accepted.includes(named);
  const baseline = (judged === null ? null : firstResetSender(judged.facts)) ?? 'none';
  const misses: Miss[] = [];
  const fields = gradeFields(truth, record, misses);
  return {
    name: capture.connections.length === 1 ? nameOf(capture) : `${nameOf(capture)}#${truth.id}`,
    family: capture.family,
    vantage: capture.vantage,
    isHeldOut: capture.heldOut,
    isKnowable: truth.knowable,
    // Where several answers are fair, ours counts as the truth if it is one of them.
    truth: truth.knowable && isNamedRight ? named : (truth.cause ?? 'none'),
    answer: record?.certainty === 'undetermined' ? 'undetermined' : named,
    named,
    isNamedRight,
    probabilities: judged?.verdict.probabilities ?? null,
    confidence: record?.confidence ?? null,
    fields,
    bodyBytes: gradeBody(truth, record, misses),
    clientError: gradeError('client', truth, judged, misses),
    serverError: gradeError('server', truth, judged, misses),
    baseline,
    isBaselineRight: accepted.includes(baseline),
    misses,
    headline: record?.headline ?? 'no such connection',
  };
}

function acceptedGroups({ cause, accept }: TrueConnection): readonly TrueGroup[] {
  const listed = accept.group ?? [];
  return listed.length === 0 ? [cause ?? 'none'] : listed.map((group) => (group ?? 'none') as TrueGroup);
}

/** An undetermined verdict need not name the closer: it says that it does not know. */
function gradeFields(
  truth: TrueConnection,
  record: ConnectionRecord | null,
  misses: Miss[],
): Grade['fields'] {
  const fields: Partial<Record<GradedField, boolean | null>> = {};
  for (const field of GRADED_FIELDS) {
    const wanted = truth.accept[field] ?? [];
    const isOpen = field === 'closedBy' && (!truth.knowable || record?.certainty === 'undetermined');
    if (wanted.length === 0 || isOpen) {
      fields[field] = null;
      continue;
    }
    const got = record === null ? 'no such connection' : record[field];
    const isRight = wanted.includes(got);
    fields[field] = isRight;
    const isUnsure = field === 'group' && record?.certainty === 'undetermined';
    // Where the cause cannot be seen, neither can what followed from it; only a wrong claim is a miss.
    const isMiss = !isRight && !isUnsure && (truth.knowable || field === 'group');
    if (isMiss) misses.push({ what: field, got: wordOf(got), wanted: wanted.map(wordOf).join(' | ') });
  }
  return fields as Grade['fields'];
}

function wordOf(answer: FieldAnswer): string {
  return String(answer ?? 'none');
}

function gradeBody(truth: TrueConnection, record: ConnectionRecord | null, misses: Miss[]): boolean | null {
  if (truth.bodyBytes === null) return null;
  const got = record?.exchange?.bodyBytes ?? null;
  if (got === truth.bodyBytes) return true;
  misses.push({ what: 'bodyBytes', got: String(got), wanted: String(truth.bodyBytes) });
  return false;
}

function gradeError(
  side: Side,
  truth: TrueConnection,
  judged: JudgedConnection | null,
  misses: Miss[],
): boolean | null {
  const met = truth.applications?.[side] ?? null;
  if (met === null || judged === null || !truth.knowable || isMetUnseen(side, met, judged)) return null;
  const view = judged.verdict.applications[side];
  const isRight = predictsError(view, met);
  if (isRight === false) {
    misses.push({
      what: `${side}'s error`,
      got: `${view.errno ?? 'no errno'}: ${escapeText(view.likely)}`,
      wanted: `${met.errno} (${met.program}: ${met.said})`,
    });
  }
  return isRight;
}

/** The program was reset, but no reset on its way to it passed the place of capture: nobody could foretell it there. */
function isMetUnseen(side: Side, { errno }: ProgramReport, { facts }: JudgedConnection): boolean {
  if (errno !== 'ECONNRESET' && errno !== 'EPIPE') return false;
  return !facts.closes.some(({ kind, from }) => kind === 'RST' && from !== side);
}

/** An intermediary is named with certainty where it did nothing. */
export function isFalseAccusation({ answer, isNamedRight, truth }: Grade): boolean {
  return answer === 'intermediary' && truth !== 'intermediary' && !isNamedRight;
}

/**
 * The verdict commits itself: it names a group as likely or proven, or says that nobody is to blame where somebody is.
 * Right answers of the kind "nobody" do not count, because they are easy and would flatter the share.
 */
export function isDecided({ answer, truth }: Grade): boolean {
  return answer !== 'undetermined' && (answer !== 'none' || truth !== 'none');
}
