import { counted, thousands } from '../../bytes/number-text.ts';
import type { Answer, QuestionKey } from '../../model/conditions.ts';
import type { Census } from '../census.ts';
import { MAX_EXAMPLES } from '../limits.ts';

const MAX_DETAILS = 12;

/** The user's questions in plain words. */
export const QUESTIONS: Readonly<Record<QuestionKey, string>> = {
  who: 'Who is closing the connection?',
  where: 'At what point: TCP negotiation, randomly in the stream, at a consistent place?',
  os: 'Which OS is at each end?',
  network: 'What network is between (RTT, loss, MSS, tunnels)?',
  optimisations: 'Which network optimisations are between?',
  'http-aware-box': 'Is something in between that thinks it understands HTTP?',
  overfull: 'Was more pushed through the pipe than it can take?',
  'in-flight': 'How many responses were in flight at the time?',
  'tiny-segments': 'Does the server emit one tiny segment per write?',
  buffering: 'Why would buffering the response help?',
  harmless: 'Are most of these errors non-issues?',
};

interface Behind {
  readonly details?: readonly string[];
  readonly connections?: readonly number[];
  readonly frames?: readonly number[];
}

export function reply(key: QuestionKey, answer: string, behind: Behind = {}): Answer {
  return {
    key,
    question: QUESTIONS[key],
    isAnswered: true,
    answer,
    details: (behind.details ?? []).slice(0, MAX_DETAILS),
    connections: firstFew(behind.connections ?? []),
    frames: firstFew(behind.frames ?? []),
  };
}

function firstFew(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].slice(0, MAX_EXAMPLES).sort((a, b) => a - b);
}

/** "Cannot tell, because …" */
export function cannotTell(key: QuestionKey, reason: string, behind: Behind = {}, besides = ''): Answer {
  return { ...reply(key, `Cannot tell, because ${reason}.${besides}`, behind), isAnswered: false };
}

/** One line for each label of a census: "12 connections: Linux (likely); id 1, 4; frames 3, 17". */
export function censusLines(census: Census, prefix = ''): string[] {
  const lines = census.sorted().map(({ label, count, connections, frames }) => {
    const ids = `id ${connections.join(', ')}${count > connections.length ? ', …' : ''}`;
    const shown = frames.slice(0, MAX_EXAMPLES);
    const where = shown.length === 0 ? '' : `; frame ${shown.join(', ')}`;
    return `${prefix}${counted(count, 'connection')}: ${label} (${ids}${where})`;
  });
  if (census.others > 0) lines.push(`${prefix}${thousands(census.others)} more, of other kinds`);
  return lines;
}

/** Examples out of several censuses. */
export function examples(...censuses: readonly Census[]): Behind {
  const entries = censuses.flatMap((census) => census.sorted());
  return {
    connections: entries.flatMap(({ connections }) => connections),
    frames: entries.flatMap(({ frames }) => frames),
  };
}
