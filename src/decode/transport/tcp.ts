import { FIN, RST, SYN } from '../../model/segment.ts';
import { END_ICMP_ERROR, END_MALFORMED, END_TCP, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { checkTcp } from './tcp-checksum.ts';
import { readTcpOptions } from './tcp-options.ts';

/** RFC 9293 §3.1. */
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const OFFSET_AND_FLAGS = 12;
const WINDOW = 14;
const MIN_HEADER_LEN = 20;
/** Eight bits, and the one that RFC 9768 calls AE (once NS). */
const FLAGS_MASK = 0x1ff;

/**
 * Captured octets without which a segment says too little: everything up to the flags. A snaplen of 68, once tcpdump's
 * default, ends right there over IPv6 (14 + 40 + 14).
 */
const MIN_CAPTURED_LEN = 14;
const WINDOW_LEN = 2;
/** {@link Segment.window} when the snaplen cut it off. */
const UNKNOWN_WINDOW = -1;
/** What an ICMP error must quote (RFC 792): ports and sequence number. */
const MIN_QUOTED_LEN = 8;

const ADDRESS_LEN_4 = 4;
const ADDRESS_LEN_6 = 16;

/** TCP header: fills the segment. */
export function readTcp(packet: PacketCursor): Layer {
  if (packet.isQuoted) return readQuotedTcp(packet);
  const { view, segment, offset, end, wireEnd } = packet;
  if (end - offset < MIN_CAPTURED_LEN) return END_MALFORMED;
  const offsetAndFlags = view.getUint16(offset + OFFSET_AND_FLAGS);
  const headerLen = (offsetAndFlags >>> 12) << 2;
  const payloadStart = offset + headerLen;
  if (headerLen < MIN_HEADER_LEN || payloadStart > wireEnd) return END_MALFORMED;

  fillAddresses(packet);
  segment.srcPort = view.getUint16(offset + SOURCE_PORT);
  segment.dstPort = view.getUint16(offset + DESTINATION_PORT);
  segment.seq = view.getInt32(offset + SEQUENCE);
  segment.ack = view.getInt32(offset + ACKNOWLEDGMENT);
  const flags = offsetAndFlags & FLAGS_MASK;
  segment.flags = flags;
  segment.window = end - offset < WINDOW + WINDOW_LEN ? UNKNOWN_WINDOW : view.getUint16(offset + WINDOW);
  segment.payloadLen = wireEnd - payloadStart;
  segment.bytes = packet.bytes;
  segment.payloadStart = payloadStart < end ? payloadStart : end;
  segment.payloadEnd = end;

  if (headerLen === MIN_HEADER_LEN) {
    segment.options = 0;
    segment.sackCount = 0;
  } else {
    readTcpOptions(segment, view, offset + MIN_HEADER_LEN, segment.payloadStart, payloadStart > end);
  }
  if ((flags & (SYN | FIN | RST)) !== 0 && end === wireEnd && !packet.isFragment) {
    const addressLen = segment.ipVersion === 4 ? ADDRESS_LEN_4 : ADDRESS_LEN_6;
    segment.checksum = checkTcp(view, packet.srcOffset, packet.dstOffset, addressLen, offset, end);
  }
  return END_TCP;
}

/** The TCP header that an ICMP error quotes: at least ports and sequence number; the rest is 0 when not quoted. */
function readQuotedTcp(packet: PacketCursor): Layer {
  const { view, segment, offset, end, wireEnd } = packet;
  if (end - offset < MIN_QUOTED_LEN) return END_MALFORMED;
  fillAddresses(packet);
  segment.srcPort = view.getUint16(offset + SOURCE_PORT);
  segment.dstPort = view.getUint16(offset + DESTINATION_PORT);
  segment.seq = view.getInt32(offset + SEQUENCE);
  const isWhole = end - offset >= MIN_HEADER_LEN;
  const offsetAndFlags = isWhole ? view.getUint16(offset + OFFSET_AND_FLAGS) : 0;
  segment.ack = isWhole ? view.getInt32(offset + ACKNOWLEDGMENT) : 0;
  segment.flags = offsetAndFlags & FLAGS_MASK;
  segment.window = isWhole ? view.getUint16(offset + WINDOW) : 0;
  segment.options = 0;
  segment.sackCount = 0;
  segment.payloadLen = isWhole ? Math.max(0, wireEnd - offset - ((offsetAndFlags >>> 12) << 2)) : 0;
  segment.bytes = packet.bytes;
  segment.payloadStart = end;
  segment.payloadEnd = end;
  return END_ICMP_ERROR;
}

function fillAddresses(packet: PacketCursor): void {
  const { view, segment } = packet;
  if (segment.ipVersion === 4) {
    segment.src = view.getInt32(packet.srcOffset);
    segment.dst = view.getInt32(packet.dstOffset);
  } else {
    segment.src = packet.addresses.intern(view, packet.srcOffset);
    segment.dst = packet.addresses.intern(view, packet.dstOffset);
  }
}
