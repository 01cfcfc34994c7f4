import type { LogSaying } from '../../model/log-event.ts';
import { addressesIn, addressOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { errnoName, sayingOf } from '../saying.ts';

/**
 * Apache 2.4's default ErrorLogFormat (httpd.apache.org/docs/2.4/mod/core.html#errorlogformat):
 * `[time] [module:level] [pid 1:tid 2] (104)Connection reset by peer: [client 192.0.2.7:39506] AH00574: text`. Times are
 * local, to the microsecond.
 */
const HEAD =
  /^(?:\] )? ?\[[\w-]{0,40}:?(?:emerg|alert|crit|error|warn|notice|info|debug|trace[1-8])\] \[pid \d{1,10}(?::tid \d{1,20})?\] /;
const CLIENT = /\[(?:client|remote) (\S{2,60})\]/;
/** Codes of the portable run-time lie apart from errno's: apr_errno.h, APR_TIMEUP and APR_EOF. */
const APR_CODES: Readonly<Record<string, LogSaying['kind']>> = {
  '70007': 'timed-out',
  '70014': 'peer-closed',
};

/** Apache's error log. */
export const readApacheError: LineReader = (line) => {
  const head = HEAD.exec(line.body);
  if (head === null) return null;
  const message = line.body.slice(head[0].length);
  const number = /^\((\d{1,6})\)/.exec(message)?.[1];
  const says = saying(message, number);
  if (says === null) return null;
  const client = CLIENT.exec(message)?.[1];
  const isProxy = /remote server|AH0(?:1102|1097|0957|0898|1114)/.test(message);
  return eventOf(line, 'apache', {
    says: isProxy ? upstream(says) : says,
    peer: client === undefined ? null : addressOf(client),
    upstream: isProxy ? (addressesIn(message.replace(CLIENT, ' '))[0] ?? null) : null,
  });
};

function saying(message: string, number: string | undefined): LogSaying | null {
  const aprKind = APR_CODES[number ?? ''];
  if (aprKind !== undefined) return { kind: aprKind, errno: null, code: number ?? null };
  const found = sayingOf(message);
  if (found === null) return null;
  return {
    ...found,
    errno: number === undefined ? found.errno : errnoName(Number(number)),
    code: number ?? null,
  };
}

function upstream(says: LogSaying): LogSaying {
  if (says.kind === 'timed-out') return { ...says, kind: 'upstream-timeout' };
  if (says.kind === 'peer-reset') return { ...says, kind: 'upstream-reset' };
  if (says.kind === 'refused') return { ...says, kind: 'upstream-refused' };
  return { ...says, kind: 'upstream-closed' };
}
