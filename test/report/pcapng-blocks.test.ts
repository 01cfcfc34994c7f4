import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { interfaceBlock, packetBlock, sectionBlock } from '../../src/report/pcapng-blocks.ts';
import { verdictComment } from '../../src/report/verdict-comment.ts';
import { readOctetByOctet } from '../capture/recording-sink.ts';
import { judged } from '../support/judged.ts';

const FILE = Uint8Array.of(
  ...sectionBlock('whohungup test'),
  ...interfaceBlock(1, 'eth0'),
  ...packetBlock({
    interfaceIndex: 0,
    timeNs: 1_700_000_000_123_456_789n,
    originalLen: 60,
    octets: Uint8Array.of(1, 2, 3, 4, 5),
    comment: 'why → here',
  }),
  ...packetBlock({
    interfaceIndex: 0,
    timeNs: 1_700_000_001_000_000_000n,
    originalLen: 2,
    octets: Uint8Array.of(6, 7),
    comment: '',
  }),
);

test('saved packets are read back', () => {
  const { sink, state } = readOctetByOctet(FILE);
  expect(sink.warnings).toEqual([]);
  expect(state.clock).toEqual({ epochNs: 1_700_000_000_000_000_000n, digits: 9 });
  expect(sink.interfaces).toMatchObject([{ name: 'eth0', linkType: 1 }]);
  expect(sink.frames).toMatchObject([
    { timeNs: 123_456_789, octets: '0102030405', originalLen: 60 },
    { timeNs: 1_000_000_000, octets: '0607', originalLen: 2 },
  ]);
});

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) console.warn('comments are not checked with tshark: it is not installed');
test.skipIf(!hasTshark)('Wireshark shows the comment', () => {
  const directory = mkdtempSync(join(tmpdir(), 'whohungup-comment-'));
  const file = join(directory, 'a.pcapng');
  writeFileSync(file, FILE);
  const fields = ['-T', 'fields', '-e', 'frame.comment', '-e', 'frame.time_epoch'];
  const { stdout } = spawnSync('tshark', ['-r', file, ...fields], { encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'why → here\t1700000000.123456789',
    '\t1700000001.000000000',
  ]);
});

test('a comment names the verdict, and is escaped', () => {
  const comment = verdictComment(judged({}, { headline: 'The client \u001b[31mhung up.' }));
  expect(comment.split('\n')[0]).toBe('whohungup: The client \\x1b[31mhung up.');
  expect(comment).toMatch(/\nWho hung up: client/);
});
