/**
 * Turns the 64-bit tick counts of one pcapng interface into seconds and nanoseconds, exactly and without BigInt
 * (draft-ietf-opsawg-pcapng §4.2, if_tsresol and if_tsoffset).
 */

const NS_PER_SECOND = 1_000_000_000;
const TWO_16 = 0x1_0000;
const TWO_32 = 0x1_0000_0000;
/** Long division in steps of 16 bits is exact while remainder · 2^16 stays below 2^53. */
const MAX_EXACT_RATE = 2 ** 37;
/** First second of year 1 and last of year 9999: what RFC 3339 can write. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** Bit 7 of if_tsresol: the other bits are a power of two, else of ten. */
const POWER_OF_TWO_FLAG = 0x80;
const EXPONENT_MASK = 0x7f;
/** 2^−20 s is the first power of two finer than a microsecond. */
const MAX_MICROSECOND_POWER_OF_TWO = 20;
const MAX_MICROSECOND_POWER_OF_TEN = 6;

export class TickClock {
  /** Whole seconds since 1970, years 1 … 9999, and nanoseconds within that second: results of `split`. */
  seconds = 0;
  fractionNs = 0;
  /** Digits after the decimal point that the ticks deserve: 6 or 9. */
  readonly digits: number;
  /** Ticks per second: 1 … 10^127, never 0. */
  readonly #rate: number;
  readonly #offsetSeconds: number;
  #rest = 0;

  /** `resolution` is the octet of if_tsresol; `offsetSeconds` that of if_tsoffset. */
  constructor(resolution: number, offsetSeconds: number) {
    const exponent = resolution & EXPONENT_MASK;
    const isPowerOfTwo = (resolution & POWER_OF_TWO_FLAG) !== 0;
    this.#rate = (isPowerOfTwo ? 2 : 10) ** exponent;
    this.#offsetSeconds = offsetSeconds;
    const coarsest = isPowerOfTwo ? MAX_MICROSECOND_POWER_OF_TWO : MAX_MICROSECOND_POWER_OF_TEN;
    this.digits = exponent <= coarsest ? 6 : 9;
  }

  /**
   * Sets `seconds` and `fractionNs`. False when the time lies outside the years 1 … 9999 and the nearest end was taken.
   * The count is unsigned by the draft, but writers that extend a sign into the upper half exist, and no honest time has
   * the top bit set: read as signed, such times keep their distances.
   */
  split(unsignedHigh: number, low: number): boolean {
    const rate = this.#rate;
    const high = unsignedHigh | 0;
    const ticks = high * TWO_32 + low;
    let seconds: number;
    if (Math.abs(ticks) <= Number.MAX_SAFE_INTEGER || rate >= MAX_EXACT_RATE) {
      seconds = this.#divide(ticks);
    } else {
      seconds = this.#divide(high) * TWO_32;
      seconds += this.#divide(this.#rest * TWO_16 + (low >>> 16)) * TWO_16;
      seconds += this.#divide(this.#rest * TWO_16 + (low & 0xffff));
    }
    this.seconds = seconds + this.#offsetSeconds;
    this.fractionNs = Math.floor((this.#rest * NS_PER_SECOND) / rate);
    if (this.seconds >= MIN_SECONDS && this.seconds <= MAX_SECONDS) return true;
    this.seconds = this.seconds < MIN_SECONDS ? MIN_SECONDS : MAX_SECONDS;
    this.fractionNs = 0;
    return false;
  }

  /** Whole quotient by the rate; leaves the remainder in `#rest`. Mends the last bit that the float division rounds. */
  #divide(value: number): number {
    const rate = this.#rate;
    let quotient = Math.floor(value / rate);
    let rest = value - quotient * rate;
    if (rest < 0) {
      quotient--;
      rest += rate;
    } else if (rest >= rate) {
      quotient++;
      rest -= rate;
    }
    this.#rest = rest;
    return quotient;
  }
}
