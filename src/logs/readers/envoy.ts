import type { LogEvent, LogKind, LogSaying } from '../../model/log-event.ts';
import { addressOf, countOf, requestLineOf } from '../fields.ts';
import { eventOf, type LineReader, ORDINARY } from '../line.ts';
import { timeAtStart } from '../log-time.ts';

/**
 * envoyproxy.io, configuration/observability/access_log/usage, default format: [time] "request" code flags received sent
 * duration upstream-time "xff" "agent" "id" "authority" "upstream". Istio puts details behind the flags and more
 * addresses behind the upstream. The time is the request's start, UTC, to the millisecond.
 */
const LINE =
  /^\[(\d{4}-[^\]]{15,30})\] "([^"]{0,4096})" (\d{1,3}) (-|[A-Z][A-Za-z]{0,3}(?:,[A-Z][A-Za-z]{0,3}){0,6}) (?:\S{1,200} \S{1,200} "[^"]{0,300}" )?(\d{1,15}) (\d{1,15}) (\d{1,12}) (\d{1,12}|-) (.*)$/;

/** Envoy's and Istio's text access logs. */
export const readEnvoy: LineReader = (line): LogEvent | null => {
  const found = LINE.exec(line.text);
  if (found === null) return null;
  const [, when = '', request = '', status = '0', flags = '-', , sent, duration = '', , rest = ''] = found;
  const time = timeAtStart(when, 0)?.time ?? null;
  if (time === null) return null;
  const requested = requestLineOf(request.replace(/ HTTP\/[\d.]+$/, ''));
  const quoted = [...rest.matchAll(/"([^"]{0,400})"/g)].map(([, text = '']) => text);
  // Istio: after the upstream's name come cluster, local and remote address, of both legs.
  const tail = rest
    .slice(rest.lastIndexOf('"') + 1)
    .trim()
    .split(' ');
  return eventOf(line, 'envoy', {
    says: saysOfFlags(flags),
    time,
    moment: 'start',
    peer: tail.length >= 4 ? addressOf(tail[3] ?? '') : null,
    local: tail.length >= 4 ? addressOf(tail[2] ?? '') : null,
    upstream: addressOf(quoted[4] ?? ''),
    method: requested?.method ?? null,
    path: requested?.path ?? null,
    status: Number(status) === 0 ? null : Number(status),
    bytes: countOf(sent),
    duration: Number(duration) / 1_000,
  });
};

const FLAGS: Readonly<Record<string, LogKind>> = {
  DC: 'client-gone',
  DR: 'client-gone',
  DPE: 'client-gone',
  UC: 'upstream-closed',
  UR: 'upstream-reset',
  UF: 'upstream-refused',
  UT: 'upstream-timeout',
  UO: 'own-close',
  UH: 'upstream-refused',
  UPE: 'upstream-closed',
  LR: 'own-close',
  SI: 'own-close',
  DT: 'own-close',
  NR: 'own-close',
  LH: 'own-close',
  OM: 'own-close',
};

/** Response flags (same page, %RESPONSE_FLAGS%): the first one known counts. */
export function saysOfFlags(flags: string): LogSaying {
  for (const flag of flags.split(',')) {
    const kind = FLAGS[flag];
    if (kind !== undefined) return { kind, errno: null, code: flags };
  }
  return ORDINARY;
}
