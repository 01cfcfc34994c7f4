/** Places of a record of {@link PlainTable}: Int32 fields, then Float64 fields. */
const STATE = 0;
const REQUESTS = 1;
const STATUS = 2;
const PATH_HASH = 3;
const INTS = 4;
const REMAINING = 0;
const REQUEST_START_NS = 1;
const REQUEST_END_NS = 2;
const RESPONSE_START_NS = 3;
const LAST_END_NS = 4;
const BODY_BYTES = 5;
const FLOATS = 6;

const FIRST_ROWS = 1024;

/** Where plain connections stand, by row. */
export class PlainTable {
  ints = new Int32Array(FIRST_ROWS * INTS);
  floats = new Float64Array(FIRST_ROWS * FLOATS);
  count = FIRST_ROWS;

  /** Makes room for rows `0 … count − 1`. */
  reserve(count: number): void {
    if (count <= this.count) return;
    this.count = Math.max(2 * this.count, count);
    const ints = new Int32Array(this.count * INTS);
    ints.set(this.ints);
    this.ints = ints;
    const floats = new Float64Array(this.count * FLOATS);
    floats.set(this.floats);
    this.floats = floats;
  }
}

/** A view on one row: the exchange that its connection is in, or was in last. */
export class PlainExchange {
  readonly #table: PlainTable;
  #i = 0;
  #f = 0;
  row = 0;

  constructor(table: PlainTable) {
    this.#table = table;
  }

  move(row: number): void {
    this.row = row;
    this.#i = row * INTS;
    this.#f = row * FLOATS;
  }

  /** As for a new connection. */
  clear(): void {
    this.state = 0;
    this.requests = 0;
  }

  get state(): number {
    return this.#table.ints[this.#i + STATE]!;
  }
  set state(value: number) {
    this.#table.ints[this.#i + STATE] = value;
  }
  /** Requests begun. */
  get requests(): number {
    return this.#table.ints[this.#i + REQUESTS]!;
  }
  set requests(value: number) {
    this.#table.ints[this.#i + REQUESTS] = value;
  }
  get status(): number {
    return this.#table.ints[this.#i + STATUS]!;
  }
  set status(value: number) {
    this.#table.ints[this.#i + STATUS] = value;
  }
  get pathHash(): number {
    return this.#table.ints[this.#i + PATH_HASH]!;
  }
  set pathHash(value: number) {
    this.#table.ints[this.#i + PATH_HASH] = value;
  }
  /** Octets of the body in hand still to come. */
  get remaining(): number {
    return this.#table.floats[this.#f + REMAINING]!;
  }
  set remaining(value: number) {
    this.#table.floats[this.#f + REMAINING] = value;
  }
  get requestStartNs(): number {
    return this.#table.floats[this.#f + REQUEST_START_NS]!;
  }
  set requestStartNs(value: number) {
    this.#table.floats[this.#f + REQUEST_START_NS] = value;
  }
  get requestEndNs(): number {
    return this.#table.floats[this.#f + REQUEST_END_NS]!;
  }
  set requestEndNs(value: number) {
    this.#table.floats[this.#f + REQUEST_END_NS] = value;
  }
  get responseStartNs(): number {
    return this.#table.floats[this.#f + RESPONSE_START_NS]!;
  }
  set responseStartNs(value: number) {
    this.#table.floats[this.#f + RESPONSE_START_NS] = value;
  }
  /** End of the response before; valid from the second request on. */
  get lastEndNs(): number {
    return this.#table.floats[this.#f + LAST_END_NS]!;
  }
  set lastEndNs(value: number) {
    this.#table.floats[this.#f + LAST_END_NS] = value;
  }
  get bodyBytes(): number {
    return this.#table.floats[this.#f + BODY_BYTES]!;
  }
  set bodyBytes(value: number) {
    this.#table.floats[this.#f + BODY_BYTES] = value;
  }
}
