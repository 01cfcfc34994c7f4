import type { LogTime } from '../model/log-event.ts';
import { MAX_LINE_LEN, MAX_TEXT_LEN } from './limits.ts';
import type { Line } from './line.ts';
import { timeAtStart } from './log-time.ts';

/** How often a prefix may stand within another: Kubernetes around Docker around syslog. */
const MAX_PREFIXES = 3;

interface Stripped {
  readonly text: string;
  readonly time: LogTime | null;
  readonly tag: string | null;
}

/** `<34>1 2026-11-22T22:31:23Z host app 12 - - text` (RFC 5424 §6). Structured data is passed over. */
const RFC5424 = /^<\d{1,3}>1 (\S{1,40}) \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|\[[^\]]{0,1000}\]) ?/;
/** What follows the time in syslog (RFC 3164) and journalctl's short formats: `host nginx[12]: `. */
const HOST_AND_TAG = /^ (\S{1,255}) ([A-Za-z][\w./-]{0,47})(?:\[\d{1,10}\])?: /;
/** The container runtimes' format: `2026-11-22T22:31:23.1Z stdout F text` (Kubernetes, CRI logging). */
const CRI = /^ (?:stdout|stderr) [FP] /;
/** `[pod/web-1/nginx] ` (kubectl logs --prefix), `web-1  | ` (docker compose), ANSI colours already removed. */
const COLLECTOR = /^(?:\[pod\/[\w./-]{1,200}\] |[\w.-]{1,60} {1,20}\| )/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour sequences begin with ESC (ECMA-48 §8.3.117)
const COLOURS = /\u001b\[[0-9;]{0,20}m/g;

/** The line without what log collectors put in front of it. `reference`: about when, for dates without a year. */
export function lineOf(raw: string, number: number, reference: number): Line {
  const bounded = raw.length > MAX_LINE_LEN ? raw.slice(0, MAX_LINE_LEN) : raw;
  let text = bounded.includes('\u001b') ? bounded.replace(COLOURS, '') : bounded;
  let time: LogTime | null = null;
  let tag: string | null = null;
  for (let prefixes = 0; prefixes < MAX_PREFIXES; prefixes++) {
    const stripped = withoutPrefix(text, reference);
    if (stripped === null) break;
    text = stripped.text;
    time = stripped.time ?? time;
    tag = stripped.tag ?? tag;
  }
  const bracket = text.startsWith('[') ? 1 : 0;
  const own = timeAtStart(bracket === 1 ? text.slice(1) : text, reference);
  const after = own === null ? text : text.slice(own.length + bracket);
  const body = own !== null && bracket === 1 ? after.replace(/^\]/, '') : after;
  return {
    number,
    raw: raw.length > MAX_TEXT_LEN ? `${raw.slice(0, MAX_TEXT_LEN)}…` : raw,
    text,
    body: own === null ? text : body.replace(/^:? {0,4}/, ''),
    time: own?.time ?? time,
    tag,
  };
}

function withoutPrefix(text: string, reference: number): Stripped | null {
  return rfc5424(text, reference) ?? dated(text, reference) ?? collector(text) ?? dockerJson(text, reference);
}

function rfc5424(text: string, reference: number): Stripped | null {
  const found = text.startsWith('<') ? RFC5424.exec(text) : null;
  if (found === null) return null;
  const time = timeAtStart(found[1] ?? '', reference)?.time ?? null;
  return { text: text.slice(found[0].length), time, tag: (found[2] ?? '').toLowerCase() };
}

function dated(text: string, reference: number): Stripped | null {
  const priority = /^<\d{1,3}>/.exec(text)?.[0].length ?? 0;
  const bare = priority > 0 ? text.slice(priority) : text;
  const found = timeAtStart(bare, reference);
  if (found === null) return null;
  const rest = bare.slice(found.length);
  const runtime = CRI.exec(rest);
  if (runtime !== null) return { text: rest.slice(runtime[0].length), time: found.time, tag: null };
  const host = HOST_AND_TAG.exec(rest);
  if (host === null || LEVELS.has(host[2]!.toLowerCase())) return null;
  return { text: rest.slice(host[0].length), time: found.time, tag: host[2]!.toLowerCase() };
}

/** `2026-… 123 ERROR: text` looks like host and tag, and is none. */
const LEVELS: ReadonlySet<string> = new Set([
  'error',
  'warn',
  'warning',
  'info',
  'debug',
  'http',
  'read',
  'write',
]);

function collector(text: string): Stripped | null {
  const found = COLLECTOR.exec(text);
  return found === null ? null : { text: text.slice(found[0].length), time: null, tag: null };
}

/** Docker's json-file driver: `{"log":"text\n","stream":"stderr","time":"…"}`. */
function dockerJson(text: string, reference: number): Stripped | null {
  if (!text.startsWith('{"log":"')) return null;
  try {
    const { log, time } = JSON.parse(text) as { log: unknown; time: unknown };
    if (typeof log !== 'string') return null;
    const found = typeof time === 'string' ? timeAtStart(time, reference) : null;
    return { text: log.replace(/[\r\n]{1,2}$/, ''), time: found?.time ?? null, tag: null };
  } catch {
    return null;
  }
}
