import type { JudgedConnection } from '../model/verdict.ts';
import { appAtEnd, exchangeOf } from './exchange-record.ts';
import { seconds } from './seconds.ts';
import { endpointText } from './words.ts';

export type FieldValue = string | number | boolean | null;

/** A field that a selection expression can ask for. */
export interface SelectionField {
  readonly type: 'text' | 'number' | 'truth';
  /** The words it can have, when they are a closed list. */
  readonly words?: readonly string[];
  /** Several values (either side's address, say): a comparison holds when it holds for one of them. */
  read(judged: JudgedConnection): readonly FieldValue[];
}

const GROUPS = ['client-abort', 'intermediary', 'server'];
const OUTCOMES = ['clean', 'aborted', 'truncated', 'refused', 'timed-out', 'open', 'scan'];
const CERTAINTIES = ['proven', 'likely', 'undetermined'];
const CLOSERS = ['client', 'server', 'intermediary', 'both', 'none'];
const KINDS = ['FIN', 'RST', 'none'];
const POSITIONS = [
  'handshake',
  'before-request',
  'in-request',
  'awaiting-response',
  'in-response-headers',
  'in-response-body',
  'after-response',
  'idle-keepalive',
  'tls-handshake',
  'tls-application',
  'tunnel',
  'non-http',
  'unknown',
];

export const FIELDS: ReadonlyMap<string, SelectionField> = new Map<string, SelectionField>([
  ['group', { type: 'text', words: GROUPS, read: (j) => [j.verdict.group] }],
  ['outcome', { type: 'text', words: OUTCOMES, read: (j) => [j.verdict.outcome] }],
  ['certainty', { type: 'text', words: CERTAINTIES, read: (j) => [j.verdict.certainty] }],
  ['confidence', { type: 'number', read: (j) => [j.verdict.confidence] }],
  ['closedby', { type: 'text', words: CLOSERS, read: (j) => [j.verdict.closedBy] }],
  ['kind', { type: 'text', words: KINDS, read: (j) => [j.verdict.kind] }],
  ['position', { type: 'text', words: POSITIONS, read: (j) => [j.verdict.position] }],
  ['harmless', { type: 'truth', read: (j) => [j.verdict.isHarmless] }],
  ['id', { type: 'number', read: (j) => [j.facts.id] }],
  ['ip', { type: 'text', read: (j) => [j.facts.client.ip, j.facts.server.ip] }],
  ['client', { type: 'text', read: (j) => [j.facts.client.ip] }],
  ['server', { type: 'text', read: (j) => [j.facts.server.ip] }],
  ['port', { type: 'number', read: (j) => [j.facts.client.port, j.facts.server.port] }],
  ['client.port', { type: 'number', read: (j) => [j.facts.client.port] }],
  ['server.port', { type: 'number', read: (j) => [j.facts.server.port] }],
  ['peer', { type: 'text', read: peers }],
  ['host', { type: 'text', read: hosts }],
  ['method', { type: 'text', read: (j) => [exchangeOf(j)?.method ?? null] }],
  ['path', { type: 'text', read: (j) => [exchangeOf(j)?.target ?? null] }],
  ['status', { type: 'number', read: (j) => [exchangeOf(j)?.status ?? null] }],
  ['bytes', { type: 'number', read: (j) => [j.facts.client.bytes + j.facts.server.bytes] }],
  ['duration', { type: 'number', read: (j) => [seconds(j.facts.endNs - j.facts.startNs)] }],
]);

/** Each word that stands for itself (`client-abort`) and the field it belongs to; words of two fields are left out. */
export const BARE_WORDS: ReadonlyMap<string, string> = bareWords();

function bareWords(): Map<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  for (const [name, field] of FIELDS) {
    for (const word of field.words ?? []) {
      if (owners.has(word.toLowerCase()) || FIELDS.has(word.toLowerCase())) shared.add(word.toLowerCase());
      owners.set(word.toLowerCase(), name);
    }
  }
  for (const word of shared) owners.delete(word);
  // Other fields know these too; the group is what a person means by them.
  for (const word of GROUPS) owners.set(word, 'group');
  return owners;
}

/** IPv6 both with and without brackets: `[2001:db8::7]:80` and `2001:db8::7:80`. */
function peers({ facts: { client, server } }: JudgedConnection): string[] {
  return [client, server].flatMap(({ ip, port }) => [endpointText(ip, port), `${ip}:${port}`]);
}

function hosts(judged: JudgedConnection): (string | null)[] {
  const app = appAtEnd(judged);
  const names = [app.exchange?.host, app.tls?.sni].filter((name) => typeof name === 'string');
  return names.length > 0 ? names : [null];
}
