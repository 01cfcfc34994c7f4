const FIRST_PLACES = 1_024;

/** What is kept of a ConnectionRow. */
interface Silent {
  readonly index: number;
  readonly lastNs: number;
  readonly firstFrame: number;
}

/**
 * Connections, the one that has been silent longest first; of those silent since the same time the one that began first.
 * They nearly always come in that order, so they stand in a ring; those that do not stand in a binary heap beside it.
 */
export class SilenceOrder {
  readonly #ring = new Places();
  #head = 0;
  #inRing = 0;
  readonly #heap = new Places();
  #inHeap = 0;

  get length(): number {
    return this.#inRing + this.#inHeap;
  }

  /** Row of the first one, the time since which it is silent, and its first frame. Valid while `length > 0`. */
  row = 0;
  sinceNs = 0;
  firstFrame = 0;

  /** Puts in the connection of a row as it stands now. (Its time by itself would be an object for each call.) */
  push({ index, lastNs, firstFrame }: Silent): void {
    const ring = this.#ring;
    const { mask } = ring;
    const last = (this.#head + this.#inRing - 1) & mask;
    if (this.#inRing > 0 && isBefore(lastNs, firstFrame, ring, last)) {
      this.#pushToHeap(index, lastNs, firstFrame);
      return;
    }
    if (this.#inRing > mask) this.#growRing();
    ring.set((this.#head + this.#inRing++) & ring.mask, index, lastNs, firstFrame);
  }

  /** Takes the first one away: its fields say which it was. */
  shift(): void {
    const ring = this.#ring;
    const heap = this.#heap;
    const isFromHeap =
      this.#inRing === 0 ||
      (this.#inHeap > 0 && isBefore(heap.sinceNs[0]!, heap.firstFrames[0]!, ring, this.#head));
    const from = isFromHeap ? heap : ring;
    const place = isFromHeap ? 0 : this.#head;
    this.row = from.rows[place]!;
    this.sinceNs = from.sinceNs[place]!;
    this.firstFrame = from.firstFrames[place]!;
    if (isFromHeap) this.#popHeap();
    else {
      this.#head = (place + 1) & ring.mask;
      this.#inRing--;
    }
  }

  #growRing(): void {
    const ring = this.#ring;
    const size = ring.mask + 1;
    ring.double();
    // What stood before the head follows behind the end.
    ring.move(0, this.#head, size);
  }

  #pushToHeap(row: number, sinceNs: number, firstFrame: number): void {
    const heap = this.#heap;
    if (this.#inHeap > heap.mask) heap.double();
    let place = this.#inHeap++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(sinceNs, firstFrame, heap, parent)) break;
      heap.move(parent, parent + 1, place);
      place = parent;
    }
    heap.set(place, row, sinceNs, firstFrame);
  }

  /** The last one goes to the top, and down from there. */
  #popHeap(): void {
    const heap = this.#heap;
    const last = --this.#inHeap;
    const sinceNs = heap.sinceNs[last]!;
    const firstFrame = heap.firstFrames[last]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && isBefore(heap.sinceNs[right]!, heap.firstFrames[right]!, heap, child))
        child = right;
      if (!isBefore(heap.sinceNs[child]!, heap.firstFrames[child]!, heap, last)) break;
      heap.move(child, child + 1, place);
      place = child;
    }
    heap.set(place, heap.rows[last]!, sinceNs, firstFrame);
  }
}

/** Columns of one length, a power of two. */
class Places {
  rows = new Int32Array(FIRST_PLACES);
  firstFrames = new Int32Array(FIRST_PLACES);
  sinceNs = new Float64Array(FIRST_PLACES);
  mask = FIRST_PLACES - 1;

  set(place: number, row: number, sinceNs: number, firstFrame: number): void {
    this.rows[place] = row;
    this.sinceNs[place] = sinceNs;
    this.firstFrames[place] = firstFrame;
  }

  /** Copies the places `from … end − 1` to `to` and behind. */
  move(from: number, end: number, to: number): void {
    for (let k = 0; k < end - from; k++)
      this.set(to + k, this.rows[from + k]!, this.sinceNs[from + k]!, this.firstFrames[from + k]!);
  }

  double(): void {
    const size = 2 * this.rows.length;
    const { rows, firstFrames, sinceNs } = this;
    this.rows = new Int32Array(size);
    this.firstFrames = new Int32Array(size);
    this.sinceNs = new Float64Array(size);
    this.rows.set(rows);
    this.firstFrames.set(firstFrames);
    this.sinceNs.set(sinceNs);
    this.mask = size - 1;
  }
}

function isBefore(sinceNs: number, firstFrame: number, places: Places, place: number): boolean {
  const otherNs = places.sinceNs[place]!;
  return sinceNs < otherNs || (sinceNs === otherNs && firstFrame < places.firstFrames[place]!);
}
