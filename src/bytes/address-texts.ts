/** Slots: a busy host's peers of a few minutes. A power of two. */
const SLOTS = 4096;

/**
 * Texts of addresses, so that one that comes again is not formatted again, and is the very same string: as a key of a
 * Map it is then hashed once. Each address has one slot, which the latest takes, so memory has an end.
 */
export class AddressTexts {
  readonly #addresses = new Int32Array(SLOTS);
  readonly #texts = new Array<string | null>(SLOTS).fill(null);

  /** Null when it is not known (any more). */
  find(address: number): string | null {
    const slot = slotOf(address);
    return this.#addresses[slot] === address ? this.#texts[slot]! : null;
  }

  keep(address: number, text: string): void {
    const slot = slotOf(address);
    this.#addresses[slot] = address;
    this.#texts[slot] = text;
  }

  forget(address: number): void {
    const slot = slotOf(address);
    if (this.#addresses[slot] === address) this.#texts[slot] = null;
  }
}

/** The last octets of addresses differ most. */
function slotOf(address: number): number {
  return (address ^ (address >>> 16)) & (SLOTS - 1);
}
