import { describe, expect, test } from 'vitest';
import { PlainExchanges } from '../../src/http/plain-exchanges.ts';

const GET = 'GET /user/7 HTTP/1.1\r\nHost: a\r\n\r\n';

interface Step {
  readonly from: 'client' | 'server';
  readonly text: string;
  /** Octets behind the text that the snaplen cut off. */
  readonly missing?: number;
}

const client = (text: string, missing = 0): Step => ({ from: 'client', text, missing });
const server = (text: string, missing = 0): Step => ({ from: 'server', text, missing });

/** What each step comes to: octets to keep, or −1; and the responses told. */
function run(...steps: Step[]): { kept: number[]; told: unknown[]; isAtRest: boolean; requests: number } {
  const told: unknown[] = [];
  const exchanges = new PlainExchanges(
    {
      complete: (_, { index, status, bodyBytes, bodyNotCaptured }, idleNs) =>
        told.push({ index, status, bodyBytes, bodyNotCaptured, idleNs }),
    },
    () => {},
  );
  const row = 5_000;
  expect(exchanges.isAtRest(row)).toBe(false);
  expect(exchanges.requests(row)).toBe(0);
  exchanges.release(row);
  exchanges.repeat(row);
  const kept = steps.map(({ from, text, missing = 0 }, k) => {
    const bytes = Uint8Array.from(`..${text}`, (sign) => sign.charCodeAt(0));
    return exchanges.take(row, from === 'client', bytes, 2, bytes.length, missing, k * 10);
  });
  return { kept, told, isAtRest: exchanges.isAtRest(row), requests: exchanges.requests(row) };
}

describe('plain exchanges', () => {
  test('keep heads and chunk sizes, and count bodies', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n';
    const chunked = 'HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n';
    const { kept, told, isAtRest, requests } = run(
      client(GET),
      server(`${head}abc`, 2),
      server('defgh'),
      client(`POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\nab`),
      client('c', 1),
      server(`${chunked}8\r\nab`),
      server('c', 2),
      server('def\r\n0\r\n\r\n'),
    );
    expect(kept).toEqual([
      GET.length,
      head.length,
      0,
      'POST /b HTTP/1.1\r\nContent-Length: 4\r\n\r\n'.length,
      0,
      chunked.length + 5,
      0,
      'def\r\n0\r\n\r\n'.length,
    ]);
    expect(told).toEqual([
      { index: 1, status: 200, bodyBytes: 10, bodyNotCaptured: 0, idleNs: -1 },
      { index: 2, status: 404, bodyBytes: 8, bodyNotCaptured: 0, idleNs: 10 },
    ]);
    expect([isAtRest, requests]).toEqual([true, 2]);
  });

  test('a response without a body is complete with its head', () => {
    const { told, isAtRest } = run(
      client(GET),
      server('HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n'),
    );
    expect([told.length, isAtRest]).toEqual([1, true]);
  });

  test('behind a head that was cut the next request shows that the response was had', () => {
    const { kept, told, isAtRest, requests } = run(
      client('GET /user/7 HTTP/1.1\r\nHo', 300),
      server('HTTP/1.1 200 OK\r\nServer: ng', 1_400),
      server('<html>', 1_400),
      client(GET),
      server('HTTP/1.1 404 Not Found\r\n', 200),
    );
    expect(kept).toEqual([24, 27, 5, GET.length, 24]);
    expect(told).toEqual([{ index: 1, status: 200, bodyBytes: 0, bodyNotCaptured: 0, idleNs: -1 }]);
    expect([isAtRest, requests]).toEqual([true, 2]);
  });

  test('a cut head that told the length shows whether octets are missing', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\nDate';
    expect(run(client(GET), server(head, 30)).isAtRest).toBe(false);
    expect(run(client(GET), server(head, 30), server('abc', 97)).isAtRest).toBe(true);
  });

  test('are at rest only when every request is answered', () => {
    expect(run(client(GET)).isAtRest).toBe(false);
    expect(run(client(GET), server('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab')).isAtRest).toBe(false);
  });

  const NOT_PLAIN: Readonly<Record<string, readonly Step[]>> = {
    'a head in two segments': [client('GET / HTTP/1.1\r\nHo')],
    'no request at all': [client('SSH-2.0-x\r\n')],
    'the preface of HTTP/2': [client('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    'a request of one line': [client('GET /\r\n')],
    CONNECT: [client('CONNECT a:443 HTTP/1.1\r\n\r\n')],
    'a wait for 100 Continue': [
      client('PUT / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n'),
    ],
    'an upgrade': [client('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')],
    'a chunked request': [client('POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n')],
    'both length and chunks': [
      client('POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ],
    'a space before the colon': [client('GET / HTTP/1.1\r\nHost : a\r\n\r\n')],
    'a folded line': [client('GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n')],
    'more octets than the request has': [client(`${GET}GET`)],
    'a second request before the response': [client(GET), client(GET)],
    'a response before any request': [server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')],
    'no response at all': [client(GET), server('hello')],
    'a response cut in its first line': [client(GET), server('HTTP/1.1 20')],
    'a cut request that may have a body': [client('POST /b HTTP/1.1\r\nHo', 300)],
    'what looks like a response inside one that was cut': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nCont', 300),
      server('HTTP/1.1 200 OK\r\nCont', 300),
    ],
    'an interim response that was cut': [client(GET), server('HTTP/1.1 103 Early Hi', 30)],
    'an interim response': [client(GET), server('HTTP/1.1 103 Early Hints\r\n\r\n')],
    'a response until the close': [client(GET), server('HTTP/1.1 200 OK\r\n\r\n')],
    'a length that is none': [client(GET), server('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n')],
    'more octets than the response has': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc'),
    ],
    'a body that does not end': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na'),
      server('bc'),
    ],
    'a chunk size that is none': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n'),
    ],
    'octets behind the last chunk': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nab'),
    ],
    'chunk sizes that the snaplen cut off': [
      client(GET),
      server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab', 9),
    ],
    'the server speaks while the request goes on': [
      client('POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n'),
      server('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'),
    ],
  };

  test.each(Object.keys(NOT_PLAIN))('%s: not plain', (name) => {
    expect(run(...NOT_PLAIN[name]!).kept.at(-1)).toBe(-1);
  });
});
