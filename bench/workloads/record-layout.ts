const LINKTYPE_ETHERNET = 1;
/** Written times start here: 1 January 2026, 00:00 UTC, so that no run depends on the day it is made. */
export const EPOCH_S = 1_767_225_600;
const US_PER_S = 1_000_000;

const PCAP_FILE_HEADER_LEN = 24;
const PCAP_RECORD_HEADER_LEN = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;

const SECTION_HEADER = 0x0a0d0d0a;
const SECTION_HEADER_LEN = 28;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_DESCRIPTION_LEN = 32;
const OPTION_TSRESOL = 9;
/** Times are counted in 10⁻⁹ s, as dumpcap counts them. */
const NANOSECONDS = 9;
const ENHANCED_PACKET = 6;
const ENHANCED_PACKET_HEADER_LEN = 28;
const BLOCK_TRAILER_LEN = 4;

export type Format = 'pcap' | 'pcap-ns' | 'pcapng';

/** How a file format wraps frames. All fields are little-endian. */
export interface RecordLayout {
  readonly extension: string;
  /** Octets of a record before its frame, and the most that may follow it. */
  readonly headerLen: number;
  readonly trailerLen: number;
  /** Writes what a file begins with, and returns its length. */
  writeFileHeader(view: DataView, snaplen: number): number;
  /** Writes all but the frame into the record that begins at `at`, and returns the record's length. */
  wrap(view: DataView, at: number, timeUs: number, capturedLen: number, frameLen: number): number;
}

function pcap(magic: number, ticksPerUs: number): RecordLayout {
  return {
    extension: 'pcap',
    headerLen: PCAP_RECORD_HEADER_LEN,
    trailerLen: 0,
    writeFileHeader(view, snaplen) {
      view.setUint32(0, magic, true);
      view.setUint16(4, 2, true);
      view.setUint16(6, 4, true);
      view.setUint32(16, snaplen, true);
      view.setUint32(20, LINKTYPE_ETHERNET, true);
      return PCAP_FILE_HEADER_LEN;
    },
    wrap(view, at, timeUs, capturedLen, frameLen) {
      const seconds = Math.floor(timeUs / US_PER_S);
      view.setUint32(at, EPOCH_S + seconds, true);
      view.setUint32(at + 4, (timeUs - seconds * US_PER_S) * ticksPerUs, true);
      view.setUint32(at + 8, capturedLen, true);
      view.setUint32(at + 12, frameLen, true);
      return PCAP_RECORD_HEADER_LEN + capturedLen;
    },
  };
}

/** One section, one interface, an enhanced packet block for each frame (draft-ietf-opsawg-pcapng §4.1 to 4.3). */
const PCAPNG: RecordLayout = {
  extension: 'pcapng',
  headerLen: ENHANCED_PACKET_HEADER_LEN,
  trailerLen: 3 + BLOCK_TRAILER_LEN,
  writeFileHeader(view, snaplen) {
    view.setUint32(8, BYTE_ORDER_MAGIC, true);
    view.setUint16(12, 1, true);
    // The section's length is not told.
    view.setBigInt64(16, -1n, true);
    frameBlock(view, 0, SECTION_HEADER, SECTION_HEADER_LEN);
    const at = SECTION_HEADER_LEN;
    view.setUint16(at + 8, LINKTYPE_ETHERNET, true);
    view.setUint32(at + 12, snaplen, true);
    view.setUint16(at + 16, OPTION_TSRESOL, true);
    view.setUint16(at + 18, 1, true);
    view.setUint8(at + 20, NANOSECONDS);
    frameBlock(view, at, INTERFACE_DESCRIPTION, INTERFACE_DESCRIPTION_LEN);
    return SECTION_HEADER_LEN + INTERFACE_DESCRIPTION_LEN;
  },
  wrap(view, at, timeUs, capturedLen, frameLen) {
    const padding = -capturedLen & 3;
    const len = ENHANCED_PACKET_HEADER_LEN + capturedLen + padding + BLOCK_TRAILER_LEN;
    const timeNs = (BigInt(EPOCH_S * US_PER_S) + BigInt(timeUs)) * 1000n;
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, Number(timeNs >> 32n), true);
    view.setUint32(at + 16, Number(timeNs & 0xffffffffn), true);
    view.setUint32(at + 20, capturedLen, true);
    view.setUint32(at + 24, frameLen, true);
    for (let i = 0; i < padding; i++) view.setUint8(at + ENHANCED_PACKET_HEADER_LEN + capturedLen + i, 0);
    frameBlock(view, at, ENHANCED_PACKET, len);
    return len;
  },
};

/** A block's type, and its length at both ends. */
function frameBlock(view: DataView, at: number, type: number, len: number): void {
  view.setUint32(at, type, true);
  view.setUint32(at + 4, len, true);
  view.setUint32(at + len - BLOCK_TRAILER_LEN, len, true);
}

export const LAYOUTS: Readonly<Record<Format, RecordLayout>> = {
  pcap: pcap(MAGIC_MICROSECONDS, 1),
  'pcap-ns': pcap(MAGIC_NANOSECONDS, 1000),
  pcapng: PCAPNG,
};
