import { Chalk } from 'chalk';
import { describe, expect, test } from 'vitest';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { widthOf } from '../../src/report/layout.ts';
import { paletteOf } from '../../src/report/palette.ts';
import { TextReport } from '../../src/report/text.ts';
import type { TextOptions } from '../../src/report/text-options.ts';
import {
  app,
  close,
  exchange,
  half,
  judged,
  judgedClean,
  overview,
  pattern,
  summaryOf,
} from '../support/judged.ts';

function rendered(
  connections: readonly JudgedConnection[],
  changes: Partial<TextOptions> & { level?: 0 | 1 } = {},
  summary: Partial<AnalysisSummary> = {},
): string {
  let text = '';
  const { level = 0, ...options } = changes;
  const report = new TextReport(
    (chunk) => {
      text += chunk;
    },
    {
      palette: paletteOf(new Chalk({ level })),
      width: 80,
      verbosity: 0,
      isQuiet: false,
      isAll: false,
      selection: null,
      ...options,
    },
  );
  for (const connection of connections) report.connection(connection, true, overview());
  report.end(summaryOf(connections, summary));
  return text;
}

const many = (count: number, from: number, make: (id: number) => JudgedConnection) =>
  Array.from({ length: count }, (_, index) => make(from + index));

const byServer = (id: number) =>
  judged(
    { id },
    { group: 'server', certainty: 'proven', position: 'awaiting-response', headline: 'The server reset it.' },
  );

const longAddresses = judged(
  {
    id: 900,
    ipVersion: 6,
    client: half({ ip: '2001:db8:1234:5678:9abc:def0:1234:5678' }),
    server: half({ ip: '2001:db8:ffff:5678:9abc:def0:1234:5678', port: 80 }),
  },
  {
    group: 'intermediary',
    certainty: 'undetermined',
    headline: `Something in between reset it during GET /${'x'.repeat(300)}.`,
    settle: 'the server remains possible; a capture at the server would tell.',
  },
);

describe('the first lines say whether to worry', () => {
  test('all well', () => {
    expect(rendered(many(3, 0, (id) => judgedClean({ id })))).toMatch(
      /^All is well: all 3 connections ended as both sides wanted\.\n/,
    );
    expect(rendered([judgedClean()])).toMatch(/^All is well: the only connection ended/);
  });

  test('half of a conversation is not called well', () => {
    const half86 = judgedClean({ server: half({ segments: 0 }) });
    expect(rendered([half86])).toMatch(
      /^Cannot be told: the only connection was closed, but only one direction/,
    );
    expect(rendered([half86])).toMatch(/1 {2}ended well {2,}as far as one direction shows\n/);
    const text = rendered([judgedClean(), half86]).replaceAll('\n', ' ');
    expect(text).toMatch(/^No sign of trouble in 2 connections\. But of 1 only one direction was captured: /);
    expect(text).toContain('as far as one direction shows (1 of them)');
  });

  test('some deserve a look', () => {
    const text = rendered([
      ...many(30, 0, (id) => judgedClean({ id })),
      byServer(40),
      ...many(3, 50, (id) => judged({ id })),
    ]);
    expect(text).toMatch(
      /^4 of 34 connections deserve a look: 1 ended by the server and 3 left by the\nclient\. Most early/,
    );
    expect(text.replaceAll('\n', ' ')).toContain('Most early ends are clients that left.');
  });

  test('one', () => {
    expect(rendered([judgedClean(), byServer(1)])).toMatch(/^1 of 2 connections deserves a look/);
  });

  test('the only connection', () => {
    expect(rendered([byServer(1)])).toMatch(/^The only connection deserves a look: the server hung up\.\n/);
    const nobody = judged({}, { group: null, certainty: null, confidence: null, outcome: 'timed-out' });
    expect(rendered([nobody])).toMatch(/^The only connection deserves a look: it ended badly, and nobody/);
  });

  test('bad ends that did no harm', () => {
    const harmless = judged({}, { isHarmless: true });
    expect(rendered([judgedClean(), harmless])).toMatch(
      /^Nothing to worry about: 1 of 2 connections ended early, and did no harm\./,
    );
  });

  test('no TCP at all, and nothing that could be read', () => {
    expect(rendered([], {}, { capture: overview({ frames: 12, tcpSegments: 0 }) })).toMatch(
      /^No TCP connections in 12 frames/,
    );
    expect(rendered([], {}, { capture: overview({ frames: 2, unsupportedFrames: 2 }) })).toContain(
      'link type',
    );
    expect(rendered([], {}, { capture: overview({ frames: 0 }) })).toContain('holds no frames');
  });
});

test('what was read', () => {
  const text = rendered([judgedClean()]);
  expect(text).toContain('Read      a.pcap: 12,345 frames, 1 TCP connection\n');
  expect(text).toContain('2026-01-02 03:04:05 to 03:04:18 UTC (12.4 s)');
  expect(text).toContain('Captured  at or near the server (judged from 31 connections)');
});

test('alike connections are folded into one entry', () => {
  const text = rendered(
    many(12, 100, (id) =>
      judged(
        { id },
        { headline: `The client hung up after ${id},000 of 200,000 body bytes of GET /report.` },
      ),
    ),
  );
  expect(text.match(/The client hung up after/g)).toHaveLength(1);
  expect(text).toContain('× 12: 11 more like it, all at one server, one request target; id 101,');
});

