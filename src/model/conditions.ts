/**
 * The conditions under which connections ran: the hosts at their ends, the path between, how full the pipe was, and at
 * what pace responses came. Not about blame. Times are nanoseconds, sizes octets, frames count from 1.
 */

export type OsCertainty = 'likely' | 'perhaps' | 'unknown';

/** What a SYN or SYN+ACK says about the host that sent it. */
export interface OsGuess {
  /** "Linux", "Windows", "macOS or iOS"…; null when nothing fits. */
  readonly family: string | null;
  readonly version: string | null;
  readonly certainty: OsCertainty;
  /** Others that the same header fits. */
  readonly alternatives: readonly string[];
  /** What was seen, e.g. "TTL 64, window 64240, options M S T N W, scale 7, MSS 1460, DF". */
  readonly signature: string;
  /** By which rule, and where that rule comes from. */
  readonly source: string;
  /** Why the header may not be that of the host itself. */
  readonly doubts: readonly string[];
  /** The SYN or SYN+ACK, else a later segment; null when this side was not captured. */
  readonly frame: number | null;
}

export interface HostConditions {
  readonly os: OsGuess;
  /** Announced in the SYN; null when it was not captured or not given. */
  readonly mss: number | null;
  /** What such an MSS usually means; null when nothing is known of it. */
  readonly mssMeaning: string | null;
  /** Routers between this host and the capture, from its TTL; null when the TTL does not tell. */
  readonly hops: number | null;
}

export interface PathConditions {
  /** Client and back: SYN to the handshake's ACK. Null when the handshake was not captured whole or a SYN was sent again. */
  readonly roundTripNs: number | null;
  /** The part between the capture and the client, and between the capture and the server. */
  readonly toClientNs: number | null;
  readonly toServerNs: number | null;
  /** SYN, SYN+ACK, ACK. */
  readonly roundTripFrames: readonly number[];
  /** Capture – receiver – capture, from data and its ACK (what is sent twice is not timed). */
  readonly toClientSamples: RoundTripSamples;
  readonly toServerSamples: RoundTripSamples;
  readonly fromClient: LossConditions;
  readonly fromServer: LossConditions;
  /** SYNs beyond the first that the client sent, each after a second or more of silence. */
  readonly synRetransmissions: number;
  readonly isRefused: boolean;
  readonly isVlan: boolean;
  /** Tunnel headers (GRE, VXLAN, IP in IP…) around the packets at the capture. */
  readonly tunnelDepth: number;
}

export interface RoundTripSamples {
  readonly count: number;
  readonly minNs: number | null;
  readonly meanNs: number | null;
  readonly maxNs: number | null;
}

export interface LossConditions {
  readonly dataSegments: number;
  readonly retransmitted: number;
  readonly outOfOrder: number;
}

/** A measure that a host or a box on the path takes to make TCP faster, or undoes. */
export interface Optimisation {
  /** Kebab-case: `segmentation-offload`, `checksum-offload`, `sack`, `timestamps`… (docs/checklist.md). */
  readonly kind: string;
  readonly text: string;
  readonly frames: readonly number[];
}

/** How full the pipe from one side to the other was. */
export interface PipeConditions {
  /**
   * Most octets that were sent and not acknowledged (those that SACK reports count as well), and the receiver's window
   * then (null: its scale is unknown).
   */
  readonly peakInFlight: number;
  readonly peakFrame: number | null;
  readonly windowAtPeak: number | null;
  /** Octets and segments sent before the receiver acknowledged the first of them. */
  readonly firstFlightBytes: number;
  readonly firstFlightSegments: number;
  /** The receiver's window was shut so often, and for so long. */
  readonly zeroWindows: number;
  readonly zeroWindowNs: number;
  readonly zeroWindowFrame: number | null;
  /** Time in which the sender had filled the window and had more to send. */
  readonly windowLimitedNs: number;
  readonly windowLimitedFrame: number | null;
  /** Slowest round trip that was begun with ten full segments or more in flight. */
  readonly loadedRoundTripNs: number | null;
  /** Signs that more was sent than the receiver or the path takes. */
  readonly overfull: readonly ('receiver' | 'loss' | 'queue')[];
}

/** The server's answers: what it sent between two things the client said. TLS handshakes are left out. */
export interface PaceConditions {
  readonly answers: number;
  readonly segments: number;
  readonly bytes: number;
  /** Segments that end with PSH, which senders set at the end of what a program wrote. */
  readonly writes: number;
  /** Under a quarter of a full segment, and not the last of the answer. */
  readonly smallSegments: number;
  /** Answers of which at least four segments, and a quarter, were small. */
  readonly tinyAnswers: number;
  readonly worstSegments: number;
  readonly worstBytes: number;
  readonly worstFrame: number | null;
  /** From the client's last octet to the server's first, the round trip to the server left out. */
  readonly thinkNs: number;
  readonly longestThinkNs: number;
  readonly longestThinkFrame: number | null;
  /** First to last segment of answers, and of that: */
  readonly spreadNs: number;
  /** the server had sent all it had, and could have sent more; */
  readonly serverGapNs: number;
  /** the sender waited for an ACK; */
  readonly networkNs: number;
  /** (part of it: although all of the answer would have fitted the first flight, had it not been cut into tiny segments) */
  readonly tinyNetworkNs: number;
  /** the client's window was full; */
  readonly windowNs: number;
  /** something was sent again. */
  readonly lossNs: number;
  /** Small segments that waited for a delayed ACK of the one before (Nagle's algorithm). */
  readonly stalls: number;
  readonly stallNs: number;
  readonly stallFrame: number | null;
}

/** What else was going on when a FIN or a RST came. */
export interface CloseMoment {
  readonly frame: number;
  /** Connections open in the capture just before, this one included. */
  readonly openConnections: number;
  /** Of these, connections with an HTTP/1 request that was not completely answered, this one included. */
  readonly busyConnections: number;
  /** This connection was one of them. */
  readonly isBusy: boolean;
}

/** The conditions of one connection. */
export interface ConnectionConditions {
  readonly client: HostConditions;
  readonly server: HostConditions;
  readonly path: PathConditions;
  readonly optimisations: readonly Optimisation[];
  readonly toClient: PipeConditions;
  readonly toServer: PipeConditions;
  readonly pace: PaceConditions;
  /** First FIN and first RST of each side. */
  readonly moments: readonly CloseMoment[];
}

export type QuestionKey =
  | 'who'
  | 'where'
  | 'os'
  | 'network'
  | 'optimisations'
  | 'http-aware-box'
  | 'overfull'
  | 'in-flight'
  | 'tiny-segments'
  | 'buffering'
  | 'harmless';

/** One question of the checklist, answered. */
export interface Answer {
  readonly key: QuestionKey;
  readonly question: string;
  /** False: it cannot be told; `answer` says why. */
  readonly isAnswered: boolean;
  /** One sentence or two. */
  readonly answer: string;
  /** By group of connections, most frequent first. */
  readonly details: readonly string[];
  /** Ids and frames behind it: up to five examples. */
  readonly connections: readonly number[];
  readonly frames: readonly number[];
}

/** The user's questions about a capture, in their order. */
export interface Checklist {
  readonly answers: readonly Answer[];
  /** Connections that the answers are about, and those left out because too many were open at once. */
  readonly connections: number;
  readonly unmeasured: number;
}
