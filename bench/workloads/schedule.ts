/** Something that happens in steps: each value it yields is the time, in microseconds, at which it wants to go on. */
export type Story = Generator<number, void, void>;

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
    this.rise(this.heap.length - 1);
  }

  /** Runs until every story has ended, those included that stories started on the way. */
  run(): void {
    for (let first = this.heap[0]; first !== undefined; first = this.heap[0]) {
      const step = first.story.next();
      // A story may have started others, but none earlier than now: `first` is the least still, or ties with them.
      const at = this.heap.indexOf(first);
      if (step.done === true) this.remove(at);
      else {
        first.timeUs = step.value;
        this.sink(at);
      }
    }
  }

  private remove(at: number): void {
    const last = this.heap.pop()!;
    if (at === this.heap.length) return;
    this.heap[at] = last;
    this.sink(at);
    this.rise(at);
  }

  private isBefore(a: Pending, b: Pending): boolean {
    return a.timeUs < b.timeUs || (a.timeUs === b.timeUs && a.order < b.order);
  }

  private rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(this.heap[at]!, this.heap[parent]!)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.heap.length && this.isBefore(this.heap[child]!, this.heap[least]!)) least = child;
      }
      if (least === at) return;
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
