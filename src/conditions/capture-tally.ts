import type { ConnectionConditions, HostConditions, OsGuess } from '../model/conditions.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { Census } from './census.ts';
import { Distribution } from './distribution.ts';
import { isCutResponse, isEarlyEnd } from './ends.ts';
import { PaceTally } from './pace-tally.ts';
import { PipeTally } from './pipe-tally.ts';
import { signsAtClient, signsAtServer } from './proxy-signs.ts';

/** What all connections of a capture have shown; the checklist is made of it. Bounded, whatever the capture. */
export class CaptureTally {
  connections = 0;
  early = 0;
  harmless = 0;
  /** Ends that were not early: who closed first. */
  readonly cleanClosers = new Census();
  readonly culprits = new Census();
  readonly undetermined = new Census();
  readonly positions = new Census();
  /** How far cut responses of known length had got, in thousandths. */
  readonly cutOffsets = new Distribution();
  cutResponses = 0;
  cutByClients = 0;
  readonly harmlessReasons = new Census();
  readonly seriousReasons = new Census();

  readonly clientOs = new Census();
  readonly serverOs = new Census();
  readonly osDoubts = new Census();
  readonly roundTrips = new Distribution();
  readonly toClient = new Distribution();
  readonly toServer = new Distribution();
  readonly clientMss = new Census();
  readonly serverMss = new Census();
  readonly clientHops = new Distribution();
  readonly serverHops = new Distribution();
  readonly links = new Census();
  /** Data segments, and those that were sent again or came out of order, from both sides. */
  sentByClient = 0;
  sentByServer = 0;
  resentByClient = 0;
  resentByServer = 0;
  outOfOrder = 0;
  readonly lossy = new Census();
  readonly resentSyns = new Census();
  readonly refused = new Census();

  readonly optimisations = new Census();
  readonly optimisationTexts = new Map<string, string>();
  readonly proxiedClients = new Census();
  readonly proxiedServers = new Census();
  readonly cutInBetween = new Census();
  http = 0;
  encrypted = 0;

  readonly pipe = new PipeTally();
  readonly pace = new PaceTally();
  readonly busyAtEnd = new Distribution();
  readonly openAtEnd = new Distribution();

  add(judged: JudgedConnection, conditions: ConnectionConditions | null): void {
    this.connections++;
    this.#addEnd(judged);
    this.#addProxies(judged);
    if (conditions === null) return;
    const { id } = judged.facts;
    addOs(this.clientOs, conditions.client.os, id);
    addOs(this.serverOs, conditions.server.os, id);
    for (const { os } of [conditions.client, conditions.server])
      for (const doubt of os.doubts) this.osDoubts.add(doubt.replace(/\d+/g, 'N'), id, [os.frame]);
    this.#addPath(id, conditions);
    for (const { kind, text, frames } of conditions.optimisations) {
      this.optimisations.add(kind, id, frames);
      if (!this.optimisationTexts.has(kind)) this.optimisationTexts.set(kind, text);
    }
    this.pipe.add(judged, conditions);
    this.pace.add(
      id,
      conditions.pace,
      isCutResponse(judged.verdict) && judged.verdict.group === 'client-abort',
    );
    this.#addMoment(judged, conditions);
  }

