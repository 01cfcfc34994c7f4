import { describe, expect, test } from 'vitest';
import type { AppSnapshot } from '../../src/model/app.ts';
import { essence, everyOctet, feed, type HttpStep } from '../support/http-feed.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: www.example.test\r\n\r\n';

/** The state, and proof that it is the same octet by octet. */
function stateAfter(...steps: HttpStep[]): AppSnapshot {
  const whole = feed(steps);
  expect(essence(feed(steps, everyOctet))).toEqual(essence(whole));
  return whole;
}

describe('where an exchange stands', () => {
  test.each<[string, HttpStep[], string]>([
    ['half a request line', [['client', 'GET /repo']], 'in-request'],
    ['half a request head', [['client', 'GET /report HTTP/1.1\r\nHost: a']], 'in-request'],
    ['a request', [['client', GET]], 'awaiting-response'],
    [
      'half a request body',
      [['client', 'POST /u HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345']],
      'in-request',
    ],
    [
      'half a status line',
      [
        ['client', GET],
        ['server', 'HTTP/1.'],
      ],
      'in-response-headers',
    ],
    [
      'half a response head',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 200 OK\r\nContent-Le'],
      ],
      'in-response-headers',
    ],
    [
      'half a body',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345'],
      ],
      'in-response-body',
    ],
    [
      'a response',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345'],
      ],
      'answered',
    ],
    [
      'a response without a body',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ],
      'answered',
    ],
    [
      'an interim response',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 103 Early Hints\r\n\r\n'],
      ],
      'awaiting-response',
    ],
    [
      'one chunk of two',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n'],
      ],
      'in-response-body',
    ],
    [
      'the last chunk',
      [
        ['client', GET],
        [
          'server',
          'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n12345\r\n0\r\nX: y\r\n\r\n',
        ],
      ],
      'answered',
    ],
    [
      'a body until the close',
      [
        ['client', GET],
        ['server', 'HTTP/1.0 200 OK\r\n\r\nabc'],
      ],
      'in-response-body',
    ],
    [
      'a body until the close, closed',
      [['client', GET], ['server', 'HTTP/1.0 200 OK\r\n\r\nabc'], ['server-fin']],
      'answered',
    ],
    [
      'the next request, in part',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
        ['client', 'GET /n'],
      ],
      'in-request',
    ],
    [
      'an early answer to an upload',
      [
        ['client', 'POST /u HTTP/1.1\r\nContent-Length: 9000\r\n\r\n123'],
        ['server', 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'],
      ],
      'in-request',
    ],
    ['a simple request', [['client', 'GET /bad.html\r\n']], 'awaiting-response'],
    [
      'a switch of protocols',
      [
        ['client', GET],
        ['server', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\n\r\nxx'],
      ],
      'tunnel',
    ],
    ['another protocol', [['client', '\u0000\u0001\u0002binary']], 'non-http'],
  ])('after %s', (_name, steps, phase) => {
    expect(stateAfter(...steps).phase).toBe(phase);
  });

  test('counts body octets, chunk by chunk', () => {
    const { exchange } = stateAfter(
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\nA\r\nabc'],
    );
    expect(exchange).toMatchObject({
      bodyBytes: 8,
      framing: 'chunked',
      bodyLength: null,
      chunk: { index: 2, bytes: 3, size: 10 },
    });
  });

  test('a HEAD response has no body whatever its length says', () => {
    const state = stateAfter(
      ['client', 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n'],
    );
    expect([state.phase, state.exchange?.framing]).toEqual(['answered', 'none']);
  });

  test('pairs pipelined requests in order and knows how many are in flight', () => {
    const state = stateAfter(
      ['client', GET + GET.replace('report', 'two') + GET.replace('report', 'three')],
      [
        'server',
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart',
      ],
    );
    expect(state).toMatchObject({
      phase: 'in-response-body',
      requestsBegun: 3,
      responsesBegun: 2,
      responsesComplete: 1,
      inFlight: 2,
    });
    expect(state.exchange).toMatchObject({ index: 2, target: '/two', bodyBytes: 4, bodyLength: 9 });
  });

  test('knows the body offset that acknowledgements are counted from', () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n';
    expect(stateAfter(['client', GET], ['server', `${head}abc`]).exchange?.bodyStartOffset).toBe(head.length);
  });
});

