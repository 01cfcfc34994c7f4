import type { LogEvent, LogKind, LogSaying } from '../../model/log-event.ts';
import { addressOf, countOf, requestLineOf } from '../fields.ts';
import { eventOf, type LineReader, ORDINARY } from '../line.ts';
import { timeAtStart } from '../log-time.ts';

/**
 * docs.haproxy.org, configuration.txt 8.2.2 (TCP) and 8.2.3 (HTTP): client, [time], frontend, backend/server, timers,
 * then status, octets, two cookies, termination state, counters, queues, perhaps {headers}, "request". Times are local,
 * to the millisecond: of HTTP the request's first octet, of TCP the accept. Octets count heads and all.
 */
const LINE =
  /^(\S{7,60}) \[([^\]]{20,40})\] (\S{1,128}) (\S{1,255}) ((?:\+?-?\d{1,10}\/){2,4}\+?-?\d{1,10}) (?:(-?\d{1,3}) )?\+?(\d{1,15}) (?:\S{1,64} \S{1,64} )?([CSPLRDUIKcs-][RQCHDLTUK-](?:[A-Z-]{2})?) (.*)$/;
/** Its own name, where no time stands in front of it. */
const TAG = /^haproxy\[\d{1,10}\]: /;
/** 8.2.1: an error before anything could be logged, such as `SSL handshake failure`. */
const ERROR_LINE = /^(\S{7,60}) \[([^\]]{20,40})\] (\S{1,128}): (.{1,200})$/;

/** HAProxy's HTTP, TCP and error formats. */
export const readHaproxy: LineReader = (line) => sessionLine(line) ?? errorLine(line);

function sessionLine(line: Parameters<LineReader>[0]): LogEvent | null {
  const found = LINE.exec(line.text.replace(TAG, ''));
  if (found === null) return null;
  const [, client = '', when = '', , , timers = '', status, octets, state = '', rest = ''] = found;
  const time = timeAtStart(when, 0)?.time ?? null;
  const peer = addressOf(client);
  if (time === null || peer === null) return null;
  const request = requestLineOf(/"([^"]{0,4096})"?\s*$/.exec(rest)?.[1] ?? '');
  const total = Number((timers.split('/').at(-1) ?? '').replace('+', ''));
  return eventOf(line, 'haproxy', {
    says: saysOfState(state),
    time,
    moment: 'start',
    peer,
    method: request?.method ?? null,
    path: request?.path ?? null,
    status: status === undefined || Number(status) <= 0 ? null : Number(status),
    bytes: countOf(octets),
    bytesOf: 'response',
    duration: total >= 0 ? total / 1_000 : null,
  });
}

function errorLine(line: Parameters<LineReader>[0]): LogEvent | null {
  const found = ERROR_LINE.exec(line.text);
  if (found === null || !/handshake|Connection (?:closed|error)|PROXY/.test(found[4] ?? '')) return null;
  const time = timeAtStart(found[2] ?? '', 0)?.time ?? null;
  const peer = addressOf(found[1] ?? '');
  if (time === null || peer === null) return null;
  return eventOf(line, 'haproxy', {
    says: {
      kind: /SSL|handshake/.test(found[4] ?? '') ? 'tls-failed' : 'peer-closed',
      errno: null,
      code: null,
    },
    time,
    moment: 'end',
    peer,
  });
}

const FIRST: Readonly<Record<string, LogKind>> = {
  C: 'client-gone',
  c: 'client-timeout',
  S: 'upstream-closed',
  s: 'upstream-timeout',
  P: 'own-close',
  L: 'ordinary',
  R: 'own-close',
  I: 'own-crash',
  D: 'own-close',
  U: 'own-close',
  K: 'own-close',
};

/** 8.5, session state at disconnection: the first letter says who ended it, the second in which phase. */
export function saysOfState(state: string): LogSaying {
  const kind = FIRST[state.charAt(0)];
  if (kind === undefined || kind === 'ordinary') return { ...ORDINARY, code: state };
  return { kind, errno: null, code: state };
}
