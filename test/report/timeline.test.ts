import { Chalk } from 'chalk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACK, FIN, PSH, RST, SYN } from '../../src/model/segment.ts';
import {
  type ConnectionTimeline,
  MARK_KEEP_ALIVE,
  MARK_RETRANSMISSION,
  type TimelineLandmark,
  type TimelineRow,
} from '../../src/model/timeline.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { widthOf } from '../../src/report/layout.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { type LadderOptions, timelineLines } from '../../src/report/timeline.ts';
import { foldRows } from '../../src/report/timeline-fold.ts';
import { TimelineRecorder } from '../../src/report/timeline-recorder.ts';
import { half, judged, overview } from '../support/judged.ts';

const MS = 1e6;

function row(frame: number, changes: Partial<TimelineRow> = {}): TimelineRow {
  return {
    frame,
    timeNs: frame * MS,
    half: 0,
    flags: ACK,
    seqRel: 1,
    ackRel: 1,
    payloadLen: 0,
    window: 64_240,
    marks: 0,
    ...changes,
  };
}

/** Handshake, request, a long response, and the client's reset in its middle; a late segment and its answer. */
function story(): { judged: JudgedConnection; timeline: ConnectionTimeline } {
  const rows = [
    row(1, { flags: SYN, ackRel: null }),
    row(2, { flags: SYN | ACK, half: 1 }),
    row(3),
    row(4, { flags: PSH | ACK, payloadLen: 150 }),
  ];
  for (let frame = 5; frame < 45; frame++) {
    rows.push(frame % 2 === 0 ? row(frame) : row(frame, { half: 1, payloadLen: 1448 }));
  }
  rows.push(row(45, { half: 1, payloadLen: 1448, marks: MARK_RETRANSMISSION }));
  rows.push(row(46, { flags: RST | ACK, timeNs: 2111 * MS }));
  rows.push(row(47, { half: 1, payloadLen: 1448, timeNs: 2112 * MS }));
  rows.push(row(48, { flags: RST, timeNs: 2113 * MS }));
  return {
    judged: judged(
      {},
      {
        killerFrame: 46,
        closes: [
          { frame: 46, from: 'client', kind: 'RST', role: 'cause' },
          { frame: 48, from: 'client', kind: 'RST', role: 'consequence' },
        ],
      },
    ),
    timeline: {
      id: 17,
      rows,
      landmarks: [
        { frame: 4, half: 0, text: 'GET /report' },
        { frame: 5, half: 1, text: '200, 10,240 body bytes to come' },
      ],
      omitted: 0,
    },
  };
}

const OPTIONS: LadderOptions = {
  palette: paletteOf(new Chalk({ level: 0 })),
  width: 100,
  verbosity: 0,
  isQuiet: false,
  isAll: false,
  selection: null,
  timeMode: 'relative',
  fileCount: 1,
};

function ladder(changes: Partial<LadderOptions> = {}, given = story()): string[] {
  return timelineLines(given.judged, given.timeline, overview(), { ...OPTIONS, ...changes });
}

