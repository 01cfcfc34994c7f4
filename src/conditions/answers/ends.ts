import { counted, thousands } from '../../bytes/number-text.ts';
import type { AnalysisSummary, Pattern } from '../../model/analysis.ts';
import type { Answer } from '../../model/conditions.ts';
import type { CaptureTally } from '../capture-tally.ts';
import type { Census } from '../census.ts';
import { capitalized, joined, ofAll, percentText } from '../wording.ts';
import { cannotTell, censusLines, examples, reply } from './reply.ts';

const CULPRITS: readonly (readonly [string, string])[] = [
  ['client-abort', 'the client'],
  ['server', 'the server'],
  ['intermediary', 'something in between'],
  ['too-late', 'the server just before a request came'],
];

export function whoAnswer(tally: CaptureTally): Answer {
  if (tally.connections === 0) return cannotTell('who', 'the capture holds no TCP connection');
  const well = closersText(tally.cleanClosers);
  const details = [
    ...censusLines(tally.culprits),
    ...censusLines(tally.cleanClosers, 'ended well, closed first by: '),
  ];
  if (tally.early === 0)
    return reply('who', `Nobody hung up early: ${well}.`, {
      details,
      ...examples(tally.cleanClosers),
    });
  const by = culpritsText(tally);
  const guesses = tally.undetermined.total;
  const number = tally.early === 1 ? '' : `${thousands(guesses)} `;
  const doubt = guesses === 0 ? '' : ` (${number}only a best guess)`;
  return reply(
    'who',
    `${capitalized(ofAll(tally.early, tally.connections, 'connection'))} ended early${by}${doubt}.${well === '' ? '' : ` Of the rest, ${well}.`}`,
    { details, ...examples(tally.culprits) },
  );
}

/** ", by the server", ": by the client 5 and the server 2; nobody can be named for 3". */
function culpritsText({ culprits }: CaptureTally): string {
  const found = CULPRITS.filter(([label]) => culprits.count(label) > 0);
  const unnamed = culprits.count('nobody');
  const [only] = found;
  if (only === undefined) return '; nobody can be named';
  if (found.length === 1 && unnamed === 0) return `, by ${only[1]}`;
  const parts = found.map(([label, name]) => `${name} ${thousands(culprits.count(label))}`);
  const nobody = unnamed === 0 ? '' : `; nobody can be named for ${thousands(unnamed)}`;
  return `: by ${joined(parts)}${nobody}`;
}

const CLOSERS: Readonly<Record<string, string>> = {
  client: 'the client closed first',
  server: 'the server closed first',
  both: 'both closed at once',
  intermediary: 'something in between closed',
};

function closersText(census: Census): string {
  const entries = census.sorted();
  if (entries.length === 1 && entries[0]?.count === 1 && entries[0].label !== 'none')
    return CLOSERS[entries[0].label] ?? '';
  return joined(
    entries.map(({ label, count }) =>
      label === 'none'
        ? `${thousands(count)} ${count === 1 ? 'was' : 'were'} not closed in the capture`
        : `${CLOSERS[label] ?? label} in ${thousands(count)}`,
    ),
  );
}

/** Plain words for positions, to follow a number. */
const PLACES: Readonly<Record<string, string>> = {
  handshake: 'in TCP negotiation',
  'before-request': 'before any request',
  'in-request': 'inside a request',
  'awaiting-response': 'while waiting for the response',
  'in-response-headers': 'inside the response headers',
  'in-response-body': 'inside the response body',
  'after-response': 'right after a response',
  'idle-keepalive': 'idle between requests',
  'tls-handshake': 'in TLS negotiation',
  'tls-application': 'inside encrypted data',
  tunnel: 'in a tunnel',
  'non-http': 'in data that is not HTTP',
  unknown: 'at a place that the capture lacks',
};
const MAX_PLACES = 3;
const MIN_OFFSETS = 5;
/** Half of the cuts within so small a part of the response: a place. Else they are spread. */
const NARROW = 0.05;

