const CODE_OFFSET = 0;
const LEN_OFFSET = 2;
const OPTION_HEADER_LEN = 4;
const END_OF_OPTIONS = 0;

/**
 * Walks the options of a pcapng block (draft-ietf-opsawg-pcapng §3.5). One cursor serves all blocks of a file. An
 * option that runs past its block ends the walk: what came before it is used.
 */
export class OptionCursor {
  code = 0;
  /** Offset and length of the value, in octets. */
  start = 0;
  len = 0;
  #view: DataView | null = null;
  #next = 0;
  #end = 0;
  #isLittleEndian = false;

  open(view: DataView, start: number, end: number, isLittleEndian: boolean): void {
    this.#view = view;
    this.#next = start;
    this.#end = end;
    this.#isLittleEndian = isLittleEndian;
  }

  /** Steps to the next option; false when there is none. */
  next(): boolean {
    const view = this.#view;
    const at = this.#next;
    if (view === null || this.#end - at < OPTION_HEADER_LEN) return false;
    this.code = view.getUint16(at + CODE_OFFSET, this.#isLittleEndian);
    this.len = view.getUint16(at + LEN_OFFSET, this.#isLittleEndian);
    this.start = at + OPTION_HEADER_LEN;
    this.#next = this.start + padded(this.len);
    return this.code !== END_OF_OPTIONS && this.start + this.len <= this.#end;
  }

  /** The 32-bit value, or null when the option has another length. */
  uint32(): number | null {
    return this.len === 4 && this.#view ? this.#view.getUint32(this.start, this.#isLittleEndian) : null;
  }

  /** The 64-bit counter, or null when it has another length or says "unknown" (beyond 2^53 no count is honest). */
  counter(): number | null {
    if (this.len !== 8 || !this.#view) return null;
    const value = Number(this.#view.getBigUint64(this.start, this.#isLittleEndian));
    return value <= Number.MAX_SAFE_INTEGER ? value : null;
  }

  int64(): number | null {
    return this.len === 8 && this.#view
      ? Number(this.#view.getBigInt64(this.start, this.#isLittleEndian))
      : null;
  }
}

/** Blocks, packets and options are padded to four octets. */
export function padded(len: number): number {
  return (len + 3) & ~3;
}
