import type { AppSnapshot } from './app.ts';

export type Side = 'client' | 'server';
export type RolesFrom = 'syn' | 'http' | 'ports';

/**
 * Facts about one TCP connection, gathered before any judging. Plain data (JSON-able), so a verdict can be worked
 * out again from it. Times are nanoseconds on the capture's clock; frames count from 1; octets are unscaled counts.
 */
export interface ConnectionFacts {
  readonly id: number;
  readonly ipVersion: 4 | 6;
  readonly client: HalfFacts;
  readonly server: HalfFacts;
  readonly rolesFrom: RolesFrom;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly startNs: number;
  readonly endNs: number;
  readonly segments: number;
  readonly handshake: HandshakeFacts;
  /** FINs and RSTs in file order; the first 16, and always the first of each side and kind. */
  readonly closes: readonly CloseFacts[];
  /** All RST frames seen, even those beyond `closes`. */
  readonly resetCount: number;
  /** How the connection stood when it left the table. */
  readonly end: EndFacts;
  /** Application state at the end. */
  readonly app: AppSnapshot;
  /** ICMP errors that quote this connection: first 4. */
  readonly icmpErrors: readonly IcmpErrorFacts[];
  /** Frames that were copies of another (−i any, SPAN); not counted elsewhere. */
  readonly duplicateFrames: number;
  /** Times within the connection ran backwards by more than 1 ms at this many places. */
  readonly clockSteps: number;
  /** Named surprises (kebab-case) of the TCP stage. */
  readonly oddities: readonly string[];
}

/** One direction: what one side sent. */
export interface HalfFacts {
  readonly ip: string;
  readonly port: number;
  /** Segments of this side in the capture, copies left out. */
  readonly segments: number;
  readonly firstFrame: number | null;
  readonly lastFrame: number | null;
  readonly lastNs: number | null;
  /** Last segment with new payload. */
  readonly lastDataNs: number | null;
  readonly lastDataFrame: number | null;
  /** Payload octets that crossed the capture point, each counted once. */
  readonly bytes: number;
  /** Octets of this side that the other acknowledged but the capture lacks. */
  readonly bytesNotCaptured: number;
  /** Octets in holes that were neither captured nor acknowledged when the connection ended. */
  readonly bytesMissing: number;
  /** Octets sent and not acknowledged at the end. */
  readonly bytesUnacked: number;
  readonly dataSegments: number;
  readonly retransmittedSegments: number;
  /** Retransmissions of the very last unacknowledged data, one after the other, with nothing heard from the peer. */
  readonly finalRetransmissions: number;
  readonly outOfOrderSegments: number;
  readonly keepAliveProbes: number;
  /** Keep-alive probes at the end that the peer left unanswered. */
  readonly unansweredProbes: number;
  /** Times this side announced a zero receive window, and for how long in total. */
  readonly zeroWindowCount: number;
  readonly zeroWindowNs: number;
  /** The last window this side announced was zero. */
  readonly isWindowShut: boolean;
  /** Data segments smaller than a quarter of the MSS that were followed by more data. */
  readonly smallSegments: number;
  /**
   * Time within its latest message (octets with none of the other side in between) in which this side sent nothing for
   * longer than a round trip, although so little was unacknowledged that it could have.
   */
  readonly pausedNs: number;
  readonly maxPayloadLen: number;
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly isFinSeen: boolean;
  /** The peer acknowledged the FIN. */
  readonly isFinAcked: boolean;
  /**
   * When the other side first acknowledged exactly one number more than this side was ever seen to send, though no FIN
   * of it was captured: its FIN (or one octet) is missing from the capture. Null when nothing of the kind was seen.
   */
  readonly lostFinNs: number | null;
  readonly stack: StackFacts;
  /** Smallest time from a segment of the *other* side to this side's answer to it: round trip capture point – this side. */
  readonly minResponseNs: number | null;
}

