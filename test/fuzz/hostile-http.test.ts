import { describe, expect, test } from 'vitest';
import { HostileFeed, type HostileRun, Talk } from './hostile-feed.ts';

/**
 * Peers that mean harm, or are broken beyond what a fuzzer finds. Each must end in time that grows with the input, in
 * bounded memory, and with a verdict that names what really ended the connection.
 */

const MIB = 1024 * 1024;
/** Some hundred times what the slowest takes: only time that is not linear gets here. */
const LOOSE_MS = 15_000;

const GET = 'GET /report HTTP/1.1\r\nHost: a.example\r\n\r\n';

function conversation(tell: (talk: Talk) => void): HostileRun {
  const feed = new HostileFeed();
  const talk = Talk.open(feed);
  tell(talk);
  const run = feed.end();
  expect(run.connections).toBe(1);
  expect(run.elapsedMs).toBeLessThan(LOOSE_MS);
  return run;
}

/** The one verdict, in the words that matter here. */
function ending({ judged }: HostileRun): Record<string, unknown> {
  const { outcome, group, position, killerFrame } = judged[0]!.verdict;
  return { outcome, group, position, hasKiller: killerFrame !== null };
}

const CLIENT_ABORT = { outcome: 'aborted', group: 'client-abort', hasKiller: true };

