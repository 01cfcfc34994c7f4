const EMPTY = new Uint8Array(0);
const EMPTY_VIEW = new DataView(EMPTY.buffer);

/**
 * One captured frame, as a reader found it. **Borrowed**: a reader owns a single Frame and overwrites it for
 * the next record, and `bytes` is the reader's own buffer; copy what must outlive the call.
 */
export class Frame {
  /** The chunk that holds the frame, and one DataView over the same octets. */
  bytes: Uint8Array = EMPTY;
  view: DataView = EMPTY_VIEW;
  /** Octets `start … end` of the chunk were captured. */
  start = 0;
  end = 0;
  /** Octets the frame had on the wire; `originalLen > end − start` means the snaplen cut it. */
  originalLen = 0;
  /** LINKTYPE_ number of the interface (as in a pcap header; DLT aliases are mapped by the decoder). */
  linkType = 0;
  /** Index over all interfaces of the capture, counted from 0 over sections and files. */
  interfaceIndex = 0;
  /** Counted from 1 over the whole capture, as Wireshark does. */
  frameNumber = 0;
  /** Nanoseconds since {@link CaptureClock.epochNs}. A float, exact for 104 days (2^53 ns). */
  timeNs = Number.NaN;
  /** pcapng: 0 unknown, 1 inbound, 2 outbound (EPB flags word, bits 0–1). */
  direction = 0;

  /** A float from the first: V8 throws compiled code away when a field that held an integer turns out to hold floats. */
  constructor() {
    this.timeNs = 0;
  }
}

/** Where relative times start. Set by the first frame of the capture. */
export interface CaptureClock {
  /** Nanoseconds since 1970-01-01T00:00:00Z of the second in which the first frame lies. */
  epochNs: bigint;
  /** Digits after the decimal point that the finest interface seen so far has: 6 for µs, 9 for ns. */
  digits: number;
}

/** Something wrong or noteworthy about the capture itself, in words for a person. */
export interface CaptureWarning {
  /** Kebab-case name, for machines: `cut-record`, `bad-block-length`, `frames-dropped`… */
  readonly kind: string;
  readonly text: string;
  readonly file: string | null;
  /** Octets from the start of the (decompressed) file, when the warning has a place. */
  readonly byteOffset: number | null;
  /** The last frame that could be read before it. */
  readonly frameNumber: number | null;
}

/** What the capture says about one interface. */
export interface CaptureInterface {
  readonly linkType: number;
  readonly name: string | null;
  readonly snaplen: number;
  /** Digits after the decimal point of its time stamps: 6 for µs, 9 for ns. */
  readonly digits: number;
  /** Frames dropped as the capture itself reports it (pcapng interface statistics), or null when it does not. */
  dropped: number | null;
}

/** Where a reader puts what it finds. */
export interface FrameSink {
  /** `frame` is borrowed until the call returns. */
  frame(frame: Frame): void;
  interfaceFound(found: CaptureInterface): void;
  warning(warning: CaptureWarning): void;
}
