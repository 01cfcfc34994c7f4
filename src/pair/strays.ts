import { ACK, FIN, RST, SYN } from '../model/segment.ts';
import type { JudgedConnection } from '../model/verdict.ts';
import type { CaptureSide } from './capture-side.ts';
import type { Packet } from './packet.ts';

/** Packets remembered; captures of quite different traffic have more, and nothing to find among them. */
const MAX_STRAYS = 100_000;

/**
 * Packets on connections of a capture that the other capture does not have: when a NAT forgets a connection in the middle,
 * the rest of it comes out as another one.
 */
export type Strays = ReadonlySet<string>;

export function straysOf(side: CaptureSide, connections: readonly JudgedConnection[]): Strays {
  const found = new Set<string>();
  for (const judged of connections) {
    if (found.size >= MAX_STRAYS) break;
    for (const packet of side.packetsOf(judged)) if (isTelling(packet)) found.add(strayKey(packet));
  }
  return found;
}

/** A pure acknowledgement looks like many others. */
function isTelling({ flags, payloadLen }: Packet): boolean {
  return payloadLen > 0 || (flags & (FIN | RST)) !== 0;
}

export function strayKey({ seq, flags, payloadLen }: Packet): string {
  return `${seq}:${flags & (SYN | FIN | RST | ACK)}:${payloadLen}`;
}
