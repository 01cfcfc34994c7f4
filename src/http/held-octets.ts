import { latin1 } from '../bytes/ascii.ts';
import { pathHash } from '../bytes/path-hash.ts';

/** Small typed arrays lie in the ordinary heap and are cheap to make; most request targets fit. */
const FIRST_LEN = 64;

/**
 * A copy of octets that may become text later. Few requests are ever shown to anybody: copying costs a fraction of making
 * a string, and the room is used again.
 */
export class HeldOctets {
  #octets = new Uint8Array(FIRST_LEN);
  #len = 0;

  /** Copies octets `start … end`. The caller limits how many. */
  hold(bytes: Uint8Array, start: number, end: number): void {
    const len = end - start;
    if (len > this.#octets.length) this.#octets = new Uint8Array(2 * len);
    const octets = this.#octets;
    for (let k = 0; k < len; k++) octets[k] = bytes[start + k]!;
    this.#len = len;
  }

  pathHash(): number {
    return pathHash(this.#octets, 0, this.#len);
  }

  text(): string {
    return latin1(this.#octets, 0, this.#len);
  }
}
