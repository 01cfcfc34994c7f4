import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { pairFiles } from '../support/pair-files.ts';
import { fileOf, framesOf } from '../support/pcap-edit.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'whohungup-pair-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const NAMES = ['pair-forged-mimic', 'pair-nat-forgets', 'pair-offload', 'pair-options-rewritten'];
const HONEST = ['pair-offload', 'pair-options-rewritten'];
const pathOf = (name: string, letter: 'a' | 'b') => `${FIXTURES}${name}/${letter}.pcap`;

function written(octets: Uint8Array): string {
  const path = join(scratch, 'changed.pcap');
  writeFileSync(path, octets);
  return path;
}

describe('damaged captures', () => {
  test('octets changed anywhere: an answer, and numbers that add up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...NAMES),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 40 }),
        async (name, changes) => {
          const octets = new Uint8Array(readFileSync(pathOf(name, 'b')));
          for (const [at, octet] of changes) octets[24 + (at % (octets.length - 24))] = octet;
          const { connections, summary } = await pairFiles(pathOf(name, 'a'), written(octets));
          expect(connections).toHaveLength(summary.matched + summary.onlyA + summary.onlyB);
          for (const { ladder, packets } of connections) {
            const { passed, resegmented, diverted, lost, added, oneSided } = packets;
            const lone = lost.client + lost.server + added.client + added.server;
            expect(ladder).toHaveLength(passed + resegmented + diverted + lone + oneSided);
            expect(new Set(ladder.map(({ frameA, frameB }) => `${frameA} ${frameB}`)).size).toBe(
              ladder.length,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('frames lost by either capture, but not the close itself: nobody in between is accused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...HONEST),
        fc.constantFrom('a' as const, 'b' as const),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (name, letter, places) => {
          const frames = framesOf(pathOf(name, letter));
          const gone = new Set(places.map((place) => place % (frames.length - 1)));
          const gappy = written(fileOf(frames.filter((_, place) => !gone.has(place))));
          const ends = letter === 'a' ? [gappy, pathOf(name, 'b')] : [pathOf(name, 'a'), gappy];
          const { connections } = await pairFiles(ends[0]!, ends[1]!);
          for (const { verdict, closes } of connections) {
            expect(verdict.group).not.toBe('intermediary');
            expect(closes.some(({ isProvenForged }) => isProvenForged)).toBe(false);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
