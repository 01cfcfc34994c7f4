import { counted, thousands } from '../../bytes/number-text.ts';
import type { AnalysisSummary } from '../../model/analysis.ts';
import type { Answer } from '../../model/conditions.ts';
import type { Vantage } from '../../model/facts.ts';
import type { CaptureTally } from '../capture-tally.ts';
import type { Census } from '../census.ts';
import type { Distribution } from '../distribution.ts';
import { capitalized, durationText, joined, ofAll, percentText } from '../wording.ts';
import { cannotTell, censusLines, examples, reply } from './reply.ts';

export function osAnswer(tally: CaptureTally): Answer {
  const { clientOs, serverOs, osDoubts } = tally;
  const details = [
    ...censusLines(clientOs, 'clients of '),
    ...censusLines(serverOs, 'servers of '),
    ...censusLines(osDoubts, 'doubt in '),
  ];
  const known = clientOs.total - clientOs.count('unknown') + serverOs.total - serverOs.count('unknown');
  const behind = { details, ...examples(clientOs, serverOs) };
  if (known === 0)
    return cannotTell(
      'os',
      clientOs.total + serverOs.total === 0
        ? 'the capture holds no TCP connection'
        : 'no SYN or SYN+ACK was captured that fits a known system',
      behind,
    );
  const doubt =
    osDoubts.total === 0
      ? ''
      : ` Doubtful in ${counted(osDoubts.total, 'case')}: a box in front may answer for the host.`;
  return reply('os', `Clients: ${sharesText(clientOs)}. Servers: ${sharesText(serverOs)}.${doubt}`, behind);
}

const MAX_SHARES = 3;

/** "Linux (likely) 38, unknown 2"; a single one without its number. */
function sharesText(census: Census): string {
  const entries = census.sorted();
  if (entries.length === 0) return 'not captured';
  if (entries.length === 1 && census.others === 0) return entries[0]?.label ?? '';
  const shown = entries.slice(0, MAX_SHARES).map(({ label, count }) => `${label} ${thousands(count)}`);
  const rest = census.total - entries.slice(0, MAX_SHARES).reduce((sum, { count }) => sum + count, 0);
  return shown.join(', ') + (rest > 0 ? `, others ${thousands(rest)}` : '');
}

export function networkAnswer(tally: CaptureTally, { capture }: AnalysisSummary): Answer {
  const { clientMss, serverMss, links, lossy } = tally;
  if (tally.connections === 0) return cannotTell('network', 'the capture holds no TCP connection');
  const sent = tally.sentByClient + tally.sentByServer;
  const parts = [
    tally.roundTrips.count === 0
      ? 'RTT unknown (no complete handshake captured)'
      : `RTT ${spanText(tally.roundTrips)}`,
    sent === 0 ? 'no data' : lossText(tally),
    mssText(tally),
    links.total > 0 ? joined(links.sorted().map(({ label }) => label)) : 'no tunnel headers',
  ];
  const details = [
    ...partDetails('capture to client and back', tally.toClient),
    ...partDetails('capture to server and back', tally.toServer),
    `sent again: ${thousands(tally.resentByServer)} of ${thousands(tally.sentByServer)} data segments of servers, ${thousands(tally.resentByClient)} of ${thousands(tally.sentByClient)} of clients; ${thousands(tally.outOfOrder)} out of order`,
    ...censusLines(lossy),
    ...censusLines(clientMss, 'client MSS, '),
    ...censusLines(serverMss, 'server MSS, '),
    ...hopsDetails('clients', tally.clientHops),
    ...hopsDetails('servers', tally.serverHops),
    `captured ${vantageText(capture.vantage)}`,
  ];
  return reply('network', `${capitalized(parts.join('; '))}.`, {
    details,
    ...examples(lossy, links, clientMss, serverMss),
  });
}

function lossText({ sentByClient, sentByServer, resentByClient, resentByServer }: CaptureTally): string {
  const sent = sentByClient + sentByServer;
  const resent = resentByClient + resentByServer;
  return resent === 0 ? 'no data sent again' : `${percentText(resent / sent)} of data segments sent again`;
}

function mssText({ clientMss, serverMss }: CaptureTally): string {
  const [client] = clientMss.sorted();
  const [server] = serverMss.sorted();
  if (client === undefined && server === undefined) return 'MSS not captured';
  if (client?.label === server?.label && clientMss.size === 1 && serverMss.size === 1)
    return `MSS ${client?.label}`;
  const one = (entry: typeof client, census: Census): string =>
    entry === undefined ? 'not captured' : `${entry.label}${census.size > 1 ? ' and others' : ''}`;
  return `MSS of clients ${one(client, clientMss)}, of servers ${one(server, serverMss)}`;
}

function spanText(values: Distribution): string {
  const middle = durationText(values.percentile(0.5) ?? 0);
  const low = durationText(values.min);
  const high = durationText(values.max);
  if (values.count === 1 || low === high) return high;
  return `${low} to ${high}, half up to ${middle}`;
}

function partDetails(name: string, values: Distribution): string[] {
  if (values.count === 0) return [];
  return [`${name}: ${spanText(values)} (longest: id ${values.maxId})`];
}

function hopsDetails(name: string, hops: Distribution): string[] {
  if (hops.count === 0) return [];
  const range =
    hops.min === hops.max ? thousands(hops.max) : `${thousands(hops.min)} to ${thousands(hops.max)}`;
  return [`routers between the capture and the ${name}: ${range}, by TTL`];
}

