import {
  END_MALFORMED,
  END_OTHER,
  END_TOO_DEEP,
  LAYER_ETHERNET,
  LAYER_IPV4,
  LAYER_IPV6,
  type Layer,
} from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';

/** RFC 3032 §2.1: label (20 bits), traffic class, bottom of stack, TTL. */
const ENTRY_LEN = 4;
const BOTTOM_OF_STACK = 0x100;
const LABEL_SHIFT = 12;
/** Label stacks of real networks hold fewer than ten entries. */
const MAX_LABELS = 16;

/** RFC 4385 §3: a control word that starts with a zero nibble stands before an Ethernet pseudowire. */
const CONTROL_WORD_LEN = 4;
/** RFC 4385 §5: management traffic of a pseudowire. */
const ASSOCIATED_CHANNEL = 1;

/** A label stack. Nothing names what it holds: the first nibble is all there is to go by (RFC 4928 §2). */
export function readMpls(packet: PacketCursor): Layer {
  for (let labels = 0; labels < MAX_LABELS; labels++) {
    if (!packet.has(ENTRY_LEN + 1)) return END_MALFORMED;
    const entry = packet.view.getUint32(packet.offset);
    packet.offset += ENTRY_LEN;
    if ((entry & BOTTOM_OF_STACK) !== 0) return packet.enterTunnel(entry >>> LABEL_SHIFT, layerBelow(packet));
  }
  return END_TOO_DEEP;
}

function layerBelow(packet: PacketCursor): Layer {
  const nibble = packet.view.getUint8(packet.offset) >>> 4;
  if (nibble === 4) return LAYER_IPV4;
  if (nibble === 6) return LAYER_IPV6;
  if (nibble === ASSOCIATED_CHANNEL) return END_OTHER;
  if (nibble === 0 && packet.has(CONTROL_WORD_LEN)) packet.offset += CONTROL_WORD_LEN;
  return LAYER_ETHERNET;
}
