import { latin1 } from '../bytes/ascii.ts';

/** A power of two. Hosts and servers of a capture are few; those that share a slot only cost the string again. */
const SLOTS = 256;

/** Strings made before, to be used again when the octets spell them: hosts and servers repeat, and making strings is dear. */
export class TextCache {
  readonly #texts: string[] = new Array<string>(SLOTS).fill('');

  /** Octets `start … end` as text. */
  textOf(bytes: Uint8Array, start: number, end: number): string {
    const slot = slotOf(bytes, start, end);
    const known = this.#texts[slot]!;
    if (spells(bytes, start, end, known)) return known;
    const text = latin1(bytes, start, end);
    this.#texts[slot] = text;
    return text;
  }
}

/** From the length and three octets: names differ in these, and hashing all of them would cost more than it saves. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const len = end - start;
  if (len <= 0) return 0;
  const sum = len + 31 * bytes[start]! + 7 * bytes[start + (len >> 1)]! + 3 * bytes[end - 1]!;
  return sum & (SLOTS - 1);
}

function spells(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (text.length !== end - start) return false;
  for (let k = 0; k < text.length; k++) if (bytes[start + k] !== text.charCodeAt(k)) return false;
  return true;
}
