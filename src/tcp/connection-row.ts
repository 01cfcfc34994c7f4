import { ACK, type Segment, SYN } from '../model/segment.ts';
import { RecordTable, RecordView } from './record-table.ts';
import { ROW_IPV6 } from './row-bits.ts';

/** Places of the Int32 fields in a record. */
/** Field 0 is RecordView.bits. */
const ID = 1;
const ADDRESS0 = 2;
const ADDRESS1 = 3;
const PORT0 = 4;
const PORT1 = 5;
const FIRST_FRAME = 6;
const LAST_FRAME = 7;
const SEGMENTS = 8;
const COPIES = 9;
const SYN_COUNT = 10;
const SYN_FRAME = 11;
const SYN_ACK_FRAME = 12;
const ACK_FRAME = 13;
const CLOCK_STEPS = 14;
/** While the connection is plain, for half-stream 0 and then half-stream 1. */
const PLAIN_ISN = 15;
const PLAIN_NEXT = 17;
const PLAIN_ACK = 19;
/** Its log: first block, block it ends in and place in that block. */
const LOG_FIRST = 21;
const LOG_BLOCK = 22;
const LOG_PLACE = 23;
const INTS = 24;

/** Places of the Float64 fields. */
const START_NS = 0;
const LAST_NS = 1;
const SYN_NS = 2;
const SYN_ACK_NS = 3;
const ACK_NS = 4;
const SINCE_NS = 5;
const FLOATS = 6;

export function makeConnectionTable(): RecordTable {
  return new RecordTable(INTS, FLOATS);
}

/** State of a connection that both directions share. `bits` are those of row-bits.ts. */
export class ConnectionRow extends RecordView {
  /** The row becomes that of connection `id`, which begins with `segment`. */
  begin(id: number, segment: Segment): void {
    const { src, srcPort, dst, dstPort } = segment;
    const isAnswer = (segment.flags & (SYN | ACK)) === (SYN | ACK);
    this.clear();
    this.id = id;
    this.bits = segment.ipVersion === 6 ? ROW_IPV6 : 0;
    this.address0 = isAnswer ? dst : src;
    this.port0 = isAnswer ? dstPort : srcPort;
    this.address1 = isAnswer ? src : dst;
    this.port1 = isAnswer ? srcPort : dstPort;
    this.firstFrame = segment.frameNumber;
    this.startNs = segment.timeNs;
    this.lastNs = segment.timeNs;
  }

