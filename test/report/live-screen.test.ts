import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import { widthOf } from '../../src/report/layout.ts';
import { type BoardEntry, LiveBoard } from '../../src/report/live-board.ts';
import { countsLine } from '../../src/report/live-counts.ts';
import { screenLines } from '../../src/report/live-screen.ts';
import { verdictLine } from '../../src/report/live-text.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { judged, judgedClean, overview } from '../support/judged.ts';

const palette = paletteOf(new Chalk({ level: 0 }));
const HOSTILE =
  'The client hung up after GET /\u001b]0;owned\u0007\r\n of 日本語 and a very long path that goes on.';

function boardOf(entries: number): LiveBoard {
  const board = new LiveBoard();
  for (let id = 0; id < entries; id++) {
    const entry: BoardEntry = {
      judged: id % 3 === 0 ? judgedClean({ id }) : judged({ id }, { headline: HOSTILE }),
      base: overview(),
      timeline: { id, rows: [], landmarks: [], omitted: 0 },
    };
    board.add(entry, true);
  }
  board.counts = { frames: 1_234_567, drops: null, open: 12, memoryLen: 90 * 1024 * 1024 };
  board.rate = 1200;
  board.elapsedNs = 754e9;
  return board;
}

function linesOf(board: LiveBoard, width: number, height: number, prompt = ''): string[] {
  return screenLines(board, {
    width,
    height,
    palette,
    title: 'eth0 (tcp port 80) with cap',
    isPaused: false,
    filterText: '',
    prompt,
    entries: board.latest(null),
    selected: 0,
  });
}

describe('the live screen', () => {
  test.each([
    [40, 12],
    [80, 24],
    [80, 50],
    [140, 40],
    [300, 100],
  ])('fits %i columns and %i rows, whatever is on it', (width, height) => {
    for (const count of [0, 1, 300]) {
      const lines = linesOf(boardOf(count), width, height);
      expect(lines).toHaveLength(height);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    }
  });

  test('counts by group and place, and shows the latest first', () => {
    const lines = linesOf(boardOf(9), 140, 40);
    expect(lines[0]).toMatch(/^whohungup live: eth0 \(tcp port 80\) with cap .* 12 min 34 s$/);
    expect(lines[1]).toBe(
      '1,234,567 frames (1,200/s), drops not known; 9 connections ended, 12 open; memory 90 MiB',
    );
    expect(lines).toContain('all                                  6           ·           ·');
    expect(lines.find((line) => line.startsWith('Nobody'))).toBe('Nobody named: 3 ended well');
    const ids = lines
      .map((line) => /^[> ][! ] +(\d+) \d\d:/.exec(line)?.[1])
      .filter((id) => id !== undefined);
    expect(ids).toEqual(['8', '7', '5', '4', '2', '1']);
    expect(lines.at(-1)).toContain('p pause');
  });

  test('keeps no more than it can show', () => {
    expect(boardOf(1000).latest(() => true)).toHaveLength(200);
  });
});

test('a verdict as one line', () => {
  const line = verdictLine(judged({}, { headline: HOSTILE }), overview(), palette);
  expect(line).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} [! ] client \(\w+\), in the response body; \S+ → \S+: The client/,
  );
  expect(line).not.toMatch(/\p{Cc}/u);
});

test('the counts as one line', () => {
  const board = boardOf(3);
  expect(countsLine({ ...board.counts, drops: 4 }, board.tally)).toBe(
    '1,234,567 frames, 4 dropped; 3 connections ended, 12 open; hung up: client 2, intermediary 0, server 0; memory 90 MiB',
  );
});
