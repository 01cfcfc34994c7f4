/** Latest ACKs remembered, to tell which one let a segment go: a flight has rarely more on the way. */
export const ACKS_KEPT = 8;

/** What is measured of what one side sends: one for each direction of a connection. No packet allocates anything. */
export class SideMeter {
  firstFrame = 0;
  segments = 0;
  /** Of the first SYN; 0 when none was seen. */
  synFrame = 0;
  synTtl = 0;
  /** Field of the header; -1 when cut off. */
  synWindow = -1;
  synMss = 0;
  /** -1: not offered. */
  synScale = -1;
  synFlags = 0;
  synOptions = 0;
  synIpId = 0;
  synDontFragment = 0;
  /** See optionOrder. */
  synOrder: string | null = null;
  /** TTL of the first segment that is neither SYN nor RST; 0 before. */
  laterTtl = 0;
  laterTtlFrame = 0;

  /** Highest number sent plus one, and whether any was. */
  maxSeq = 0;
  isStarted = false;
  /** Highest ACK field sent, and whether any was. */
  maxAck = 0;
  hasAcked = false;
  /** Number up to which this side lets the other send; valid with hasEdge. */
  edge = 0;
  hasEdge = false;
  window = 0;

  lastDataNs = 0;
  lastPayloadLen = 0;
  /** When the peer's ACK last went further, in a ring; and whether the latest such segment was a bare ACK. */
  readonly ackTimes = new Float64Array(ACKS_KEPT);
  ackIndex = 0;
  acks = 0;
  isLastAckBare = false;
  /** In flight when the latest ACK came. */
  flightAtAck = 0;

  rttSeq = 0;
  rttStartNs = 0;
  isRttTimed = false;
  isRttLoaded = false;
  rttCount = 0;
  rttSumNs = 0;
  rttMinNs = 0;
  rttMaxNs = 0;
  rttLoadedMaxNs = 0;

  peakInFlight = 0;
  peakFrame = 0;
  windowAtPeak = -1;
  firstFlightBytes = 0;
  firstFlightSegments = 0;
  isFirstFlightOver = false;
  zeroWindowFrame = 0;
  /** Since when the peer's window has been full; NaN while it is not. */
  limitedSinceNs = Number.NaN;
  /** Time so spent since the latest data, which counts once more data shows that there was some. */
  limitedPendingNs = 0;
  limitedNs = 0;
  limitedFrame = 0;

  /** More payload in one frame than the peer's MSS allows in one packet. */
  oversized = 0;
  oversizedFrame = 0;
  maxPayloadLen = 0;
  /** Payload that one bare ACK of this side covered at most. */
  maxAckStep = 0;
  bareAcks = 0;
  bareAckedBytes = 0;
  sackFrame = 0;
  congestionFrame = 0;
  finFrame = 0;
  finOpen = 0;
  finBusy = 0;
  finIsBusy = false;
  rstFrame = 0;
  rstOpen = 0;
  rstBusy = 0;
  rstIsBusy = false;

  /** The answer being sent: what this side sends after the other side said something. */
  isAnswerCounted = false;
  answerFirstFrame = 0;
  answerFirstNs = 0;
  answerSegments = 0;
  answerBytes = 0;
  answerSmall = 0;
  answerNetworkNs = 0;
  /** Octets that fit the first flight to the peer. */
  firstFlightLimit = 0;
  isLastSmall = false;
  isLossPending = false;
  answers = 0;
  answerSegmentSum = 0;
  answerByteSum = 0;
  writes = 0;
  smallSegments = 0;
  tinyAnswers = 0;
  worstSegments = 0;
  worstBytes = 0;
  worstFrame = 0;
  thinkNs = 0;
  longestThinkNs = 0;
  longestThinkFrame = 0;
  spreadNs = 0;
  serverGapNs = 0;
  networkNs = 0;
  /** Part of networkNs that answers of tiny segments spent although they would have fitted a first flight. */
  tinyNetworkNs = 0;
  windowNs = 0;
  lossNs = 0;
  stalls = 0;
  stallNs = 0;
  stallFrame = 0;
  /** Capture - this side - capture, from the handshake; 0 unknown. */
  handshakeNs = 0;
}