describe('a ladder', () => {
  const lines = ladder();
  const lineOf = (frame: number) => lines.find((line) => new RegExp(`^(>>>)? +${frame} `).test(line)) ?? '';

  test('tells who, what and how to open it', () => {
    expect(lines.slice(0, 4)).toEqual([
      'Connection 17: client 198.51.100.7:41259 → server 203.0.113.80:80',
      'The client hung up after 4,096 of 10,240 body bytes of GET /report.',
      'Who hung up: client (likely), 93 %. Where: in the response body.',
      '2026-01-02 UTC, 2.11 s, 40 segments; roles from the SYN; Wireshark: tcp.stream eq 17',
    ]);
  });

  test('names directions, flags and landmarks', () => {
    expect(lineOf(1)).toContain('client ──> server SYN ');
    expect(lineOf(2)).toContain('client <── server SYN ACK');
    expect(lineOf(4)).toMatch(/0\.004000 .* PSH ACK .*150 .* GET \/report$/);
    expect(lineOf(5)).toMatch(/200, 10,240 body bytes to come$/);
    expect(lineOf(45)).toMatch(/retransmission$/);
  });

  test('marks the killer, with the evidence right below', () => {
    const at = lines.findIndex((line) => line.startsWith('>>> '));
    expect(lines[at]).toMatch(/^>>> +46 +2\.111000 client ──> server RST ACK/);
    expect(lines[at + 1]?.trim()).toBe('This ended it. Who hung up: client (likely), 93 %.');
    expect(lines[at + 2]?.trim()).toMatch(/^\+ The reset's TTL 64/);
    expect(lineOf(48)).toMatch(/ consequence, not the cause$/);
  });

  test('folds the long run of data', () => {
    expect(lines.join('\n')).toMatch(/… 15 more data segments, 21,720 bytes, 14 more ACKs, 29 ms/);
    expect(lines.length).toBeLessThan(35);
    expect(ladder({ isAll: true }).length).toBeGreaterThan(50);
  });
});

test('a frame that the evidence cites breaks the fold', () => {
  const { judged: connection, timeline } = story();
  const cited = {
    rule: 'a',
    towards: 'intermediary',
    weight: -3,
    frames: [46, 21],
    text: 'As frame 21.',
  } as const;
  const given = { ...connection, verdict: { ...connection.verdict, evidence: [cited] } };
  const lines = timelineLines(given, timeline, overview(), OPTIONS);
  const shown = (frame: number): boolean => lines.some((line) => new RegExp(`^ +${frame} `).test(line));
  expect(timelineLines(connection, timeline, overview(), OPTIONS).some((line) => /^ +21 /.test(line))).toBe(
    false,
  );
  expect(shown(21)).toBe(true);
  expect(shown(13)).toBe(false);
  expect(lines.join('\n')).toMatch(/…/);
});

test('a verdict that is only a guess says what would settle it', () => {
  const { timeline } = story();
  const unsure = judged({}, { certainty: 'undetermined', settle: 'a capture at the server would tell.' });
  expect(timelineLines(unsure, timeline, overview(), OPTIONS)).toContain(
    'Not sure: a capture at the server would tell.',
  );
});

test('absolute and delta times', () => {
  expect(ladder({ timeMode: 'absolute' }).join('\n')).toContain('03:04:07.111000');
  const nine = timelineLines(story().judged, story().timeline, overview({ digits: 9 }), {
    ...OPTIONS,
    timeMode: 'delta',
  });
  expect(nine.join('\n')).toMatch(/>>> +46 2\.066000000/);
});

test('a new day is told when times are absolute', () => {
  const { judged: connection, timeline } = story();
  const late = { ...timeline, rows: [row(1), row(2, { timeNs: 86_400e9 })] };
  const lines = timelineLines(connection, late, overview(), { ...OPTIONS, timeMode: 'absolute' });
  expect(lines).toContain('    ── 2026-01-03 ──');
});

test('the client is who it is, even when the server spoke first in the capture', () => {
  const facts = {
    client: half({ firstFrame: 2 }),
    server: half({ ip: '203.0.113.80', port: 80, firstFrame: 1 }),
  };
  const lines = timelineLines(
    judged(facts),
    { id: 17, rows: [row(1, { half: 0 }), row(2, { half: 1 })], landmarks: [], omitted: 0 },
    overview(),
    OPTIONS,
  );
  expect(lines.find((line) => / 1 0\.001/.test(line))).toContain('client <── server');
});

describe.each([40, 60, 80, 140, 200])('at %i columns', (width) => {
  test.each(['relative', 'absolute', 'delta'] as const)('no line is wider, %s times', (timeMode) => {
    const given = story();
    const hostile: TimelineLandmark = { frame: 6, half: 0, text: `GET /${'x'.repeat(300)}\u001b[2J\u202e` };
    const timeline = {
      ...given.timeline,
      rows: given.timeline.rows.map((each) => ({ ...each, frame: each.frame, seqRel: 4_000_000_000 })),
      landmarks: [...given.timeline.landmarks, hostile],
      omitted: 1234,
    };
    const lines = timelineLines(given.judged, timeline, overview(), { ...OPTIONS, width, timeMode });
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(lines.join('\n')).toContain('1,234 segments not kept');
  });
});

describe('folding', () => {
  const keepNone = () => false;

  test('keep-alives and their answers', () => {
    const rows = Array.from({ length: 20 }, (_, i) =>
      row(i + 1, i % 2 === 0 ? { marks: MARK_KEEP_ALIVE } : { half: 1 }),
    );
    const folded = foldRows(rows, keepNone).find((entry) => !('row' in entry));
    expect(folded).toMatchObject({ theme: 'keep-alive', segments: 7, acks: 8 });
  });

  test('nothing is lost: rows shown and rows folded make up the whole', () => {
    const anyRow = fc.record({
      half: fc.integer({ min: 0, max: 1 }),
      payloadLen: fc.constantFrom(0, 0, 1, 1448),
      marks: fc.constantFrom(0, 0, 0, 1, 4),
      flags: fc.constantFrom(ACK, ACK, ACK, PSH | ACK, FIN | ACK, RST),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 80 }), fc.nat(80), (changes, kept) => {
        const rows = changes.map((change, index) => row(index + 1, change));
        const entries = foldRows(rows, ({ frame }) => frame === kept);
        let count = 0;
        let octets = 0;
        for (const entry of entries) {
          count += 'row' in entry ? 1 : entry.segments + entry.acks;
          octets += 'row' in entry ? entry.row.payloadLen : entry.octets;
        }
        expect(count).toBe(rows.length);
        expect(octets).toBe(rows.reduce((sum, { payloadLen }) => sum + payloadLen, 0));
        const shown = new Set(entries.flatMap((entry) => ('row' in entry ? [entry.row.frame] : [])));
        for (const { frame, flags } of rows) {
          if (frame === kept || (flags & (FIN | RST | SYN)) !== 0) expect(shown).toContain(frame);
        }
      }),
    );
  });
});