  #addEnd({ facts, verdict }: JudgedConnection): void {
    const frames = [verdict.killerFrame];
    if (!isEarlyEnd(verdict)) {
      this.cleanClosers.add(verdict.closedBy, facts.id, frames);
      return;
    }
    this.early++;
    // The one clean end that is early: a request ran into the server's close.
    const nobody = verdict.outcome === 'clean' ? 'too-late' : 'nobody';
    this.culprits.add(verdict.group ?? nobody, facts.id, frames);
    if (verdict.certainty === 'undetermined') this.undetermined.add('undetermined', facts.id, frames);
    this.positions.add(verdict.position, facts.id, frames);
    const reason = verdict.matters.replace(/\d[\d.,]*/g, 'n') || 'no reason known';
    if (verdict.isHarmless) {
      this.harmless++;
      this.harmlessReasons.add(reason, facts.id, frames);
    } else this.seriousReasons.add(reason, facts.id, frames);
    if (!isCutResponse(verdict)) return;
    this.cutResponses++;
    if (verdict.group === 'client-abort') this.cutByClients++;
    const { exchange } = facts.closes.find(({ frame }) => frame === verdict.killerFrame)?.app ?? facts.app;
    if (exchange === null || exchange.bodyLength === null || exchange.bodyLength === 0) return;
    this.cutOffsets.add((1_000 * exchange.bodyBytes) / exchange.bodyLength, facts.id);
  }

  #addProxies({ facts, verdict }: JudgedConnection): void {
    const { app, id } = facts;
    if (app.protocol === 'http/1') this.http++;
    if (app.protocol === 'tls') this.encrypted++;
    for (const sign of signsAtClient(app))
      this.proxiedClients.add(sign, id, [app.exchange?.requestFrame ?? null]);
    for (const sign of signsAtServer(app))
      this.proxiedServers.add(sign, id, [app.exchange?.responseFrame ?? null]);
    if (verdict.group === 'intermediary') this.cutInBetween.add('cut in between', id, [verdict.killerFrame]);
  }

  #addPath(id: number, { path, client, server }: ConnectionConditions): void {
    if (path.roundTripNs !== null) this.roundTrips.add(path.roundTripNs, id);
    if (path.toClientNs !== null) this.toClient.add(path.toClientNs, id);
    if (path.toServerNs !== null) this.toServer.add(path.toServerNs, id);
    addMss(this.clientMss, client, id);
    addMss(this.serverMss, server, id);
    if (client.hops !== null) this.clientHops.add(client.hops, id);
    if (server.hops !== null) this.serverHops.add(server.hops, id);
    if (path.isVlan) this.links.add('VLAN tags', id);
    if (path.tunnelDepth > 0) this.links.add('a tunnel (headers around the packets)', id);
    this.sentByClient += path.fromClient.dataSegments + path.fromClient.retransmitted;
    this.sentByServer += path.fromServer.dataSegments + path.fromServer.retransmitted;
    this.resentByClient += path.fromClient.retransmitted;
    this.resentByServer += path.fromServer.retransmitted;
    this.outOfOrder += path.fromClient.outOfOrder + path.fromServer.outOfOrder;
    if (path.fromClient.retransmitted + path.fromServer.retransmitted > 0)
      this.lossy.add('data sent again', id);
    if (path.synRetransmissions > 0)
      this.resentSyns.add('SYN sent again', id, path.roundTripFrames.slice(0, 1));
    if (path.isRefused) this.refused.add('refused', id, path.roundTripFrames.slice(0, 1));
  }

  #addMoment({ facts, verdict }: JudgedConnection, { moments }: ConnectionConditions): void {
    if (!isEarlyEnd(verdict)) return;
    const moment = moments.find(({ frame }) => frame === verdict.killerFrame) ?? moments[0];
    if (moment === undefined) return;
    this.openAtEnd.add(moment.openConnections, facts.id);
    this.busyAtEnd.add(moment.busyConnections, facts.id);
  }
}

/** "Linux (likely)", "unknown". */
function osLabel({ family, version, certainty }: OsGuess): string {
  if (family === null) return 'unknown';
  return `${family}${version === null ? '' : ` ${version}`} (${certainty})`;
}

function addOs(census: Census, os: OsGuess, id: number): void {
  if (os.frame !== null) census.add(osLabel(os), id, [os.frame]);
}

function addMss(census: Census, { mss, mssMeaning, os }: HostConditions, id: number): void {
  if (mss !== null) census.add(`${mss} (${mssMeaning})`, id, [os.frame]);
}