  /** Connection number, from 0 in order of first packets (Wireshark's tcp.stream). */
  get id(): number {
    return this.ints[this.i + ID]!;
  }
  set id(value: number) {
    this.ints[this.i + ID] = value;
  } /** Address and port that half-stream 0 sends from; then those of half-stream 1. */
  get address0(): number {
    return this.ints[this.i + ADDRESS0]!;
  }
  set address0(value: number) {
    this.ints[this.i + ADDRESS0] = value;
  }
  get address1(): number {
    return this.ints[this.i + ADDRESS1]!;
  }
  set address1(value: number) {
    this.ints[this.i + ADDRESS1] = value;
  }
  get port0(): number {
    return this.ints[this.i + PORT0]!;
  }
  set port0(value: number) {
    this.ints[this.i + PORT0] = value;
  }
  get port1(): number {
    return this.ints[this.i + PORT1]!;
  }
  set port1(value: number) {
    this.ints[this.i + PORT1] = value;
  }
  get firstFrame(): number {
    return this.ints[this.i + FIRST_FRAME]!;
  }
  set firstFrame(value: number) {
    this.ints[this.i + FIRST_FRAME] = value;
  }
  get lastFrame(): number {
    return this.ints[this.i + LAST_FRAME]!;
  }
  set lastFrame(value: number) {
    this.ints[this.i + LAST_FRAME] = value;
  }
  get segments(): number {
    return this.ints[this.i + SEGMENTS]!;
  }
  set segments(value: number) {
    this.ints[this.i + SEGMENTS] = value;
  }
  /** Frames that were copies of another. */
  get copies(): number {
    return this.ints[this.i + COPIES]!;
  }
  set copies(value: number) {
    this.ints[this.i + COPIES] = value;
  }
  /** SYNs of the originator, copies left out. */
  get synCount(): number {
    return this.ints[this.i + SYN_COUNT]!;
  }
  set synCount(value: number) {
    this.ints[this.i + SYN_COUNT] = value;
  }
  get synFrame(): number {
    return this.ints[this.i + SYN_FRAME]!;
  }
  set synFrame(value: number) {
    this.ints[this.i + SYN_FRAME] = value;
  }
  get synAckFrame(): number {
    return this.ints[this.i + SYN_ACK_FRAME]!;
  }
  set synAckFrame(value: number) {
    this.ints[this.i + SYN_ACK_FRAME] = value;
  }
  get ackFrame(): number {
    return this.ints[this.i + ACK_FRAME]!;
  }
  set ackFrame(value: number) {
    this.ints[this.i + ACK_FRAME] = value;
  }
  /** Places where the time ran backwards by more than a reordering explains. */
  get clockSteps(): number {
    return this.ints[this.i + CLOCK_STEPS]!;
  }
  set clockSteps(value: number) {
    this.ints[this.i + CLOCK_STEPS] = value;
  }
  get startNs(): number {
    return this.floats[this.f + START_NS]!;
  }
  set startNs(value: number) {
    this.floats[this.f + START_NS] = value;
  }
  get lastNs(): number {
    return this.floats[this.f + LAST_NS]!;
  }
  set lastNs(value: number) {
    this.floats[this.f + LAST_NS] = value;
  }
  get synNs(): number {
    return this.floats[this.f + SYN_NS]!;
  }
  set synNs(value: number) {
    this.floats[this.f + SYN_NS] = value;
  }
  get synAckNs(): number {
    return this.floats[this.f + SYN_ACK_NS]!;
  }
  set synAckNs(value: number) {
    this.floats[this.f + SYN_ACK_NS] = value;
  }
  get ackNs(): number {
    return this.floats[this.f + ACK_NS]!;
  }
  set ackNs(value: number) {
    this.floats[this.f + ACK_NS] = value;
  }
  /** By the capture's clock: when its latest segment came, or, with ROW_CLOSED, when it became closed. */
  get sinceNs(): number {
    return this.floats[this.f + SINCE_NS]!;
  }
  set sinceNs(value: number) {
    this.floats[this.f + SINCE_NS] = value;
  }

  /** The number of a half-stream's SYN. This and what follows is valid with ROW_PLAIN. */
  plainIsn(half: number): number {
    return this.ints[this.i + PLAIN_ISN + half]!;
  }
  setPlainIsn(half: number, value: number): void {
    this.ints[this.i + PLAIN_ISN + half] = value;
  }
  /** Next number that it will send; SYN and FIN are counted. */
  plainNext(half: number): number {
    return this.ints[this.i + PLAIN_NEXT + half]!;
  }
  setPlainNext(half: number, value: number): void {
    this.ints[this.i + PLAIN_NEXT + half] = value;
  }
  /** Its latest acknowledgement number. */
  plainAck(half: number): number {
    return this.ints[this.i + PLAIN_ACK + half]!;
  }
  setPlainAck(half: number, value: number): void {
    this.ints[this.i + PLAIN_ACK + half] = value;
  }
  get logFirst(): number {
    return this.ints[this.i + LOG_FIRST]!;
  }
  set logFirst(value: number) {
    this.ints[this.i + LOG_FIRST] = value;
  }
  get logBlock(): number {
    return this.ints[this.i + LOG_BLOCK]!;
  }
  set logBlock(value: number) {
    this.ints[this.i + LOG_BLOCK] = value;
  }
  get logPlace(): number {
    return this.ints[this.i + LOG_PLACE]!;
  }
  set logPlace(value: number) {
    this.ints[this.i + LOG_PLACE] = value;
  }
}
