import type { LogEvent } from '../model/log-event.ts';
import { addressOf, countOf, decimalOf, ipOf, requestLineOf } from './fields.ts';
import { eventOf, type Line, ORDINARY } from './line.ts';
import { epochTime, timeAtStart } from './log-time.ts';
import { saysOf } from './readers/web-server.ts';
import { sayingOf } from './saying.ts';

/** Group names that mean something. */
const GROUPS = [
  'time',
  'peer',
  'port',
  'local',
  'upstream',
  'method',
  'path',
  'request',
  'status',
  'bytes',
  'duration',
  'error',
];
/** Characters of a line that a pattern of the user's is tried on. */
const MAX_PATTERN_TEXT = 2_000;

export class LogPatternError extends Error {
  override readonly name = 'LogPatternError';
}

/**
 * A pattern of the user's, checked. Look-around and back-references are refused: only without them can a matcher promise
 * time in proportion to the line, and whoever runs one sees to it that it does. Throws {@link LogPatternError}.
 */
export function compileLogPattern(source: string): RegExp {
  if (/\(\?<?[=!]/.test(source)) throw new LogPatternError('look-ahead and look-behind are not allowed');
  if (/\\[1-9k]/.test(source)) throw new LogPatternError('back-references are not allowed');
  let pattern: RegExp;
  try {
    pattern = new RegExp(source);
  } catch (error) {
    throw new LogPatternError(error instanceof Error ? error.message : String(error));
  }
  const names = [...source.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = '']) => name);
  const strange = names.find((name) => !GROUPS.includes(name));
  if (strange !== undefined) throw new LogPatternError(`group "${strange}" is none of: ${GROUPS.join(' ')}`);
  if (names.length === 0) throw new LogPatternError(`no named group; known are: ${GROUPS.join(' ')}`);
  return pattern;
}

/** A line by the user's pattern; null when it does not fit. */
export function readByPattern(line: Line, pattern: RegExp, reference: number): LogEvent | null {
  const found = pattern.exec(line.text.slice(0, MAX_PATTERN_TEXT));
  if (found === null) return null;
  const { groups = {} } = found;
  const request = requestLineOf(groups['request'] ?? '');
  const status = countOf(groups['status']);
  const error = groups['error'];
  const byError = error === undefined ? null : sayingOf(error);
  return eventOf(line, 'own', {
    says: byError ?? (status === null ? (sayingOf(line.body) ?? ORDINARY) : saysOf(status)),
    time: timeOf(groups['time'], reference) ?? line.time,
    moment: status === null ? 'written' : 'either',
    peer: peerOf(groups['peer'], groups['port']),
    local: addressOf(groups['local'] ?? ''),
    upstream: addressOf(groups['upstream'] ?? ''),
    method: groups['method'] ?? request?.method ?? null,
    path: groups['path'] ?? request?.path ?? null,
    status,
    bytes: countOf(groups['bytes']),
    duration: decimalOf(groups['duration']),
  });
}

function timeOf(text: string | undefined, reference: number) {
  if (text === undefined) return null;
  const found = timeAtStart(text, reference);
  if (found !== null) return found.time;
  return Number(text) > 1e9 ? epochTime(Number(text)) : null;
}

function peerOf(ip: string | undefined, port: string | undefined) {
  const address = addressOf(ip ?? '');
  if (address === null) return null;
  return { ip: ipOf(address.ip) ?? address.ip, port: address.port ?? countOf(port) };
}
