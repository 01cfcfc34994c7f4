import type { LogMoment, LogProgram, LogSaying } from '../../model/log-event.ts';
import { addressesIn, addressOf, countOf, decimalOf, ipOf, requestLineOf } from '../fields.ts';
import { eventOf, type Line, type LineReader, ORDINARY } from '../line.ts';
import { timeAtStart } from '../log-time.ts';

/**
 * The Common Log Format and what is built on it (httpd.apache.org/docs/2.4/logs.html, "combined"; nginx.org
 * ngx_http_log_module, predefined `combined`; docs.gunicorn.org, access_log_format; Python's http.server): address,
 * identity, user, [time], "request", status, octets, then perhaps "referer" "user agent" and fields of one's own.
 */
const CLF =
  /^(\S{2,80}) \S{1,64} ([^"[\]]{1,64}) ?\[([^\]]{20,40})\] "([^"]{0,4096})" (\d{3}) (\d{1,15}|-)(.*)$/;
/** `vhost:port ` in front (Apache's `vhost_combined`). */
const VHOST = /^[\w.-]{1,255}:\d{1,5} (?=\S{2,80} \S{1,64} )/;
/**
 * Quoted fields behind the octets: escapes of quotes are `\"` (Apache) or `\x22` (nginx). The last may be cut, and each quote
 * that opens one matches: where it failed it would be tried again from every `\"` inside, in time that grows with the square.
 */
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/gs;

/** Access logs of nginx, Apache, gunicorn, Python's http.server, PHP's and many others. */
export const readAccessLine: LineReader = (line) => {
  const text = line.text.replace(VHOST, '');
  const found = CLF.exec(text);
  if (found === null) return null;
  const [, host = '', , when = '', request = '', status = '', octets = '', rest = ''] = found;
  const ip = addressOf(host) ?? { ip: ipOf(host) ?? '', port: null };
  const time = timeAtStart(when, 0)?.time ?? null;
  if (time === null) return null;
  const code = Number(status);
  const requested = requestLineOf(request);
  const program = programOf(line, code, rest);
  return eventOf(line, program, {
    says: saysOf(code),
    time,
    moment: momentOf(program, octets, rest),
    peer: ip.ip === '' ? null : ip,
    upstream: addressesIn(withoutQuoted(rest))[0] ?? upstreamIn(rest),
    method: requested?.method ?? null,
    path: requested?.path ?? null,
    status: code === 0 ? null : code,
    // Python's http.server always has `-`: it does not know.
    bytes: octets === '-' ? null : countOf(octets),
    bytesOf: program === 'nginx' ? 'body' : 'either',
    duration: durationIn(rest),
  });
};

/** nginx: 499, "client has closed connection" (ngx_http_request.h); 460 is AWS's word for the same; 408 a slow client. */
export function saysOf(status: number): LogSaying {
  if (status === 499 || status === 460) return { kind: 'client-gone', errno: null, code: String(status) };
  if (status === 408) return { kind: 'client-timeout', errno: null, code: '408' };
  if (status === 504) return { kind: 'upstream-timeout', errno: null, code: '504' };
  if (status === 502) return { kind: 'upstream-closed', errno: null, code: '502' };
  return ORDINARY;
}

function programOf({ tag }: Line, status: number, rest: string): LogProgram {
  if (tag === 'nginx' || status === 499) return 'nginx';
  if (tag === 'apache2' || tag === 'httpd') return 'apache';
  if (tag === 'gunicorn') return 'gunicorn';
  if (rest === '' || rest === ' ') return 'web-server';
  return /\b(?:rt|uct|uht|urt|upstream_response_time)="?[=\d-]/.test(rest) ? 'nginx' : 'web-server';
}

/** Apache's %t is when the request was received, nginx's $time_local when the line is written: at the end of it. */
function momentOf(program: LogProgram, octets: string, rest: string): LogMoment {
  if (program === 'nginx' || program === 'gunicorn') return 'end';
  if (program === 'apache') return 'start';
  // Python's http.server writes the line with the response's head, and no octets.
  return octets === '-' && rest.trim() === '' ? 'head' : 'either';
}

function withoutQuoted(rest: string): string {
  return rest.replace(QUOTED, ' ');
}

/** `ua="10.0.0.1:80"`, `upstream_addr=…`, or a quoted field that is nothing but an address. */
function upstreamIn(rest: string) {
  for (const [, field = ''] of rest.matchAll(QUOTED)) {
    const address = addressOf(field.split(/, | : /)[0] ?? '');
    if (address !== null && address.port !== null) return address;
  }
  return null;
}

/** `rt=0.003`, `request_time=…`, or a decimal number standing alone: `$request_time` is in seconds, to the millisecond. */
function durationIn(rest: string): number | null {
  const named = /\b(?:rt|request_time)="?(\d{1,9}\.\d{3})\b/.exec(rest);
  const bare = named ?? / (\d{1,9}\.\d{3})(?= |$)/.exec(withoutQuoted(rest));
  return decimalOf(bare?.[1]);
}