describe('the recorder', () => {
  test('keeps the beginning and the end of a long connection', () => {
    const recorder = new TimelineRecorder(() => true, 10);
    for (let frame = 1; frame <= 100; frame++) recorder.segment(5, row(frame));
    const { rows, omitted } = recorder.take(5);
    expect(rows.map(({ frame }) => frame)).toEqual([1, 2, 3, 4, 5, 96, 97, 98, 99, 100]);
    expect(omitted).toBe(90);
  });

  test('keeps a copy: rows are borrowed', () => {
    const recorder = new TimelineRecorder(() => true);
    const borrowed = { ...row(1) };
    recorder.segment(1, borrowed);
    Object.assign(borrowed, { frame: 99 });
    expect(recorder.take(1).rows[0]?.frame).toBe(1);
  });

  test('over the total limit no new connection begins, and the others stay within what they have', () => {
    const recorder = new TimelineRecorder(() => true, 100, 4);
    for (let frame = 1; frame <= 4; frame++) recorder.segment(1, row(frame));
    expect(recorder.wants(2)).toBe(false);
    expect(recorder.wants(1)).toBe(true);
    recorder.segment(1, row(5));
    expect(recorder.take(1).rows.length).toBeLessThanOrEqual(4);
    expect(recorder.refused.size).toBe(1);
    expect(recorder.wants(3)).toBe(true);
  });

  test('records what it is told to, and nothing twice', () => {
    const recorder = new TimelineRecorder((id) => id === 7);
    expect(recorder.wants(6)).toBe(false);
    recorder.segment(7, row(1));
    recorder.landmark(7, { frame: 1, half: 0, text: 'GET /' });
    expect(recorder.take(7)).toMatchObject({ id: 7, omitted: 0, landmarks: [{ text: 'GET /' }] });
    expect(recorder.take(7).rows).toEqual([]);
  });
});
