import type { ConnectionRow } from './connection-row.ts';
import { ROW_FREE } from './row-bits.ts';

/** More than the rows there can be (limits.ts); with a frame number of 31 bits it makes a whole number that a float holds. */
const ROW_RANGE = 2 ** 22;

/** Those of the rows `0 … rows − 1` that hold a connection, in the order in which these began. `row` is moved over them. */
export function rowsByAge(row: ConnectionRow, rows: number): Int32Array {
  const keys = new Float64Array(rows);
  let count = 0;
  for (let index = 0; index < rows; index++) {
    row.move(index);
    if (row.segments + row.copies === 0 || row.has(ROW_FREE)) continue;
    keys[count++] = row.firstFrame * ROW_RANGE + index;
  }
  // Numbers in one array are sorted many times faster than objects with two of them.
  const sorted = keys.subarray(0, count).sort();
  const order = new Int32Array(count);
  for (let k = 0; k < count; k++) order[k] = sorted[k]! % ROW_RANGE;
  return order;
}
