import fc from 'fast-check';
import { HTTPParser } from 'http-parser-js';
import { describe, expect, test } from 'vitest';
import { essence, everyOctet, feed, type HttpStep } from '../support/http-feed.ts';

interface Message {
  readonly text: string;
  readonly body: string;
}

interface Turn {
  readonly method: string;
  readonly request: Message;
  readonly interim: string;
  readonly status: number;
  readonly response: Message;
}

const bodies = fc.string({ unit: fc.constantFrom('a', 'b', '0', '\r', '\n'), maxLength: 60 });
const chunkSizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 });
const extensions = fc.constantFrom('', ';a=b', ' ;x="1;2"');
const trailers = fc.constantFrom('', 'X-Sum: 1\r\n', 'A: 1\r\nB: 2\r\n');
const headers = fc.constantFrom('', 'X-A: 1\r\n', 'Accept: */*\r\nCookie: a=b\r\n', 'X-Long: \t y \r\n');

function chunked(body: string, sizes: readonly number[], extension: string, trailer: string): string {
  let rest = body;
  let text = '';
  for (let k = 0; rest.length > 0; k++) {
    const piece = rest.slice(0, sizes[k % sizes.length]!);
    rest = rest.slice(piece.length);
    text += `${k % 2 === 0 ? '' : '00'}${piece.length.toString(16)}${extension}\r\n${piece}\r\n`;
  }
  return `${text}0\r\n${trailer}\r\n`;
}

/** A head's end and a body, framed one way or the other. */
const framed = fc
  .tuple(bodies, fc.boolean(), chunkSizes, extensions, trailers, headers)
  .map(([body, isChunked, sizes, extension, trailer, extra]): Message => {
    if (!isChunked) return { body, text: `${extra}Content-Length: ${body.length}\r\n\r\n${body}` };
    return {
      body,
      text: `${extra}Transfer-Encoding: chunked\r\n\r\n${chunked(body, sizes, extension, trailer)}`,
    };
  });

const turns = fc.array(
  fc
    .tuple(
      fc.constantFrom('GET', 'HEAD', 'POST', 'PROPFIND'),
      framed,
      framed,
      fc.constantFrom(200, 204, 304, 404),
      fc.boolean(),
    )
    .map(([method, asked, answered, status, hasInterim]): Turn => {
      const isBodiless = method === 'HEAD' || status === 204 || status === 304;
      const request = method === 'GET' || method === 'HEAD' ? { body: '', text: '\r\n' } : asked;
      const text = isBodiless ? `${answered.text.split('\r\n\r\n')[0]}\r\n\r\n` : answered.text;
      return {
        method,
        request,
        interim: hasInterim ? 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n' : '',
        status,
        response: { body: isBodiless ? '' : answered.body, text },
      };
    }),
  { minLength: 1, maxLength: 5 },
);

function requestText({ method, request }: Turn, index: number): string {
  return `${method} /${index} HTTP/1.1\r\nHost: a.example.test\r\n${request.text}`;
}

function responseText({ interim, status, response }: Turn): string {
  return `${interim}HTTP/1.1 ${status} Fine\r\n${response.text}`;
}

