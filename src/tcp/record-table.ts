/**
 * Fixed-width records in one Int32Array and one Float64Array.
 *
 * A capture holds up to hundreds of thousands of open connections. As objects they cost more in garbage collection
 * than all the rest of the TCP stage; as records they cost nothing, and a record's fields share cache lines. A
 * {@link RecordView} can be moved over the records, so the code reads as if it held an object: `half.nextSeq`.
 */

const FIRST_CAPACITY = 1024;
/** Doubling ends here, and growth goes on in steps: a full table of all connections would else be up to half empty. */
const LARGEST_STEP = 65_536;

export class RecordTable {
  #ints: Int32Array<ArrayBuffer>;
  #floats: Float64Array<ArrayBuffer>;
  #capacity = FIRST_CAPACITY;
  readonly #intCount: number;
  readonly #floatCount: number;
  readonly #views: RecordView[] = [];

  /** Each record has `intCount` Int32 fields and `floatCount` Float64 fields. */
  constructor(intCount: number, floatCount: number) {
    this.#intCount = intCount;
    this.#floatCount = floatCount;
    this.#ints = new Int32Array(FIRST_CAPACITY * intCount);
    this.#floats = new Float64Array(FIRST_CAPACITY * floatCount);
  }

  /** Lets `view` look at this table. Views are made once, by the code that needs them, and moved. */
  attach<V extends RecordView>(view: V): V {
    this.#views.push(view);
    view.attach(this.#ints, this.#floats, this.#intCount, this.#floatCount);
    return view;
  }

  /** Makes room for records `0 … count − 1`. */
  reserve(count: number): void {
    if (count <= this.#capacity) return;
    while (this.#capacity < count) this.#capacity += Math.min(this.#capacity, LARGEST_STEP);
    const ints = new Int32Array(this.#capacity * this.#intCount);
    ints.set(this.#ints);
    this.#ints = ints;
    const floats = new Float64Array(this.#capacity * this.#floatCount);
    floats.set(this.#floats);
    this.#floats = floats;
    for (const view of this.#views) view.attach(ints, floats, this.#intCount, this.#floatCount);
  }

  /** Records `first … first + count − 1` become blank. */
  clear(first: number, count: number): void {
    // Loops, because fill() on so few elements of a large array costs more than the elements.
    const ints = this.#ints;
    const intEnd = (first + count) * this.#intCount;
    for (let at = first * this.#intCount; at < intEnd; at++) ints[at] = 0;
    const floats = this.#floats;
    const floatEnd = (first + count) * this.#floatCount;
    for (let at = first * this.#floatCount; at < floatEnd; at++) floats[at] = 0;
  }
}

/** A view on one record; subclasses name its fields. Field 0 of the Int32 fields holds flag bits. */
export class RecordView {
  protected ints = new Int32Array(0);
  protected floats = new Float64Array(0);
  /** Where the record begins in each array. */
  protected i = 0;
  protected f = 0;
  #intCount = 0;
  #floatCount = 0;
  /** Number of the record the view is at. */
  index = 0;

  attach(
    ints: Int32Array<ArrayBuffer>,
    floats: Float64Array<ArrayBuffer>,
    intCount: number,
    floatCount: number,
  ): void {
    this.ints = ints;
    this.floats = floats;
    this.#intCount = intCount;
    this.#floatCount = floatCount;
  }

  move(index: number): void {
    this.index = index;
    this.i = index * this.#intCount;
    this.f = index * this.#floatCount;
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
