import { counted } from '../bytes/number-text.ts';
import type { RolesFrom, Vantage } from '../model/facts.ts';
import type { ClosedBy, Group, JudgedConnection, Outcome, Position, Verdict } from '../model/verdict.ts';
import { percentText } from './quantity.ts';

/** Plain words for the codes of a verdict. One place, so that table, timeline and summary speak alike. */

/** Who hung up, as a short cell: `client (likely)`. An undetermined group is only the best guess, so it asks. */
export function culpritWords(verdict: Verdict): string {
  if (isTooLate(verdict)) return 'request too late';
  if (verdict.group === null) return noCulpritWords(verdict);
  const who = GROUP_SHORT[verdict.group];
  return verdict.certainty === 'undetermined' ? `${who}? (unclear)` : `${who} (${verdict.certainty})`;
}

/** The same as a sentence, for the head of a timeline: "Who hung up: client (likely), 93 %." or "Closed by the server; ended well." */
export function endSentence(verdict: Verdict): string {
  if (verdict.group !== null) {
    const confidence = verdict.confidence === null ? '' : `, ${percentText(verdict.confidence)}`;
    return `Who hung up: ${culpritWords(verdict)}${confidence}.`;
  }
  const closer = CLOSER_WORDS[verdict.closedBy];
  if (isTooLate(verdict)) return `${closer} while unused; a request came too late.`;
  switch (verdict.outcome) {
    case 'clean':
      return `${closer}; ended well.`;
    case 'scan':
      return `${closer}; only a probe.`;
    case 'open':
      return 'No close was captured.';
    case 'timed-out':
      return 'Nobody closed it: it went silent.';
    case 'refused':
      return 'Refused; nobody can be named.';
    case 'aborted':
    case 'truncated':
      return `${closer}, but nobody can be blamed.`;
  }
}

const CLOSER_WORDS: Readonly<Record<ClosedBy, string>> = {
  client: 'Closed by the client',
  server: 'Closed by the server',
  intermediary: 'Closed by something in between',
  both: 'Closed by both sides at once',
  none: 'Closed by nobody',
};

/** TCP ended well, and nobody is to blame, but a request ran into the end: somebody may have to act on it all the same. */
export function isTooLate({ outcome, group, isHarmless }: Verdict): boolean {
  return outcome === 'clean' && group === null && !isHarmless;
}

const GROUP_SHORT: Readonly<Record<Group, string>> = {
  'client-abort': 'client',
  intermediary: 'intermediary',
  server: 'server',
};

function noCulpritWords({ outcome, closedBy }: Verdict): string {
  if (outcome !== 'clean' || closedBy === 'none') return NO_CULPRIT_WORDS[outcome];
  return `nobody; ${closedBy} closed`;
}

const NO_CULPRIT_WORDS: Readonly<Record<Outcome, string>> = {
  clean: 'nobody; ended well',
  aborted: 'nobody to name',
  truncated: 'nobody to name',
  refused: 'nobody to name',
  'timed-out': 'unknown; went silent',
  open: 'nobody; still open',
  scan: 'nobody; only a probe',
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
  if (verdict.group !== null || isTooLate(verdict)) return true;
  return verdict.outcome !== 'clean' && verdict.outcome !== 'open' && verdict.outcome !== 'scan';
}

/** A bad end that somebody may have to act on. */
export function needsALook(judged: JudgedConnection): boolean {
  return isBadEnd(judged.verdict) && !judged.verdict.isHarmless;
}