describe('conversations with known answers (property)', () => {
  test('each exchange is told with its own method, status and bodies', () => {
    fc.assert(
      fc.property(turns, fc.boolean(), (list, isPipelined) => {
        const steps: HttpStep[] = [];
        if (isPipelined) {
          for (const [index, turn] of list.entries()) steps.push(['client', requestText(turn, index)]);
        }
        list.forEach((turn, index) => {
          if (!isPipelined) steps.push(['client', requestText(turn, index)]);
          steps.push(['server', responseText(turn)]);
          const { exchange, ...app } = feed(steps, everyOctet);
          const isOpen = isPipelined && index < list.length - 1;
          expect(app.phase).toBe(isOpen ? 'awaiting-response' : 'answered');
          expect(app.responsesComplete).toBe(index + 1);
          expect(app.oddities).toEqual([]);
          if (isOpen) return;
          expect(exchange).toMatchObject({
            index: index + 1,
            method: turn.method,
            target: `/${index}`,
            status: turn.status,
            requestBodyBytes: turn.request.body.length,
            bodyBytes: turn.response.body.length,
            isRequestComplete: true,
            isResponseComplete: true,
          });
        });
      }),
      { numRuns: 60 },
    );
  });

  test('any beginning of it stands at the same place however it was cut', () => {
    fc.assert(
      fc.property(turns, fc.nat(), fc.array(fc.nat(400), { maxLength: 6 }), (list, stop, places) => {
        const text = list.map(responseText).join('');
        const steps: HttpStep[] = [
          ['client', list.map(requestText).join('')],
          ['server', text.slice(0, stop % (text.length + 1))],
        ];
        const cuts = [...new Set(places)].sort((a, b) => a - b);
        const cut = (length: number) => cuts.filter((each) => each > 0 && each < length);
        expect(essence(feed(steps, cut))).toEqual(essence(feed(steps, everyOctet)));
      }),
      { numRuns: 100 },
    );
  });

  test('bodies are as long as another parser says', () => {
    fc.assert(
      fc.property(framed, (message) => {
        const text = `HTTP/1.1 200 Fine\r\n${message.text}`;
        const parser = new HTTPParser(HTTPParser.RESPONSE);
        let length = 0;
        parser[HTTPParser.kOnBody] = (_body, _start, len) => {
          length += len;
        };
        parser.execute(Buffer.from(text, 'latin1'));
        expect(
          feed([
            ['client', 'GET / HTTP/1.1\r\n\r\n'],
            ['server', text],
          ]).exchange?.bodyBytes,
        ).toBe(length);
      }),
      { numRuns: 100 },
    );
  });
});

