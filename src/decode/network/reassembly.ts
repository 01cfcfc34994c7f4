import { END_OTHER, type Layer } from '../layer.ts';
import type { PacketCursor } from '../packet-cursor.ts';
import { FRAGMENT_PREFIX_LEN, FRAGMENT_PREFIX_SLOT } from './fragment-store.ts';
import { layerOfProtocol } from './ip-protocol.ts';

/**
 * Takes in one IP fragment whose payload starts at `packet.offset`. When it makes its datagram whole, the packet
 * goes on in the datagram's own buffer, and the protocol's layer is returned; else END_OTHER.
 *
 * The frame that completes a datagram is the one that its TCP segment counts for, as in Wireshark.
 */
export function reassemble(
  packet: PacketCursor,
  protocol: number,
  id: number,
  fragmentOffset: number,
  hasMore: boolean,
): Layer {
  const ipVersion = packet.segment.ipVersion;
  const isCut = packet.end < packet.wireEnd;
  if (packet.isQuoted || isCut) {
    packet.fragments.counts.cut++;
    // The rest will never be there, but a first fragment shows who talks and where in the stream.
    if (fragmentOffset !== 0) return END_OTHER;
    packet.isFragment = true;
    return layerOfProtocol(protocol, ipVersion);
  }
  const datagram = packet.fragments.add(packet, protocol, id, fragmentOffset, hasMore);
  if (datagram === null) return END_OTHER;
  packet.continueIn(datagram, FRAGMENT_PREFIX_LEN, datagram.length);
  packet.srcOffset = 0;
  packet.dstOffset = FRAGMENT_PREFIX_SLOT;
  return layerOfProtocol(protocol, ipVersion);
}
