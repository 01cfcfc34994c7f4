import {
  OPT_FAST_OPEN,
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
      segment.options |= OPT_MPTCP;
      return;
    case KIND_FAST_OPEN:
      segment.options |= OPT_FAST_OPEN;
      return;
    case KIND_EXPERIMENT:
      if (length >= 4 && view.getUint16(offset + 2) === EXPERIMENT_FAST_OPEN)
        segment.options |= OPT_FAST_OPEN;
  }
}

/** RFC 2018 §3. */
function readSack(segment: Segment, view: DataView, offset: number, length: number): void {
  const blocks = Math.min((length - 2) >>> 3, MAX_SACK_BLOCKS);
  if ((length - 2) % SACK_BLOCK_LEN !== 0 || blocks === 0) return;
  for (let edge = 0; edge < 2 * blocks; edge++) segment.sack[edge] = view.getInt32(offset + 2 + 4 * edge);
  segment.sackCount = blocks;
  segment.options |= OPT_SACK;
}
