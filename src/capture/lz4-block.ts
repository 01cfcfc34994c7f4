/**
 * LZ4 blocks (lz4_Block_format.md): rows of sequences, each some literal octets and then a match, i.e. a copy of octets
 * that were put out before.
 */

const TOKEN_MAX = 15;
const LENGTH_MORE = 255;
const MIN_MATCH_LEN = 4;
const MATCH_OFFSET_LEN = 2;

export class Lz4Block {
  /** Where the output ended: everything before it was decoded, also when the block is bad. */
  outEnd = 0;
  #at = 0;

  /**
   * Decodes `start … end` of `input` into `output` from `outStart` on. Matches may reach back to `historyStart`.
   * False when the block is damaged or cut, or would put out more than `outLimit` allows.
   */
  decode(
    input: Uint8Array,
    start: number,
    end: number,
    output: Uint8Array,
    historyStart: number,
    outStart: number,
    outLimit: number,
  ): boolean {
    let out = outStart;
    this.#at = start;
    for (;;) {
      this.outEnd = out;
      if (this.#at >= end) return false;
      const token = input[this.#at++]!;
      const literalLen = this.#length(input, end, token >> 4);
      const wholeLen = Math.min(literalLen, end - this.#at, outLimit - out);
      copyLiterals(input, this.#at, output, out, wholeLen);
      out += wholeLen;
      this.outEnd = out;
      if (wholeLen < literalLen) return false;
      this.#at += literalLen;
      // The last sequence of a block has no match.
      if (this.#at === end) return true;
      if (end - this.#at < MATCH_OFFSET_LEN) return false;
      const distance = input[this.#at]! | (input[this.#at + 1]! << 8);
      this.#at += MATCH_OFFSET_LEN;
      const matchLen = this.#length(input, end, token & TOKEN_MAX) + MIN_MATCH_LEN;
      if (distance === 0 || out - distance < historyStart || matchLen > outLimit - out) return false;
      copyMatch(output, out, distance, matchLen);
      out += matchLen;
    }
  }

  /** A length of 15 goes on in the following octets, up to one that is not 255. */
  #length(input: Uint8Array, end: number, nibble: number): number {
    let len = nibble;
    if (nibble < TOKEN_MAX) return len;
    let more = LENGTH_MORE;
    while (more === LENGTH_MORE && this.#at < end) {
      more = input[this.#at++]!;
      len += more;
    }
    return len;
  }
}

/** Below this length a loop is quicker than the call into the engine. */
const SHORT_COPY_LEN = 32;

function copyLiterals(input: Uint8Array, from: number, output: Uint8Array, to: number, len: number): void {
  if (len > SHORT_COPY_LEN) {
    output.set(input.subarray(from, from + len), to);
    return;
  }
  for (let k = 0; k < len; k++) output[to + k] = input[from + k]!;
}

/** A match may overlap its own output: then it repeats it, octet by octet. */
function copyMatch(output: Uint8Array, to: number, distance: number, len: number): void {
  if (len > SHORT_COPY_LEN && distance >= len) {
    output.copyWithin(to, to - distance, to - distance + len);
    return;
  }
  for (let k = 0; k < len; k++) output[to + k] = output[to + k - distance]!;
}