describe('framing that smells of smuggling', () => {
  test('both lengths: chunked wins and it is said', () => {
    const state = stateAfter([
      'client',
      'POST / HTTP/1.1\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ]);
    expect([state.phase, state.oddities]).toEqual(['awaiting-response', ['both-length-and-chunked']]);
  });

  test.each([
    ['Content-Length: 5\r\nContent-Length: 6', 'differing-content-lengths'],
    ['Content-Length: -5', 'bad-content-length'],
    ['Content-Length: 99999999999999999999', 'bad-content-length'],
    ['Content-Length : 5', 'space-before-colon'],
    ['Transfer-Encoding: gzip', 'transfer-coding-without-chunked'],
  ])('%s is named', (field, oddity) => {
    expect(
      stateAfter(['client', GET], ['server', `HTTP/1.1 200 OK\r\n${field}\r\n\r\n12345`]).oddities,
    ).toContain(oddity);
  });

  test('equal lengths, twice or as a list, are one length', () => {
    const state = stateAfter(
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\nContent-Length: 3\r\n\r\nabc'],
    );
    expect([state.phase, state.oddities]).toEqual(['answered', []]);
  });

  test('a chunk size of a hundred thousand digits costs nothing', () => {
    const state = feed([
      ['client', GET],
      ['server', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'F'.repeat(100_000)}\r\n`],
    ]);
    expect(state.oddities).toContain('bad-chunk-size');
  });
});

describe('octets that are missing', () => {
  test('inside a body of known length are counted apart', () => {
    const state = stateAfter(
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12'],
      ['server-gap', 5],
      ['server', '890'],
    );
    expect(state.phase).toBe('answered');
    expect(state.exchange).toMatchObject({ bodyBytes: 5, bodyBytesNotCaptured: 5 });
  });

  test('but were captured, and cut off by the snaplen, are counted', () => {
    const state = stateAfter(
      ['client', 'POST /u HTTP/1.1\r\nContent-Length: 10\r\n\r\n'],
      ['client-cut', 10],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n12'],
      ['server-cut', 5],
      ['server', '890'],
    );
    expect(state.phase).toBe('in-response-body');
    expect(state.exchange).toMatchObject({ requestBodyBytes: 10, bodyBytes: 10, bodyBytesNotCaptured: 0 });
  });

  const CHUNKED: HttpStep[] = [
    ['client', GET],
    ['server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ];

  test.each([
    ['inside a chunk', 3, 'in-response-body', { index: 1, bytes: 2, size: 5 }, 5],
    ['up to the line end of a chunk', 5, 'in-response-body', { index: 1, bytes: 2, size: 5 }, 5],
    ['beyond it', 6, 'unknown', null, 8],
  ])('of a chunked body: %s', (_, missing, phase, chunk, bodyBytes) => {
    const state = stateAfter(...CHUNKED, ['server', '5\r\nab'], ['server-cut', missing]);
    expect(state.phase).toBe(phase);
    expect(state.exchange).toMatchObject({ chunk, bodyBytes });
  });

  test('of a chunked body, its last: it may have ended; others: it has not when the last are no end', () => {
    const begun: HttpStep[] = [...CHUNKED, ['server', '5\r\nab'], ['server-gap', 100]];
    expect(stateAfter(...begun).phase).toBe('unknown');
    expect(stateAfter(...begun, ['server', 'cde']).phase).toBe('in-response-body');
    expect(stateAfter(...begun, ['server', 'cde\r\n0\r\n\r\n']).phase).toBe('answered');
    expect(stateAfter(...begun, ['server', 'cde'], ['server-cut', 9]).phase).toBe('unknown');
  });

  test('a segment that is just a chunk gives the place back, but for its number', () => {
    const steps: HttpStep[] = [
      ...CHUNKED,
      ['server', '5\r\nab'],
      ['server-gap', 100],
      ['server', '4\r\nfghi\r\n'],
    ];
    const state = feed([...steps, ['server', '9\r\nj']]);
    expect(state.phase).toBe('in-response-body');
    expect(state.exchange).toMatchObject({ chunk: null, bodyBytes: 7 });
    expect(feed([...steps, ['server', '0\r\n\r\n']]).phase).toBe('answered');
  });

  test('a chunk after one whose end was cut off is found', () => {
    const state = stateAfter(...CHUNKED, ['server', '5\r\nab'], ['server-cut', 5], ['server', '4\r\nfg']);
    expect(state.exchange).toMatchObject({ chunk: { index: 2, bytes: 2, size: 4 }, bodyBytes: 7 });
  });

  test('in a head make the place unknown until the next message begins', () => {
    const lost: HttpStep[] = [
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nCont'],
      ['server-gap', 100],
    ];
    expect(stateAfter(...lost).phase).toBe('unknown');
    const found = feed([...lost, ['client', GET], ['server', 'HTTP/1.1 204 No Content\r\n\r\n']]);
    expect([found.phase, found.responsesComplete]).toEqual(['answered', 2]);
  });

  test('in a chunked body: its last chunk still ends it', () => {
    const state = feed([
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12'],
      ['server-gap', 50],
      ['server', 'xyz\r\n0\r\n\r\n'],
    ]);
    expect([state.phase, state.oddities]).toEqual(['answered', ['chunked-end-guessed']]);
  });

  test('at the start: a capture that begins in the middle of a body', () => {
    const state = feed([
      ['server', 'rest of some body'],
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab'],
    ]);
    expect([state.phase, state.exchange?.bodyBytes]).toEqual(['in-response-body', 2]);
  });

  test('one direction: only responses', () => {
    const state = stateAfter(['server', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok']);
    expect([state.phase, state.clientHalf, state.oddities]).toEqual([
      'answered',
      0,
      ['response-without-request'],
    ]);
  });
});

describe('tunnels', () => {
  const upgrade: HttpStep[] = [
    ['client', 'GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['server', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n'],
  ];

  test('a WebSocket Close frame is seen, with its code unmasked', () => {
    const close = '\u0088\u0082\u0001\u0002\u0003\u0004\u0002\u00ea';
    const state = stateAfter(...upgrade, ['server', '\u0081\u0005hello'], ['client', close]);
    expect(state.webSocket).toEqual({ isClientCloseSeen: true, isServerCloseSeen: false, closeCode: 1000 });
  });

  test('a WebSocket without one is open', () => {
    const state = stateAfter(...upgrade, ['server', '\u0081\u007e\u0000\u0088'], ['server', 'x'.repeat(136)]);
    expect(state.webSocket).toEqual({ isClientCloseSeen: false, isServerCloseSeen: false, closeCode: null });
  });

  test('CONNECT answered by 200 is one, by 403 is not', () => {
    const connect: HttpStep = ['client', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n'];
    expect(stateAfter(connect, ['server', 'HTTP/1.1 200 OK\r\n\r\n']).tunnelProtocol).toBe('connect');
    expect(stateAfter(connect, ['server', 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n']).phase).toBe(
      'answered',
    );
  });
});

describe('intermediaries in the words of HTTP', () => {
  test('a PROXY preamble tells the user behind the proxy', () => {
    const state = stateAfter(['client', `PROXY TCP4 203.0.113.7 198.51.100.1 5123 80\r\n${GET}`]);
    expect([state.proxyPreamble, state.phase, state.exchange?.target]).toEqual([
      '203.0.113.7:5123',
      'awaiting-response',
      '/report',
    ]);
  });

  test('headers of proxies are listed, and different users counted', () => {
    const request = (user: string) =>
      `GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 edge\r\nX-Forwarded-For: ${user}\r\n\r\n`;
    const answer: HttpStep = ['server', 'HTTP/1.1 204 No Content\r\n\r\n'];
    const state = stateAfter(
      ['client', request('203.0.113.1')],
      answer,
      ['client', request('203.0.113.2')],
      answer,
    );
    expect(state.exchange?.requestProxyHeaders).toEqual(['via', 'x-forwarded-for']);
    expect(state.forwardedForCount).toBe(2);
  });
});

describe('HTTP/2 without its headers', () => {
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  const frame = (type: number, flags: number, stream: number, payload: string) =>
    String.fromCharCode(0, 0, payload.length, type, flags, 0, 0, 0, stream) + payload;

  test('knows open streams', () => {
    const state = stateAfter(
      ['client', preface + frame(1, 5, 1, 'hh') + frame(1, 5, 3, 'hh')],
      ['server', frame(1, 4, 1, 'hh') + frame(0, 1, 1, 'body')],
    );
    expect([state.protocol, state.requestsBegun, state.inFlight, state.phase]).toEqual([
      'http/2',
      2,
      1,
      'awaiting-response',
    ]);
  });

  const goaway = (code: number) => frame(7, 0, 0, `${String.fromCharCode(0, 0, 0, 1, 0, 0, 0, code)}why`);
  const asked = ['client', preface + frame(1, 5, 1, 'hh')] as const;

  test('reads the error of a GOAWAY, however it is cut into segments, and what follows it', () => {
    const octets = goaway(11) + frame(0, 1, 1, 'body');
    for (let at = 1; at < octets.length; at++) {
      const state = stateAfter(
        asked,
        ['server', frame(1, 4, 1, 'hh') + octets.slice(0, at)],
        ['server', octets.slice(at)],
      );
      expect(state.http2?.failures).toMatchObject([{ from: 'server', code: 11 }]);
      expect(state.responsesComplete).toBe(1);
    }
  });

  test('takes NO_ERROR for no failure, and of each side the first one only', () => {
    expect(stateAfter(asked, ['server', goaway(0)]).http2?.failures).toEqual([]);
    const state = stateAfter(asked, ['server', goaway(1) + goaway(2)], ['client', goaway(3)]);
    expect(state.http2?.failures.map(({ from, code }) => [from, code])).toEqual([
      ['server', 1],
      ['client', 3],
    ]);
  });

  test('counts the streams that were reset before their response was whole, and no others', () => {
    const answer = frame(1, 4, 1, 'hh') + frame(0, 1, 1, 'body');
    const early = stateAfter(asked, ['server', frame(3, 0, 1, 'code')]);
    expect(early.http2).toMatchObject({ resetByClient: 0, resetByServer: 1 });
    const late = stateAfter(asked, ['server', answer + frame(3, 0, 1, 'code')]);
    expect(late.http2).toMatchObject({ resetByClient: 0, resetByServer: 0 });
  });
});
