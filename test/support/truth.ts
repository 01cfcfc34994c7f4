import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { analyzeFile } from './analyze-file.ts';

/** Real captures with known answers, beside the checkout; absent for most people. */
const CAPTURES =
  process.env['WHOHUNGUP_CAPTURES'] ?? join(import.meta.dirname, '../../../shared/captures/dev');

type Answer = string | number | null;

interface TruthRow {
  readonly index: number;
  readonly tsharkStream: number;
  readonly client: { readonly address: string; readonly port: number };
  readonly server: { readonly address: string; readonly port: number };
  readonly protocol: string;
  readonly confidence: string;
  readonly harm: string;
  readonly group: string;
  readonly body: {
    readonly declared: number | null;
    readonly received: number | null;
    readonly framing: string;
  } | null;
  readonly request: string | null;
  readonly forgedFrames: readonly number[];
  readonly resets: readonly { readonly by: string; readonly role: string; readonly frame: number }[];
  readonly note: string;
  readonly accept: Readonly<Record<TruthField, readonly Answer[]>>;
}

export const TRUTH_FIELDS = ['closedBy', 'kind', 'killerFrame', 'group', 'outcome', 'position'] as const;
export type TruthField = (typeof TRUTH_FIELDS)[number];

export interface TruthFile {
  readonly file: string;
  readonly frames: number;
  readonly tcpFrames: number;
  readonly coverage: 'all' | 'totals+picked';
  readonly totals: { readonly connections: number } | null;
  readonly format: { readonly cut: unknown };
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly connections: readonly TruthRow[];
}

/** Names of the captures that have truth, or none when they are not there. */
export function truthCaptures(): string[] {
  if (!existsSync(CAPTURES)) return [];
  return readdirSync(CAPTURES)
    .filter((name) => name.endsWith('.truth.json'))
    .map((name) => name.slice(0, -'.truth.json'.length))
    .sort();
}

export function capturePath(name: string): string {
  return join(CAPTURES, name);
}

export function readTruth(name: string): TruthFile {
  return JSON.parse(readFileSync(join(CAPTURES, `${name}.truth.json`), 'utf8')) as TruthFile;
}

export interface Miss {
  readonly capture: string;
  readonly index: number;
  readonly field: string;
  readonly got: Answer;
  readonly accepted: readonly Answer[];
  readonly note: string;
}

export interface TruthScore {
  readonly rows: number;
  readonly right: Readonly<Record<TruthField, number>>;
  readonly misses: readonly Miss[];
  /** Rows whose truth is an ordinary end, and that we laid at an intermediary's door. */
  readonly falseAccusations: readonly string[];
}

/** Holds every truth row of one capture against what the analysis says. */
export async function scoreCapture(name: string): Promise<TruthScore> {
  const truth = readTruth(name);
  const { connections } = await analyzeFile(capturePath(name));
  const right: Record<TruthField, number> = {
    closedBy: 0,
    kind: 0,
    killerFrame: 0,
    group: 0,
    outcome: 0,
    position: 0,
  };
  const misses: Miss[] = [];
  const falseAccusations: string[] = [];
  for (const row of truth.connections) {
    const judged = connections.find(({ facts }) => facts.id === row.index);
    for (const field of TRUTH_FIELDS) {
      const got = judged === undefined ? 'no such connection' : judged.verdict[field];
      if (row.accept[field].includes(got)) right[field]++;
      else
        misses.push({
          capture: name,
          index: row.index,
          field,
          got,
          accepted: row.accept[field],
          note: row.note,
        });
    }
    if (isFalseAccusation(row, judged)) falseAccusations.push(`${name} ${row.index}`);
  }
  return { rows: truth.connections.length, right, misses, falseAccusations };
}

function isFalseAccusation(row: TruthRow, judged: JudgedConnection | undefined): boolean {
  return judged?.verdict.group === 'intermediary' && !row.accept.group.includes('intermediary');
}
