/**
 * State of one direction of a connection, as a row of typed arrays.
 *
 * A capture holds up to hundreds of thousands of open connections. As objects they cost more in garbage collection
 * than all the rest of the TCP stage; as fixed-width records in one Int32Array and one Float64Array they cost
 * nothing, and a record's fields share cache lines. {@link HalfStream} is a view that can be moved over the
 * records, so the code reads as if it held an object: `half.nextSeq`.
 *
 * Half-streams come in pairs: `2·row` is sent by the originator of connection `row`, `2·row + 1` by the responder.
 */

/** Places of the Int32 fields in a record. */
const BITS = 0;
const ISN = 1;
const NEXT_SEQ = 2;
const MAX_SEQ = 3;
const FIN_SEQ = 4;
const MAX_ACK = 5;
const LAST_ACK = 6;
const PREVIOUS_ACK = 7;
const PREVIOUS_ACK_FRAME = 8;
const WINDOW = 9;
const WINDOW_SHIFT = 10;
const MSS = 11;
const TS_VAL = 12;
const IP_ID = 13;
const IP_ID_ZEROS = 14;
const IP_ID_STEPS = 15;
const IP_ID_JUMPS = 16;
const TOS = 17;
const TTL_OF_SYN = 18;
const TTL_MIN = 19;
const TTL_MAX = 20;
const FLOW_LABEL = 21;
const SOURCE_MAC = 22;
const FIRST_FRAME = 23;
const LAST_FRAME = 24;
const LAST_DATA_FRAME = 25;
const SEGMENTS = 26;
const DATA_SEGMENTS = 27;
const RETRANSMITTED = 28;
const OUT_OF_ORDER = 29;
const FINAL_RETRANSMISSIONS = 30;
const KEEP_ALIVES = 31;
const UNANSWERED_PROBES = 32;
const ZERO_WINDOWS = 33;
const SMALL_SEGMENTS = 34;
const MAX_PAYLOAD_LEN = 35;
const RTT_SEQ = 36;
const GOOD_CHECKSUMS = 37;
const BAD_CHECKSUMS = 38;
const OUTBOUND = 39;
const INBOUND = 40;
const SYN_WINDOW = 41;
const INTS = 42;

/** Places of the Float64 fields. */
const OFFSET = 0;
const BYTES = 1;
const NOT_CAPTURED = 2;
const MISSING = 3;
const LAST_NS = 4;
const LAST_DATA_NS = 5;
const PREVIOUS_ACK_NS = 6;
const RTT_START_NS = 7;
const RTT_MIN_NS = 8;
const ZERO_WINDOW_SINCE_NS = 9;
const ZERO_WINDOW_NS = 10;
const ACKED_UNSEEN_NS = 11;
const FLOATS = 12;

const FIRST_CAPACITY = 2048;

/** The records of all half-streams. */
export class HalfStreamTable {
  ints = new Int32Array(FIRST_CAPACITY * INTS);
  floats = new Float64Array(FIRST_CAPACITY * FLOATS);
  #capacity = FIRST_CAPACITY;
  readonly #views: HalfStream[] = [];

  /** A view on the table. Views are made once, by the code that needs them, and moved. */
  view(): HalfStream {
    const view = new HalfStream(this.ints, this.floats);
    this.#views.push(view);
    return view;
  }

