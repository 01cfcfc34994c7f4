import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { PairConnection } from '../../src/model/pair.ts';
import { pairFiles } from '../support/pair-files.ts';
import { type EditableFrame, fileOf, framesOf, isReset, renumber, translate } from '../support/pcap-edit.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const names = readdirSync(FIXTURES).filter((name) => name.startsWith('pair-'));
const scratch = mkdtempSync(join(tmpdir(), 'whohungup-pair-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Expected {
  readonly nearClient: string;
  readonly matchedBy: string;
  readonly outcome: string;
  readonly group: string;
  readonly witness: string;
  readonly addedToA: readonly number[];
  readonly addedToB: readonly number[];
  readonly alterations: readonly string[];
  readonly isResegmented: boolean;
}

function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(`${FIXTURES}${name}/expected.json`, 'utf8')) as Expected;
}

function captureOf(name: string, letter: 'a' | 'b'): string {
  return `${FIXTURES}${name}/${letter}.pcap`;
}

/** A copy of a fixture's capture, changed. */
function changed(
  name: string,
  letter: 'a' | 'b',
  change: (frames: EditableFrame[]) => EditableFrame[],
): string {
  const path = join(scratch, `${name}-${letter}-${Math.random()}.pcap`);
  writeFileSync(path, fileOf(change(framesOf(captureOf(name, letter)))));
  return path;
}

function inBoth(connections: readonly PairConnection[]): PairConnection {
  const both = connections.filter(({ match }) => match !== null);
  expect(both).toHaveLength(1);
  return both[0]!;
}

/** What may not depend on which capture is called A. */
function essence({ verdict, witness, match, packets, altered }: PairConnection) {
  const { outcome, group, certainty, confidence, closedBy, kind, position } = verdict;
  return {
    outcome,
    group,
    certainty,
    confidence,
    closedBy,
    kind,
    position,
    witness: witness?.kind,
    isProof: witness?.isProof,
    by: match?.by,
    lost: packets.lost,
    added: packets.added,
    passed: packets.passed,
    altered: altered.map((each) => `${each.kind} ${each.from} ${each.sent} ${each.arrived}`).sort(),
  };
}

describe('fixtures with two captures', () => {
  test('are there', () => expect(names.length).toBeGreaterThanOrEqual(4));

  test.each(names)('%s', async (name) => {
    const expected = expectedOf(name);
    const { connections } = await pairFiles(captureOf(name, 'a'), captureOf(name, 'b'));
    const found = inBoth(connections);
    expect(found.order.nearClient).toBe(expected.nearClient);
    expect(found.match).toMatchObject({ by: expected.matchedBy, certainty: 'certain' });
    expect(found.verdict).toMatchObject({ outcome: expected.outcome, group: expected.group });
    expect(found.witness).toMatchObject({ kind: expected.witness, isProof: true });
    const forged = found.closes.filter(({ isProvenForged }) => isProvenForged);
    expect(forged.flatMap(({ frameA }) => frameA ?? [])).toEqual(expected.addedToA);
    expect(forged.flatMap(({ frameB }) => frameB ?? [])).toEqual(expected.addedToB);
    expect(found.altered.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...expected.alterations]));
    expect(found.packets.resegmented > 0).toBe(expected.isResegmented);
    if (expected.group === 'intermediary') {
      expect(found.verdict.certainty).toBe('proven');
      expect(found.verdict.confidence).toBeGreaterThanOrEqual(0.99);
    } else {
      expect(found.verdict.probabilities!.intermediary).toBeLessThan(0.01);
      expect(found.packets).toMatchObject({
        lost: { client: 0, server: 0 },
        added: { client: 0, server: 0 },
      });
    }
  });

  test.each(names)('%s, the other way round: the same answer, mirrored', async (name) => {
    const forwards = await pairFiles(captureOf(name, 'a'), captureOf(name, 'b'));
    const backwards = await pairFiles(captureOf(name, 'b'), captureOf(name, 'a'));
    const one = inBoth(forwards.connections);
    const other = inBoth(backwards.connections);
    expect(essence(other)).toEqual(essence(one));
    expect(other.order.nearClient).toBe('b');
    expect(other.basis).not.toBe(one.basis);
    expect(other.closes.map(({ frameA, frameB }) => [frameB, frameA])).toEqual(
      one.closes.map(({ frameA, frameB }) => [frameA, frameB]),
    );
    expect(backwards.summary.clock.offsetNs! + forwards.summary.clock.offsetNs!).toBeCloseTo(0, -2);
  });

  test('53-pair-of-captures', async () => {
    const folder = `${FIXTURES}53-pair-of-captures/`;
    const { connections } = await pairFiles(`${folder}capture-client.pcap`, `${folder}capture.pcap`);
    expect(inBoth(connections).verdict).toMatchObject({
      group: 'intermediary',
      certainty: 'proven',
      killerFrame: 11,
    });
  });

  test('the user may say which capture is where', async () => {
    const name = 'pair-options-rewritten';
    const { connections } = await pairFiles(captureOf(name, 'a'), captureOf(name, 'b'), 'b');
    expect(inBoth(connections).order).toEqual({ nearClient: 'b', from: 'user' });
  });
});

