import * as at from './half-fields.ts';
import { RecordTable, RecordView } from './record-table.ts';

/**
 * Half-streams come in pairs: `2·row` belongs to one direction of connection `row`, `2·row + 1` to the other;
 * the other side of half-stream `h` is `h ^ 1`.
 */
export function makeHalfStreamTable(): RecordTable {
  return new RecordTable(at.INTS, at.FLOATS);
}

/** State of one direction of a connection: what its sender sent. `bits` are those of half-bits.ts. */
export class HalfStream extends RecordView {
  /** Initial sequence number: of the SYN, else one before the first octet seen. */
  get isn(): number {
    return this.ints[this.i + at.ISN]!;
  }
  set isn(value: number) {
    this.ints[this.i + at.ISN] = value;
  }
  /** Next octet to deliver in order; the FIN is not counted. */
  get nextSeq(): number {
    return this.ints[this.i + at.NEXT_SEQ]!;
  }
  set nextSeq(value: number) {
    this.ints[this.i + at.NEXT_SEQ] = value;
  }
  /** Highest sequence number sent so far, plus one (SND.NXT as seen here); SYN and FIN are counted. */
  get maxSeq(): number {
    return this.ints[this.i + at.MAX_SEQ]!;
  }
  set maxSeq(value: number) {
    this.ints[this.i + at.MAX_SEQ] = value;
  }
  /** Sequence number of the FIN itself. */
  get finSeq(): number {
    return this.ints[this.i + at.FIN_SEQ]!;
  }
  set finSeq(value: number) {
    this.ints[this.i + at.FIN_SEQ] = value;
  }
  /** Highest acknowledgement number this side sent. */
  get maxAck(): number {
    return this.ints[this.i + at.MAX_ACK]!;
  }
  set maxAck(value: number) {
    this.ints[this.i + at.MAX_ACK] = value;
  }
  /** Acknowledgement number of its latest segment. */
  get lastAck(): number {
    return this.ints[this.i + at.LAST_ACK]!;
  }
  set lastAck(value: number) {
    this.ints[this.i + at.LAST_ACK] = value;
  }
  /** The acknowledgement number it sent before `lastAck`; with the last frame that carried it. */
  get previousAck(): number {
    return this.ints[this.i + at.PREVIOUS_ACK]!;
  }
  set previousAck(value: number) {
    this.ints[this.i + at.PREVIOUS_ACK] = value;
  }
  get previousAckFrame(): number {
    return this.ints[this.i + at.PREVIOUS_ACK_FRAME]!;
  }
  set previousAckFrame(value: number) {
    this.ints[this.i + at.PREVIOUS_ACK_FRAME] = value;
  }
  /** Receive window this side announced last, scaled where the scale is known. */
  get window(): number {
    return this.ints[this.i + at.WINDOW]!;
  }
  set window(value: number) {
    this.ints[this.i + at.WINDOW] = value;
  }
  /** Window scale shift; valid with HALF_WINDOW_SCALE. */
  get windowShift(): number {
    return this.ints[this.i + at.WINDOW_SHIFT]!;
  }
  set windowShift(value: number) {
    this.ints[this.i + at.WINDOW_SHIFT] = value;
  }
  /** at.MSS option of the SYN, or 0. */
  get mss(): number {
    return this.ints[this.i + at.MSS]!;
  }
  set mss(value: number) {
    this.ints[this.i + at.MSS] = value;
  }
  /** Latest timestamp value. */
  get tsVal(): number {
    return this.ints[this.i + at.TS_VAL]!;
  }
  set tsVal(value: number) {
    this.ints[this.i + at.TS_VAL] = value;
  }
  /** Latest IPv4 ID of a baseline segment. */
  get ipId(): number {
    return this.ints[this.i + at.IP_ID]!;
  }
  set ipId(value: number) {
    this.ints[this.i + at.IP_ID] = value;
  }
  /** Baseline segments (no SYN, no RST) whose IPv4 ID was 0; followed by those with a small step up from the one before, and all others. */
  get ipIdZeros(): number {
    return this.ints[this.i + at.IP_ID_ZEROS]!;
  }
  set ipIdZeros(value: number) {
    this.ints[this.i + at.IP_ID_ZEROS] = value;
  }
  get ipIdSteps(): number {
    return this.ints[this.i + at.IP_ID_STEPS]!;
  }
  set ipIdSteps(value: number) {
    this.ints[this.i + at.IP_ID_STEPS] = value;
  }
  get ipIdJumps(): number {
    return this.ints[this.i + at.IP_ID_JUMPS]!;
  }
  set ipIdJumps(value: number) {
    this.ints[this.i + at.IP_ID_JUMPS] = value;
  }
  /** ToS octet of the latest baseline segment. */
  get tos(): number {
    return this.ints[this.i + at.TOS]!;
  }
  set tos(value: number) {
    this.ints[this.i + at.TOS] = value;
  }
  get ttlOfSyn(): number {
    return this.ints[this.i + at.TTL_OF_SYN]!;
  }
  set ttlOfSyn(value: number) {
    this.ints[this.i + at.TTL_OF_SYN] = value;
  }
  /** Lowest and highest TTL of baseline segments; valid with HALF_BASELINE. */
  get ttlMin(): number {
    return this.ints[this.i + at.TTL_MIN]!;
  }
  set ttlMin(value: number) {
    this.ints[this.i + at.TTL_MIN] = value;
  }
  get ttlMax(): number {
    return this.ints[this.i + at.TTL_MAX]!;
  }
  set ttlMax(value: number) {
    this.ints[this.i + at.TTL_MAX] = value;
  }
  /** Latest IPv6 flow label. */
  get flowLabel(): number {
    return this.ints[this.i + at.FLOW_LABEL]!;
  }
  set flowLabel(value: number) {
    this.ints[this.i + at.FLOW_LABEL] = value;
  }
  /** Folded source MAC of the latest baseline segment. */
  get sourceMac(): number {
    return this.ints[this.i + at.SOURCE_MAC]!;
  }
  set sourceMac(value: number) {
    this.ints[this.i + at.SOURCE_MAC] = value;
  }
  get firstFrame(): number {
    return this.ints[this.i + at.FIRST_FRAME]!;
  }
  set firstFrame(value: number) {
    this.ints[this.i + at.FIRST_FRAME] = value;
  }
  get lastFrame(): number {
    return this.ints[this.i + at.LAST_FRAME]!;
  }
  set lastFrame(value: number) {
    this.ints[this.i + at.LAST_FRAME] = value;
  }
  /** Latest frame with payload not seen before. */
  get lastDataFrame(): number {
    return this.ints[this.i + at.LAST_DATA_FRAME]!;
  }
  set lastDataFrame(value: number) {
    this.ints[this.i + at.LAST_DATA_FRAME] = value;
  }
  get segments(): number {
    return this.ints[this.i + at.SEGMENTS]!;
  }
  set segments(value: number) {
    this.ints[this.i + at.SEGMENTS] = value;
  }
  /** Segments with payload not seen before. */
  get dataSegments(): number {
    return this.ints[this.i + at.DATA_SEGMENTS]!;
  }
  set dataSegments(value: number) {
    this.ints[this.i + at.DATA_SEGMENTS] = value;
  }
  get retransmitted(): number {
    return this.ints[this.i + at.RETRANSMITTED]!;
  }
  set retransmitted(value: number) {
    this.ints[this.i + at.RETRANSMITTED] = value;
  }
  get outOfOrder(): number {
    return this.ints[this.i + at.OUT_OF_ORDER]!;
  }
  set outOfOrder(value: number) {
    this.ints[this.i + at.OUT_OF_ORDER] = value;
  }
  /** Retransmissions since the peer was last heard. */
  get finalRetransmissions(): number {
    return this.ints[this.i + at.FINAL_RETRANSMISSIONS]!;
  }
  set finalRetransmissions(value: number) {
    this.ints[this.i + at.FINAL_RETRANSMISSIONS] = value;
  }
  get keepAlives(): number {
    return this.ints[this.i + at.KEEP_ALIVES]!;
  }
  set keepAlives(value: number) {
    this.ints[this.i + at.KEEP_ALIVES] = value;
  }
  /** Keep-alive probes since the peer was last heard. */
  get unansweredProbes(): number {
    return this.ints[this.i + at.UNANSWERED_PROBES]!;
  }
  set unansweredProbes(value: number) {
    this.ints[this.i + at.UNANSWERED_PROBES] = value;
  }
  get zeroWindows(): number {
    return this.ints[this.i + at.ZERO_WINDOWS]!;
  }
  set zeroWindows(value: number) {
    this.ints[this.i + at.ZERO_WINDOWS] = value;
  }
  get smallSegments(): number {
    return this.ints[this.i + at.SMALL_SEGMENTS]!;
  }
  set smallSegments(value: number) {
    this.ints[this.i + at.SMALL_SEGMENTS] = value;
  }
  get maxPayloadLen(): number {
    return this.ints[this.i + at.MAX_PAYLOAD_LEN]!;
  }
  set maxPayloadLen(value: number) {
    this.ints[this.i + at.MAX_PAYLOAD_LEN] = value;
  }
  /** A round trip is being timed: it ends when the peer acknowledges this number. */
  get rttSeq(): number {
    return this.ints[this.i + at.RTT_SEQ]!;
  }
  set rttSeq(value: number) {
    this.ints[this.i + at.RTT_SEQ] = value;
  }
  /** TCP checksums of SYN, FIN and RST segments that were right, and wrong. */
  get goodChecksums(): number {
    return this.ints[this.i + at.GOOD_CHECKSUMS]!;
  }
  set goodChecksums(value: number) {
    this.ints[this.i + at.GOOD_CHECKSUMS] = value;
  }
  get badChecksums(): number {
    return this.ints[this.i + at.BAD_CHECKSUMS]!;
  }
  set badChecksums(value: number) {
    this.ints[this.i + at.BAD_CHECKSUMS] = value;
  }
  /** Segments that the link layer says the capturing host sent, and received. */
  get outbound(): number {
    return this.ints[this.i + at.OUTBOUND]!;
  }
  set outbound(value: number) {
    this.ints[this.i + at.OUTBOUND] = value;
  }
  get inbound(): number {
    return this.ints[this.i + at.INBOUND]!;
  }
  set inbound(value: number) {
    this.ints[this.i + at.INBOUND] = value;
  }
  get synWindow(): number {
    return this.ints[this.i + at.SYN_WINDOW]!;
  }
  set synWindow(value: number) {
    this.ints[this.i + at.SYN_WINDOW] = value;
  }
  /** Octets delivered or given up so far: the stream offset of nextSeq. */
  get offset(): number {
    return this.floats[this.f + at.OFFSET]!;
  }
  set offset(value: number) {
    this.floats[this.f + at.OFFSET] = value;
  }
  /** Payload octets seen, each once. */
  get bytes(): number {
    return this.floats[this.f + at.BYTES]!;
  }
  set bytes(value: number) {
    this.floats[this.f + at.BYTES] = value;
  }
  /** Octets the peer acknowledged that the capture lacks. */
  get notCaptured(): number {
    return this.floats[this.f + at.NOT_CAPTURED]!;
  }
  set notCaptured(value: number) {
    this.floats[this.f + at.NOT_CAPTURED] = value;
  }
  /** Octets given up that nobody is known to have received. */
  get missing(): number {
    return this.floats[this.f + at.MISSING]!;
  }
  set missing(value: number) {
    this.floats[this.f + at.MISSING] = value;
  }
  get lastNs(): number {
    return this.floats[this.f + at.LAST_NS]!;
  }
  set lastNs(value: number) {
    this.floats[this.f + at.LAST_NS] = value;
  }
  get lastDataNs(): number {
    return this.floats[this.f + at.LAST_DATA_NS]!;
  }
  set lastDataNs(value: number) {
    this.floats[this.f + at.LAST_DATA_NS] = value;
  }
  get previousAckNs(): number {
    return this.floats[this.f + at.PREVIOUS_ACK_NS]!;
  }
  set previousAckNs(value: number) {
    this.floats[this.f + at.PREVIOUS_ACK_NS] = value;
  }
  get rttStartNs(): number {
    return this.floats[this.f + at.RTT_START_NS]!;
  }
  set rttStartNs(value: number) {
    this.floats[this.f + at.RTT_START_NS] = value;
  }
  /** Smallest time between a segment of this side and the peer's answer; 0 = not measured. */
  get rttMinNs(): number {
    return this.floats[this.f + at.RTT_MIN_NS]!;
  }
  set rttMinNs(value: number) {
    this.floats[this.f + at.RTT_MIN_NS] = value;
  }
  get zeroWindowSinceNs(): number {
    return this.floats[this.f + at.ZERO_WINDOW_SINCE_NS]!;
  }
  set zeroWindowSinceNs(value: number) {
    this.floats[this.f + at.ZERO_WINDOW_SINCE_NS] = value;
  }
  /** Time spent with a shut window, ended episodes. */
  get zeroWindowNs(): number {
    return this.floats[this.f + at.ZERO_WINDOW_NS]!;
  }
  set zeroWindowNs(value: number) {
    this.floats[this.f + at.ZERO_WINDOW_NS] = value;
  }
  /** When the peer first acknowledged octets that were not seen. */
  get ackedUnseenNs(): number {
    return this.floats[this.f + at.ACKED_UNSEEN_NS]!;
  }
  set ackedUnseenNs(value: number) {
    this.floats[this.f + at.ACKED_UNSEEN_NS] = value;
  }

  /** Frame, ACK field and time of a FIN that no CloseRecord was made for; valid with HALF_QUIET_FIN. */
  get finFrame(): number {
    return this.ints[this.i + at.FIN_FRAME]!;
  }
  set finFrame(value: number) {
    this.ints[this.i + at.FIN_FRAME] = value;
  }
  get finAck(): number {
    return this.ints[this.i + at.FIN_ACK]!;
  }
  set finAck(value: number) {
    this.ints[this.i + at.FIN_ACK] = value;
  }
  get finNs(): number {
    return this.floats[this.f + at.FIN_NS]!;
  }
  set finNs(value: number) {
    this.floats[this.f + at.FIN_NS] = value;
  }
  /** Time within its latest message in which this side sent nothing although it could (pause.ts). */
  get pausedNs(): number {
    return this.floats[this.f + at.PAUSED_NS]!;
  }
}
