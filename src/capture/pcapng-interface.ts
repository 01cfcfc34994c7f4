import type { CaptureInterface, FrameSink } from '../model/frame.ts';
import type { CaptureState } from './capture-state.ts';
import { MAX_NAME_LEN } from './limits.ts';
import type { OptionCursor } from './pcapng-options.ts';
import { TickClock } from './tick-clock.ts';

/** Interface description block, offsets from the start of the block (draft-ietf-opsawg-pcapng §4.2). */
const LINK_TYPE_OFFSET = 8;
const SNAPLEN_OFFSET = 12;
const IDB_OPTIONS_OFFSET = 16;
export const IDB_MIN_LEN = 20;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
/** Microseconds, when the block does not say. */
const DEFAULT_RESOLUTION = 6;

/** Interface statistics block (§4.6). */
const ISB_OPTIONS_OFFSET = 20;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

/** One interface of the section being read. */
export class PcapngInterface {
  readonly index: number;
  readonly linkType: number;
  readonly snaplen: number;
  readonly clock: TickClock;
  readonly #found: CaptureInterface;
  /** Frames lost since the last packet, as the packets themselves say, summed. */
  #packetDrops = 0;
  /** Frames lost since the start, as the latest statistics say. */
  #statisticsDrops = 0;

  constructor(index: number, found: CaptureInterface, clock: TickClock) {
    this.index = index;
    this.linkType = found.linkType;
    this.snaplen = found.snaplen;
    this.clock = clock;
    this.#found = found;
  }

  get dropped(): number {
    return this.#found.dropped ?? 0;
  }

  addPacketDrops(frames: number): void {
    this.#packetDrops += frames;
    this.#tellDrops();
  }

  /** Reads a whole interface statistics block. Its counters run from the start of the capture. */
  readStatistics(
    options: OptionCursor,
    view: DataView,
    start: number,
    end: number,
    isLittleEndian: boolean,
  ): void {
    let drops: number | null = null;
    options.open(view, start + ISB_OPTIONS_OFFSET, end, isLittleEndian);
    while (options.next()) {
      if (options.code === ISB_IFDROP || options.code === ISB_OSDROP) {
        const counter = options.counter();
        if (counter !== null) drops = (drops ?? 0) + counter;
      }
    }
    if (drops === null) return;
    this.#statisticsDrops = Math.max(this.#statisticsDrops, drops);
    this.#tellDrops();
  }

  /** Both tell of the same frames, so they are not added. */
  #tellDrops(): void {
    this.#found.dropped = Math.max(this.#packetDrops, this.#statisticsDrops);
  }
}

/** Reads a whole interface description block, whose options end at `end`. */
export function readInterface(
  sink: FrameSink,
  state: CaptureState,
  options: OptionCursor,
  view: DataView,
  start: number,
  end: number,
  isLittleEndian: boolean,
): PcapngInterface {
  let name: string | null = null;
  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0;
  options.open(view, start + IDB_OPTIONS_OFFSET, end, isLittleEndian);
  while (options.next()) {
    if (options.code === IF_NAME) name = latin1(view, options.start, Math.min(options.len, MAX_NAME_LEN));
    else if (options.code === IF_TSRESOL && options.len === 1) resolution = view.getUint8(options.start);
    else if (options.code === IF_TSOFFSET) offsetSeconds = options.int64() ?? 0;
  }
  const clock = new TickClock(resolution, offsetSeconds);
  const found: CaptureInterface = {
    linkType: view.getUint16(start + LINK_TYPE_OFFSET, isLittleEndian),
    name,
    snaplen: view.getUint32(start + SNAPLEN_OFFSET, isLittleEndian),
    digits: clock.digits,
    dropped: null,
  };
  return new PcapngInterface(state.addInterface(found, sink), found, clock);
}

/** Interface names are ASCII in practice; any octets give some text. The report escapes it. */
function latin1(view: DataView, start: number, len: number): string {
  let text = '';
  for (let at = start; at < start + len; at++) text += String.fromCharCode(view.getUint8(at));
  return text;
}
