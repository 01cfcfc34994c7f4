import type { EndFacts } from '../model/facts.ts';
import type { ConnectionRow } from './connection-row.ts';
import { IdleWheel } from './idle-wheel.ts';
import { IDLE_HALF_OPEN_NS, IDLE_NS, LINGER_AFTER_FIN_NS } from './limits.ts';
import { LingerQueue } from './linger-queue.ts';
import { isHalfOpen, ROW_CLOSED, ROW_FREE } from './row-bits.ts';

/** Steps of a Moment (model/findings.ts). */
const AFTER_FIN = 0;
const AFTER_RST = 1;
const IDLE = 2;
const AT_FRAME = 3;
const AT_END = 4;

/**
 * Which connections leave because time has passed: closed ones after their linger time, and idle ones. When and in which
 * order they leave follows from the connections and the capture's clock alone.
 */
export class Timers {
  /** What is left now left at this moment. */
  readonly moment = { frame: 0, step: AT_FRAME, place: 0 };
  readonly #afterFin = new LingerQueue();
  readonly #afterRst = new LingerQueue();
  readonly #wheel = new IdleWheel();
  readonly #lingerAfterRstNs: number;
  /** The view that `#leave` uses too. */
  readonly #row: ConnectionRow;
  readonly #leave: (index: number, reason: EndFacts['reason']) => void;

  constructor(
    row: ConnectionRow,
    lingerAfterRstNs: number,
    leave: (index: number, reason: EndFacts['reason']) => void,
  ) {
    this.#row = row;
    this.#lingerAfterRstNs = lingerAfterRstNs;
    this.#leave = leave;
  }

  /** A connection begins in row `index`. */
  open(index: number): void {
    this.#wheel.enter(index);
  }

  /** The connection of `row` has been closed by the frame in hand. */
  close(row: ConnectionRow, isReset: boolean): void {
    (isReset ? this.#afterRst : this.#afterFin).push(row.index, row.sinceNs, this.moment.frame);
  }

  /** Lets time pass until `nowNs`, when frame `frame` came. */
  advance(nowNs: number, frame: number): void {
    const { moment } = this;
    moment.frame = frame;
    this.#expire(this.#afterFin, nowNs, LINGER_AFTER_FIN_NS, AFTER_FIN);
    this.#expire(this.#afterRst, nowNs, this.#lingerAfterRstNs, AFTER_RST);
    if (this.#wheel.isDue(nowNs)) this.#leaveIdle(nowNs);
    moment.step = AT_FRAME;
    moment.place = 0;
  }

  /** The capture is over: connections leave in the order of their first frames. */
  atEnd(firstFrame: number): void {
    this.moment.frame = Number.POSITIVE_INFINITY;
    this.moment.step = AT_END;
    this.moment.place = firstFrame;
  }

  #expire(queue: LingerQueue, nowNs: number, lingerNs: number, step: number): void {
    while (queue.length > 0 && nowNs - queue.firstNs > lingerNs) {
      const { firstNs, firstFrame } = queue;
      const index = queue.shift();
      this.moment.step = step;
      this.moment.place = firstFrame;
      const row = this.#row;
      row.move(index);
      // A row that was opened again has another closing time; one that was used anew began later than this frame.
      const isSame = row.has(ROW_CLOSED) && row.sinceNs === firstNs && row.firstFrame <= firstFrame;
      if (isSame && !row.has(ROW_FREE)) this.#leave(index, 'closed');
    }
  }

  /** A tick of the wheel has passed. */
  #leaveIdle(nowNs: number): void {
    const wheel = this.#wheel;
    wheel.turn(nowNs);
    const idle: { firstFrame: number; index: number }[] = [];
    const row = this.#row;
    for (const index of wheel.due) {
      row.move(index);
      if (row.has(ROW_FREE)) continue;
      // A closed one has its own time, but may yet be opened again.
      const limitNs = isHalfOpen(row) ? IDLE_HALF_OPEN_NS : IDLE_NS;
      const sinceNs = row.has(ROW_CLOSED) ? nowNs : Math.max(row.sinceNs, row.lastNs);
      if (wheel.isIdle(sinceNs, limitNs)) idle.push({ firstFrame: row.firstFrame, index });
      else wheel.enterAgain(index, sinceNs, limitNs);
    }
    wheel.due.length = 0;
    idle.sort((a, b) => a.firstFrame - b.firstFrame);
    this.moment.step = IDLE;
    for (const { index, firstFrame } of idle) {
      this.moment.place = firstFrame;
      this.#leave(index, 'idle');
    }
  }
}