describe('what clocks and boxes do in between changes no answer', () => {
  test.each(names)('%s: a clock that is an hour off and drifts', async (name) => {
    const plain = await pairFiles(captureOf(name, 'a'), captureOf(name, 'b'));
    const late = changed(name, 'b', (frames) => {
      const startUs = frames[0]!.timeUs;
      for (const frame of frames)
        frame.timeUs += 3_600_000_000 + Math.floor((frame.timeUs - startUs) / 10_000);
      return frames;
    });
    const found = await pairFiles(captureOf(name, 'a'), late);
    expect(essence(inBoth(found.connections))).toEqual(essence(inBoth(plain.connections)));
    expect(Math.abs(found.summary.clock.offsetNs! - 3600e9)).toBeLessThan(1e6);
  });

  test.each(names)('%s: a firewall that chooses other sequence numbers', async (name) => {
    const plain = inBoth((await pairFiles(captureOf(name, 'a'), captureOf(name, 'b'))).connections);
    const renumbered = changed(name, 'b', (frames) => {
      for (const frame of frames) {
        renumber(frame, 'client', 1_234_567_890);
        renumber(frame, 'server', -77);
      }
      return frames;
    });
    const found = inBoth((await pairFiles(captureOf(name, 'a'), renumbered)).connections);
    expect(found.match!.shift).toEqual({ client: 1_234_567_890, server: -77 });
    expect(found.verdict).toMatchObject({ group: plain.verdict.group, certainty: plain.verdict.certainty });
    expect(found.packets.passed).toBe(plain.packets.passed);
    expect(found.altered.map(({ kind }) => kind)).toContain('sequence-numbers');
  });

  test('a NAT that also chooses other sequence numbers: by time stamps', async () => {
    const name = 'pair-forged-mimic';
    const hidden = changed(name, 'b', (frames) => {
      for (const frame of frames) {
        renumber(frame, 'client', 99_999);
        renumber(frame, 'server', 5);
        translate(frame, 0xcb007107, 7777);
      }
      return frames;
    });
    const found = inBoth((await pairFiles(captureOf(name, 'a'), hidden)).connections);
    expect(found.match).toMatchObject({ by: 'timestamps', isAddressRewritten: true });
    expect(found.verdict).toMatchObject({ group: 'intermediary', certainty: 'proven' });
  });
});

describe('a capture that is not whole proves nothing', () => {
  const name = 'pair-forged-mimic';

  test('it lacks another packet of the same sender', async () => {
    const gappy = changed(name, 'a', (frames) => frames.filter((_, place) => place !== 6));
    const { connections } = await pairFiles(gappy, captureOf(name, 'b'));
    const found = inBoth(connections);
    expect(found.doubts.join()).toMatch(/lacks 1 other packet|lacks \d+ octets/);
    expect(found.verdict.certainty).not.toBe('proven');
    expect(found.closes.some(({ isProvenForged }) => isProvenForged)).toBe(false);
  });

  test('it had been over for a minute', async () => {
    const later = changed(name, 'b', (frames) => {
      for (const frame of frames) if (isReset(frame)) frame.timeUs += 60_000_000;
      return frames;
    });
    const { connections } = await pairFiles(captureOf(name, 'a'), later);
    expect(inBoth(connections).doubts.join()).toContain('may have been over by then');
    expect(inBoth(connections).witness?.isProof).toBe(false);
  });

  test('a reset that both captures have is not made in between, wherever they were made', async () => {
    const found = inBoth((await pairFiles(captureOf(name, 'b'), captureOf(name, 'b'))).connections);
    expect(found.closes.some(({ fate }) => fate === 'added' || fate === 'lost')).toBe(false);
    expect(found.verdict.certainty).not.toBe('proven');
  });
});
