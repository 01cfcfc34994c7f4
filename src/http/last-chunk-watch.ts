import { CR, LF } from '../bytes/ascii.ts';

const LAST_CHUNK = [0x30, CR, LF, CR, LF] as const;

/** Tells whether the octets taken so far end in `0 CRLF CRLF`, looking only at the last few of each piece. */
export class LastChunkWatch {
  #matched = 0;

  reset(): void {
    this.#matched = 0;
  }

  take(bytes: Uint8Array, start: number, end: number): boolean {
    const from = Math.max(start, end - LAST_CHUNK.length);
    let matched = from > start ? 0 : this.#matched;
    for (let at = from; at < end; at++) {
      if (matched < LAST_CHUNK.length && bytes[at] === LAST_CHUNK[matched]) matched++;
      else matched = bytes[at] === LAST_CHUNK[0] ? 1 : 0;
    }
    this.#matched = matched;
    return matched === LAST_CHUNK.length;
  }
}
