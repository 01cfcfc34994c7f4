import type { AnalysisSummary } from './analysis.ts';
import type { Side } from './facts.ts';
import type { JudgedConnection, Verdict } from './verdict.ts';

/** Two captures of the same traffic: the first and the second of the command line. */
export type CaptureLetter = 'a' | 'b';

/** By what two connections were recognised as one. */
export type MatchedBy =
  /** Same addresses, ports and sequence numbers (or octets). */
  | 'addresses'
  /** Addresses or ports were rewritten (NAT); the initial sequence numbers are the same. */
  | 'sequence-numbers'
  /** As before, but without a handshake: the same octets at the same sequence numbers. */
  | 'octets'
  /** The sequence numbers were rewritten; the values of the time stamp option are the same. */
  | 'timestamps'
  /** The sequence numbers were rewritten; the first octets of both sides are the same. */
  | 'payload';

/** `certain`: nothing else fits; `likely`; `guess`: one of several alike, in the order of time. */
export type MatchCertainty = 'certain' | 'likely' | 'guess';

export interface PairMatch {
  readonly by: MatchedBy;
  readonly certainty: MatchCertainty;
  /** What was rewritten between the captures. */
  readonly isAddressRewritten: boolean;
  /** Added to the sequence numbers of a side on the way from capture A to capture B; 0 when nothing was. */
  readonly shift: Readonly<Record<Side, number>>;
}

/** How the clock of B runs against that of A. */
export interface ClockEstimate {
  /** Clock B minus clock A at `atNs`, in nanoseconds; null when nothing tells. */
  readonly offsetNs: number | null;
  /** Half of the smallest round trip between the captures: how unlike the two ways may be. Null: one way only. */
  readonly uncertaintyNs: number | null;
  /** Parts per million by which B runs fast; null when the captures are too short or too noisy to tell. */
  readonly driftPpm: number | null;
  /** On A's clock. */
  readonly atNs: number;
  /** Packets that the estimate rests on. */
  readonly samples: number;
}

/** Which end each capture is nearer to, on the path of one connection. */
export interface PairOrder {
  readonly nearClient: CaptureLetter | null;
  /** `user` was told, `ttl` routers in between, `delay` who sees an answer sooner, `others` as most connections. */
  readonly from: 'user' | 'ttl' | 'delay' | 'others' | 'none';
}

/** One packet in both captures, or in one. */
export interface PairedPacket {
  readonly from: Side;
  readonly frameA: number | null;
  readonly frameB: number | null;
  /** On A's clock; B's times are corrected. Null where it was not seen. */
  readonly timeANs: number | null;
  readonly timeBNs: number | null;
  readonly flags: number;
  /** Relative to the first number of its side. */
  readonly seqRel: number;
  readonly ackRel: number | null;
  readonly payloadLen: number;
  readonly fate: PacketFate;
}

/**
 * `passed` seen by both; `resegmented` its octets were, in segments of another size; `diverted` seen by the other on
 * another connection (a NAT gave it other ports); `lost` seen where it came from and not where it went to; `added` the
 * other way round; `one-sided` seen once, and the order of the captures is not known.
 */
export type PacketFate = 'passed' | 'resegmented' | 'diverted' | 'lost' | 'added' | 'one-sided';

/** A header field, option or number that was not the same at both captures. */
export interface Alteration {
  /** Kebab-case: `ttl`, `dscp`, `ecn`, `ip-id`, `mss`, `window-scale`, `option-stripped`… */
  readonly kind: string;
  readonly from: Side;
  /** As it was sent and as it arrived, in words: `1460`, `1380`. */
  readonly sent: string;
  readonly arrived: string;
  readonly packets: number;
  /** The first of them. */
  readonly frameA: number;
  readonly frameB: number;
}

/** How a FIN or RST of a side stands in the two captures. */
export interface PairClose {
  readonly from: Side;
  readonly kind: 'FIN' | 'RST';
  readonly frameA: number | null;
  readonly frameB: number | null;
  readonly fate: PacketFate;
  /** Added, and the capture that lacks it is complete around that moment: somebody in between made it. */
  readonly isProvenForged: boolean;
  /** Sequence number behind its payload, relative to the first of its side. */
  readonly endSeqRel: number;
  /** On A's clock, where it was seen first. */
  readonly timeNs: number;
}

/** What two captures say about the close that began the end. */
export type Witness = {
  /** `inserted` between the captures; `sent` by the end it names; `beyond` the capture nearer to that end. */
  readonly kind: 'inserted' | 'sent' | 'beyond';
  /** Inserted: the capture nearer to the supposed sender is complete around that moment. */
  readonly isProof: boolean;
  readonly text: string;
  /** Frames of the capture whose verdict it belongs to. */
  readonly frames: readonly number[];
};

/** Takes the results: first what holds for all, then each connection. */
export interface PairSink {
  begin(summary: PairSummary): void;
  connection(connection: PairConnection): void;
}

/** One connection as two captures show it. */
export interface PairConnection {
  /** Null: not in that capture. */
  readonly a: JudgedConnection | null;
  readonly b: JudgedConnection | null;
  readonly match: PairMatch | null;
  readonly order: PairOrder;
  /** The capture whose verdict, weighed anew with `witness`, is `verdict`. */
  readonly basis: CaptureLetter;
  readonly witness: Witness | null;
  readonly verdict: Verdict;
  /** Why what is absent from a capture proves nothing there; empty when it does. */
  readonly doubts: readonly string[];
  readonly closes: readonly PairClose[];
  readonly packets: PacketCounts;
  /** The first of each (docs/pair.md says how many); `packets` has the counts. */
  readonly lost: readonly PairedPacket[];
  readonly added: readonly PairedPacket[];
  readonly altered: readonly Alteration[];
  /** The side whose last data, and all after it, never arrived; null when there is none. */
  readonly swallowed: Side | null;
  /** Rows of the ladder, in order of time; empty unless asked for. */
  readonly ladder: readonly PairedPacket[];
  /** Packets of this connection that were not kept. */
  readonly omitted: number;
}

export interface PacketCounts {
  readonly passed: number;
  readonly resegmented: number;
  readonly diverted: number;
  readonly lost: Readonly<Record<Side, number>>;
  readonly added: Readonly<Record<Side, number>>;
  readonly oneSided: number;
}

export interface PairSummary {
  readonly a: AnalysisSummary;
  readonly b: AnalysisSummary;
  readonly clock: ClockEstimate;
  readonly matched: number;
  readonly onlyA: number;
  readonly onlyB: number;
  /** Connections that were not compared because a limit was hit. */
  readonly leftOut: number;
}
