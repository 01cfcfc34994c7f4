import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { JudgedConnection } from '../src/model/verdict.ts';
import { ETHERNET, readFrames, writeFrames } from './lab/captured-frames.ts';
import { DAMAGES } from './lab/damage.ts';
import { analyzeFile } from './support/analyze-file.ts';

const SEEDS = 4;
const folder = mkdtempSync(join(tmpdir(), 'whohungup-order-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const reordered = DAMAGES.find(({ kind }) => kind === 'reordered')!;
const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
/** Little-endian files of Ethernet frames with microseconds. */
const PLAIN_FILE = Buffer.from('d4c3b2a1', 'hex');
const fixtures = readdirSync(FIXTURES)
  .map((name) => ({ name, path: join(FIXTURES, name, 'capture.pcap') }))
  .filter(({ path }) => existsSync(path) && readFileSync(path).subarray(0, 4).equals(PLAIN_FILE))
  .filter(({ path }) => readFrames(path).linkType === ETHERNET);

/** Frames up to 1 ms early or late in the file, their times kept, as cards with several queues hand them over. */
test.each(fixtures)(
  '$name: who is blamed does not hang on the order of the frames in the file',
  async ({ name, path }) => {
    const list = readFrames(path);
    const before = (await analyzeFile(path)).connections;
    const blamed = new Map<string, Set<string | null>>();
    for (const judged of before) {
      const groups = blamed.get(portsOf(judged)) ?? new Set();
      blamed.set(portsOf(judged), groups.add(judged.verdict.group));
    }
    const turned: string[] = [];
    for (let seed = 0; seed < SEEDS; seed++) {
      const copy = join(folder, `${name}.pcap`);
      writeFrames(copy, reordered.apply(list, `${name} ${seed}`));
      for (const judged of (await analyzeFile(copy)).connections) {
        const { certainty, group, headline } = judged.verdict;
        if (group === null || certainty === 'undetermined') continue;
        if (!blamed.get(portsOf(judged))!.has(group))
          turned.push(`${seed}: ${group} (${certainty}): ${headline}`);
      }
    }
    expect(turned).toEqual([]);
  },
);

function portsOf({ facts }: JudgedConnection): string {
  return [`${facts.client.ip} ${facts.client.port}`, `${facts.server.ip} ${facts.server.port}`]
    .sort()
    .join(' ');
}
