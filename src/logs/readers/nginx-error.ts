import type { LogEvent, LogKind, LogSaying } from '../../model/log-event.ts';
import { addressOf, requestLineOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { errnoName, sayingOf } from '../saying.ts';

/** `[error] 123#123: *17 message, client: …` (ngx_log_error_core, ngx_http_log_error). Times are local, to the second. */
const HEAD = /^\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d{1,10}#\d{1,10}: (?:\*\d{1,20} )?/;
const SYSTEM_ERROR = /\((\d{1,5}): [^)]{1,80}\)/;

/** nginx's error log. */
export const readNginxError: LineReader = (line): LogEvent | null => {
  const head = HEAD.exec(line.body);
  if (head === null) return null;
  const message = line.body.slice(head[0].length);
  const says = saying(message);
  if (says === null) return null;
  const request = requestLineOf(field(message, 'request') ?? '');
  return eventOf(line, 'nginx', {
    says,
    moment: 'written',
    peer: addressOf(bareField(message, 'client') ?? ''),
    upstream: addressOf(field(message, 'upstream') ?? ''),
    method: request?.method ?? null,
    path: request?.path ?? null,
  });
};

function saying(message: string): LogSaying | null {
  const number = SYSTEM_ERROR.exec(message)?.[1];
  const errno = number === undefined ? null : errnoName(Number(number));
  const cut = message.indexOf(', client: ');
  const words = cut < 0 ? message : message.slice(0, cut);
  const found = sayingOf(words);
  if (found === null) return null;
  const code = number ?? null;
  // "while reading response header from upstream", "while connecting to upstream": the side is in the words.
  const isUpstream = / (?:from|to) upstream/.test(words) || words.startsWith('upstream ');
  return {
    kind: isUpstream ? (UPSTREAM[found.kind] ?? found.kind) : clientKind(words, found.kind),
    errno,
    code,
  };
}

const UPSTREAM: Readonly<Partial<Record<LogKind, LogKind>>> = {
  'peer-reset': 'upstream-reset',
  'broken-pipe': 'upstream-closed',
  'peer-closed': 'upstream-closed',
  refused: 'upstream-refused',
  'timed-out': 'upstream-timeout',
  unreachable: 'upstream-refused',
};

/** Without an upstream in the words it was the client's connection; SSL_do_handshake too. */
function clientKind(words: string, kind: LogKind): LogKind {
  if (kind === 'timed-out' && words.startsWith('client timed out')) return 'client-timeout';
  return words.includes('SSL') && kind !== 'client-gone' ? 'tls-failed' : kind;
}

/** `request: "GET / HTTP/1.1"` */
function field(message: string, name: string): string | null {
  const start = message.indexOf(`, ${name}: "`);
  if (start < 0) return null;
  const from = start + name.length + 5;
  const end = message.indexOf('"', from);
  return end < 0 ? null : message.slice(from, end);
}

/** `client: 192.0.2.7, ` */
function bareField(message: string, name: string): string | null {
  const start = message.indexOf(`, ${name}: `);
  if (start < 0) return null;
  const from = start + name.length + 4;
  const end = message.indexOf(',', from);
  return message.slice(from, end < 0 ? undefined : end).trim();
}
