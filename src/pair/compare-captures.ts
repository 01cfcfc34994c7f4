import type { CaptureLetter, ClockEstimate, PairOrder, PairSink, PairSummary } from '../model/pair.ts';
import { RST } from '../model/segment.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import { inNumbersOfA, type PacketPair, plainPairs } from './alignment.ts';
import type { ReadCapture } from './capture-side.ts';
import { ClockSamples } from './clock.ts';
import { type CompareOptions, compareConnection } from './compare-connection.ts';
import { GappyConnections } from './completeness.ts';
import { type Matched, matchConnections } from './matching.ts';
import { commonOrder, orderOf } from './order.ts';
import type { Packet } from './packet.ts';
import { signatureOf } from './signature.ts';
import { soleConnection } from './sole-connection.ts';
import { straysOf } from './strays.ts';
import { Transit } from './transit.ts';

interface Couple {
  readonly matched: Matched;
  readonly a: JudgedConnection;
  readonly b: JudgedConnection;
  readonly order: PairOrder;
}

/**
 * Two captures of the same traffic, compared. First which connections are in both, then how the clocks differ and which
 * capture is nearer to which end, then each connection packet by packet.
 */
export function compareCaptures(
  a: ReadCapture,
  b: ReadCapture,
  options: CompareOptions,
  sink: PairSink,
): PairSummary {
  const inA = a.side.connections();
  const inB = b.side.connections();
  const matches = matchConnections(signaturesOf(a, inA), signaturesOf(b, inB));
  const samples = new ClockSamples();
  const couples = matches.map((matched) =>
    coupleOf(a, b, inA[matched.a]!, inB[matched.b]!, matched, options),
  );
  const common = commonOrder(couples.map(({ order }) => order));
  const ordered = couples.map((couple) =>
    couple.order.nearClient === null ? { ...couple, order: common } : couple,
  );
  for (const couple of ordered) addSamples(samples, a, b, couple);
  const clock = samples.estimate();
  const summary: PairSummary = {
    a: a.summary,
    b: b.summary,
    clock: absolute(clock, a, b),
    matched: matches.length,
    onlyA: inA.length - matches.length,
    onlyB: inB.length - matches.length,
    leftOut: a.side.leftOut + b.side.leftOut,
  };
  sink.begin(summary);
  const late = ordered.map((couple) =>
    latePackets(a, b, couple, new Transit(clock, couple.order.nearClient)),
  );
  const allLate = { a: sum(late.map((each) => each.a)), b: sum(late.map((each) => each.b)) };
  const takenA = new Set(matches.map((each) => each.a));
  const takenB = new Set(matches.map((each) => each.b));
  const strays = {
    a: straysOf(
      a.side,
      inA.filter((_, place) => !takenA.has(place)),
    ),
    b: straysOf(
      b.side,
      inB.filter((_, place) => !takenB.has(place)),
    ),
  };
  const gappy = { a: gappyIn(inA), b: gappyIn(inB) };
  ordered.forEach((couple, place) => {
    const transit = new Transit(clock, couple.order.nearClient);
    const own = late[place]!;
    const missedElsewhere = { a: allLate.a - own.a, b: allLate.b - own.b };
    const gappyConnections = { a: gappy.a.besides(couple.a.facts), b: gappy.b.besides(couple.b.facts) };
    sink.connection(
      compareConnection(a, b, { ...couple, transit, options, missedElsewhere, strays, gappyConnections }),
    );
  });
  const lone = { order: common, clock, couples: ordered };
  reportLone(a, b, inA, takenA, lone, sink);
  reportLone(b, a, inB, takenB, lone, sink);
  return summary;
}

/** Later than a capture's last frame by more than frames lie out of order. */
const SLACK_NS = 3e6;

/**
 * Packets that must have passed a capture after its last frame if it was still running: those that the other one has
 * from the side the first is nearer to. Resets do not count: whoever forges one forges many.
 */