describe('heads', () => {
  test('a header line of 10 MB', () => {
    const run = conversation((talk) => {
      talk.send('client', 'GET / HTTP/1.1\r\nX: ');
      for (let k = 0; k < 100; k++) talk.send('client', 'y'.repeat(100_000));
      talk.reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'unknown' });
    expect(run.judged[0]!.facts.app.oddities).toContain('head-too-large');
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('a million header lines in a response', () => {
    const run = conversation((talk) => {
      talk.send('client', GET).send('server', 'HTTP/1.1 200 OK\r\n');
      for (let k = 0; k < 100; k++) talk.send('server', 'X-A: b\r\n'.repeat(10_000));
      talk.reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'unknown' });
    expect(run.judged[0]!.facts.app.oddities).toContain('head-too-large');
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('a head in 100,000 segments of one octet', () => {
    const run = conversation((talk) => {
      talk.send('client', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a.example\r\n\r\n`, 1);
      talk.reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'awaiting-response' });
    expect(run.judged[0]!.facts.client.smallSegments).toBeGreaterThan(99_000);
  });

  test('names that are properties of every object', () => {
    const run = conversation((talk) => {
      talk.send(
        'client',
        'GET /report HTTP/1.1\r\n__proto__: x\r\nconstructor: y\r\nHost: a.example\r\n\r\n',
      );
      talk.send(
        'server',
        'HTTP/1.1 200 OK\r\n__proto__: 5\r\ntoString: z\r\nContent-Length: 10\r\n\r\n12345',
      );
      talk.reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'in-response-body' });
    expect(run.judged[0]!.facts.app.exchange).toMatchObject({ bodyBytes: 5, bodyLength: 10 });
  });
});

describe('bodies', () => {
  test('a chunk size of 100,000 digits', () => {
    const run = conversation((talk) => {
      talk.send('client', GET).send('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      talk.send('server', 'f'.repeat(100_000)).reset('client');
    });
    expect(run.judged[0]!.verdict.group).toBe('client-abort');
    expect(run.judged[0]!.facts.app.oddities).toContain('bad-chunk-size');
  });

  test.each([
    ['2^64', '18446744073709551616'],
    ['-1', '-1'],
    ['5,000 digits', '9'.repeat(5_000)],
    ['0x10', '0x10'],
    ['1e3', '1e3'],
    ['5, 6', '5, 6'],
  ])('a Content-Length of %s', (_name, length) => {
    const run = conversation((talk) => {
      talk.send('client', GET).send('server', `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\nhello`);
      talk.reset('client');
    });
    expect(run.judged[0]!.verdict.group).toBe('client-abort');
    expect(run.judged[0]!.facts.app.exchange?.bodyLength).toBeNull();
    expect(run.judged[0]!.facts.app.oddities.length).toBeGreaterThan(0);
  });

  test('500,000 chunks of one octet', () => {
    const run = conversation((talk) => {
      talk.send('client', GET).send('server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      talk.send('server', '1\r\nx\r\n'.repeat(500_000)).reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'in-response-body' });
    expect(run.judged[0]!.facts.app.exchange).toMatchObject({ bodyBytes: 500_000 });
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('a WebSocket frame of 2^63 octets', () => {
    const run = conversation((talk) => {
      const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
      talk.send('client', `GET /ws HTTP/1.1\r\nHost: a.example\r\n${upgrade}\r\n`);
      talk.send('server', `HTTP/1.1 101 Switching Protocols\r\n${upgrade}\r\n`);
      talk.send('server', Uint8Array.of(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3));
      talk.send('server', new Uint8Array(200_000)).reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'tunnel' });
    expect(run.judged[0]!.facts.app.webSocket).toMatchObject({ isServerCloseSeen: false });
  });
});

describe('exchanges', () => {
  test('100,000 times 100 Continue', () => {
    const run = conversation((talk) => {
      talk
        .send('client', GET)
        .send('server', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100_000))
        .reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'awaiting-response' });
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('100,000 requests in a pipeline, none answered', () => {
    const run = conversation((talk) => {
      talk.send('client', GET.repeat(100_000)).reset('client');
    });
    expect(ending(run)).toMatchObject({ ...CLIENT_ABORT, position: 'awaiting-response' });
    expect(run.judged[0]!.facts.app.requestsBegun).toBe(100_000);
    expect(run.heldLen).toBeLessThan(16 * MIB);
  });

  test('100,000 responses that nobody asked for', () => {
    const run = conversation((talk) => {
      talk.send('client', GET);
      talk.send('server', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'.repeat(100_000)).close('server');
    });
    expect(run.judged[0]!.facts.app.responsesComplete).toBeGreaterThanOrEqual(1);
    expect(run.judged[0]!.verdict.group).not.toBe('intermediary');
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('200,000 exchanges on one connection', () => {
    const run = conversation((talk) => {
      const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
      for (let batch = 0; batch < 200; batch++)
        talk.send('client', GET.repeat(1_000)).send('server', ok.repeat(1_000));
      talk.close('client');
    });
    expect(ending(run)).toMatchObject({ outcome: 'clean', group: null });
    expect(run.summary.exchanges).toBe(200_000);
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });
});

describe('TLS', () => {
  const HELLO = [
    0x16,
    3,
    1,
    0,
    45,
    1,
    0,
    0,
    41,
    3,
    3,
    ...new Array<number>(32).fill(7),
    0,
    0,
    2,
    0x13,
    1,
    1,
    0,
  ];

  test('400,000 records of length 0', () => {
    const empty = new Uint8Array(5 * 400_000);
    for (let at = 0; at < empty.length; at += 5) empty.set([0x17, 3, 3, 0, 0], at);
    const run = conversation((talk) => {
      talk.send('client', Uint8Array.from(HELLO)).send('server', empty).reset('client');
    });
    expect(run.judged[0]!.facts.app.protocol).toBe('tls');
    expect(run.judged[0]!.verdict.group).toBe('client-abort');
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('100,000 alerts', () => {
    const alerts = new Uint8Array(7 * 100_000);
    for (let at = 0; at < alerts.length; at += 7) alerts.set([0x15, 3, 3, 0, 2, 1, 90], at);
    const run = conversation((talk) => {
      talk.send('client', Uint8Array.from(HELLO)).send('server', alerts).reset('client');
    });
    expect(run.judged[0]!.facts.app.tls!.alerts.length).toBeLessThan(100);
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });

  test('a hello in handshake records of one octet each', () => {
    const handshake = [0x01, 0xff, 0xff, 0xff, ...new Array<number>(200_000).fill(3)];
    const octets = Uint8Array.from(handshake.flatMap((octet) => [0x16, 3, 1, 0, 1, octet]));
    const run = conversation((talk) => {
      talk.send('client', octets).reset('server');
    });
    expect(run.judged[0]!.verdict.outcome).toBe('aborted');
    expect(run.heldLen).toBeLessThan(8 * MIB);
  });
});
