import type { ConnectionFacts } from '../../model/facts.ts';
import type { FindingSink, FrameCounts, Moment } from '../../model/findings.ts';
import type { CompletedResponse } from '../../model/responses.ts';
import {
  AFTER_FRAME,
  type Batch,
  FACTS,
  LENGTHS,
  NOTE,
  type Note,
  RESPONSE,
  UNEVENTFUL,
} from './messages.ts';

/** A batch holds the findings of some hundred connections: more would only wait, fewer cost more messages. */
const MAX_NUMBERS = 16_384;
const MAX_FACTS = 64;
/** Connections may begin without anything being found. */
const MAX_OPENED = 4_096;

/** Where the findings come from. */
interface Source {
  readonly moment: Moment;
  readonly counts: FrameCounts;
}

/** Packs what is found into batches, for another thread. */
export class FindingPacker implements FindingSink {
  readonly #send: (batch: Batch, transfer: ArrayBuffer[]) => void;
  readonly #numbers = new Float64Array(MAX_NUMBERS);
  readonly #opened = new Int32Array(MAX_OPENED);
  #facts: ConnectionFacts[] = [];
  #notes: Note[] = [];
  #used = 0;
  #openedCount = 0;
  /** Set before the first finding. */
  source: Source | null = null;
  readonly uneventful?: (requests: number, id: number) => void;

  constructor(wantsEvery: boolean, send: (batch: Batch, transfer: ArrayBuffer[]) => void) {
    this.#send = send;
    if (wantsEvery) return;
    this.uneventful = (requests, id) => {
      const at = this.#begin(UNEVENTFUL);
      this.#numbers[at] = id;
      this.#numbers[at + 1] = requests;
    };
  }

  opened(firstFrame: number): void {
    if (this.#openedCount === MAX_OPENED) this.#flushNow();
    this.#opened[this.#openedCount++] = firstFrame;
  }

  complete(response: CompletedResponse, startNs: number, idleNs: number, networkHash: number): void {
    const at = this.#begin(RESPONSE);
    const numbers = this.#numbers;
    numbers[at] = startNs;
    numbers[at + 1] = idleNs;
    numbers[at + 2] = networkHash;
    numbers[at + 3] = response.index;
    numbers[at + 4] = response.requestFrame;
    numbers[at + 5] = response.requestEndNs;
    numbers[at + 6] = response.responseStartNs;
    numbers[at + 7] = response.responseEndNs;
    numbers[at + 8] = response.status;
    numbers[at + 9] = response.bodyBytes;
    numbers[at + 10] = response.bodyNotCaptured;
    numbers[at + 11] = response.pathHash();
  }

  connection(facts: ConnectionFacts): void {
    if (this.#facts.length === MAX_FACTS) this.#flushNow();
    const at = this.#begin(FACTS);
    const numbers = this.#numbers;
    const { counts } = this.source!;
    numbers[at] = facts.id;
    numbers[at + 1] = counts.frames;
    numbers[at + 2] = counts.tcpSegments;
    numbers[at + 3] = counts.otherFrames;
    numbers[at + 4] = counts.malformedFrames;
    numbers[at + 5] = counts.unsupportedFrames;
    numbers[at + 6] = counts.firstNs;
    numbers[at + 7] = counts.lastNs;
    numbers[at + 8] = counts.drops;
    this.#facts.push(facts);
  }

  /** `frame`: the last one read when this was seen. */
  note(frame: number, note: Note): void {
    this.#put(NOTE, frame, AFTER_FRAME, 0);
    this.#notes.push(note);
  }

  /** Every finding up to the end of `frame` has been told. */
  flush(frame: number): void {
    this.#flush([frame, AFTER_FRAME, 1]);
  }

  /** In the middle of a frame: what comes later is no earlier than this moment. */
  #flushNow(): void {
    const { frame, step, place } = this.source!.moment;
    this.#flush([frame, step, place]);
  }

  #flush(until: Batch['until']): void {
    const numbers = this.#numbers.slice(0, this.#used);
    const opened = this.#opened.slice(0, this.#openedCount);
    const batch: Batch = { kind: 'batch', numbers, opened, facts: this.#facts, notes: this.#notes, until };
    this.#facts = [];
    this.#notes = [];
    this.#used = 0;
    this.#openedCount = 0;
    this.#send(batch, [numbers.buffer, opened.buffer]);
  }

  /** Returns where the numbers of the kind's own go. */
  #begin(kind: number): number {
    const { frame, step, place } = this.source!.moment;
    return this.#put(kind, frame, step, place);
  }

  #put(kind: number, frame: number, step: number, place: number): number {
    const length = LENGTHS[kind]!;
    if (this.#used + length > MAX_NUMBERS) this.#flushNow();
    const at = this.#used;
    const numbers = this.#numbers;
    numbers[at] = kind;
    numbers[at + 1] = frame;
    numbers[at + 2] = step;
    numbers[at + 3] = place;
    this.#used = at + length;
    return at + 4;
  }
}
