/**
 * Gathers one field after the other from data that come in chunks of any size, and passes over what lies between them.
 * For formats whose fields are small against their contents.
 */
export class FieldCollector {
  /** The field in hand: `have` of `need` octets. */
  octets: Uint8Array;
  have = 0;
  need: number;
  /** Octets to pass over before the field; may be Infinity. */
  skipLen = 0;

  /** `capacity` is the longest field, `need` the length of the first, in octets. */
  constructor(capacity: number, need: number) {
    this.octets = new Uint8Array(capacity);
    this.need = need;
  }

  /** The next field has `need` octets. */
  expect(need: number): void {
    this.need = need;
    this.have = 0;
  }

  get isComplete(): boolean {
    return this.skipLen === 0 && this.have === this.need;
  }

  /** Passes over or takes octets from `at` on. Returns where it stopped: at `end`, or when the field is complete. */
  take(bytes: Uint8Array, at: number, end: number): number {
    const skipped = Math.min(this.skipLen, end - at);
    this.skipLen -= skipped;
    const from = at + skipped;
    const taken = Math.min(this.need - this.have, end - from);
    this.octets.set(bytes.subarray(from, from + taken), this.have);
    this.have += taken;
    return from + taken;
  }

  /** Little-endian number of `len` octets at `at` of the field; exact up to 2^53. */
  number(at: number, len: number): number {
    let value = 0;
    for (let k = len - 1; k >= 0; k--) value = value * 256 + this.octets[at + k]!;
    return value;
  }
}
