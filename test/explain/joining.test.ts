import { describe, expect, test } from 'vitest';
import { CaptureIndex } from '../../src/explain/capture-index.ts';
import { explainLog } from '../../src/explain/explain-log.ts';
import { LogIndex } from '../../src/explain/log-index.ts';
import { LogReader } from '../../src/logs/log-reader.ts';
import type { Explanation, ExplanationSummary } from '../../src/model/explanation.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';
import { app, close, EPOCH_NS, exchange, half, judged } from '../support/judged.ts';

/** 2026-01-02T03:04:05Z is the capture's epoch. */
const EPOCH_SECONDS = Number(EPOCH_NS / 1_000_000_000n);
const SECOND = 1e9;

interface Visit {
  readonly id: number;
  readonly port: number;
  readonly ip?: string;
  /** Seconds since the epoch at which the client cut it; the request came half a second before. */
  readonly at: number;
  readonly target?: string;
  readonly bytes?: number;
}

/** A client that left in the middle of a response. */
function visit({
  id,
  port,
  ip = '198.51.100.7',
  at,
  target = '/report',
  bytes = 5120,
}: Visit): JudgedConnection {
  const cut = exchange({
    index: 1,
    target,
    bodyBytes: bytes,
    requestStartNs: (at - 0.5) * SECOND,
    requestEndNs: (at - 0.5) * SECOND,
    responseStartNs: (at - 0.4) * SECOND,
  });
  const snapshot = app({ exchange: cut });
  return judged({
    id,
    client: half({ ip, port }),
    startNs: (at - 0.6) * SECOND,
    endNs: at * SECOND,
    app: snapshot,
    closes: [close({ timeNs: at * SECOND, app: snapshot })],
  });
}

function explain(
  lines: readonly string[],
  visits: readonly Visit[],
  clockOffsetSeconds: number | null = null,
) {
  const log = new LogIndex();
  const reader = new LogReader({ reference: EPOCH_SECONDS, pattern: null, zoneSeconds: null }, log);
  for (const line of lines) reader.line(line);
  const index = new CaptureIndex(log);
  for (const each of visits) index.connection(visit(each), true);
  return explainAll(log, index, reader, clockOffsetSeconds);
}

function explainAll(
  log: LogIndex,
  index: CaptureIndex,
  reader: LogReader,
  clockOffsetSeconds: number | null,
) {
  const explained: Explanation[] = [];
  const steps = explainLog(
    log,
    index,
    {
      epochNs: EPOCH_NS,
      clockOffsetSeconds,
      counts: reader.counts,
      wantsAll: true,
      timerNames: () => [],
    },
    (each) => explained.push(each),
  );
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const summary: ExplanationSummary = step.value;
  return { explained, summary };
}

const found = ({ explained }: ReturnType<typeof explain>) =>
  explained.map(({ connection, certainty }) => `${connection?.id ?? 'none'} ${certainty ?? ''}`.trim());

/** As Go's log package writes, `seconds` after the capture's epoch by a clock that is `ahead`. */
function goLine(seconds: number, port: number, ahead = 0, ip = '198.51.100.7'): string {
  const at = new Date((EPOCH_SECONDS + seconds + ahead) * 1_000).toISOString();
  const time = at.replace('T', ' ').replaceAll('-', '/').replace('Z', '000');
  return `${time} write tcp 203.0.113.80:80->${ip}:${port}: write: broken pipe`;
}

/** As nginx writes its access log. */
function nginxLine(seconds: number, bytes: number, ahead = 0, ip = '198.51.100.7'): string {
  const at = new Date(Math.floor(EPOCH_SECONDS + seconds + ahead) * 1_000).toISOString();
  return `${ip} - - [02/Jan/2026:${at.slice(11, 19)} +0000] "GET /report HTTP/1.1" 200 ${bytes} "-" "curl" rt=0.500`;
}