/** What the IP and TCP headers of one side look like, RSTs left out (they are compared against this). */
export interface StackFacts {
  /** TTL range of segments other than SYN and RST; null before the first. */
  readonly ttlMin: number | null;
  readonly ttlMax: number | null;
  readonly ttlOfSyn: number | null;
  /** A frame that has the baseline TTL. */
  readonly ttlFrame: number | null;
  /** IPv4 ID habit of non-SYN, non-RST segments. */
  readonly ipId: 'zero' | 'counter' | 'other' | 'none';
  readonly lastIpId: number | null;
  readonly isDontFragment: boolean | null;
  readonly tos: number | null;
  readonly flowLabel: number | null;
  readonly hasTimestamps: boolean;
  readonly lastTsVal: number | null;
  readonly sourceMac: number;
  readonly synWindow: number | null;
  /** TCP checksums of this side's SYN/FIN/RST segments. */
  readonly goodChecksums: number;
  readonly badChecksums: number;
  /** Link layer said these were sent out by (received by) the capturing host. */
  readonly outbound: number;
  readonly inbound: number;
}

export interface HandshakeFacts {
  readonly state: 'complete' | 'partial' | 'none';
  readonly synFrame: number | null;
  readonly synNs: number | null;
  readonly synCount: number;
  readonly synAckFrame: number | null;
  readonly synAckNs: number | null;
  readonly ackFrame: number | null;
  readonly ackNs: number | null;
  readonly isFastOpen: boolean;
  /** Both sides took up Multipath TCP. */
  readonly isMultipath: boolean;
}

export type ResetForm =
  /** RST+ACK with the sender's own numbers: an open socket was aborted. */
  | 'active'
  /** Bare RST whose seq is the ACK field of a segment it answers: a host without (or with a closed) socket replied. */
  | 'reply'
  /** RST+ACK with seq 0 or acknowledging a SYN: connection refused. */
  | 'refusal'
  | 'unclear';

export interface CloseFacts {
  readonly frame: number;
  readonly timeNs: number;
  readonly from: Side;
  readonly kind: 'FIN' | 'RST';
  readonly seq: number;
  readonly ack: number | null;
  readonly flags: number;
  /** As in the header, not scaled; null when the snaplen cut it off. */
  readonly window: number | null;
  readonly payloadLen: number;
  /** First 64 octets of a RST's payload as escaped text, or null. */
  readonly payloadText: string | null;
  /** seq minus the next number of its own side (highest seen), and minus the last acknowledgement of the other side. */
  readonly seqMinusNext: number | null;
  readonly seqMinusPeerAck: number | null;
  /** ack minus the highest number the other side had sent by then. */
  readonly ackMinusPeerNext: number | null;
  /** Would Linux act on it (tcp_validate_incoming, RFC 5961 §3.2)? Judged with all that followed in view. */
  readonly effect: 'effective' | 'ignored' | 'unknown';
  readonly effectReason: string;
  readonly form: ResetForm | null;
  /** The latest segment of the other side whose ACK field is this RST's seq. */
  readonly triggerFrame: number | null;
  readonly triggerNs: number | null;
  readonly triggerTos: number | null;
  /** This side / the other side had sent a FIN / an effective RST before it. */
  readonly isAfterOwnFin: boolean;
  readonly isAfterPeerFin: boolean;
  readonly isAfterOwnReset: boolean;
  readonly isAfterPeerReset: boolean;
  /** The sender's ACK field covers the other side's FIN: it had seen it. Null when the other had sent none. */
  readonly hasSeenPeerFin: boolean | null;
  /** Its ACK field covers the number for which the other side's `lostFinNs` stands: it had seen that FIN, or octet. */
  readonly hasSeenLostFin: boolean;
  /** Header fields, to hold against the sender's StackFacts as they were at that moment. */
  readonly ttl: number;
  readonly ipId: number | null;
  readonly isDontFragment: boolean;
  readonly tos: number;
  readonly flowLabel: number | null;
  readonly hasTimestamp: boolean;
  readonly tsVal: number | null;
  readonly hasSignature: boolean;
  readonly checksum: 'good' | 'bad' | 'unknown';
  readonly sourceMac: number;
  readonly direction: 'inbound' | 'outbound' | null;
  /**
   * It closes or aborts a connection of Multipath TCP by that protocol's own word: DATA_FIN (kind FIN, in a segment that is
   * none), or MP_FASTCLOSE in a RST. Null for the closes of TCP, which end one subflow only (RFC 8684 §3.3.3, §3.5), and where
   * octets of the connection went over other subflows, so that this one does not show where it stood.
   */
  readonly multipath: 'data-fin' | 'fast-close' | null;
  /** The sender's baseline when it came (copies of StackFacts fields that move). */
  readonly before: CloseBaseline;
  /** What the same side did afterwards, as an open socket would: new data or an ACK that went further. */
  readonly senderContinuedFrame: number | null;
  readonly senderContinuedNs: number | null;
  /** The other side went on with new data after it had had time to see it (first such frame). */
  readonly peerContinuedFrame: number | null;
  /** The other side answered with a challenge ACK (a pure ACK with unchanged numbers within 50 ms). */
  readonly challengeAckFrame: number | null;
  /** Octets of the sender's peer in flight (sent, not acknowledged by the sender) at that moment. */
  readonly peerBytesUnacked: number;
  /** Octets of the sender itself not acknowledged by its peer at that moment. */
  readonly ownBytesUnacked: number;
  /** Retransmissions and keep-alive probes of the sender since it last heard its peer, up to that moment. */
  readonly ownRetransmissions: number;
  readonly ownProbes: number;
  /** Octets of the server's half that the client had acknowledged, as a stream offset; null when unknown. */
  readonly serverAckedOffset: number | null;
  /** Silence before it: since the last payload of either side, and since the last segment of either. */
  readonly sinceDataNs: number | null;
  readonly sinceSegmentNs: number | null;
  /** A FIN or RST captured within 1 ms and from another interface or hop is a copy and not listed. */
  readonly copies: number;
  /** Application state at this point of the sequence space. */
  readonly app: AppSnapshot;
}

