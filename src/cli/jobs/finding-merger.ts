import type { ConnectionFacts } from '../../model/facts.ts';
import type { FindingSink, FrameCounts } from '../../model/findings.ts';
import type { CompletedResponse } from '../../model/responses.ts';
import { type Batch, FACTS, LENGTHS, type Note, RESPONSE, UNEVENTFUL } from './messages.ts';

/** What one thread has sent and has not been told on. */
class Inbox {
  readonly batches: Batch[] = [];
  /** The first batch: next number, next facts, next note. */
  at = 0;
  factsAt = 0;
  notesAt = 0;
  until: Batch['until'] = [-1, 0, 0];
  /** First frames of connections that have no number yet. */
  readonly opened: Int32Array[] = [];
  openedAt = 0;
  /** Connections that have begun, and the numbers of those that have not ended, by the number they have there. */
  numbered = 0;
  readonly ids = new Map<number, number>();

  /** Numbers of the finding that is next, or null when there is none. */
  get next(): Float64Array | null {
    const numbers = this.batches[0]?.numbers;
    return numbers !== undefined && this.at < numbers.length ? numbers : null;
  }

  /** First frame of the connection that is to be numbered next. */
  get nextOpened(): number {
    const frames = this.opened[0];
    return frames === undefined ? Number.POSITIVE_INFINITY : frames[this.openedAt]!;
  }

  number(id: number): void {
    this.ids.set(this.numbered++, id);
    this.openedAt++;
    if (this.openedAt < this.opened[0]!.length) return;
    this.opened.shift();
    this.openedAt = 0;
  }
}

/** Puts the findings of several threads into the order in which one thread would have made them, and tells them so. */
export class FindingMerger {
  readonly #inboxes: readonly Inbox[];
  readonly #findings: FindingSink;
  readonly #note: (note: Note) => void;
  readonly #doneWith: (job: number) => void;
  readonly #response = new ReadResponse();
  #connections = 0;
  /** Where the reading stood at the latest facts. */
  counts: FrameCounts = {
    frames: 0,
    tcpSegments: 0,
    otherFrames: 0,
    malformedFrames: 0,
    unsupportedFrames: 0,
    firstNs: Number.NaN,
    lastNs: Number.NaN,
    drops: Number.NaN,
  };

  /** `doneWith`: a batch of that thread has been told to its end. */
  constructor(
    jobs: number,
    findings: FindingSink,
    note: (note: Note) => void,
    doneWith: (job: number) => void,
  ) {
    this.#inboxes = Array.from({ length: jobs }, () => new Inbox());
    this.#findings = findings;
    this.#note = note;
    this.#doneWith = doneWith;
  }

  /** Takes the next batch of a thread, and tells what can be told. */
  add(job: number, batch: Batch): void {
    const inbox = this.#inboxes[job]!;
    inbox.until = batch.until;
    if (batch.opened.length > 0) inbox.opened.push(batch.opened);
    inbox.batches.push(batch);
    this.#dropEmpty(job);
    while (this.#tellNext()) {}
  }

  /** The earliest finding, if no thread can yet come up with an earlier one. */
  #tellNext(): boolean {
    const inboxes = this.#inboxes;
    let first = -1;
    for (let job = 0; job < inboxes.length; job++) {
      const numbers = inboxes[job]!.next;
      if (numbers === null) continue;
      if (first < 0 || isBefore(numbers, inboxes[job]!.at, inboxes[first]!.next!, inboxes[first]!.at))
        first = job;
    }
    if (first < 0) return false;
    const { next, at } = inboxes[first]!;
    for (const inbox of inboxes) if (isAfter(next!, at, inbox.until)) return false;
    this.#tell(inboxes[first]!, next!, at);
    this.#dropEmpty(first);
    return true;
  }