function latePackets(
  readA: ReadCapture,
  readB: ReadCapture,
  { a, b, matched }: Couple,
  transit: Transit,
): Record<CaptureLetter, number> {
  const lastOfA = readA.summary.capture.lastNs ?? 0;
  const lastOfB = transit.onClockOfA(readB.summary.capture.lastNs ?? 0);
  const isFrom = (packet: Packet, letter: CaptureLetter): boolean =>
    (packet.flags & RST) === 0 && transit.nearTo(packet.from) === letter;
  const ofB = inNumbersOfA(readB.side.packetsOf(b), matched.match.shift, matched.isFlipped);
  const missedByA = ofB.filter(
    (each) => isFrom(each, 'a') && transit.onClockOfA(each.timeNs) > lastOfA + SLACK_NS,
  );
  const missedByB = readA.side
    .packetsOf(a)
    .filter((each) => isFrom(each, 'b') && each.timeNs > lastOfB + SLACK_NS);
  return { a: missedByA.length, b: missedByB.length };
}

function gappyIn(connections: readonly JudgedConnection[]): GappyConnections {
  return new GappyConnections(connections.map(({ facts }) => facts));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function signaturesOf({ side }: ReadCapture, connections: readonly JudgedConnection[]) {
  return connections.map((judged, index) => signatureOf(index, judged, side.packetsOf(judged)));
}

function coupleOf(
  readA: ReadCapture,
  readB: ReadCapture,
  a: JudgedConnection,
  b: JudgedConnection,
  matched: Matched,
  { nearClient }: CompareOptions,
): Couple {
  if (nearClient !== null) return { matched, a, b, order: { nearClient, from: 'user' } };
  return { matched, a, b, order: orderOf(pairsOf(readA, readB, a, b, matched)) };
}

function pairsOf(
  readA: ReadCapture,
  readB: ReadCapture,
  a: JudgedConnection,
  b: JudgedConnection,
  { match, isFlipped }: Matched,
): PacketPair[] {
  const ofB: Packet[] = inNumbersOfA(readB.side.packetsOf(b), match.shift, isFlipped);
  return plainPairs(readA.side.packetsOf(a), ofB);
}

/** Only connections that are surely the same, and whose direction is known, may set the clock. */
function addSamples(
  samples: ClockSamples,
  readA: ReadCapture,
  readB: ReadCapture,
  { matched, a, b, order }: Couple,
): void {
  if (order.nearClient === null || matched.match.certainty === 'guess') return;
  for (const pair of pairsOf(readA, readB, a, b, matched)) {
    const isForward = (pair.a.from === 'client') === (order.nearClient === 'a');
    samples.add(pair.a.timeNs, pair.b.timeNs - pair.a.timeNs, isForward);
  }
}

interface LoneSetting {
  readonly order: PairOrder;
  readonly clock: ClockEstimate;
  readonly couples: readonly Couple[];
}

function reportLone(
  own: ReadCapture,
  other: ReadCapture,
  connections: readonly JudgedConnection[],
  matched: ReadonlySet<number>,
  { order, clock, couples }: LoneSetting,
  sink: PairSink,
): void {
  const { letter } = own.side;
  const knownServers = new Set(couples.map((couple) => serverOf(couple[letter])));
  const transit = new Transit(clock, order.nearClient);
  connections.forEach((judged, place) => {
    if (matched.has(place)) return;
    const isHostSeen = knownServers.has(serverOf(judged));
    sink.connection(soleConnection(own, other, judged, { order, transit, isHostSeen }));
  });
}

function serverOf({ facts: { server } }: JudgedConnection): string {
  return `${server.ip}|${server.port}`;
}

/** The captures count their times from different seconds; the report wants the difference of the clocks themselves. */
function absolute(clock: ClockEstimate, a: ReadCapture, b: ReadCapture): ClockEstimate {
  if (clock.offsetNs === null) return clock;
  const epochs = Number(b.summary.capture.epochNs - a.summary.capture.epochNs);
  return { ...clock, offsetNs: clock.offsetNs + epochs };
}