const GET = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
const CUT_POST: HttpStep[] = [
  ['client', 'POST /u HTTP/1.1\r\nHost: a\r\nContent-Le'],
  ['client-gap', 300],
];
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('losses and surprises', () => {
  test('a request head cut by the snaplen is over once it is answered', () => {
    const app = feed([...CUT_POST, ['server', OK]]);
    expect(app.phase).toBe('answered');
    expect(app.exchange).toMatchObject({ method: 'POST', isRequestComplete: true });
  });

  test('a number cut by the snaplen is not believed', () => {
    const app = feed([
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 12'],
      ['server-gap', 500],
    ]);
    expect(app.exchange).toMatchObject({ status: 200, bodyLength: null });
  });

  test('octets lost after all was answered may have been a request', () => {
    expect(
      feed([
        ['client', GET],
        ['server', OK],
        ['client-gap', 80],
      ]).phase,
    ).toBe('unknown');
  });

  test('a response to a request that was lost, then an ordinary exchange', () => {
    const app = feed([
      ['client', GET],
      ['server', OK],
      ['client-gap', 80],
      ['server', OK],
      ['client', GET],
    ]);
    expect(app).toMatchObject({ phase: 'awaiting-response', requestsBegun: 2, responsesComplete: 2 });
  });

  test('a lost end of a response does not shift the pairing', () => {
    const cut: HttpStep[] = [
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nServ'],
      ['server-gap', 900],
    ];
    const app = feed([
      ...cut,
      ['client', GET.replace('/a', '/b')],
      ['server', 'HTTP/1.1 404 No\r\nContent-Length: 9\r\n\r\n'],
    ]);
    expect(app.exchange).toMatchObject({ target: '/b', status: 404 });
    expect(app).toMatchObject({ phase: 'in-response-body', responsesBegun: 2 });
  });

  test('a chunked end lost in a gap, and the next request', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab';
    const app = feed([
      ['client', GET],
      ['server', head],
      ['server-gap', 30],
      ['client', GET.replace('/a', '/b')],
    ]);
    expect(app).toMatchObject({ phase: 'awaiting-response', responsesComplete: 1, inFlight: 1 });
  });

  test('an interim response is not counted as begun', () => {
    expect(
      feed([
        ['client', GET],
        ['server', 'HTTP/1.1 100 Continue\r\n\r\n'],
      ]).responsesBegun,
    ).toBe(0);
  });

  test('octets behind a response are no second answer', () => {
    const app = feed([
      ['client', GET],
      ['server', `${OK}more`],
    ]);
    expect(app).toMatchObject({ phase: 'answered', responsesBegun: 1 });
    expect(app.oddities).toEqual(['octets-between-responses']);
  });

  test.each(['5x\r\nabcde\r\n', '-1\r\n', '\r\n', 'FFFFFFFFFFFFFFFF\r\n'])(
    'chunk size %j is named',
    (text) => {
      const app = feed([
        ['client', GET],
        ['server', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text}`],
      ]);
      expect(app.oddities).toEqual(['bad-chunk-size']);
    },
  );

  test('a folded header line belongs to the one before', () => {
    const app = feed([
      ['client', GET],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\n123'],
    ]);
    expect(app.exchange).toMatchObject({ bodyLength: 5, bodyBytes: 3 });
  });

  test('an HTTP/0.9 body that looks like a status line at first', () => {
    const app = feed([['client', 'GET /old\r\n'], ['server', 'HTML old'], ['server-fin']], everyOctet);
    expect(app.exchange).toMatchObject({ framing: 'until-close', bodyBytes: 8, isResponseComplete: true });
  });

  test.each([
    ['a request with a version', [['client', GET]] as const],
    [
      'a request whose line was cut',
      [
        ['client', 'GET /old'],
        ['client-gap', 60],
      ] as const,
    ],
  ])('octets without a head that answer %s are no HTTP/0.9', (_what, request) => {
    const app = feed([...request, ['server', 'plain octets of something else'], ['server-fin']]);
    expect(app).toMatchObject({ phase: 'unknown', responsesBegun: 0 });
    expect(app.exchange).toMatchObject({ framing: null, isResponseComplete: false, bodyBytes: 0 });
    expect(app.oddities).toContain('no-status-line');
  });

  test('the greeting of another protocol is that', () => {
    const app = feed([['client', GET], ['server', 'SSH-2.0-x\r\n'], ['server-fin']]);
    expect(app).toMatchObject({ phase: 'non-http', responsesBegun: 0 });
  });

  test('octets before any request are no HTTP/0.9', () => {
    const app = feed([['server', 'plain octets\r\n'], ['client', 'GET /old\r\n'], ['server-fin']]);
    expect(app.exchange?.framing ?? null).toBeNull();
  });

  test('a response that follows such octets counts', () => {
    const app = feed([
      ['client', GET],
      ['server', 'stray'],
      ['server', `${OK}`],
    ]);
    expect(app).toMatchObject({ phase: 'answered', responsesBegun: 1 });
  });

  test('the same request line with another protocol behind it is not HTTP', () => {
    expect(feed([['client', 'OPTIONS sip:a@example.test SIP/2.0\r\n\r\n']]).protocol).toBe('other');
  });
});

describe('the first octets', () => {
  test('empty lines before the first request are tolerated', () => {
    expect(feed([['client', `\r\n${GET}`]])).toMatchObject({
      protocol: 'http/1',
      phase: 'awaiting-response',
    });
  });

  test('a request whose first octets came alone began in their frame', () => {
    const app = feed([
      ['client', 'G'],
      ['client', GET.slice(1)],
    ]);
    expect(app.exchange).toMatchObject({ requestFrame: 1, requestStartNs: 1e9, method: 'GET' });
  });

  test('of another protocol are shown escaped, in 40 characters at most', () => {
    const app = feed([['client', `\u0001\u001b${'\u0000'.repeat(60)}`]]);
    expect(app.firstOctets).toBe(`\\x01\\x1b${'\\x00'.repeat(8)}`);
  });
});