  #tell(inbox: Inbox, numbers: Float64Array, at: number): void {
    const kind = numbers[at]!;
    inbox.at += LENGTHS[kind]!;
    if (kind === RESPONSE) {
      this.#response.numbers = numbers;
      this.#response.at = at + 7;
      this.#findings.complete(this.#response, numbers[at + 4]!, numbers[at + 5]!, numbers[at + 6]!);
      return;
    }
    this.#numberUpTo(numbers[at + 1]!);
    if (kind === UNEVENTFUL) {
      this.#findings.uneventful?.(numbers[at + 5]!, idOf(inbox, numbers[at + 4]!));
    } else if (kind === FACTS) {
      this.#readCounts(numbers, at + 5);
      const facts = inbox.batches[0]!.facts[inbox.factsAt++]! as {
        -readonly [K in keyof ConnectionFacts]: ConnectionFacts[K];
      };
      facts.id = idOf(inbox, facts.id);
      this.#findings.connection(facts);
    } else {
      this.#note(inbox.batches[0]!.notes[inbox.notesAt++]!);
    }
  }

  #readCounts(numbers: Float64Array, at: number): void {
    this.counts = {
      frames: numbers[at]!,
      tcpSegments: numbers[at + 1]!,
      otherFrames: numbers[at + 2]!,
      malformedFrames: numbers[at + 3]!,
      unsupportedFrames: numbers[at + 4]!,
      firstNs: numbers[at + 5]!,
      lastNs: numbers[at + 6]!,
      drops: numbers[at + 7]!,
    };
  }

  /** Connections are numbered in the order of their first frames. */
  #numberUpTo(frame: number): void {
    for (;;) {
      let first = this.#inboxes[0]!;
      for (const inbox of this.#inboxes) if (inbox.nextOpened < first.nextOpened) first = inbox;
      if (first.nextOpened > frame || first.opened.length === 0) return;
      first.number(this.#connections++);
    }
  }

  #dropEmpty(job: number): void {
    const inbox = this.#inboxes[job]!;
    while (inbox.batches.length > 0 && inbox.next === null) {
      inbox.batches.shift();
      inbox.at = 0;
      inbox.factsAt = 0;
      inbox.notesAt = 0;
      this.#doneWith(job);
    }
  }
}

/** The number of a connection that ends. */
function idOf(inbox: Inbox, there: number): number {
  const id = inbox.ids.get(there)!;
  inbox.ids.delete(there);
  return id;
}

function isBefore(a: Float64Array, at: number, b: Float64Array, bt: number): boolean {
  if (a[at + 1] !== b[bt + 1]) return a[at + 1]! < b[bt + 1]!;
  if (a[at + 2] !== b[bt + 2]) return a[at + 2]! < b[bt + 2]!;
  return a[at + 3]! < b[bt + 3]!;
}

function isAfter(a: Float64Array, at: number, [frame, step, place]: Batch['until']): boolean {
  if (a[at + 1] !== frame) return a[at + 1]! > frame;
  if (a[at + 2] !== step) return a[at + 2]! > step;
  return a[at + 3]! > place;
}

/** A response as it lies in the numbers. */
class ReadResponse implements CompletedResponse {
  numbers: Float64Array = new Float64Array(0);
  at = 0;

  get index(): number {
    return this.numbers[this.at]!;
  }
  get requestFrame(): number {
    return this.numbers[this.at + 1]!;
  }
  get requestEndNs(): number {
    return this.numbers[this.at + 2]!;
  }
  get responseStartNs(): number {
    return this.numbers[this.at + 3]!;
  }
  get responseEndNs(): number {
    return this.numbers[this.at + 4]!;
  }
  get status(): number {
    return this.numbers[this.at + 5]!;
  }
  get bodyBytes(): number {
    return this.numbers[this.at + 6]!;
  }
  get bodyNotCaptured(): number {
    return this.numbers[this.at + 7]!;
  }
  pathHash(): number {
    return this.numbers[this.at + 8]!;
  }
}