function vantageText({ place, connections }: Vantage): string {
  const from = ` (from ${counted(connections, 'connection')})`;
  if (place === 'unknown') return 'at a place that the packets do not tell';
  if (place === 'both') return `on a host that is client and server${from}`;
  return `${place === 'middle' ? 'between the ends' : `at or near the ${place}`}${from}`;
}

/** What deserves mention first: what was taken away, then what distorts the capture, then what is in use. */
const KINDS: readonly (readonly [string, string])[] = [
  ['option-blanked', 'TCP options overwritten on the way'],
  ['mss-clamped', 'MSS lowered on the way'],
  ['sack-unasked', 'SACK taken out of the SYN'],
  ['timestamps-unasked', 'timestamps taken out of the SYN'],
  ['window-scaling-unasked', 'window scaling taken out of the SYN'],
  ['sack-refused', 'SACK offered but not taken (or stripped)'],
  ['timestamps-refused', 'timestamps offered but not taken (or stripped)'],
  ['window-scaling-refused', 'window scaling offered but not taken (or stripped)'],
  ['sack-not-offered', 'no SACK offered'],
  ['timestamps-not-offered', 'no timestamps offered'],
  ['window-scaling-not-offered', 'no window scaling offered'],
  ['segmentation-offload', 'segmentation offload (TSO, GRO)'],
  ['checksum-offload', 'checksum offload'],
  ['stretched-acks', 'stretched ACKs'],
  ['ecn-marked', 'ECN with marks'],
  ['ecn', 'ECN'],
  ['ecn-refused', 'ECN offered, not taken'],
  ['fast-open', 'TCP Fast Open'],
  ['multipath', 'Multipath TCP'],
  ['keep-alive', 'TCP keep-alive probes'],
  ['sack-used', 'SACK at work'],
];
const AGREED: readonly (readonly [string, string])[] = [
  ['sack', 'SACK'],
  ['timestamps', 'timestamps'],
  ['window-scaling', 'window scaling'],
];
const MAX_KINDS = 5;

export function optimisationsAnswer(tally: CaptureTally): Answer {
  const { optimisations, optimisationTexts } = tally;
  if (optimisations.size === 0)
    return cannotTell('optimisations', 'no handshake and nothing else that shows them was captured');
  const name = (count: number): string => (count === tally.connections ? '' : ` (${thousands(count)})`);
  const noteworthy = KINDS.filter(([kind]) => optimisations.count(kind) > 0);
  const shown = noteworthy
    .slice(0, MAX_KINDS)
    .map(([kind, text]) => `${text}${name(optimisations.count(kind))}`);
  if (noteworthy.length > MAX_KINDS) shown.push(`${thousands(noteworthy.length - MAX_KINDS)} more kinds`);
  const agreed = AGREED.filter(([kind]) => optimisations.count(kind) > 0).map(
    ([kind, text]) => `${text}${name(optimisations.count(kind))}`,
  );
  const sentences = [
    ...(shown.length > 0 ? [`${capitalized(shown.join('; '))}.`] : []),
    ...(agreed.length > 0 ? [`Both ends use ${joined(agreed)}.`] : []),
  ];
  const entries = optimisations.sorted();
  const details = entries.map(({ label, count, connections, frames }) => {
    const where = frames.length === 0 ? '' : `; frame ${frames.slice(0, 3).join(', ')}`;
    return `${ofAll(count, tally.connections, 'connection')}: ${optimisationTexts.get(label)} (id ${connections.slice(0, 3).join(', ')}${where})`;
  });
  const first = noteworthy.map(([kind]) => optimisations.get(kind)).filter((entry) => entry !== null);
  return reply('optimisations', sentences.join(' '), {
    details,
    connections: first.flatMap(({ connections }) => connections),
    frames: first.flatMap(({ frames }) => frames),
  });
}

export function httpAwareAnswer(tally: CaptureTally): Answer {
  const { proxiedClients, proxiedServers, cutInBetween } = tally;
  const details = [
    ...censusLines(proxiedServers, 'at the server, '),
    ...censusLines(proxiedClients, 'at the client, '),
    ...censusLines(cutInBetween),
  ];
  const behind = { details, ...examples(proxiedServers, proxiedClients) };
  if (proxiedServers.size + proxiedClients.size === 0) {
    const cut =
      cutInBetween.total === 0
        ? ''
        : ` Something cut ${counted(cutInBetween.total, 'connection')} in between, but shows no sign of HTTP.`;
    if (tally.http === 0)
      return cannotTell(
        'http-aware-box',
        tally.encrypted > 0 ? 'the traffic is encrypted' : 'the capture holds no HTTP/1',
        { ...behind, ...examples(cutInBetween) },
      );
    return reply(
      'http-aware-box',
      `No sign of it in the headers of ${counted(tally.http, 'HTTP connection')} (a box that leaves no header does not show).${cut}`,
      behind,
    );
  }
  const signs = [
    ...(proxiedServers.size > 0 ? [`answering in the server's place (${labels(proxiedServers)})`] : []),
    ...(proxiedClients.size > 0 ? [`in the client's place (${labels(proxiedClients)})`] : []),
  ];
  return reply('http-aware-box', `Yes: a proxy or gateway ${joined(signs)}.`, behind);
}

function labels(census: Census): string {
  return census
    .sorted()
    .slice(0, 2)
    .map(({ label, count }) => `${label}, ${counted(count, 'connection')}`)
    .join('; ');
}
