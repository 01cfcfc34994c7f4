import type { Segment } from '../model/segment.ts';
import { RECORD_INTS, type RecordArrays, readRecord, writeRecord } from './segment-record.ts';

const PAGE_BITS = 12;
const IN_PAGE = (1 << PAGE_BITS) - 1;
const NO_OCTETS = new Uint8Array(0);

/**
 * The SYNs of plain connections of which nothing else has come, by row. A log has blocks for conversations; a flood of SYNs,
 * hundreds of thousands of them at once, would take one for each.
 */
export class LoneSyns {
  readonly #pages: RecordArrays[] = [];

  /** Keeps the SYN of the connection in row `index`. False: it is not one that can be kept here. */
  keep(index: number, segment: Segment): boolean {
    if (segment.payloadEnd !== segment.payloadStart) return false;
    while (this.#pages.length <= index >>> PAGE_BITS) {
      const page = new ArrayBuffer((4 * RECORD_INTS) << PAGE_BITS);
      this.#pages.push({ ints: new Int32Array(page), floats: new Float64Array(page) });
    }
    writeRecord(this.#pages[index >>> PAGE_BITS]!, placeOf(index), segment, 0, 0);
    return true;
  }

  /** Makes `segment` the SYN that was kept for row `index`. */
  read(index: number, segment: Segment): void {
    readRecord(this.#pages[index >>> PAGE_BITS]!, placeOf(index), segment);
    segment.bytes = NO_OCTETS;
  }
}

function placeOf(index: number): number {
  return (index & IN_PAGE) * RECORD_INTS;
}
