import type { SeenConnection, SeenExchange } from '../model/explanation.ts';
import type { Side } from '../model/facts.ts';
import type { LogAddress, LogEvent } from '../model/log-event.ts';
import type { CaptureIndex, PlacedExchange } from './capture-index.ts';
import { targetKey } from './log-index.ts';
import type { Picker } from './near.ts';

/** What a candidate has in common with its line: both addresses; the other end's; its port alone; what was asked for; time. */
export type Likeness = 'addresses' | 'peer' | 'port' | 'http' | 'time';

/** A connection that a line may be about. */
export interface Candidate {
  readonly connection: SeenConnection;
  readonly exchange: SeenExchange | null;
  /** Which end of it wrote the line. */
  readonly writer: Side;
  readonly by: Likeness;
}

/**
 * Connections that the addresses of a line name. The other end is the client where the program is the server, and the
 * server where it is the client; a line about an upstream is looked for on the proxy's own connection to it. Null: `picker` has
 * found them too many.
 */
export function addressCandidates(event: LogEvent, index: CaptureIndex, picker: Picker): Candidate[] | null {
  const { peer, local } = event;
  if (peer === null || peer.port === null) return [];
  const asServer = picker.connections(index.fromClient(peer.ip, peer.port));
  const fromLocal = local?.port == null ? [] : picker.connections(index.fromClient(local.ip, local.port));
  if (asServer === null || fromLocal === null) return null;
  const asClient = fromLocal.filter(isTo(peer));
  const found = [
    ...asServer.map((connection) =>
      candidate(
        event,
        connection,
        'server',
        local !== null && isTo(local)(connection) ? 'addresses' : 'peer',
        index,
        picker,
      ),
    ),
    ...asClient.map((connection) => candidate(event, connection, 'client', 'addresses', index, picker)),
  ];
  const both = found.filter(({ by }) => by === 'addresses');
  return both.length > 0 ? both : found;
}

/** Where an address translator kept the port, and the address of the line is none of the capture's. */
export function portCandidates(event: LogEvent, index: CaptureIndex, picker: Picker): Candidate[] | null {
  const { peer } = event;
  if (peer === null || peer.port === null || index.hasClient(peer.ip)) return [];
  const alike = picker.connections(index.fromClientPort(peer.port));
  return alike?.map((connection) => candidate(event, connection, 'server', 'port', index, picker)) ?? null;
}

/** Connections to the server that the line names as the other end, when it names no port of the program's own. */
export function serverCandidates(event: LogEvent, index: CaptureIndex, picker: Picker): Candidate[] | null {
  const { peer, local } = event;
  if (peer === null || peer.port === null || local !== null) return [];
  const alike = picker.connections(index.toServer(peer.ip, peer.port));
  return alike?.map((connection) => candidate(event, connection, 'client', 'peer', index, picker)) ?? null;
}

/** Exchanges with the same target. */
export function targetCandidates(event: LogEvent, index: CaptureIndex): Candidate[] {
  if (event.path === null) return [];
  return index.withTarget(event.path).map((placed) => targetCandidate(event, placed));
}

/** One of them. */
export function targetCandidate(event: LogEvent, { connection, exchange }: PlacedExchange): Candidate {
  const writer = isUpstreamLeg(event, connection) ? 'client' : 'server';
  return { connection, exchange, writer, by: 'http' };
}

/** Connections that did not end well, for lines that say no more than that. */
export function endCandidates(index: CaptureIndex): Candidate[] {
  return index.connections
    .filter(({ group }) => group !== null)
    .map((connection) => ({ connection, exchange: connection.exchange, writer: 'server', by: 'time' }));
}

/** The connection leads from the proxy that wrote the line to the server it names. */
export function isUpstreamLeg({ upstream }: LogEvent, connection: SeenConnection): boolean {
  return upstream !== null && isTo(upstream)(connection);
}

function isTo({ ip, port }: LogAddress): (connection: SeenConnection) => boolean {
  return ({ server }) => server.ip === ip && (port === null || server.port === port);
}

function candidate(
  event: LogEvent,
  connection: SeenConnection,
  writer: Side,
  by: Likeness,
  index: CaptureIndex,
  picker: Picker,
): Candidate {
  return { connection, exchange: exchangeFor(event, connection, index, picker), writer, by };
}

/** The exchange a line with a path is about: the one that has it and fits best; else the one the connection ended in. */
function exchangeFor(
  event: LogEvent,
  connection: SeenConnection,
  index: CaptureIndex,
  picker: Picker,
): SeenExchange | null {
  if (event.path === null) return connection.exchange;
  const named = index.exchangesNamed(connection, targetKey(event.path), event.bytes);
  return picker.exchange(named) ?? connection.exchange;
}
