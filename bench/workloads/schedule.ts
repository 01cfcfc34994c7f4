/** Something that happens in steps: each value it yields is the time, in microseconds, at which it wants to go on. */
export type Story<Result = void> = Generator<number, Result, void>;

interface Pending {
  readonly story: Story;
  /** Order of entry, so that equal times run in the same order everywhere. */
  readonly order: number;
  timeUs: number;
}

/**
 * Runs stories side by side, always the one whose time is next: what they write comes out in order of time. A binary
 * heap; hundreds of stories at once cost eight comparisons a step.
 */
export class Schedule {
  private readonly heap: Pending[] = [];
  private entered = 0;

  /** Lets a story begin. Its first step, up to the first `yield`, runs at once. */
  start(story: Story): void {
    const step = story.next();
    if (step.done === true) return;
    this.heap.push({ story, order: this.entered++, timeUs: step.value });
    this.rise();
  }

  /** Runs until every story has ended, those included that stories started on the way. */
  run(): void {
    for (let first = this.heap[0]; first !== undefined; first = this.heap[0]) {
      const step = first.story.next();
      // Stories that this step started wait for now or later and entered later: the first is still at the top.
      if (step.done === true) this.removeFirst();
      else {
        first.timeUs = step.value;
        this.sink();
      }
    }
  }

  private removeFirst(): void {
    const last = this.heap.pop()!;
    if (this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink();
  }

  private isBefore(a: Pending, b: Pending): boolean {
    return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
  }

  /** Lets the last one up to where its time belongs. */
  private rise(): void {
    let at = this.heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(this.heap[at]!, this.heap[parent]!)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  /** Lets the first one down to where its time belongs. */
  private sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.heap.length) return;
      const right = Math.min(left + 1, this.heap.length - 1);
      const least = this.isBefore(this.heap[right]!, this.heap[left]!) ? right : left;
      if (!this.isBefore(this.heap[least]!, this.heap[at]!)) return;
      this.swap(at, least);
      at = least;
    }
  }

  private swap(a: number, b: number): void {
    const kept = this.heap[a]!;
    this.heap[a] = this.heap[b]!;
    this.heap[b] = kept;
  }
}
