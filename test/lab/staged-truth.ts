import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Group } from '../../src/model/verdict.ts';

/** What the lab writes beside its captures: `<root>/<family>/<scenario>/{<vantage>.pcap,truth.json}`. */

/** Fields of a verdict for which the truth lists every fair answer. */
export const GRADED_FIELDS = ['outcome', 'group', 'closedBy', 'kind', 'position', 'killerFrame'] as const;
export type GradedField = (typeof GRADED_FIELDS)[number];

export type FieldAnswer = string | number | null;

/** How a program told its end of the connection. */
export interface ProgramReport {
  readonly program: string;
  /** Its own words: log line, error text, exit code. */
  readonly said: string;
  /** ECONNRESET, EPIPE, ETIMEDOUT, …; EOF; `none` when it met no error; null when nobody knows. */
  readonly errno: string | null;
}

export interface TrueConnection {
  /** Place among the connections of the capture, by first packet, from 0. */
  readonly id: number;
  /** Who ended it; null: nobody is to blame. */
  readonly cause: Group | null;
  /** False when the packets of this vantage cannot show the cause. */
  readonly knowable: boolean;
  /** An absent or empty list: not graded. */
  readonly accept: Readonly<Partial<Record<GradedField, readonly FieldAnswer[]>>>;
  /** Body octets of the response that had crossed the capture point at the end; null: not graded. */
  readonly bodyBytes: number | null;
  readonly applications: {
    readonly client: ProgramReport | null;
    readonly server: ProgramReport | null;
  } | null;
}

interface TruthFile {
  readonly scenario: string;
  readonly family: string;
  readonly happens: string;
  readonly ip: 4 | 6;
  readonly heldOut: boolean;
  readonly vantages: Readonly<
    Record<string, { readonly file: string; readonly connections: readonly TrueConnection[] }>
  >;
}

/** One capture of one scenario, with the truth about its connections. */
export interface StagedCapture {
  readonly scenario: string;
  readonly family: string;
  /** Not used for calibration. */
  readonly heldOut: boolean;
  readonly vantage: string;
  readonly path: string;
  readonly connections: readonly TrueConnection[];
}

/** Where the captures were made: at the hosts of the two ends, not at the boxes between them. */
export const ENDPOINT_VANTAGES: readonly string[] = ['client', 'server'];

export function nameOf({ family, scenario, vantage }: StagedCapture): string {
  return `${family}/${scenario}/${vantage}`;
}

/** All staged captures below `root` whose scenario fits the pattern, sorted by name; none when there is no such folder. */
export function readStaged(root: string, pattern = '*'): StagedCapture[] {
  const fits = scenarioMatcher(pattern);
  const found: StagedCapture[] = [];
  for (const family of foldersOf(root)) {
    for (const scenario of foldersOf(join(root, family))) {
      const folder = join(root, family, scenario);
      if (existsSync(join(folder, 'truth.json'))) found.push(...readScenario(folder));
    }
  }
  return found.filter(fits).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function foldersOf(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function readScenario(folder: string): StagedCapture[] {
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as TruthFile;
  const { scenario, family, heldOut } = truth;
  return Object.entries(truth.vantages).map(([vantage, { file, connections }]) => ({
    scenario,
    family,
    heldOut,
    vantage,
    path: join(folder, file),
    connections,
  }));
}

/**
 * `*` stands for any characters. The pattern is held against the scenario, with and without the IP version at its end,
 * the family, and `family/scenario`.
 */
export function scenarioMatcher(
  pattern: string,
): (capture: Pick<StagedCapture, 'family' | 'scenario'>) => boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const whole = new RegExp(`^${source}$`);
  return ({ family, scenario }) =>
    whole.test(scenario) ||
    whole.test(withoutIpVersion(scenario)) ||
    whole.test(family) ||
    whole.test(`${family}/${scenario}`);
}

/** Both IP versions of a scenario are one scenario. */
export function withoutIpVersion(scenario: string): string {
  return scenario.replace(/-v[46]$/, '');
}
