/** The three kinds of packet block (draft-ietf-opsawg-pcapng §4.3, §4.4, appendix A). */
import type { FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import type { FileWarnings } from './file-warnings.ts';
import type { PcapngInterface } from './pcapng-interface.ts';
import { type OptionCursor, padded } from './pcapng-options.ts';

/** Offsets from the start of the block. The obsolete block has a 16-bit interface and a drop count in its place. */
const INTERFACE_OFFSET = 8;
const DROPS_OFFSET = 10;
const TIME_HIGH_OFFSET = 12;
const TIME_LOW_OFFSET = 16;
const CAPTURED_LEN_OFFSET = 20;
const ORIGINAL_LEN_OFFSET = 24;
const PACKET_OFFSET = 28;
/** Drop count of the obsolete block when it is not known. */
const DROPS_UNKNOWN = 0xffff;

const SIMPLE_ORIGINAL_LEN_OFFSET = 8;
const SIMPLE_PACKET_OFFSET = 12;

const OPTION_FLAGS = 2;
const OPTION_DROP_COUNT = 4;
/** Flags word, bits 0–1: 0 unknown, 1 inbound, 2 outbound. */
const DIRECTION_MASK = 3;
const MAX_DIRECTION = 2;

const NS_PER_SECOND = 1_000_000_000;

export class PacketBlockReader {
  readonly #sink: FrameSink;
  readonly #state: CaptureState;
  readonly #warnings: FileWarnings;
  readonly #options: OptionCursor;
  #interfaces: readonly PcapngInterface[] = [];
  #isLittleEndian = false;

  constructor(sink: FrameSink, state: CaptureState, warnings: FileWarnings, options: OptionCursor) {
    this.#sink = sink;
    this.#state = state;
    this.#warnings = warnings;
    this.#options = options;
  }

  /** `interfaces` is the section's own list, which still grows. */
  beginSection(interfaces: readonly PcapngInterface[], isLittleEndian: boolean): void {
    this.#interfaces = interfaces;
    this.#isLittleEndian = isLittleEndian;
  }

  /** Blocks begin at `start`; their trailers at `end`. `byteOffset` is for warnings. */
  readEnhanced(view: DataView, start: number, end: number, byteOffset: number): void {
    const captor = this.#interfaces[view.getUint32(start + INTERFACE_OFFSET, this.#isLittleEndian)];
    this.#readTimed(captor, view, start, end, byteOffset);
  }

  readObsolete(view: DataView, start: number, end: number, byteOffset: number): void {
    const captor = this.#interfaces[view.getUint16(start + INTERFACE_OFFSET, this.#isLittleEndian)];
    const drops = view.getUint16(start + DROPS_OFFSET, this.#isLittleEndian);
    if (drops !== DROPS_UNKNOWN) captor?.addPacketDrops(drops);
    this.#readTimed(captor, view, start, end, byteOffset);
  }

  /** It has no time and no captured length: the last frame's time is taken, and the shortest of the possible lengths. */
  readSimple(view: DataView, start: number, end: number, byteOffset: number): void {
    const captor = this.#interfaces[0];
    if (captor === undefined) {
      this.#warnings.count('unknown-interface', byteOffset);
      return;
    }
    const frame = this.#state.frame;
    const originalLen = view.getUint32(start + SIMPLE_ORIGINAL_LEN_OFFSET, this.#isLittleEndian);
    const snaplen = captor.snaplen === 0 ? originalLen : captor.snaplen;
    frame.start = start + SIMPLE_PACKET_OFFSET;
    frame.end = Math.min(frame.start + originalLen, frame.start + snaplen, end);
    frame.originalLen = originalLen;
    frame.direction = 0;
    this.#emit(captor);
  }

  #readTimed(
    captor: PcapngInterface | undefined,
    view: DataView,
    start: number,
    end: number,
    byteOffset: number,
  ): void {
    if (captor === undefined) {
      this.#warnings.count('unknown-interface', byteOffset);
      return;
    }
    const isLittleEndian = this.#isLittleEndian;
    const capturedLen = view.getUint32(start + CAPTURED_LEN_OFFSET, isLittleEndian);
    const packetStart = start + PACKET_OFFSET;
    if (capturedLen > end - packetStart) {
      this.#warnings.count('bad-packet-length', byteOffset);
      return;
    }
    const { frame } = this.#state;
    const originalLen = view.getUint32(start + ORIGINAL_LEN_OFFSET, isLittleEndian);
    frame.start = packetStart;
    frame.end = packetStart + capturedLen;
    frame.originalLen = originalLen > capturedLen ? originalLen : capturedLen;
    frame.direction = 0;
    const optionsStart = packetStart + padded(capturedLen);
    if (optionsStart < end) this.#readOptions(captor, view, optionsStart, end);
    const high = view.getUint32(start + TIME_HIGH_OFFSET, isLittleEndian);
    const low = view.getUint32(start + TIME_LOW_OFFSET, isLittleEndian);
    if (!captor.clock.split(high, low)) this.#warnings.count('bad-timestamp', byteOffset);
    this.#setTime(captor.clock.seconds, captor.clock.fractionNs);
    this.#emit(captor);
  }

  #readOptions(captor: PcapngInterface, view: DataView, start: number, end: number): void {
    const options = this.#options;
    options.open(view, start, end, this.#isLittleEndian);
    while (options.next()) {
      if (options.code === OPTION_FLAGS) {
        const direction = (options.uint32() ?? 0) & DIRECTION_MASK;
        this.#state.frame.direction = direction <= MAX_DIRECTION ? direction : 0;
      } else if (options.code === OPTION_DROP_COUNT) {
        captor.addPacketDrops(options.counter() ?? 0);
      }
    }
  }

  #setTime(seconds: number, fractionNs: number): void {
    const state = this.#state;
    if (!state.isClockSet) state.setEpoch(seconds);
    state.frame.timeNs = (seconds - state.epochSeconds) * NS_PER_SECOND + fractionNs;
  }

  #emit(captor: PcapngInterface): void {
    const frame = this.#state.frame;
    frame.linkType = captor.linkType;
    frame.interfaceIndex = captor.index;
    frame.frameNumber = ++this.#state.frames;
    this.#sink.frame(frame);
  }
}
