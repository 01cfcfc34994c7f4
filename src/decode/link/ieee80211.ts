import { END_MALFORMED, END_OTHER, LAYER_IEEE80211, LAYER_LLC, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** IEEE 802.11 §9.2.4.1: frame control is written low octet first: version, type, subtype; then flags. */
const TYPE_MASK = 0x0c;
const TYPE_DATA = 0x08;
const SUBTYPE_NO_DATA = 0x40;
const SUBTYPE_QOS = 0x80;
const FLAGS = 1;
const FLAG_TO_DS = 0x01;
const FLAG_FROM_DS = 0x02;
const FLAG_MORE_FRAGMENTS = 0x04;
const FLAG_PROTECTED = 0x40;
const FLAG_HT_CONTROL = 0x80;
/** §9.2.4.4: sequence control, whose low four bits are the fragment number. */
const SEQUENCE_CONTROL = 22;
const FRAGMENT_NUMBER_MASK = 0x0f;

const ADDRESS_2 = 10;
const ADDRESS_3 = 16;
const ADDRESS_4 = 24;
const HEADER_LEN = 24;
const ADDRESS_LEN = 6;
const QOS_LEN = 2;
const QOS_AGGREGATE = 0x80;
const HT_CONTROL_LEN = 4;
/** §9.3.2.2: destination, source and length stand before each frame of an aggregate. */
const SUBFRAME_LEN = 14;

/**
 * 802.11 data frames in clear. Protected frames and fragments hold nothing that can be read; of an aggregate
 * (A-MSDU) only the first frame is.
 */
export function readIeee80211(packet: PacketCursor): Layer {
  if (!packet.has(2)) return END_MALFORMED;
  const { view, offset } = packet;
  const control = view.getUint8(offset);
  const flags = view.getUint8(offset + FLAGS);
  if ((control & TYPE_MASK) !== TYPE_DATA || (control & SUBTYPE_NO_DATA) !== 0) return END_OTHER;
  if ((flags & (FLAG_PROTECTED | FLAG_MORE_FRAGMENTS)) !== 0) return END_OTHER;

  const isQos = (control & SUBTYPE_QOS) !== 0;
  const isBridged = (flags & (FLAG_TO_DS | FLAG_FROM_DS)) === (FLAG_TO_DS | FLAG_FROM_DS);
  const qosOffset = HEADER_LEN + (isBridged ? ADDRESS_LEN : 0);
  const hasHtControl = isQos && (flags & FLAG_HT_CONTROL) !== 0;
  const length = qosOffset + (isQos ? QOS_LEN : 0) + (hasHtControl ? HT_CONTROL_LEN : 0);
  if (!packet.has(length)) return END_MALFORMED;
  if ((view.getUint8(offset + SEQUENCE_CONTROL) & FRAGMENT_NUMBER_MASK) !== 0) return END_OTHER;
  if (isBridged) packet.noteSourceMac(offset + ADDRESS_4);
  else packet.noteSourceMac(offset + ((flags & FLAG_FROM_DS) !== 0 ? ADDRESS_3 : ADDRESS_2));

  const isAggregate = isQos && (view.getUint8(offset + qosOffset) & QOS_AGGREGATE) !== 0;
  packet.offset = offset + alignedLen(packet, length);
  if (!isAggregate) return LAYER_LLC;
  if (!packet.has(SUBFRAME_LEN)) return END_MALFORMED;
  packet.offset += SUBFRAME_LEN;
  return LAYER_LLC;
}

const ALIGNMENT_MASK = 3;

/** Some drivers pad the header to a multiple of four octets; radiotap says so. */
function alignedLen(packet: PacketCursor, length: number): number {
  if (!packet.isHeaderPadded) return length;
  const aligned = (length + ALIGNMENT_MASK) & ~ALIGNMENT_MASK;
  return packet.has(aligned) ? aligned : length;
}

/** radiotap.org: version 0, pad, length and presence words, low octet first. */
const RADIOTAP_LENGTH = 2;
const RADIOTAP_PRESENT = 4;
const RADIOTAP_MIN_LEN = 8;
/** Presence bits: 64-bit time (8 octets, aligned), then one octet of flags; bit 31 = another presence word. */
const PRESENT_TIME = 0x01;
const PRESENT_FLAGS = 0x02;
const PRESENT_MORE = 31;
const TIME_LEN = 8;
const FLAG_HAS_CHECK_SEQUENCE = 0x10;
const FLAG_HEADER_PADDED = 0x20;
const CHECK_SEQUENCE_LEN = 4;
const MAX_PRESENT_WORDS = 32;

/** Radiotap, then 802.11. */
export function readRadiotap(packet: PacketCursor): Layer {
  if (!packet.has(RADIOTAP_MIN_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const length = view.getUint16(offset + RADIOTAP_LENGTH, true);
  if (length < RADIOTAP_MIN_LEN || !packet.has(length)) return END_MALFORMED;
  const flags = radiotapFlags(view, offset, offset + length);
  packet.isHeaderPadded = (flags & FLAG_HEADER_PADDED) !== 0;
  packet.offset = offset + length;
  const onWire = packet.wireEnd - packet.offset;
  if ((flags & FLAG_HAS_CHECK_SEQUENCE) !== 0 && onWire >= CHECK_SEQUENCE_LEN) {
    packet.limitTo(onWire - CHECK_SEQUENCE_LEN);
  }
  return LAYER_IEEE80211;
}

function radiotapFlags(view: DataView, start: number, end: number): number {
  const present = view.getUint32(start + RADIOTAP_PRESENT, true);
  if ((present & PRESENT_FLAGS) === 0) return 0;
  let field = start + RADIOTAP_PRESENT;
  for (let words = 0; words < MAX_PRESENT_WORDS && field + 4 <= end; words++) {
    const hasMore = view.getUint32(field, true) >>> PRESENT_MORE === 1;
    field += 4;
    if (!hasMore) break;
  }
  if ((present & PRESENT_TIME) !== 0)
    field = start + ((field - start + TIME_LEN - 1) & ~(TIME_LEN - 1)) + TIME_LEN;
  return field < end ? view.getUint8(field) : 0;
}

/** Prism: message code, message length; AVS instead begins with its own magic number and a length. */
const PRISM_LENGTH = 4;
const PRISM_MIN_LEN = 8;
const AVS_MAGIC = 0x80211000;
const AVS_MAGIC_MASK = 0xfffff000 | 0;
const LARGEST_PRISM_LEN = 0xffff;

/** Prism or AVS header, then 802.11. */
export function readPrism(packet: PacketCursor): Layer {
  if (!packet.has(PRISM_MIN_LEN)) return END_MALFORMED;
  const { view, offset } = packet;
  const isAvs = (view.getInt32(offset) & AVS_MAGIC_MASK) === (AVS_MAGIC | 0);
  let length = view.getUint32(offset + PRISM_LENGTH);
  // AVS is in network order; Prism in that of the capturing host.
  if (!isAvs && length > LARGEST_PRISM_LEN) length = view.getUint32(offset + PRISM_LENGTH, true);
  if (length < PRISM_MIN_LEN || !packet.has(length)) return END_MALFORMED;
  packet.offset = offset + length;
  return LAYER_IEEE80211;
}
