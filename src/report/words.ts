import type { RolesFrom, Vantage } from '../model/facts.ts';
import type { Group, JudgedConnection, Outcome, Position, Verdict } from '../model/verdict.ts';
import { counted, percentText } from './quantity.ts';

/** Plain words for the codes of a verdict. One place, so that table, timeline and summary speak alike. */

/** Who hung up, as a short cell: `client (likely)`. An undetermined group is only the best guess, so it asks. */
export function culpritWords(verdict: Verdict): string {
  if (verdict.group === null) return NO_CULPRIT_WORDS[verdict.outcome];
  const who = GROUP_SHORT[verdict.group];
  return verdict.certainty === 'undetermined' ? `${who}? (unclear)` : `${who} (${verdict.certainty})`;
}

const GROUP_SHORT: Readonly<Record<Group, string>> = {
  'client-abort': 'client',
  intermediary: 'intermediary',
  server: 'server',
};

const NO_CULPRIT_WORDS: Readonly<Record<Outcome, string>> = {
  clean: 'ended well',
  aborted: 'nobody to name',
  truncated: 'nobody to name',
  refused: 'refused',
  'timed-out': 'timed out',
  open: 'still open',
  scan: 'handshake only',
};

/** A sentence part for counts: "28 connections: the client hung up". */
export const GROUP_DEED: Readonly<Record<Group, string>> = {
  'client-abort': 'the client hung up',
  intermediary: 'something in between cut it',
  server: 'the server hung up',
};

/** Where it happened, to follow "who hung up". Short enough for a table cell (at most 24 columns). */
export const POSITION_WORDS: Readonly<Record<Position, string>> = {
  handshake: 'in the TCP handshake',
  'before-request': 'before any request',
  'in-request': 'while sending a request',
  'awaiting-response': 'awaiting the response',
  'in-response-headers': 'in the response headers',
  'in-response-body': 'in the response body',
  'after-response': 'right after a response',
  'idle-keepalive': 'idle between requests',
  'tls-handshake': 'in the TLS handshake',
  'tls-application': 'in encrypted data',
  tunnel: 'in a tunnel',
  'non-http': 'in other (non-HTTP) data',
  unknown: 'unknown (gaps)',
};

export const ROLES_FROM_WORDS: Readonly<Record<RolesFrom, string>> = {
  syn: 'the SYN',
  http: 'who sent the request',
  ports: 'the port numbers',
};

/** Where the capture was made, to follow "captured". */
export function vantageWords(vantage: Vantage): string {
  const from = vantage.connections > 0 ? ` (judged from ${counted(vantage.connections, 'connection')})` : '';
  switch (vantage.place) {
    case 'client':
      return `at or near the client${from}`;
    case 'server':
      return `at or near the server${from}`;
    case 'both':
      return `on a host that is client and server at once${from}`;
    case 'middle':
      return vantage.fraction === null
        ? `between client and server${from}`
        : `between client and server, ${percentText(vantage.fraction)} of the way${from}`;
    case 'unknown':
      return 'at a place that cannot be told from the packets';
  }
}

/** `198.51.100.7:41259`, `[2001:db8::7]:41259`. */
export function endpointText(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** It did not end as both sides wanted: what the table of findings lists. */
export function isBadEnd(verdict: Verdict): boolean {
  if (verdict.group !== null) return true;
  return verdict.outcome !== 'clean' && verdict.outcome !== 'open' && verdict.outcome !== 'scan';
}

/** A bad end that somebody may have to act on. */
export function needsALook(judged: JudgedConnection): boolean {
  return isBadEnd(judged.verdict) && !judged.verdict.isHarmless;
}