export function whereAnswer(tally: CaptureTally, summary: AnalysisSummary): Answer {
  if (tally.early === 0)
    return tally.connections === 0
      ? cannotTell('where', 'the capture holds no TCP connection')
      : reply('where', 'Nothing ended early.');
  const places = tally.positions.sorted();
  const shown = places
    .slice(0, MAX_PLACES)
    .map(({ label, count }) => `${thousands(count)} ${PLACES[label] ?? label}`);
  if (places.length > MAX_PLACES)
    shown.push(`${thousands(places.slice(MAX_PLACES).reduce((sum, { count }) => sum + count, 0))} elsewhere`);
  const negotiation = tally.positions.count('handshake') > 0 ? '' : ' None in TCP negotiation.';
  const [pattern] = summary.patterns;
  const consistency =
    pattern === undefined ? spreadText(tally) : `A pattern: ${capitalized(pattern.text).replace(/\.$/, '')}.`;
  return reply('where', `${capitalized(joined(shown))}.${negotiation} ${consistency}`.trimEnd(), {
    details: [...censusLines(tally.positions), ...summary.patterns.map(patternText)],
    ...examples(tally.positions),
  });
}

/** What was found, what it suggests, what to check next: three sentences. */
function patternText({ text, suggests, next }: Pattern): string {
  return `pattern: ${text.replace(/\.$/, '')}. ${suggests} ${next}`.trimEnd();
}

function spreadText({ cutOffsets, cutResponses, early }: CaptureTally): string {
  if (early < MIN_OFFSETS) return 'Too few to say whether the place is consistent.';
  if (cutOffsets.count < MIN_OFFSETS)
    return cutResponses === 0
      ? 'No common cause shows.'
      : 'Too few responses of known length were cut to say whether the place is consistent.';
  const low = (cutOffsets.percentile(0.25) ?? 0) / 1_000;
  const high = (cutOffsets.percentile(0.75) ?? 0) / 1_000;
  const range = `half of the ${counted(cutOffsets.count, 'cut response')} between ${percentText(low)} and ${percentText(high)} of the body`;
  return high - low <= NARROW ? `A consistent place: ${range}.` : `Not at one place: ${range}.`;
}

export function harmlessAnswer(tally: CaptureTally): Answer {
  const { early, harmless } = tally;
  if (early === 0)
    return tally.connections === 0
      ? cannotTell('harmless', 'the capture holds no TCP connection')
      : reply('harmless', 'There are none: nothing ended early.');
  const details = [
    ...censusLines(tally.harmlessReasons, 'harmless, '),
    ...censusLines(tally.seriousReasons, 'worth a look, '),
  ];
  const ended = `${percentText(early / tally.connections)} of all connections ended early`;
  return reply('harmless', `${harmText(early, harmless, tally.cutByClients)}; ${ended}.`, {
    details,
    ...examples(tally.seriousReasons, tally.harmlessReasons),
  });
}

const AS_PEOPLE_DO =
  'left in the middle of a response, as people do (worth a look only if responses are slow or the place is always the same)';

/** Of `early` ends, `harmless` cost nobody anything, and in `left` a client left in the middle of a response. */
function harmText(early: number, harmless: number, left: number): string {
  const serious = early - harmless - left;
  const [only, each] = ['the only early end', `each of ${counted(early, 'early end')}`];
  if (serious === early) return `No: ${early === 1 ? only : each} may have done harm`;
  if (early === 1)
    return left === 1 ? `Probably: in ${only} a client ${AS_PEOPLE_DO}` : `Yes: ${only} did no harm`;
  const parts = [];
  if (harmless > 0) parts.push(`${thousands(harmless)} did no harm`);
  if (left > 0) parts.push(`in ${thousands(left)} the client ${AS_PEOPLE_DO}`);
  if (serious > 0) parts.push(`${thousands(serious)} may have done harm`);
  // That people leave is the likely reason, not a proven one.
  const yes = left > 0 ? 'Probably' : 'Yes';
  const word = serious === 0 ? yes : 2 * serious < early ? `${yes}, most` : 'Not most';
  return `${word}. Of ${counted(early, 'early end')} ${joined(parts)}`;
}
