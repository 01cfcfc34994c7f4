import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BulkParameters, writeBulk } from './bulk.ts';
import { CaptureWriter, fileOutput } from './capture-writer.ts';
import { type Packing, pack } from './packing.ts';
import { type Format, LAYOUTS } from './record-layout.ts';
import { type SynFloodParameters, writeSynFlood } from './syn-flood.ts';
import type { Tally } from './tally.ts';
import { type WebParameters, writeWeb } from './web.ts';

/** Raised when the same parameters give other octets than before, so that old files are not taken for new ones. */
const GENERATOR_VERSION = 1;
/** Whole frames, and what a capture for headers only keeps of them. */
const WHOLE_FRAMES = 262_144;
const HEADERS_ONLY = 96;
/** A workload needs a few connections to be one. */
const FEWEST_CONNECTIONS = 4;
const CONNECTIONS_PER_CLIENT = 25;

/** W6 is W2, packed. */
export const WORKLOAD_NAMES = ['W1', 'W1g', 'W2', 'W3', 'W4', 'W5', 'W6gz', 'W6zst'] as const;
/** The traffic of W2 in other file formats: pcap with nanoseconds, and pcapng. */
export const VARIANT_NAMES = ['W2ns', 'W2ng'] as const;
export type WorkloadName = (typeof WORKLOAD_NAMES)[number] | (typeof VARIANT_NAMES)[number];

type Traffic = BulkParameters | WebParameters | SynFloodParameters;
/** Without a format: pcap with microseconds. */
type Parameters = Traffic & { readonly snaplen: number; readonly format?: Format };

export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly parameters: Parameters;
  /** Whose file is packed, and how; absent from a workload with a file of its own. */
  readonly packed?: { readonly from: WorkloadName; readonly packing: Packing };
}

export function isHeadersOnly({ parameters }: Workload): boolean {
  return parameters.snaplen === HEADERS_ONLY;
}

/** A workload as a file. */
export interface WorkloadFile extends Tally {
  readonly path: string;
  readonly octets: number;
  readonly packets: number;
  /** Seconds it took to write; null when it was there already. */
  readonly madeInS: number | null;
}

/** `scale` 1 is the full size; connections shrink with it, and with them packets and octets. */
export function workload(name: WorkloadName, scale: number): Workload {
  const scaled = (connections: number) => Math.max(FEWEST_CONNECTIONS, Math.round(connections * scale));
  switch (name) {
    case 'W1':
      return {
        name,
        title: 'bulk: responses of 1 to 8 MB, four at a time, with noise',
        parameters: bulk(scaled(320)),
      };
    case 'W1g':
      return {
        name,
        title: 'bulk with offload: frames up to 64 KiB',
        parameters: offloadedBulk(scaled(192)),
      };
    case 'W2':
      return {
        name,
        title: 'web: short connections, hundreds at once',
        parameters: busyWeb(scaled(500_000)),
      };
    case 'W2ns':
      return {
        name,
        title: 'web, as pcap with nanoseconds',
        parameters: { ...busyWeb(scaled(500_000)), format: 'pcap-ns' },
      };
    case 'W2ng':
      return {
        name,
        title: 'web, as pcapng with nanoseconds',
        parameters: { ...busyWeb(scaled(500_000)), format: 'pcapng' },
      };
    case 'W6gz':
      return { ...packedWeb(scale, 'gz'), name, title: 'web, packed with gzip' };
    case 'W6zst':
      return { ...packedWeb(scale, 'zst'), name, title: 'web, packed with zstd' };
    case 'W3':
      return { name, title: 'headers only: web, cut at 96 octets', parameters: headersOnly(scaled(486_000)) };
    case 'W4':
      return { name, title: 'long: web over hours, a few at once', parameters: longWeb(scaled(960_000)) };
    case 'W5':
      return { name, title: 'SYN flood from random sources', parameters: synFlood(scaled(2_000_000)) };
  }
}

/** The workload's file in `folder`: the one that is there, if it was made from the same parameters, else a new one. */
export async function workloadFile(folder: string, one: Workload): Promise<WorkloadFile> {
  if (one.packed === undefined) return plainFile(folder, one);
  const { from, packing } = one.packed;
  const began = performance.now();
  const source = plainFile(folder, { ...one, name: from });
  const isMade = existsSync(`${source.path}.${packing}`);
  const path = await pack(source.path, packing);
  const madeInS = isMade ? null : (performance.now() - began) / 1000;
  return { ...source, path, octets: statSync(path).size, madeInS };
}

