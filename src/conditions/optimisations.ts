import type { Optimisation } from '../model/conditions.ts';
import type { ConnectionFacts, HalfFacts, Side } from '../model/facts.ts';
import {
  ACK,
  CWR,
  ECE,
  OPT_FAST_OPEN,
  OPT_MPTCP,
  OPT_SACK_PERMITTED,
  OPT_TIMESTAMP,
  OPT_WINDOW_SCALE,
} from '../model/segment.ts';
import type { ConnectionMeter } from './connection-meter.ts';
import { mssBeforeClamp } from './mss-meaning.ts';
import type { SideMeter } from './side-meter.ts';

const TIMESTAMP_LEN = 12;
/** An ACK for every second segment is the rule (RFC 9293 §3.8.6.3, RFC 5681 §4.2); more than so many is a stretch. */
const STRETCHED_SEGMENTS = 4;
const MIN_BARE_ACKS = 3;
/** Options blanked with NOPs: a window scale leaves three beside its own padding, timestamps ten. */
const BLANKED = /N{3,}/;

interface Pair {
  readonly facts: ConnectionFacts;
  readonly client: SideMeter;
  readonly server: SideMeter;
}

/** What makes TCP faster on this path, what was agreed on, what was not, and by whom. */
export function optimisations(facts: ConnectionFacts, meter: ConnectionMeter): Optimisation[] {
  const clientIndex = clientSide(facts, meter);
  const pair = { facts, client: meter.sides[clientIndex], server: meter.sides[clientIndex === 0 ? 1 : 0] };
  const sides: readonly (readonly [Side, SideMeter, SideMeter, HalfFacts])[] = [
    ['client', pair.client, pair.server, facts.client],
    ['server', pair.server, pair.client, facts.server],
  ];
  return [
    ...sides.flatMap(([side, own, peer]) => segmentationOffload(side, own, peer)),
    ...sides.flatMap(([side, own, , half]) => checksumOffload(side, own, half)),
    ...agreements(pair),
    ...sides.flatMap(([side, own]) => blanked(side, own)),
    ...sides.flatMap(([side, own]) => clamped(side, own, facts.ipVersion)),
    ...fastOpen(pair),
    ...congestion(pair),
    ...sides.flatMap(([side, own, peer]) => stretchedAcks(side, own, peer)),
    ...sides.flatMap(([side, own, , half]) => aids(side, own, half)),
  ];
}

/** Which of the two meters is the client's: the one whose first frame is the client's. */
export function clientSide({ client, server }: ConnectionFacts, { sides }: ConnectionMeter): 0 | 1 {
  const [first, second] = sides;
  if (client.firstFrame !== null) return first.segments > 0 && first.firstFrame === client.firstFrame ? 0 : 1;
  return second.segments > 0 || first.firstFrame === server.firstFrame ? 1 : 0;
}

function segmentationOffload(side: Side, own: SideMeter, peer: SideMeter): Optimisation[] {
  if (own.oversized === 0) return [];
  return [
    {
      kind: 'segmentation-offload',
      text: `the ${side}'s frames carry up to ${own.maxPayloadLen} bytes although the other side takes ${peer.synMss} at a time: the capturing host's network card (TSO, GSO, LRO, GRO) cuts or joins segments, so their number says little`,
      frames: [own.oversizedFrame],
    },
  ];
}

function checksumOffload(side: Side, own: SideMeter, half: HalfFacts): Optimisation[] {
  const { badChecksums, goodChecksums } = half.stack;
  if (badChecksums === 0 || goodChecksums > 0) return [];
  return [
    {
      kind: 'checksum-offload',
      text: `the ${side}'s TCP checksums are wrong in the capture: a network card fills them in later, so the capture was made on the sending host (or on a virtual link to it)`,
      frames: [own.synFrame || own.finFrame || own.rstFrame].filter((frame) => frame > 0),
    },
  ];
}

const AGREED: readonly (readonly [number, string, string])[] = [
  [OPT_SACK_PERMITTED, 'sack', 'selective acknowledgements (SACK)'],
  [OPT_TIMESTAMP, 'timestamps', 'timestamps'],
  [OPT_WINDOW_SCALE, 'window-scaling', 'window scaling'],
];

