/** Octets of a side that are kept before its protocol is known; a PROXY header with its longest address fits. */
export const MAX_OPENING_LEN = 256;

const NOTHING = new Uint8Array(0);

/** What a side sent before the protocol was known. */
export class Opening {
  /** Too few to tell yet. */
  octets: Uint8Array = NOTHING;
  isDecided = false;
  /** Frame and time of the first of them. */
  frameNumber = 0;
  timeNs = 0;
  /** What came first, whether it told anything or not, and how many octets have followed it. */
  readonly first = new FirstOctets();
}

/**
 * A side's first octets. They may be the answer to a request that was sent before and captured behind them: cards with several
 * queues hand frames over so, and a host that puts fragments together.
 */
class FirstOctets {
  octets: Uint8Array = NOTHING;
  streamOffset = 0;
  frameNumber = 0;
  timeNs = 0;
  followedBy = 0;

  note(
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    if (this.octets.length > 0) {
      this.followedBy += end - start + missing;
      return;
    }
    this.octets = bytes.slice(start, Math.min(end, start + MAX_OPENING_LEN));
    this.streamOffset = streamOffset;
    this.frameNumber = frameNumber;
    this.timeNs = timeNs;
    this.followedBy = end - start - this.octets.length + missing;
  }
}
