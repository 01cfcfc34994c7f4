import {
  OPT_DATA_ACK,
  OPT_DATA_FIN,
  OPT_DATA_MAP,
  OPT_FAST_CLOSE,
  OPT_FAST_OPEN,
  OPT_JOIN,
  OPT_MALFORMED,
  OPT_MPTCP,
  OPT_MSS,
  OPT_SACK,
  OPT_SACK_PERMITTED,
  OPT_SIGNATURE,
  OPT_TIMESTAMP,
  OPT_WINDOW_SCALE,
  type Segment,
} from '../../model/segment.ts';

/** Option kinds (IANA "TCP Option Kind Numbers"). */
const KIND_END = 0;
const KIND_NOP = 1;
const KIND_MSS = 2;
const KIND_WINDOW_SCALE = 3;
const KIND_SACK_PERMITTED = 4;
const KIND_SACK = 5;
const KIND_TIMESTAMP = 8;
const KIND_MD5 = 19;
const KIND_AUTHENTICATION = 29;
const KIND_MPTCP = 30;
const KIND_FAST_OPEN = 34;
/** Subtypes of Multipath TCP (RFC 8684 §8.2). */
const MULTIPATH_JOIN = 1;
const MULTIPATH_DSS = 2;
const MULTIPATH_FAST_CLOSE = 7;
/** The shortest DSS, its flags F, m, M, a, A (§3.3), and what follows the data sequence number without a checksum. */
const LEN_DSS = 4;
const DSS_DATA_FIN = 0x10;
const DSS_LONG_SEQ = 0x08;
const DSS_MAP = 0x04;
const DSS_LONG_ACK = 0x02;
const DSS_ACK = 0x01;
const LEN_MAPPED = 6;
/** RFC 6994: shared experimental kind; 0xF989 is Fast Open before it had its own (RFC 7413 §9). */
const KIND_EXPERIMENT = 254;
const EXPERIMENT_FAST_OPEN = 0xf989;

const LEN_MSS = 4;
const LEN_WINDOW_SCALE = 3;
const LEN_TIMESTAMP = 10;
const SACK_BLOCK_LEN = 8;
const MAX_SACK_BLOCKS = 4;

/** NOP, NOP, timestamp kind and length in one word: how nearly every stack writes it (RFC 7323 appendix A). */
const ALIGNED_TIMESTAMP = 0x0101080a;
const ALIGNED_TIMESTAMP_LEN = 12;

/**
 * Reads the options in `start … end` of `view` into the segment. `isCut` tells that the header went on beyond `end`
 * on the wire, so that an option that runs over the edge is no fault of its sender.
 */
export function readTcpOptions(
  segment: Segment,
  view: DataView,
  start: number,
  end: number,
  isCut: boolean,
): void {
  segment.options = 0;
  segment.sackCount = 0;
  let offset = start;
  if (end - offset >= ALIGNED_TIMESTAMP_LEN && view.getUint32(offset) === ALIGNED_TIMESTAMP) {
    segment.tsVal = view.getInt32(offset + 4);
    segment.tsEcr = view.getInt32(offset + 8);
    segment.options = OPT_TIMESTAMP;
    offset += ALIGNED_TIMESTAMP_LEN;
  }
  while (offset < end) {
    const kind = view.getUint8(offset);
    if (kind === KIND_END) return;
    if (kind === KIND_NOP) {
      offset++;
      continue;
    }
    const length = offset + 1 < end ? view.getUint8(offset + 1) : 0;
    if (length < 2 || offset + length > end) {
      // A cut list may end anywhere, but a length of 0 or 1 that was captured is wrong in any case.
      const isKnownWrong = length < 2 && offset + 1 < end;
      if (!isCut || isKnownWrong) segment.options |= OPT_MALFORMED;
      return;
    }
    readOption(segment, view, offset, kind, length);
    offset += length;
  }
}