function plainFile(folder: string, { name, parameters }: Workload): WorkloadFile {
  mkdirSync(folder, { recursive: true });
  const key = JSON.stringify([GENERATOR_VERSION, parameters]);
  const stem = join(folder, `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
  const { format = 'pcap', snaplen } = parameters;
  const [path, tallyPath] = [`${stem}.${LAYOUTS[format].extension}`, `${stem}.json`];
  if (existsSync(path) && existsSync(tallyPath)) {
    const made = JSON.parse(readFileSync(tallyPath, 'utf8')) as WorkloadFile;
    if (statSync(path).size === made.octets) return { ...made, path, madeInS: null };
  }
  const began = performance.now();
  const unfinished = `${path}.part`;
  const writer = new CaptureWriter(fileOutput(unfinished), snaplen, format);
  const tally = writeWorkload(writer, parameters);
  writer.close();
  renameSync(unfinished, path);
  const made = { path, octets: writer.fileLen, packets: writer.packets, ...tally };
  writeFileSync(tallyPath, JSON.stringify(made));
  return { ...made, madeInS: (performance.now() - began) / 1000 };
}

export function removeWorkloadFiles(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Puts a workload's packets into a capture. */
export function writeWorkload(writer: CaptureWriter, parameters: Parameters): Tally {
  switch (parameters.kind) {
    case 'bulk':
      return writeBulk(writer, parameters);
    case 'web':
      return writeWeb(writer, parameters);
    case 'syn-flood':
      return writeSynFlood(writer, parameters);
  }
}

function bulk(connections: number): BulkParameters & { readonly snaplen: number } {
  return {
    kind: 'bulk',
    seed: 1,
    snaplen: WHOLE_FRAMES,
    connections,
    lanes: 4,
    smallestLen: 1_000_000,
    largestLen: 8_000_000,
    noise: { swapped: 0.0005, doubled: 0.0002, lost: 0.00005 },
  };
}

/** Without the noise of W1: what the card has merged was neither swapped nor doubled on its way to the capture point. */
function offloadedBulk(connections: number): Parameters {
  const noise = { swapped: 0, doubled: 0, lost: 0.00005 };
  return { ...bulk(connections), seed: 6, noise, isOffloaded: true };
}

function packedWeb(scale: number, packing: Packing): Omit<Workload, 'name' | 'title'> {
  return { parameters: workload('W2', scale).parameters, packed: { from: 'W2', packing } };
}

function web(connections: number): Omit<WebParameters, 'seed' | 'intervalUs' | 'bodies'> {
  return {
    kind: 'web',
    connections,
    clients: Math.max(FEWEST_CONNECTIONS, Math.round(connections / CONNECTIONS_PER_CLIENT)),
    ipv6Share: 0.1,
    reusedShare: 0.02,
    earlyShare: 0.1,
  };
}

function busyWeb(connections: number): Parameters {
  const bodies = [
    { share: 0.5, from: 0, to: 0 },
    { share: 0.44, from: 10, to: 120 },
    { share: 0.05, from: 120, to: 1_500 },
    { share: 0.01, from: 1_500, to: 6_000 },
  ];
  return { ...web(connections), seed: 2, snaplen: WHOLE_FRAMES, intervalUs: 1_500, bodies };
}

function headersOnly(connections: number): Parameters {
  const bodies = [
    { share: 0.2, from: 0, to: 0 },
    { share: 0.35, from: 50, to: 800 },
    { share: 0.25, from: 800, to: 6_000 },
    { share: 0.2, from: 6_000, to: 24_000 },
  ];
  return { ...web(connections), seed: 3, snaplen: HEADERS_ONLY, intervalUs: 1_500, bodies };
}

function longWeb(connections: number): Parameters {
  const bodies = [
    { share: 0.35, from: 0, to: 0 },
    { share: 0.4, from: 50, to: 600 },
    { share: 0.2, from: 600, to: 4_000 },
    { share: 0.05, from: 4_000, to: 20_000 },
  ];
  return { ...web(connections), seed: 4, snaplen: WHOLE_FRAMES, intervalUs: 60_000, bodies };
}

function synFlood(connections: number): Parameters {
  return { kind: 'syn-flood', seed: 5, snaplen: WHOLE_FRAMES, connections, intervalUs: 20 };
}
