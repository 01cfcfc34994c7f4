import type { JudgedConnection } from '../../src/model/verdict.ts';
import { app, close, exchange, half, judged } from '../support/judged.ts';
import { completed, SECOND } from './traffic.ts';

/** How connections of a simulated capture end badly: for no reason, by users who leave, or by a limit of 4 s. */
export type Ends = 'random' | 'departures' | 'client-timeout';

/** A small generator (Mulberry32) with what is needed of it. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 0x9e3779b1;
  }

  uniform(low = 0, high = 1): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (high - low);
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.uniform()) * mean;
  }

  /** Median and factor of one standard deviation. */
  logNormal(median: number, factor: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
    return median * factor ** normal;
  }

  whole(below: number): number {
    return Math.floor(this.uniform(0, below));
  }
}

interface Life {
  readonly ip: string;
  readonly target: string;
  readonly startNs: number;
  readonly requestNs: number;
  readonly firstNs: number;
  readonly lastNs: number;
  readonly bodyBytes: number;
}

/** Half an hour of pages, mostly slow ones; some are not completed. */
export function simulatedTraffic(seed: number, ends: Ends, lengthNs: number) {
  const dice = new Dice(seed);
  const count = 600 + dice.whole(1500);
  const share = dice.uniform(0.03, 0.15);
  const patience = dice.uniform(15, 60);
  const responses: ReturnType<typeof completed>[] = [];
  const endings: JudgedConnection[] = [];
  for (let id = 0; id < count; id++) {
    const life = lifeOf(dice, lengthNs);
    const cutNs = cutOf(dice, life, ends, share, patience);
    if (cutNs === null) responses.push(completedOf(life));
    else endings.push(endingOf(dice, id, life, cutNs, ends));
  }
  return { responses, endings, patience };
}

function lifeOf(dice: Dice, lengthNs: number): Life {
  const requestNs = dice.uniform(0, lengthNs);
  const firstNs = requestNs + dice.logNormal(0.08, 2.5) * SECOND;
  return {
    ip: `198.18.${dice.whole(12)}.${1 + dice.whole(200)}`,
    target: ['/', '/search?q=x', `/item/${dice.whole(500)}`, '/report', '/cart'][dice.whole(5)]!,
    startNs: requestNs - dice.exponential(3) * SECOND,
    requestNs,
    firstNs,
    lastNs: firstNs + dice.logNormal(2, 2) * SECOND,
    bodyBytes: Math.round(dice.logNormal(30_000, 3)),
  };
}

function cutOf(dice: Dice, life: Life, ends: Ends, share: number, patience: number): number | null {
  const { firstNs, lastNs, requestNs } = life;
  if (ends === 'random') return dice.uniform() < share ? dice.uniform(firstNs, lastNs) : null;
  const limitNs =
    ends === 'departures'
      ? firstNs + dice.exponential(patience) * SECOND
      : requestNs + (4 + dice.uniform(0, 0.02)) * SECOND;
  return limitNs < lastNs && limitNs > firstNs ? limitNs : null;
}

function completedOf({ ip, target, requestNs, firstNs, lastNs, bodyBytes }: Life) {
  return completed({ ip, target, requestEndNs: requestNs, startNs: firstNs, endNs: lastNs, bodyBytes });
}

function endingOf(dice: Dice, id: number, life: Life, timeNs: number, ends: Ends): JudgedConnection {
  const by = ends === 'random' && dice.uniform() < 0.6 ? 'server' : 'client';
  // A page that is written now and then, in writes of much the same size: offsets meet often.
  const progress = (timeNs - life.firstNs) / (life.lastNs - life.firstNs);
  const writes = Math.max(1, Math.round(progress * 20));
  const killer = close({
    frame: 41,
    from: by,
    timeNs,
    sinceDataNs: dice.uniform(0, (life.lastNs - life.firstNs) / 20),
    app: app({
      exchange: exchange({
        target: life.target,
        bodyBytes: writes * 1007,
        requestStartNs: life.requestNs,
        requestEndNs: life.requestNs,
        responseStartNs: life.firstNs,
        bodyLength: null,
        index: 1,
      }),
    }),
  });
  return judged(
    {
      id,
      closes: [killer],
      startNs: life.startNs,
      client: half({ ip: life.ip }),
      server: half({ port: 80 }),
    },
    {
      group: by === 'client' ? 'client-abort' : 'server',
      closedBy: by,
      killerFrame: 41,
      position: 'in-response-body',
    },
  );
}
