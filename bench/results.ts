import type { Run } from './measure.ts';
import { WHOHUNGUP } from './peers.ts';
import type { Workload, WorkloadFile } from './workloads/catalogue.ts';

/** All runs of one peer on one workload. */
export interface PeerResult {
  readonly peer: string;
  readonly does: string;
  /** Why it did not run, or not in every round; else null. */
  readonly skipped: string | null;
  readonly runs: readonly Run[];
}

export interface Medians {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakRssKib: number | null;
  /** The peer's figure divided by ours in the same round; median of the rounds. Null without a run of ours. */
  readonly cpuRatio: number | null;
  readonly wallRatio: number | null;
}

export interface WorkloadResult {
  readonly workload: Workload;
  readonly file: WorkloadFile;
  readonly peers: readonly (PeerResult & { readonly median: Medians | null })[];
  /** What was found wrong with our own results on this file; null when not checked. */
  readonly check: { readonly connections: number; readonly problem: string | null } | null;
  /** Of our own JSON Lines; null when not asked for. */
  readonly digest: string | null;
}

const MEGABYTE = 1_000_000;
const KIB_PER_MEGABYTE = MEGABYTE / 1024;
const COLUMNS = ['peer', 'does', 'wall s', 'CPU s', 'peak MB', 'CPU ×', 'wall ×', ''];

/** Adds the medians. Machines vary from minute to minute, so ratios are taken within a round, where runs are neighbours. */
export function withMedians(results: readonly PeerResult[]): (PeerResult & { median: Medians | null })[] {
  const ours = results.find(({ peer }) => peer === WHOHUNGUP)?.runs ?? [];
  return results.map((result) => {
    const done = result.runs.filter(({ outcome }) => outcome === 'done');
    if (done.length === 0) return { ...result, median: null };
    const ratios = (figure: (run: Run) => number) =>
      result.runs.flatMap((run, round) => {
        const own = ours[round];
        return run.outcome === 'done' && own?.outcome === 'done' ? [figure(run) / figure(own)] : [];
      });
    return {
      ...result,
      median: {
        wallS: median(done.map(({ wallS }) => wallS))!,
        cpuS: median(done.map(({ cpuS }) => cpuS))!,
        peakRssKib: median(done.flatMap(({ peakRssKib }) => peakRssKib ?? [])),
        cpuRatio: median(ratios(({ cpuS }) => cpuS)),
        wallRatio: median(ratios(({ wallS }) => wallS)),
      },
    };
  });
}

/** The middle one; of an even number, the mean of the two in the middle; null of none. */
function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A heading, then a line for each peer. */
export function table({ workload, file, peers, check, digest }: WorkloadResult): string {
  const rows = peers.map(({ peer, does, skipped, runs, median: m }) => [
    peer,
    does,
    m === null ? '' : m.wallS.toFixed(2),
    m === null ? '' : m.cpuS.toFixed(2),
    m === null || m.peakRssKib === null ? '' : (m.peakRssKib / KIB_PER_MEGABYTE).toFixed(0),
    m === null || m.cpuRatio === null ? '' : ratio(m.cpuRatio),
    m === null || m.wallRatio === null ? '' : ratio(m.wallRatio),
    skipped ?? trouble(runs),
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i >= 2 && i <= 6 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const size = `${(file.octets / MEGABYTE).toFixed(1)} MB, ${file.packets} packets, ${file.connections} connections`;
  const lines = [`${workload.name}  ${workload.title}`, `    ${size}`, '', line(COLUMNS), ...rows.map(line)];
  const own = peers.find(({ peer }) => peer === WHOHUNGUP)?.median ?? null;
  if (own !== null) lines.push('', pace(own, file));
  if (check !== null)
    lines.push('', `check: ${check.problem ?? `all ${check.connections} connections found`}`);
  if (digest !== null) lines.push('', `digest of all connections: ${digest}`);
  return `${lines.join('\n')}\n`;
}

function pace({ wallS, cpuS }: Medians, { packets, octets }: WorkloadFile): string {
  const rate = `${(packets / wallS / 1e6).toFixed(3)} M packets/s, ${(octets / wallS / 1e9).toFixed(3)} GB/s`;
  return `${WHOHUNGUP}: ${rate}, ${perPacketUs(cpuS, packets)} of CPU per packet`;
}

/**
 * What a packet costs us at each size of a workload. Starting and compiling is in the first column; what each packet costs
 * that the next smaller size does not have is free of it, and is the figure that ought to be the same for all sizes.
 */
export function costTable(results: readonly WorkloadResult[]): string {
  const lines = ['CPU per packet, whohungup'];
  const smaller = new Map<string, { cpuS: number; packets: number }>();
  for (const { workload, file, peers } of results) {
    const cpuS = peers.find(({ peer }) => peer === WHOHUNGUP)?.median?.cpuS;
    if (cpuS === undefined) continue;
    const { packets } = file;
    const before = smaller.get(workload.name);
    smaller.set(workload.name, { cpuS, packets });
    const further =
      before === undefined
        ? ''
        : `, each further one ${perPacketUs(cpuS - before.cpuS, packets - before.packets)}`;
    lines.push(`${workload.name}  ${packets} packets: ${perPacketUs(cpuS, packets)}${further}`);
  }
  return `${lines.join('\n')}\n`;
}

function perPacketUs(cpuS: number, packets: number): string {
  return `${((cpuS / packets) * 1e6).toFixed(2)} µs`;
}

function trouble(runs: readonly Run[]): string {
  const bad = runs.find(({ outcome }) => outcome !== 'done');
  if (bad === undefined) return '';
  const limit = bad.outcome === 'over-time' ? ` (ended after ${bad.wallS.toFixed(0)} s)` : '';
  return `${bad.outcome}${limit}${bad.error === null ? '' : `: ${bad.error}`}`;
}

function ratio(value: number): string {
  return value.toFixed(value >= 10 ? 0 : value >= 0.1 ? 2 : 3);
}
