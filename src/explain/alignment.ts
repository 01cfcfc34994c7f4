/** A line that finds no partner among those alike, in nats: worse than any fair match. */
export const LINE_ALONE = 12;
/** Exchanges that were not logged, or whose lines are not in this file, are common. */
const EXCHANGE_ALONE = 1;

export interface Alignment {
  /** For each line the place of its exchange, or −1. */
  readonly partners: Int32Array;
  /** Nats in all. */
  readonly cost: number;
}

/**
 * Pairs lines with exchanges that are alike, both in the order of time: programs write lines in the order in which
 * exchanges end. Time and memory go with `lines · exchanges`.
 * `cost(line, exchange)`: how ill they fit, infinite where they cannot.
 */
export function align(
  lines: number,
  exchanges: number,
  cost: (line: number, exchange: number) => number,
): Alignment {
  const width = exchanges + 1;
  const best = new Float64Array((lines + 1) * width);
  const step = new Uint8Array((lines + 1) * width);
  for (let exchange = 1; exchange <= exchanges; exchange++) {
    best[exchange] = exchange * EXCHANGE_ALONE;
    step[exchange] = LEAVE_EXCHANGE;
  }
  for (let line = 1; line <= lines; line++) {
    best[line * width] = line * LINE_ALONE;
    step[line * width] = LEAVE_LINE;
    for (let exchange = 1; exchange <= exchanges; exchange++) {
      const at = line * width + exchange;
      const paired = best[at - width - 1]! + cost(line - 1, exchange - 1);
      const withoutLine = best[at - width]! + LINE_ALONE;
      const withoutExchange = best[at - 1]! + EXCHANGE_ALONE;
      const least = Math.min(paired, withoutLine, withoutExchange);
      best[at] = least;
      step[at] = least === paired ? PAIR : least === withoutExchange ? LEAVE_EXCHANGE : LEAVE_LINE;
    }
  }
  return { partners: trace(lines, exchanges, step, width), cost: best[lines * width + exchanges]! };
}

const PAIR = 0;
const LEAVE_LINE = 1;
const LEAVE_EXCHANGE = 2;

function trace(lines: number, exchanges: number, step: Uint8Array, width: number): Int32Array {
  const partner = new Int32Array(lines).fill(-1);
  let line = lines;
  let exchange = exchanges;
  while (line > 0 || exchange > 0) {
    const move = step[line * width + exchange]!;
    if (move === PAIR && line > 0 && exchange > 0) {
      line--;
      exchange--;
      partner[line] = exchange;
    } else if (move === LEAVE_LINE && line > 0) line--;
    else exchange--;
  }
  return partner;
}
