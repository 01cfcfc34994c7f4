/**
 * Fixed-width records of Int32 and Float64 fields, in chunks.
 *
 * A capture holds up to hundreds of thousands of open connections. As objects they cost more in garbage collection
 * than all the rest of the TCP stage; as records they cost nothing, and a record's fields lie side by side. A
 * {@link RecordView} can be moved over the records, so the code reads as if it held an object: `half.nextSeq`.
 *
 * The table grows by a chunk at a time: nothing is copied, and at most one chunk is not full.
 */

const CHUNK_BITS = 12;
const CHUNK_RECORDS = 1 << CHUNK_BITS;
const IN_CHUNK = CHUNK_RECORDS - 1;
const FLOAT_OCTETS = 8;
const INTS_PER_FLOAT = 2;

const NO_INTS = new Int32Array(0);
const NO_FLOATS = new Float64Array(0);

export class RecordTable {
  /** Two views of the same octets, by chunk. */
  readonly ints: Int32Array<ArrayBuffer>[] = [];
  readonly floats: Float64Array<ArrayBuffer>[] = [];
  /** Of a record, in Float64 places; the Int32 fields come first, filled up to a whole place. */
  readonly stride: number;
  readonly firstFloat: number;

  /** Each record has `intCount` Int32 fields and `floatCount` Float64 fields. */
  constructor(intCount: number, floatCount: number) {
    this.firstFloat = Math.ceil(intCount / INTS_PER_FLOAT);
    this.stride = this.firstFloat + floatCount;
  }

  /** Makes room for records `0 … count − 1`. */
  reserve(count: number): void {
    while (this.ints.length << CHUNK_BITS < count) {
      const chunk = new ArrayBuffer(CHUNK_RECORDS * this.stride * FLOAT_OCTETS);
      this.ints.push(new Int32Array(chunk));
      this.floats.push(new Float64Array(chunk));
    }
  }
}

/** A view on one record of a table; subclasses name its fields. Field 0 of the Int32 fields holds flag bits. */
export class RecordView {
  /** The arrays, and where the record's fields begin in each: for code that every segment passes through. */
  ints = NO_INTS;
  floats = NO_FLOATS;
  i = 0;
  f = 0;
  readonly #table: RecordTable;
  #chunk = -1;
  /** Number of the record the view is at. */
  index = 0;

  constructor(table: RecordTable) {
    this.#table = table;
  }

  /** Looks at record `index`, for which the table must have room. */
  move(index: number): void {
    const table = this.#table;
    this.index = index;
    const chunk = index >>> CHUNK_BITS;
    if (chunk !== this.#chunk) {
      this.#chunk = chunk;
      this.ints = table.ints[chunk]!;
      this.floats = table.floats[chunk]!;
    }
    const at = (index & IN_CHUNK) * table.stride;
    this.i = at * INTS_PER_FLOAT;
    this.f = at + table.firstFloat;
  }

  /** All fields become 0. */
  clear(): void {
    // A loop, because fill() on so few elements of a large array costs more than the elements.
    const { floats, f } = this;
    const start = f - this.#table.firstFloat;
    const end = start + this.#table.stride;
    for (let at = start; at < end; at++) floats[at] = 0;
  }

  get bits(): number {
    return this.ints[this.i]!;
  }
  set bits(value: number) {
    this.ints[this.i] = value;
  }

  /** True when any of `bits` is set. */
  has(bits: number): boolean {
    return (this.ints[this.i]! & bits) !== 0;
  }

  set(bits: number): void {
    this.ints[this.i]! |= bits;
  }

  unset(bits: number): void {
    this.ints[this.i]! &= ~bits;
  }
}