describe('by address', () => {
  test('the connection with that port', () => {
    const visits = [
      { id: 0, port: 4001, at: 1 },
      { id: 1, port: 4002, at: 2 },
    ];
    expect(found(explain([goLine(2.01, 4002)], visits))).toEqual(['1 certain']);
  });

  test('of a port that was used again, the one of that time', () => {
    const visits = [
      { id: 0, port: 4001, at: 1 },
      { id: 1, port: 4002, at: 2 },
      { id: 2, port: 4003, at: 3 },
      { id: 3, port: 4001, at: 300 },
    ];
    const lines = [
      goLine(1.01, 4001, 4),
      goLine(2.01, 4002, 4),
      goLine(3.01, 4003, 4),
      goLine(300.01, 4001, 4),
    ];
    expect(found(explain(lines, visits)).map((each) => each.split(' ')[0])).toEqual(['0', '1', '2', '3']);
  });

  test('nothing, where the port was used at quite another time', () => {
    const visits = [
      { id: 0, port: 4001, at: 1 },
      { id: 1, port: 4002, at: 2 },
      { id: 2, port: 4003, at: 3 },
    ];
    const lines = [goLine(1.01, 4001), goLine(2.01, 4002), goLine(3.01, 4003), goLine(5_000, 4001)];
    const { explained } = explain(lines, visits);
    expect(explained[3]?.connection).toBeNull();
    expect(explained[3]?.reasons).toEqual(['198.51.100.7:4001 is in the capture, but at another time']);
  });

  test('translated addresses with their ports kept are likely at most', () => {
    const visits = [4001, 4002, 4003, 4004].map((port, id) => ({ id, port, at: id + 1 }));
    const lines = visits.map(({ port, at }) => goLine(at + 0.01, port, 2, '192.0.2.200'));
    expect(found(explain(lines, visits))).toEqual(['0 likely', '1 likely', '2 likely', '3 likely']);
  });
});

describe('clocks', () => {
  test.each([0, 4.2, -5, 3_600 * 5.5, -3_600 * 8 + 3])('a log that is %d s ahead', (ahead) => {
    const visits = [1, 2.3, 5.1, 9.7].map((at, id) => ({ id, port: 4001 + id, at }));
    const lines = visits.map(({ port, at }) => goLine(at + 0.01, port, ahead));
    const { summary } = explain(lines, visits);
    expect(summary.clocks).toHaveLength(1);
    expect(summary.clocks[0]?.offsetSeconds).toBeCloseTo(ahead, 1);
    expect(summary.clocks[0]).toMatchObject({ isSettled: true, from: 'lines', isZoneKnown: false });
  });

  test('from one line nothing is concluded', () => {
    const { summary } = explain([goLine(1.01, 4001, 100)], [{ id: 0, port: 4001, at: 1 }]);
    expect(summary.clocks[0]?.isSettled).toBe(false);
  });
});

describe('by request', () => {
  const at = [1.2, 4.4, 9.9, 17.3, 28.5];
  const visits = at.map((each, id) => ({ id, port: 4001 + id, at: each, bytes: 1000 * (id + 1) }));

  test.each([0, 5, -5, 7_200])('lines without ports, %d s ahead', (ahead) => {
    const lines = at.map((each, id) => nginxLine(each + 0.02, 1000 * (id + 1), ahead));
    const joined = explain(lines, visits);
    expect(joined.explained.map(({ connection }) => connection?.id)).toEqual([0, 1, 2, 3, 4]);
    expect(joined.explained.every(({ certainty }) => certainty !== 'guess')).toBe(true);
  });

  test('twins in one second are guesses', () => {
    const twins = [...visits, { id: 5, port: 5001, at: 9.95, bytes: 3000 }];
    const lines = [...at, 9.96].map((each) => nginxLine(each + 0.02, 9_000));
    const { explained } = explain(lines, twins);
    const ofTwins = explained.filter(({ connection }) => connection?.id === 2 || connection?.id === 5);
    expect(ofTwins.map(({ certainty }) => certainty)).toEqual(['guess', 'guess']);
  });

  test('an address that the capture knows is that client and no other', () => {
    const others = [...visits, { id: 5, port: 5001, at: 40, ip: '198.51.100.8', bytes: 3000 }];
    const lines = [...at.map((each) => nginxLine(each, 9_000)), nginxLine(40, 9_000, 0, '198.51.100.9')];
    const { explained } = explain(lines, [...others, { id: 6, port: 1, at: 60, ip: '198.51.100.9' }]);
    expect(explained[5]?.connection?.id).not.toBe(5);
  });
});

test('what no line speaks of is listed', () => {
  const { summary } = explain(
    [goLine(1.01, 4001)],
    [
      { id: 0, port: 4001, at: 1 },
      { id: 1, port: 4002, at: 2 },
    ],
  );
  expect(summary.unmentioned.map(({ id }) => id)).toEqual([1]);
  expect(summary).toMatchObject({ explained: 1, unmatched: 0, byCertainty: { certain: 1 } });
});