/** One option that lies within the header. A known kind of the wrong length is passed over (RFC 9293 §3.1). */
function readOption(segment: Segment, view: DataView, offset: number, kind: number, length: number): void {
  switch (kind) {
    case KIND_MSS:
      if (length !== LEN_MSS) return;
      segment.mss = view.getUint16(offset + 2);
      segment.options |= OPT_MSS;
      return;
    case KIND_WINDOW_SCALE:
      if (length !== LEN_WINDOW_SCALE) return;
      segment.windowScale = view.getUint8(offset + 2);
      segment.options |= OPT_WINDOW_SCALE;
      return;
    case KIND_SACK_PERMITTED:
      segment.options |= OPT_SACK_PERMITTED;
      return;
    case KIND_SACK:
      readSack(segment, view, offset, length);
      return;
    case KIND_TIMESTAMP:
      if (length !== LEN_TIMESTAMP) return;
      segment.tsVal = view.getInt32(offset + 2);
      segment.tsEcr = view.getInt32(offset + 6);
      segment.options |= OPT_TIMESTAMP;
      return;
    case KIND_MD5:
    case KIND_AUTHENTICATION:
      segment.options |= OPT_SIGNATURE;
      return;
    case KIND_MPTCP:
      readMultipath(segment, view, offset, length);
      return;
    case KIND_FAST_OPEN:
      segment.options |= OPT_FAST_OPEN;
      return;
    case KIND_EXPERIMENT:
      if (length >= 4 && view.getUint16(offset + 2) === EXPERIMENT_FAST_OPEN)
        segment.options |= OPT_FAST_OPEN;
  }
}

/** Multipath TCP by its subtype, the upper half of the octet behind the length (RFC 8684 §3). */
function readMultipath(segment: Segment, view: DataView, offset: number, length: number): void {
  segment.options |= OPT_MPTCP;
  if (length < LEN_DSS) return;
  switch (view.getUint8(offset + 2) >>> 4) {
    case MULTIPATH_JOIN:
      segment.options |= OPT_JOIN;
      return;
    case MULTIPATH_FAST_CLOSE:
      segment.options |= OPT_FAST_CLOSE;
      return;
    case MULTIPATH_DSS:
      readDss(segment, view, offset, length);
  }
}

/** RFC 8684 §3.3: DATA_ACK and data sequence number have four octets or eight, of which the low four are kept. */
function readDss(segment: Segment, view: DataView, offset: number, length: number): void {
  const flags = view.getUint8(offset + 3);
  const end = offset + length;
  let at = offset + LEN_DSS;
  if ((flags & DSS_ACK) !== 0) {
    at += (flags & DSS_LONG_ACK) !== 0 ? 8 : 4;
    if (at > end) return;
    segment.dataAck = view.getInt32(at - 4);
    segment.options |= OPT_DATA_ACK;
  }
  if ((flags & DSS_MAP) === 0) return;
  at += (flags & DSS_LONG_SEQ) !== 0 ? 8 : 4;
  if (at + LEN_MAPPED > end) return;
  // A length of 0 is the mapping of a connection that has fallen back to TCP (§3.7).
  const mapLen = view.getUint16(at + 4);
  segment.dataSeq = view.getInt32(at - 4);
  segment.mapSeq = view.getInt32(at);
  if (mapLen > 0) segment.options |= OPT_DATA_MAP;
  if ((flags & DSS_DATA_FIN) !== 0) segment.options |= OPT_DATA_FIN;
}

/** RFC 2018 §3. */
function readSack(segment: Segment, view: DataView, offset: number, length: number): void {
  const blocks = Math.min((length - 2) >>> 3, MAX_SACK_BLOCKS);
  if ((length - 2) % SACK_BLOCK_LEN !== 0 || blocks === 0) return;
  for (let edge = 0; edge < 2 * blocks; edge++) segment.sack[edge] = view.getInt32(offset + 2 + 4 * edge);
  segment.sackCount = blocks;
  segment.options |= OPT_SACK;
}