  /** Makes room for half-streams `0 … count − 1`. Octets of a bigger table are copied, amortised by doubling. */
  reserve(count: number): void {
    if (count <= this.#capacity) return;
    while (this.#capacity < count) this.#capacity *= 2;
    const ints = new Int32Array(this.#capacity * INTS);
    ints.set(this.ints);
    this.ints = ints;
    const floats = new Float64Array(this.#capacity * FLOATS);
    floats.set(this.floats);
    this.floats = floats;
    for (const view of this.#views) view.rebind(ints, floats);
  }

  /** Both half-streams of connection `row` become blank. */
  clear(row: number): void {
    this.ints.fill(0, 2 * row * INTS, (2 * row + 2) * INTS);
    this.floats.fill(0, 2 * row * FLOATS, (2 * row + 2) * FLOATS);
  }
}

/** A view on one record of a {@link HalfStreamTable}; {@link HalfStream.move} points it at another. */
export class HalfStream {
  #ints: Int32Array;
  #floats: Float64Array;
  #i = 0;
  #f = 0;
  /** Number of the half-stream the view points at. */
  index = 0;

  constructor(ints: Int32Array, floats: Float64Array) {
    this.#ints = ints;
    this.#floats = floats;
  }

  rebind(ints: Int32Array, floats: Float64Array): void {
    this.#ints = ints;
    this.#floats = floats;
  }

  move(index: number): void {
    this.index = index;
    this.#i = index * INTS;
    this.#f = index * FLOATS;
  }

  has(bit: number): boolean {
    return (this.bits & bit) !== 0;
  }
  set(bit: number): void {
    this.bits |= bit;
  }
  unset(bit: number): void {
    this.bits &= ~bit;
  }
  /** The HALF_ bits above. */
  get bits(): number {
    return this.#ints[this.#i + BITS]!;
  }
  set bits(value: number) {
    this.#ints[this.#i + BITS] = value;
  }
  /** Initial sequence number: of the SYN, else one before the first octet seen. */
  get isn(): number {
    return this.#ints[this.#i + ISN]!;
  }
  set isn(value: number) {
    this.#ints[this.#i + ISN] = value;
  }
  /** Next octet to deliver in order; the FIN is not counted. */
  get nextSeq(): number {
    return this.#ints[this.#i + NEXT_SEQ]!;
  }
  set nextSeq(value: number) {
    this.#ints[this.#i + NEXT_SEQ] = value;
  }
  /** Highest sequence number sent so far, plus one (SND.NXT as seen here); SYN and FIN are counted. */
  get maxSeq(): number {
    return this.#ints[this.#i + MAX_SEQ]!;
  }
  set maxSeq(value: number) {
    this.#ints[this.#i + MAX_SEQ] = value;
  }
  /** Sequence number of the FIN itself. */
  get finSeq(): number {
    return this.#ints[this.#i + FIN_SEQ]!;
  }
  set finSeq(value: number) {
    this.#ints[this.#i + FIN_SEQ] = value;
  }
  /** Highest acknowledgement number this side sent. */
  get maxAck(): number {
    return this.#ints[this.#i + MAX_ACK]!;
  }
  set maxAck(value: number) {
    this.#ints[this.#i + MAX_ACK] = value;
  }
  /** Acknowledgement number of its latest segment. */
  get lastAck(): number {
    return this.#ints[this.#i + LAST_ACK]!;
  }
  set lastAck(value: number) {
    this.#ints[this.#i + LAST_ACK] = value;
  }
  /** The acknowledgement number it sent before `lastAck`; with the last frame that carried it. */
  get previousAck(): number {
    return this.#ints[this.#i + PREVIOUS_ACK]!;
  }
  set previousAck(value: number) {
    this.#ints[this.#i + PREVIOUS_ACK] = value;
  }
  get previousAckFrame(): number {
    return this.#ints[this.#i + PREVIOUS_ACK_FRAME]!;
  }
  set previousAckFrame(value: number) {
    this.#ints[this.#i + PREVIOUS_ACK_FRAME] = value;
  }
  /** Receive window this side announced last, scaled where the scale is known. */
  get window(): number {
    return this.#ints[this.#i + WINDOW]!;
  }
  set window(value: number) {
    this.#ints[this.#i + WINDOW] = value;
  }
  /** Window scale shift; valid with HALF_WINDOW_SCALE. */
  get windowShift(): number {
    return this.#ints[this.#i + WINDOW_SHIFT]!;
  }
  set windowShift(value: number) {
    this.#ints[this.#i + WINDOW_SHIFT] = value;
  }
  /** MSS option of the SYN, or 0. */
  get mss(): number {
    return this.#ints[this.#i + MSS]!;
  }
  set mss(value: number) {
    this.#ints[this.#i + MSS] = value;
  }
  /** Latest timestamp value. */
  get tsVal(): number {
    return this.#ints[this.#i + TS_VAL]!;
  }
  set tsVal(value: number) {
    this.#ints[this.#i + TS_VAL] = value;
  }
  /** Latest IPv4 ID of a baseline segment. */
  get ipId(): number {
    return this.#ints[this.#i + IP_ID]!;
  }
  set ipId(value: number) {
    this.#ints[this.#i + IP_ID] = value;
  }
  /** Baseline segments (no SYN, no RST) whose IPv4 ID was 0; followed by those with a small step up from the one before, and all others. */
  get ipIdZeros(): number {
    return this.#ints[this.#i + IP_ID_ZEROS]!;
  }
  set ipIdZeros(value: number) {
    this.#ints[this.#i + IP_ID_ZEROS] = value;
  }
  get ipIdSteps(): number {
    return this.#ints[this.#i + IP_ID_STEPS]!;
  }
  set ipIdSteps(value: number) {
    this.#ints[this.#i + IP_ID_STEPS] = value;
  }
  get ipIdJumps(): number {
    return this.#ints[this.#i + IP_ID_JUMPS]!;
  }
  set ipIdJumps(value: number) {
    this.#ints[this.#i + IP_ID_JUMPS] = value;
  }
  /** ToS octet of the latest baseline segment. */
  get tos(): number {
    return this.#ints[this.#i + TOS]!;
  }
  set tos(value: number) {
    this.#ints[this.#i + TOS] = value;
  }
  get ttlOfSyn(): number {
    return this.#ints[this.#i + TTL_OF_SYN]!;
  }
  set ttlOfSyn(value: number) {
    this.#ints[this.#i + TTL_OF_SYN] = value;
  }
  /** Lowest and highest TTL of baseline segments; valid with HALF_BASELINE. */
  get ttlMin(): number {
    return this.#ints[this.#i + TTL_MIN]!;
  }
  set ttlMin(value: number) {
    this.#ints[this.#i + TTL_MIN] = value;
  }
  get ttlMax(): number {
    return this.#ints[this.#i + TTL_MAX]!;
  }
  set ttlMax(value: number) {
    this.#ints[this.#i + TTL_MAX] = value;
  }
  /** Latest IPv6 flow label. */
  get flowLabel(): number {
    return this.#ints[this.#i + FLOW_LABEL]!;
  }
  set flowLabel(value: number) {
    this.#ints[this.#i + FLOW_LABEL] = value;
  }
  /** Folded source MAC of the latest baseline segment. */
  get sourceMac(): number {
    return this.#ints[this.#i + SOURCE_MAC]!;
  }
  set sourceMac(value: number) {
    this.#ints[this.#i + SOURCE_MAC] = value;
  }
  get firstFrame(): number {
    return this.#ints[this.#i + FIRST_FRAME]!;
  }
  set firstFrame(value: number) {
    this.#ints[this.#i + FIRST_FRAME] = value;
  }
  get lastFrame(): number {
    return this.#ints[this.#i + LAST_FRAME]!;
  }
  set lastFrame(value: number) {
    this.#ints[this.#i + LAST_FRAME] = value;
  }
  /** Latest frame with payload not seen before. */
  get lastDataFrame(): number {
    return this.#ints[this.#i + LAST_DATA_FRAME]!;
  }
  set lastDataFrame(value: number) {
    this.#ints[this.#i + LAST_DATA_FRAME] = value;
  }
  get segments(): number {
    return this.#ints[this.#i + SEGMENTS]!;
  }
  set segments(value: number) {
    this.#ints[this.#i + SEGMENTS] = value;
  }
  /** Segments with payload not seen before. */
  get dataSegments(): number {
    return this.#ints[this.#i + DATA_SEGMENTS]!;
  }
  set dataSegments(value: number) {
    this.#ints[this.#i + DATA_SEGMENTS] = value;
  }
  get retransmitted(): number {
    return this.#ints[this.#i + RETRANSMITTED]!;
  }
  set retransmitted(value: number) {
    this.#ints[this.#i + RETRANSMITTED] = value;
  }
  get outOfOrder(): number {
    return this.#ints[this.#i + OUT_OF_ORDER]!;
  }
  set outOfOrder(value: number) {
    this.#ints[this.#i + OUT_OF_ORDER] = value;
  }
  /** Retransmissions since the peer was last heard. */
  get finalRetransmissions(): number {
    return this.#ints[this.#i + FINAL_RETRANSMISSIONS]!;
  }
  set finalRetransmissions(value: number) {
    this.#ints[this.#i + FINAL_RETRANSMISSIONS] = value;
  }
  get keepAlives(): number {
    return this.#ints[this.#i + KEEP_ALIVES]!;
  }
  set keepAlives(value: number) {
    this.#ints[this.#i + KEEP_ALIVES] = value;
  }
  /** Keep-alive probes since the peer was last heard. */
  get unansweredProbes(): number {
    return this.#ints[this.#i + UNANSWERED_PROBES]!;
  }
  set unansweredProbes(value: number) {
    this.#ints[this.#i + UNANSWERED_PROBES] = value;
  }
  get zeroWindows(): number {
    return this.#ints[this.#i + ZERO_WINDOWS]!;
  }
  set zeroWindows(value: number) {
    this.#ints[this.#i + ZERO_WINDOWS] = value;
  }
  get smallSegments(): number {
    return this.#ints[this.#i + SMALL_SEGMENTS]!;
  }
  set smallSegments(value: number) {
    this.#ints[this.#i + SMALL_SEGMENTS] = value;
  }
  get maxPayloadLen(): number {
    return this.#ints[this.#i + MAX_PAYLOAD_LEN]!;
  }
  set maxPayloadLen(value: number) {
    this.#ints[this.#i + MAX_PAYLOAD_LEN] = value;
  }
  /** A round trip is being timed: it ends when the peer acknowledges this number. */
  get rttSeq(): number {
    return this.#ints[this.#i + RTT_SEQ]!;
  }
  set rttSeq(value: number) {
    this.#ints[this.#i + RTT_SEQ] = value;
  }
  /** TCP checksums of SYN, FIN and RST segments that were right, and wrong. */
  get goodChecksums(): number {
    return this.#ints[this.#i + GOOD_CHECKSUMS]!;
  }
  set goodChecksums(value: number) {
    this.#ints[this.#i + GOOD_CHECKSUMS] = value;
  }
  get badChecksums(): number {
    return this.#ints[this.#i + BAD_CHECKSUMS]!;
  }
  set badChecksums(value: number) {
    this.#ints[this.#i + BAD_CHECKSUMS] = value;
  }
  /** Segments that the link layer says the capturing host sent, and received. */
  get outbound(): number {
    return this.#ints[this.#i + OUTBOUND]!;
  }
  set outbound(value: number) {
    this.#ints[this.#i + OUTBOUND] = value;
  }
  get inbound(): number {
    return this.#ints[this.#i + INBOUND]!;
  }
  set inbound(value: number) {
    this.#ints[this.#i + INBOUND] = value;
  }
  get synWindow(): number {
    return this.#ints[this.#i + SYN_WINDOW]!;
  }
  set synWindow(value: number) {
    this.#ints[this.#i + SYN_WINDOW] = value;
  }
  /** Octets delivered or given up so far: the stream offset of nextSeq. */
  get offset(): number {
    return this.#floats[this.#f + OFFSET]!;
  }
  set offset(value: number) {
    this.#floats[this.#f + OFFSET] = value;
  }
  /** Payload octets seen, each once. */
  get bytes(): number {
    return this.#floats[this.#f + BYTES]!;
  }
  set bytes(value: number) {
    this.#floats[this.#f + BYTES] = value;
  }
  /** Octets the peer acknowledged that the capture lacks. */
  get notCaptured(): number {
    return this.#floats[this.#f + NOT_CAPTURED]!;
  }
  set notCaptured(value: number) {
    this.#floats[this.#f + NOT_CAPTURED] = value;
  }
  /** Octets given up that nobody is known to have received. */
  get missing(): number {
    return this.#floats[this.#f + MISSING]!;
  }
  set missing(value: number) {
    this.#floats[this.#f + MISSING] = value;
  }
  get lastNs(): number {
    return this.#floats[this.#f + LAST_NS]!;
  }
  set lastNs(value: number) {
    this.#floats[this.#f + LAST_NS] = value;
  }
  get lastDataNs(): number {
    return this.#floats[this.#f + LAST_DATA_NS]!;
  }
  set lastDataNs(value: number) {
    this.#floats[this.#f + LAST_DATA_NS] = value;
  }
  get previousAckNs(): number {
    return this.#floats[this.#f + PREVIOUS_ACK_NS]!;
  }
  set previousAckNs(value: number) {
    this.#floats[this.#f + PREVIOUS_ACK_NS] = value;
  }
  get rttStartNs(): number {
    return this.#floats[this.#f + RTT_START_NS]!;
  }
  set rttStartNs(value: number) {
    this.#floats[this.#f + RTT_START_NS] = value;
  }
  /** Smallest time between a segment of this side and the peer's answer; 0 = not measured. */
  get rttMinNs(): number {
    return this.#floats[this.#f + RTT_MIN_NS]!;
  }
  set rttMinNs(value: number) {
    this.#floats[this.#f + RTT_MIN_NS] = value;
  }
  get zeroWindowSinceNs(): number {
    return this.#floats[this.#f + ZERO_WINDOW_SINCE_NS]!;
  }
  set zeroWindowSinceNs(value: number) {
    this.#floats[this.#f + ZERO_WINDOW_SINCE_NS] = value;
  }
  /** Time spent with a shut window, ended episodes. */
  get zeroWindowNs(): number {
    return this.#floats[this.#f + ZERO_WINDOW_NS]!;
  }
  set zeroWindowNs(value: number) {
    this.#floats[this.#f + ZERO_WINDOW_NS] = value;
  }
  /** When the peer first acknowledged octets that were not seen. */
  get ackedUnseenNs(): number {
    return this.#floats[this.#f + ACKED_UNSEEN_NS]!;
  }
  set ackedUnseenNs(value: number) {
    this.#floats[this.#f + ACKED_UNSEEN_NS] = value;
  }
}