test('of very many request targets the number is given as a least', () => {
  const asking = (target: string) => close({ app: app({ exchange: exchange({ target }) }) });
  const text = rendered(many(1_200, 0, (id) => judged({ id, closes: [asking(`/page/${id}`)] })));
  expect(text.replace(/\s+/g, ' ')).toContain('all at one server, 1,000 or more request targets;');
});

test('with --all each stands for itself', () => {
  const text = rendered(
    many(30, 100, (id) => judged({ id })),
    { isAll: true },
  );
  expect(text.match(/The client hung up after/g)).toHaveLength(30);
  expect(text).not.toContain('more like it');
});

test('after twenty entries it says how to see the rest', () => {
  const distinct = many(45, 0, (id) =>
    judged({ id }, { headline: `Ended like ${'abcdefghij'.repeat(id + 1)}.` }),
  );
  expect(rendered(distinct)).toContain('… and 25 more: use --all or --format jsonl');
});

test('what deserves a look comes first and bears a sign', () => {
  const lines = rendered([judged({ id: 1 }, { isHarmless: true }), judged({ id: 2 }), byServer(3)]).split(
    '\n',
  );
  const order = lines.filter((line) => /^[! ] +\d+ {2}\d\d:/.test(line)).map((line) => line.slice(0, 5));
  expect(order).toEqual(['!  3 ', '!  2 ', '   1 ']);
});

test('evidence, programs and filters at -v', () => {
  const text = rendered([judged()], { verbosity: 1, width: 140 });
  expect(text).toContain(
    "+ The reset's TTL 64 is that of the client's other segments. (frames 41, 4; 3 dB, ttl-matches-baseline)",
  );
  expect(text).toContain('- It came sooner after frame 40');
  expect(text).toContain('The server program: EPIPE on the second write');
  expect(text).toContain('tcp.stream eq 17');
  expect(text).toContain('frame.number == 41');
});

test('several files: a filter by addresses, since stream numbers begin anew in each', () => {
  const text = rendered(
    [judged()],
    { verbosity: 1, width: 200 },
    { capture: overview({ files: ['a', 'b'] }) },
  );
  expect(text).toContain('ip.addr == 198.51.100.7 && ip.addr == 203.0.113.80');
  expect(text).not.toContain('tcp.stream');
});

test('-q: counts only', () => {
  const text = rendered([judged()], { isQuiet: true });
  expect(text).toContain('1  the client hung up');
  expect(text).not.toContain('GET /report');
});

test('a selection is named with its count', () => {
  let text = '';
  const palette = paletteOf(new Chalk({ level: 0 }));
  const report = new TextReport((chunk) => (text += chunk), {
    palette,
    width: 80,
    verbosity: 0,
    isQuiet: false,
    isAll: false,
    selection: 'server',
  });
  report.connection(judgedClean(), false, overview());
  report.connection(byServer(5), true, overview());
  report.end(summaryOf([judgedClean(), byServer(5)]));
  expect(text).toContain("Selected by -Y 'server': 1 of 2 connections");
});

describe.each([40, 60, 80, 100, 140, 200])('at %i columns', (width) => {
  const connections = [judgedClean(), longAddresses, byServer(2), ...many(4, 10, (id) => judged({ id }))];
  const warning = {
    kind: 'cut-record',
    text: 'w'.repeat(150),
    file: 'a.pcap',
    byteOffset: 1,
    frameNumber: 2,
  };
  const summary = {
    patterns: [pattern({ text: 'They have one thing in common. '.repeat(6) })],
    capture: overview({
      files: [`/captures/${'deep/'.repeat(40)}a.pcap`],
      warnings: [warning],
      malformedFrames: 3,
    }),
  };

  test.each([0, 1] as const)('no line is wider (colour level %i)', (level) => {
    for (const verbosity of [0, 1, 2]) {
      for (const line of rendered(connections, { width, level, verbosity }, summary).split('\n')) {
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  test('colour adds nothing but colour', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is control characters
    const bare = rendered(connections, { width, level: 1 }, summary).replace(/\u001b\[[0-9;]*m/g, '');
    expect(bare).toBe(rendered(connections, { width, level: 0 }, summary));
  });
});

test('hostile text never reaches the terminal raw', () => {
  const target = '/\u001b[2J\u009b31m\u202egnp.exe\r\n\u0007';
  const hostile = judged(
    { closes: [close({ app: app({ exchange: exchange({ target }) }) })] },
    {
      headline: `The client hung up during GET ${target}.`,
      matters: target,
      settle: target,
      notes: [target],
      evidence: [{ rule: 'r', towards: 'server', weight: 1, frames: [], text: target }],
      applications: { client: { likely: target, errno: null }, server: { likely: target, errno: null } },
    },
  );
  const warning = { kind: 'x', text: target, file: target, byteOffset: null, frameNumber: null };
  const summary = {
    capture: overview({ files: [target], warnings: [warning] }),
    patterns: [pattern({ text: target, figures: { value: target }, suggests: target, next: target })],
  };
  const text = rendered([hostile], { verbosity: 2, selection: target }, summary);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).toContain('\\x1b[2J');
});