function agreements({ client, server }: Pair): Optimisation[] {
  const isWhole = client.synFrame > 0 && server.synFrame > 0 && (server.synFlags & ACK) !== 0;
  if (!isWhole || client.synOrder === null || server.synOrder === null) return [];
  const frames = [client.synFrame, server.synFrame];
  return AGREED.map(([bit, kind, name]) => {
    const isOffered = (client.synOptions & bit) !== 0;
    const isTaken = (server.synOptions & bit) !== 0;
    if (isOffered && isTaken) return { kind, text: `both use ${name}`, frames };
    if (isOffered)
      return {
        kind: `${kind}-refused`,
        text: `the client offered ${name}, and the SYN+ACK does not have it: the server does not use it, or something on the way took it out`,
        frames,
      };
    if (isTaken)
      return {
        kind: `${kind}-unasked`,
        text: `the SYN+ACK has ${name}, which the captured SYN did not offer: something on the way took it out of the SYN before the capture, or put it into the answer`,
        frames,
      };
    return {
      kind: `${kind}-not-offered`,
      text: `the SYN does not offer ${name}: the client does not use it, or something on the way took it out`,
      frames,
    };
  });
}

function blanked(side: Side, own: SideMeter): Optimisation[] {
  if (own.synFrame === 0 || !BLANKED.test(own.synOrder ?? '')) return [];
  return [
    {
      kind: 'option-blanked',
      text: `a row of NOPs stands in the ${side}'s SYN where an option was: a box on the way overwrote it`,
      frames: [own.synFrame],
    },
  ];
}

function clamped(side: Side, own: SideMeter, ipVersion: 4 | 6): Optimisation[] {
  if (own.synFrame === 0 || own.synMss === 0 || !(own.synOrder ?? '').startsWith('MSTNW')) return [];
  const isAnswer = (own.synFlags & ACK) !== 0;
  const original = mssBeforeClamp(own.synWindow, own.synMss, ipVersion, isAnswer ? TIMESTAMP_LEN : 0);
  if (original === null) return [];
  return [
    {
      kind: 'mss-clamped',
      text: `the ${side} announces an MSS of ${own.synMss}, but its window of ${own.synWindow} is a whole number of segments of ${original}: a router on the way lowered the MSS`,
      frames: [own.synFrame],
    },
  ];
}

function fastOpen({ facts, client, server }: Pair): Optimisation[] {
  const found: Optimisation[] = [];
  if (facts.handshake.isFastOpen || ((client.synOptions | server.synOptions) & OPT_FAST_OPEN) !== 0)
    found.push({
      kind: 'fast-open',
      text: 'the client asked for TCP Fast Open (RFC 7413)',
      frames: [client.synFrame].filter((frame) => frame > 0),
    });
  if ((client.synOptions & OPT_MPTCP) !== 0)
    found.push({
      kind: 'multipath',
      text: `the client offered Multipath TCP${(server.synOptions & OPT_MPTCP) === 0 ? ', and the server (or the way) did not take it' : ', and the server took it'}`,
      frames: [client.synFrame],
    });
  return found;
}

/** RFC 3168 §6.1.1: both bits in the SYN ask for ECN, ECE alone in the SYN+ACK agrees. */
function congestion({ client, server }: Pair): Optimisation[] {
  const isAsked = client.synFrame > 0 && (client.synFlags & (ECE | CWR)) === (ECE | CWR);
  const isAgreed = isAsked && server.synFrame > 0 && (server.synFlags & (ECE | CWR)) === ECE;
  const marked = client.congestionFrame || server.congestionFrame;
  if (isAgreed && marked > 0)
    return [{ kind: 'ecn-marked', text: 'ECN is in use, and the path marked congestion', frames: [marked] }];
  if (isAgreed) return [{ kind: 'ecn', text: 'both use ECN', frames: [client.synFrame, server.synFrame] }];
  if (!isAsked) return [];
  return [
    { kind: 'ecn-refused', text: 'the client offered ECN, the server did not', frames: [client.synFrame] },
  ];
}

function stretchedAcks(side: Side, own: SideMeter, peer: SideMeter): Optimisation[] {
  const size = own.synMss;
  if (size === 0 || own.bareAcks < MIN_BARE_ACKS || peer.oversized > 0 || own.sackFrame > 0) return [];
  const perAck = own.bareAckedBytes / own.bareAcks;
  if (perAck < STRETCHED_SEGMENTS * size) return [];
  return [
    {
      kind: 'stretched-acks',
      text: `the ${side} acknowledges ${Math.round(perAck)} bytes at a time (${own.maxAckStep} at most), more than two segments: its network card or system joins segments (GRO, LRO), or a box thins out ACKs`,
      frames: [],
    },
  ];
}

function aids(side: Side, own: SideMeter, half: HalfFacts): Optimisation[] {
  const found: Optimisation[] = [];
  if (own.sackFrame > 0)
    found.push({
      kind: 'sack-used',
      text: `the ${side} reported holes by SACK`,
      frames: [own.sackFrame],
    });
  if (half.keepAliveProbes > 0)
    found.push({ kind: 'keep-alive', text: `the ${side} sends TCP keep-alive probes`, frames: [] });
  return found;
}
