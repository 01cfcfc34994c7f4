// `npm run lab:patterns-subset`: makes fixtures/patterns of some staged captures: part of their connections, cut short.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { endsOf, readFrames, writeFrames } from './captured-frames.ts';
import { readStagedPatterns } from './pattern-truth.ts';
import { hashOf } from './seeded-random.ts';

const inRepo = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const FROM = process.argv[2] ?? inRepo('.lab/patterns');
const TO = inRepo('fixtures/patterns');

/** Kept of each thousand connections: enough for the pattern, little enough for the repository. */
const KEPT: Readonly<Record<string, number>> = {
  'idle-timer': 400,
  'keep-alive-race': 350,
  'mtu-hole': 250,
  deploy: 200,
};
const SEED = 1;
/** Headers, and the start of the payload with its message or chunk head. */
const MAX_FRAME_LEN = 200;
const GZIP_LEVEL = 9;

const scratch = mkdtempSync(join(tmpdir(), 'whohungup-subset-'));
let octets = 0;
for (const { capture, truth } of readStagedPatterns(FROM)) {
  const share = KEPT[truth.family];
  if (share === undefined || truth.seed !== SEED) continue;
  const { linkType, frames } = readFrames(capture);
  const kept = frames
    .filter((frame) => isKept(frame.octets, share))
    .map((frame) => ({ ...frame, octets: frame.octets.subarray(0, MAX_FRAME_LEN) }));
  const file = join(scratch, 'capture.pcap');
  writeFrames(file, { linkType, frames: kept });
  const packed = gzipSync(readFileSync(file), { level: GZIP_LEVEL });
  octets += packed.length;
  const folder = join(TO, truth.family, `${truth.variant}-${truth.seed}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'capture.pcap.gz'), packed);
  writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 1)}\n`);
}
rmSync(scratch, { recursive: true });
console.log(`${octets} octets in ${TO}`);

/** Both directions of a connection have the same fate. */
function isKept(frame: Uint8Array, share: number): boolean {
  const ends = endsOf(frame);
  if (ends === null) return false;
  return hashOf([ends.source, ends.target].sort().join(' ')) % 1000 < share;
}
