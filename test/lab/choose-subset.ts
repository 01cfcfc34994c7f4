// `npm run lab:subset [-- captures folder]`: chooses the captures of fixtures/lab-subset from those that the lab has made, and copies them.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashOf } from './seeded-random.ts';
import { nameOf, readStaged, type StagedCapture } from './staged-truth.ts';

const FROM = process.argv[2] ?? fileURLToPath(new URL('../../.lab/captures', import.meta.url));
const TO = fileURLToPath(new URL('../../fixtures/lab-subset', import.meta.url));

const MAX_CAPTURES = 44;
/** The stored part stays below 1 MB, and no single capture takes more than a share of it. */
const MAX_OCTETS = 900_000;
const MAX_CAPTURE_OCTETS = 60_000;

/**
 * Family after family in turn, the capture whose name has the smallest hash, at the place of capture that has been
 * taken least so far. What we say about a capture plays no part.
 */
function choose(captures: readonly StagedCapture[]): StagedCapture[] {
  const left = captures
    .filter(({ path }) => statSync(path).size <= MAX_CAPTURE_OCTETS)
    .sort((a, b) => hashOf(nameOf(a)) - hashOf(nameOf(b)));
  const families = [...new Set(left.map(({ family }) => family))].sort();
  const taken = new Map<string, number>();
  const timesTaken = ({ vantage }: StagedCapture): number => taken.get(vantage) ?? 0;
  const chosen: StagedCapture[] = [];
  let octets = 0;
  while (left.length > 0 && chosen.length < MAX_CAPTURES) {
    for (const family of families) {
      const candidates = left.filter((capture) => capture.family === family);
      const first = candidates[0];
      if (first === undefined || chosen.length >= MAX_CAPTURES) continue;
      const next = candidates.reduce((a, b) => (timesTaken(b) < timesTaken(a) ? b : a), first);
      left.splice(left.indexOf(next), 1);
      const size = statSync(next.path).size;
      if (octets + size > MAX_OCTETS) continue;
      octets += size;
      chosen.push(next);
      taken.set(next.vantage, timesTaken(next) + 1);
    }
  }
  return chosen;
}

interface StoredTruth {
  readonly scenario: string;
  readonly family: string;
  readonly happens: string;
  readonly ip: number;
  readonly heldOut: boolean;
  readonly vantages: Record<string, unknown>;
}

/** Copies the capture and its part of the truth. */
function store({ family, scenario, vantage, path }: StagedCapture): void {
  const folder = join(TO, family, scenario);
  const truthPath = join(folder, 'truth.json');
  const truth = JSON.parse(readFileSync(join(dirname(path), 'truth.json'), 'utf8')) as StoredTruth;
  const known = existsSync(truthPath)
    ? (JSON.parse(readFileSync(truthPath, 'utf8')) as StoredTruth).vantages
    : {};
  const { happens, ip, heldOut } = truth;
  const vantages = { ...known, [vantage]: truth.vantages[vantage] };
  mkdirSync(folder, { recursive: true });
  copyFileSync(path, join(folder, `${vantage}.pcap`));
  writeFileSync(
    truthPath,
    `${JSON.stringify({ scenario, family, happens, ip, heldOut, vantages }, null, 1)}\n`,
  );
}

const captures = readStaged(FROM);
if (captures.length === 0) {
  console.error(`No captures in ${FROM}: \`sudo npm run lab\` makes them.`);
  process.exitCode = 2;
} else {
  const chosen = choose(captures);
  for (const entry of readdirSync(TO, { withFileTypes: true })) {
    if (entry.isDirectory()) rmSync(join(TO, entry.name), { recursive: true });
  }
  for (const capture of chosen) store(capture);
  console.log(
    `${chosen.length} captures of ${new Set(chosen.map(({ family }) => family)).size} families stored in fixtures/lab-subset`,
  );
}