export interface CloseBaseline {
  readonly segments: number;
  readonly ttlMin: number | null;
  readonly ttlMax: number | null;
  readonly ttlFrame: number | null;
  readonly lastIpId: number | null;
  /** Segments of this side since which the IP ID was read: age of the baseline. */
  readonly lastNs: number | null;
  readonly lastTsVal: number | null;
  readonly tos: number | null;
  readonly flowLabel: number | null;
  readonly sourceMac: number;
  readonly isDontFragment: boolean | null;
  readonly ipId: StackFacts['ipId'];
  readonly hasTimestamps: boolean;
  readonly window: number | null;
}

export interface EndFacts {
  /**
   * Why the connection left the table: `closed` both FINs acknowledged or an effective RST; `capture-end` the file
   * ended; `idle` it was silent longer than the idle limit; `evicted` a limit was hit; `reused` a new SYN took its place.
   */
  readonly reason: 'closed' | 'capture-end' | 'idle' | 'evicted' | 'reused';
  /** Last time of the capture (or of the eviction) minus this connection's last segment. */
  readonly silenceNs: number;
}

export interface IcmpErrorFacts {
  readonly frame: number;
  readonly timeNs: number;
  readonly type: number;
  readonly code: number;
  readonly from: string;
  /** Side whose packet is quoted, i.e. that was told. */
  readonly about: Side;
  readonly ttl: number;
}

/** What the whole capture shows so far; input to every verdict. */
export interface CaptureContext {
  readonly vantage: Vantage;
  /** The capture itself says that it dropped frames. Holes in a connection are that connection's own (HalfFacts). */
  readonly hasCaptureDrops: boolean;
  /** No connection with both directions. */
  readonly isOneSided: boolean;
  /** How far a time of the capture may be from the true one, beyond what a kernel's time stamps are: 0 for files. */
  readonly clockErrorNs: number;
  /** TTL baselines by address, from all connections so far: what an address's ordinary segments arrive with. */
  baselineTtl(ip: string): { readonly min: number; readonly max: number; readonly segments: number } | null;
  /** Segments of this address came in to the capturing host from outside: it is another host's. */
  hasComeIn(ip: string): boolean;
  /** The address is the server of more than one connection, and this is how many. */
  connectionsTo(ip: string, port: number): number;
}

export interface Vantage {
  readonly place: 'client' | 'server' | 'middle' | 'both' | 'unknown';
  /** 0 = at the client, 1 = at the server; null when unknown. */
  readonly fraction: number | null;
  readonly method: string;
  readonly connections: number;
  /** 0–1: share of connections that agree. */
  readonly agreement: number;
}
