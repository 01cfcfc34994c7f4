import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MissedOctets } from '../src/missed-octets.ts';
import { analyzeFile } from './support/analyze-file.ts';
import { facts, half } from './support/judged.ts';

const FIXTURES = new URL('../fixtures/', import.meta.url);

function warningOf(...connections: Parameters<typeof facts>): string | null {
  const missed = new MissedOctets();
  for (const changes of connections) missed.add(facts(changes));
  return missed.warning()?.text ?? null;
}

describe('octets that were acknowledged and never captured', () => {
  test('make a warning that counts connections, octets and FINs', () => {
    const missed = new MissedOctets();
    missed.add(facts({ server: half({ bytesNotCaptured: 1448 }) }));
    missed.add(facts({ client: half({ bytesNotCaptured: 3 }), server: half({ lostFinNs: 5 }) }));
    missed.add(facts());
    expect(missed.warning()).toMatchObject({
      kind: 'octets-not-captured',
      text: 'The capture missed packets: in 2 connections the other side acknowledged 1,451 bytes and 1 FIN that it lacks.',
    });
  });

  test('make none when all were captured, or when a side was not captured at all', () => {
    expect(warningOf({})).toBeNull();
    expect(warningOf({ server: half({ segments: 0, bytesNotCaptured: 9000 }) })).toBeNull();
  });

  test.each([
    ['90-capture-drops', true],
    ['86-one-direction', false],
    ['88-snaplen-96', false],
  ])('in the capture of fixture %s: %s', async (name, isWarned) => {
    const folder = new URL(`${name}/`, FIXTURES);
    const capture = readdirSync(folder).find((file) => /\.pcap/.test(file))!;
    const { summary } = await analyzeFile(new URL(capture, folder).pathname);
    const kinds = summary.capture.warnings.map(({ kind }) => kind);
    expect(kinds.includes('octets-not-captured')).toBe(isWarned);
  });
});
