import type { CaptureLetter, PairClose, Witness } from '../model/pair.ts';
import { FIN, RST, SYN } from '../model/segment.ts';
import type { Cause } from './cause.ts';
import type { Packet } from './packet.ts';

/** TTLs that hosts start with (Linux, BSD and macOS 64; Windows 128; some devices 255). */
const INITIAL_TTLS: readonly number[] = [64, 128, 255];

/**
 * The capture was made at the sender's own network interface, or on its own network: no router has taken anything off the
 * TTL yet, neither of its ordinary packets nor of the close. (What a box on that very network sends cannot be told from the
 * host.) `hasCopies`: packets were captured twice, as on all interfaces of a host that forwards; then it is no end.
 */
export function isCapturedAtEnd(
  packets: readonly Packet[],
  close: PairClose,
  near: CaptureLetter,
  hasCopies: boolean,
): boolean {
  if (hasCopies) return false;
  const closeFrame = near === 'a' ? close.frameA : close.frameB;
  const own = packets.filter(({ from }) => from === close.from);
  const ordinary = own.filter(({ flags }) => (flags & (SYN | RST | FIN)) === 0);
  const closing = own.filter(({ frame }) => frame === closeFrame);
  return ordinary.length > 0 && [...ordinary, ...closing].every(({ ttl }) => INITIAL_TTLS.includes(ttl));
}

/** What the two captures together say about who sent the close that began the end. */
export function testimony(
  { close, basis }: Cause,
  near: CaptureLetter,
  isAtEnd: boolean,
  doubts: readonly string[],
): Witness | null {
  if (close.fate === 'one-sided') return null;
  const what = close.kind === 'RST' ? 'reset' : 'FIN';
  const far = near === 'a' ? 'B' : 'A';
  const ownFrame = basis === 'a' ? close.frameA : close.frameB;
  const frames = ownFrame === null ? [] : [ownFrame];
  if (close.fate === 'added') {
    const isProof = doubts.length === 0;
    const but = isProof ? 'which has everything else that it sent' : `but ${doubts.join('; ')}`;
    const text = `The ${what} of ${frameText(close)} never passed capture ${near.toUpperCase()}, nearer to the ${close.from}, ${but}.`;
    return { kind: 'inserted', isProof, text: withStop(text), frames };
  }
  const arrived = close.fate === 'lost' ? `It never arrived at ${far}.` : '';
  const where = `capture ${near.toUpperCase()}`;
  if (isAtEnd) {
    const text = `The ${what} (${frameText(close)}) was captured at the ${close.from} itself, by ${where}: the ${close.from}'s host sent it. ${arrived}`;
    return { kind: 'sent', isProof: true, text: text.trim(), frames };
  }
  const text = `The ${what} (${frameText(close)}) passed ${where} too, so nothing between A and B made it. ${arrived}`;
  return { kind: 'beyond', isProof: true, text: text.trim(), frames };
}

function withStop(text: string): string {
  return text.replace(/\.?\.$/, '.');
}

/** `A 41, B 37`: frames of both captures. */
function frameText({ frameA, frameB }: Pick<PairClose, 'frameA' | 'frameB'>): string {
  const parts = [...(frameA === null ? [] : [`A ${frameA}`]), ...(frameB === null ? [] : [`B ${frameB}`])];
  return parts.join(', ');
}
