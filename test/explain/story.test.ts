import { describe, expect, test } from 'vitest';
import { contradictionOf, sawText } from '../../src/explain/story.ts';
import type { SeenConnection } from '../../src/model/explanation.ts';
import type { Side } from '../../src/model/facts.ts';
import type { LogEvent, LogKind } from '../../src/model/log-event.ts';
import type { CloseRole } from '../../src/model/verdict.ts';

const CLIENT_FIN: CloseRole = { frame: 10, from: 'client', kind: 'FIN', role: 'cause' };
const CLIENT_RST: CloseRole = { frame: 12, from: 'client', kind: 'RST', role: 'cause' };
const LATER_RST: CloseRole = { frame: 14, from: 'client', kind: 'RST', role: 'consequence' };
const IGNORED_RST: CloseRole = { frame: 15, from: 'client', kind: 'RST', role: 'ignored' };
const SERVER_FIN: CloseRole = { frame: 20, from: 'server', kind: 'FIN', role: 'cause' };
const SERVER_RST: CloseRole = { frame: 22, from: 'server', kind: 'RST', role: 'cause' };

function event(kind: LogKind, errno: string | null = null, program: LogEvent['program'] = 'nginx'): LogEvent {
  return { program, says: { kind, errno, code: null } } as unknown as LogEvent;
}

function connection(closes: readonly CloseRole[], more: Partial<SeenConnection> = {}): SeenConnection {
  const [cause] = closes;
  return {
    closes,
    group: 'client-abort',
    outcome: 'aborted',
    closedBy: cause?.from ?? 'none',
    position: 'in-response-body',
    applications: { client: { likely: 'left' }, server: { likely: 'EPIPE on a write' } },
    ...more,
  } as SeenConnection;
}

describe('what the program could see', () => {
  const rows: [string, LogEvent, readonly CloseRole[], RegExp | null, Side?, Partial<SeenConnection>?][] = [
    ['EPIPE after a FIN', event('failed', 'EPIPE'), [CLIENT_FIN], /drew a reset; the write after that/],
    ['…with its reset', event('broken-pipe'), [CLIENT_FIN, LATER_RST], /the reset in frame 14/],
    ['EPIPE after a reset', event('broken-pipe'), [CLIENT_RST], /an earlier call took the ECONNRESET/],
    ['…in Go', event('broken-pipe', null, 'go'), [CLIENT_RST], /Go's server, which reads in the background/],
    ['EPIPE without a cause', event('broken-pipe'), [IGNORED_RST], null],
    ['a reset', event('peer-reset'), [CLIENT_RST], /first call to read or write after it got ECONNRESET/],
    [
      '…behind a FIN',
      event('failed', 'ECONNRESET'),
      [CLIENT_FIN, LATER_RST],
      /It had closed with a FIN before/,
    ],
    ['…named so by Node', event('peer-reset', null, 'node'), [CLIENT_FIN], /which Node names ECONNRESET/],
    ['…that nobody sent', event('peer-reset'), [CLIENT_FIN], null],
    ['a client that is gone', event('client-gone'), [CLIENT_FIN], /closed it with a FIN, which reads as/],
    ['…by reset', event('client-gone'), [CLIENT_RST], /The client reset it \(frame 12\); the program/],
    [
      '…before the response',
      event('client-gone'),
      [CLIENT_RST],
      /before the response began/,
      'server',
      { position: 'awaiting-response' },
    ],
    ['…without a close', event('client-gone'), [], null],
    [
      "…a proxy's, on its leg to the server",
      event('client-gone'),
      [CLIENT_RST],
      /client of this proxy left; the proxy then reset its own connection/,
      'client',
    ],
    ['…but the server closed that leg', event('client-gone'), [SERVER_FIN], null, 'client'],
    ['an end of file', event('peer-closed'), [CLIENT_FIN], /reading gave 0 bytes/],
    ['…by reset', event('upstream-closed'), [SERVER_RST], /which the program reports as an end/, 'client'],
    ['…in Go', event('peer-closed', null, 'go'), [CLIENT_RST], /reports as this text/],
    ['…of the wrong side', event('peer-closed'), [SERVER_FIN], null],
    ['a refusal', event('upstream-refused'), [SERVER_RST], /connect\(\) got ECONNREFUSED/, 'client'],
    ['…without an answer', event('failed', 'ECONNREFUSED'), [], null],
    ['a dead peer', event('timed-out'), [], /kernel gave up/, 'server', { outcome: 'timed-out' }],
    ['its own timer', event('failed', 'ETIMEDOUT'), [SERVER_FIN], /own timer ran out.*\(frame 20, FIN\)/],
    ['…for its upstream', event('upstream-timeout'), [], /closed the connection itself\. The peer/, 'client'],
    ['…but the other closed', event('timed-out'), [CLIENT_FIN], null],
    ['no error', event('ordinary'), [CLIENT_RST], /reports no error.*EPIPE on a write/],
    ['…rightly', event('ordinary'), [CLIENT_FIN], null, 'server', { group: null }],
    ['its own close', event('own-close'), [SERVER_FIN], /closed the socket; the peer did not/],
    ['anything else', event('failed'), [CLIENT_FIN], null],
  ];

  test.each(rows)('%s', (_, line, closes, expected, writer = 'server', more = {}) => {
    const text = sawText(line, connection(closes, more), writer);
    if (expected === null) expect(text).toBeNull();
    else expect(text).toMatch(expected);
  });
});

describe('a line that the packets contradict', () => {
  const rows: [LogKind, Side, readonly CloseRole[], Partial<SeenConnection>, RegExp | null][] = [
    ['peer-reset', 'server', [CLIENT_RST], {}, null],
    ['broken-pipe', 'server', [], { outcome: 'timed-out' }, null],
    ['client-gone', 'server', [SERVER_FIN, LATER_RST], {}, null],
    ['peer-closed', 'server', [], {}, /do not show that the client ended it/],
    ['peer-reset', 'server', [SERVER_FIN], {}, /blames the client, but the server closed first/],
    ['own-close', 'server', [SERVER_FIN], {}, null],
    ['own-crash', 'server', [], {}, null],
    ['client-timeout', 'server', [CLIENT_FIN], {}, /the server ended it, but the client did/],
    ['own-close', 'server', [], { closedBy: 'intermediary' }, /something in between did/],
    ['upstream-timeout', 'client', [CLIENT_FIN], {}, null],
    ['upstream-reset', 'client', [SERVER_RST], {}, null],
    ['upstream-closed', 'client', [CLIENT_FIN], {}, /blames the server, but the client closed first/],
    ['refused', 'client', [SERVER_RST], { outcome: 'refused' }, null],
    ['refused', 'client', [SERVER_FIN], {}, /show no refusal/],
    ['ordinary', 'server', [CLIENT_FIN], {}, null],
    ['client-gone', 'client', [CLIENT_RST], {}, null],
    ['client-gone', 'client', [SERVER_FIN], {}, /the client ended it, but the server did/],
  ];

  test.each(rows)('%s, written by the %s', (kind, writer, closes, more, expected) => {
    const text = contradictionOf(event(kind), connection(closes, more), writer);
    if (expected === null) expect(text).toBeNull();
    else expect(text).toMatch(expected);
  });
});