/** One connection, kept alive, with a response every second; `count` of them. HAProxy's lines about it, `ahead` of the capture. */
function polled(count: number, ahead: number, offset: number | null) {
  const log = new LogIndex();
  const reader = new LogReader({ reference: EPOCH_SECONDS, pattern: null, zoneSeconds: null }, log);
  for (let each = 0; each < count; each++) {
    const at = new Date((EPOCH_SECONDS + each + ahead) * 1_000).toISOString();
    reader.line(
      `haproxy[1]: 198.51.100.7:4001 [${at.slice(8, 10)}/Jan/2026:${at.slice(11, 23)}] http-in static/srv1 0/0/0/1/1 200 5120 - - ---- 1/1/1/1/0 0/0 "GET /report HTTP/1.1"`,
    );
  }
  const index = new CaptureIndex(log);
  const response = (each: number, at: number) =>
    exchange({
      index: each + 1,
      requestStartNs: at * SECOND,
      requestEndNs: at * SECOND,
      responseStartNs: (at + 0.001) * SECOND,
      responseEndNs: (at + 0.001) * SECOND,
      isResponseComplete: true,
    });
  for (let each = 0; each < count; each++) index.exchange(0, response(each, each));
  const snapshot = app({ exchange: response(count - 1, count - 1) });
  const end = count * SECOND;
  index.connection(
    judged({
      id: 0,
      client: half({ ip: '198.51.100.7', port: 4001 }),
      startNs: 0,
      endNs: end,
      app: snapshot,
      closes: [close({ timeNs: end, app: snapshot })],
    }),
    true,
  );
  return explainAll(log, index, reader, offset);
}

describe('one connection with many exchanges', () => {
  test('each line is about the exchange of its time', () => {
    const { explained } = polled(60, 5, 5);
    expect(explained.map(({ exchange }) => exchange?.index)).toEqual(
      Array.from({ length: 60 }, (_, each) => each + 1),
    );
  });

  // Each line looking through all exchanges, these are ten thousand million looks.
  test('any number of them', () => {
    const { summary } = polled(100_000, 0, 0);
    expect(summary).toMatchObject({ unmatched: 0, byCertainty: { certain: 100_000 } });
  });
});

/** Sizes at which holding each line against each connection would take minutes. */
describe('a busy capture and a long log', () => {
  const COUNT = 20_000;
  const visits = Array.from({ length: COUNT }, (_, id) => ({ id, port: 1_024 + id, at: id / 10 }));
  const times = visits.map(({ at }) => new Date((EPOCH_SECONDS + at + 0.01) * 1_000).toISOString());
  const dials = times.map((at) => `${at} dial tcp 203.0.113.80:80: connect: connection reset by peer`);

  test('lines that name only the server: the connection of their time', () => {
    const joined = explain(dials, visits, 0).explained;
    const ids = joined.map(({ connection }) => connection?.id);
    expect(ids).toEqual(visits.map(({ id }) => id));
  });

  test('without a clock to go by nothing is made up', () => {
    const { explained, summary } = explain(dials, visits);
    expect(summary.unmatched).toBe(COUNT);
    expect(explained[0]?.reasons).toEqual([
      'more than 400 connections of the capture have 203.0.113.80:80, and there is no time to tell them apart by',
    ]);
  });

  test('one port used again and again: the connection of that time', () => {
    const again = visits.map((each) => ({ ...each, port: 4001 }));
    const joined = explain(
      visits.map(({ at }) => goLine(at + 0.01, 4001)),
      again,
      0,
    ).explained;
    expect(joined.map(({ connection }) => connection?.id)).toEqual(visits.map(({ id }) => id));
  });

  test('each line has a target of its own', () => {
    const own = visits.map((each) => ({ ...each, target: `/item/${each.id}` }));
    const lines = own.map(({ at, target }) => nginxLine(at + 0.02, 5120).replace('/report', target));
    const joined = explain(lines, own).explained;
    expect(joined.map(({ connection }) => connection?.id)).toEqual(own.map(({ id }) => id));
  });

  test('one target asked for again and again, too often to tell', () => {
    const often = visits.map((each) => ({ ...each, at: each.at / 100 }));
    const { summary } = explain(
      often.map(({ at }) => nginxLine(at, 5120, 0, '10.9.8.7')),
      often,
    );
    expect(summary.unmatched).toBe(COUNT);
  });
});
