import type { PacketCursor } from '../packet-cursor.ts';

/** Datagrams being put together at once. The kernel has no such limit, but 1,024 outlive any real reordering. */
export const MAX_DATAGRAMS = 1024;
/** Octets in all buffers together: what Linux allows (net.ipv4.ipfrag_high_thresh). */
const MAX_OCTETS = 4 * 1024 * 1024;
/** A datagram that is not whole by then is given up: 30 s, as Linux does (net.ipv4.ipfrag_time). */
export const MAX_AGE_NS = 30e9;
/** Pieces of one datagram. 65,535 octets in the smallest MTU that IPv4 knows (68 octets) are 1,366 pieces. */
const MAX_PIECES = 1400;
/** The largest IP payload (RFC 791: 16-bit total length). */
const MAX_PAYLOAD_LEN = 65_535;
/** Room that a datagram starts with: one that was cut in two at an Ethernet MTU. */
const FIRST_CAPACITY = 3072;
/** A buffer begins with the two addresses, one in each slot, since the frame that held them is gone by then. */
export const FRAGMENT_PREFIX_SLOT = 16;
export const FRAGMENT_PREFIX_LEN = 2 * FRAGMENT_PREFIX_SLOT;
const FRAGMENT_UNIT_MASK = 7;

/** What became of fragments. All counts are of fragments except `reassembled` and `dropped` (datagrams). */
export class FragmentCounts {
  fragments = 0;
  /** Fragments that the snaplen cut, or that an ICMP error quotes. */
  cut = 0;
  /** Exact repetitions, as a capture on several interfaces has them. */
  repeated = 0;
  /** Fragments that contradict their datagram: overlapping, beyond its end, of a length that is no multiple of 8. */
  contradicting = 0;
  reassembled = 0;
  /** Datagrams given up: too old, or pushed out by a limit. */
  dropped = 0;
}

/** One datagram of which pieces are missing. */
class Datagram {
  readonly key: string;
  readonly startNs: number;
  buffer = new Uint8Array(FRAGMENT_PREFIX_LEN + FIRST_CAPACITY);
  /** Starts and ends of the pieces, sorted by start: start, end, start, end, … */
  readonly pieces: number[] = [];
  receivedLen = 0;
  /** Payload octets of the whole datagram; −1 until the last fragment is there. */
  totalLen = -1;
  /** Pieces contradicted one another: nothing can be believed, and later pieces must not start it anew. */
  isSpoilt = false;

  constructor(key: string, startNs: number) {
    this.key = key;
    this.startNs = startNs;
  }
}

/**
 * Puts IPv4 and IPv6 datagrams together (RFC 791 §3.2, RFC 8200 §4.5), within the limits above. Pieces that overlap
 * spoil their datagram (RFC 5722 asks for it in IPv6; Linux does it for both).
 */
export class FragmentStore {
  readonly counts = new FragmentCounts();
  /** In order of the first fragment, so that the oldest comes first. */
  readonly #datagrams = new Map<string, Datagram>();
  #octets = 0;

  /**
   * Adds the captured payload at the packet's cursor. Returns the whole datagram (addresses first, see
   * {@link FRAGMENT_PREFIX_LEN}) when this piece completes it, else null.
   */
  add(
    packet: PacketCursor,
    protocol: number,
    id: number,
    offset: number,
    hasMore: boolean,
  ): Uint8Array | null {
    this.counts.fragments++;
    this.#forgetOld(packet.segment.timeNs);
    const datagram = this.#find(packet, protocol, id);
    if (datagram.isSpoilt) return null;
    const end = offset + packet.end - packet.offset;
    const place = findPlace(datagram, offset, end, hasMore);
    if (place === PLACE_REPEATED) {
      this.counts.repeated++;
      return null;
    }
    if (place === PLACE_CONTRADICTING) {
      this.#spoil(datagram);
      return null;
    }
    if (!hasMore) datagram.totalLen = end;
    datagram.pieces.splice(place, 0, offset, end);
    datagram.receivedLen += end - offset;
    this.#reserve(datagram, end);
    datagram.buffer.set(packet.bytes.subarray(packet.offset, packet.end), FRAGMENT_PREFIX_LEN + offset);
    if (datagram.receivedLen !== datagram.totalLen) return null;
    return this.#complete(datagram);
  }

  #complete(datagram: Datagram): Uint8Array {
    this.counts.reassembled++;
    this.#remove(datagram);
    return datagram.buffer.subarray(0, FRAGMENT_PREFIX_LEN + datagram.totalLen);
  }

  #find(packet: PacketCursor, protocol: number, id: number): Datagram {
    const { view, segment, srcOffset, dstOffset } = packet;
    const addressLen = segment.ipVersion === 4 ? 4 : 16;
    let key = `${protocol},${id}`;
    for (let word = 0; word < addressLen; word += 4) {
      key += `,${view.getInt32(srcOffset + word)},${view.getInt32(dstOffset + word)}`;
    }
    const known = this.#datagrams.get(key);
    if (known !== undefined) return known;
    const datagram = new Datagram(key, segment.timeNs);
    datagram.buffer.set(packet.bytes.subarray(srcOffset, srcOffset + addressLen), 0);
    datagram.buffer.set(packet.bytes.subarray(dstOffset, dstOffset + addressLen), FRAGMENT_PREFIX_SLOT);
    this.#datagrams.set(key, datagram);
    this.#octets += datagram.buffer.length;
    this.#dropBeyondLimits(datagram);
    return datagram;
  }

  /** Makes room for payload octets up to `end`. */
  #reserve(datagram: Datagram, end: number): void {
    const needed = FRAGMENT_PREFIX_LEN + end;
    const old = datagram.buffer;
    if (needed <= old.length) return;
    const larger = new Uint8Array(
      Math.min(FRAGMENT_PREFIX_LEN + MAX_PAYLOAD_LEN, Math.max(needed, 2 * old.length)),
    );
    larger.set(old);
    datagram.buffer = larger;
    this.#octets += larger.length - old.length;
    this.#dropBeyondLimits(datagram);
  }

  #spoil(datagram: Datagram): void {
    this.counts.contradicting++;
    datagram.isSpoilt = true;
    datagram.pieces.length = 0;
    this.#octets -= datagram.buffer.length;
    datagram.buffer = new Uint8Array(0);
  }

  #forgetOld(nowNs: number): void {
    for (const datagram of this.#datagrams.values()) {
      // A clock that runs backwards makes nothing old.
      if (nowNs - datagram.startNs <= MAX_AGE_NS) return;
      this.#drop(datagram);
    }
  }

  #dropBeyondLimits(keep: Datagram): void {
    for (const datagram of this.#datagrams.values()) {
      if (this.#datagrams.size <= MAX_DATAGRAMS && this.#octets <= MAX_OCTETS) return;
      if (datagram !== keep) this.#drop(datagram);
    }
  }

  #drop(datagram: Datagram): void {
    this.counts.dropped++;
    this.#remove(datagram);
  }

  #remove(datagram: Datagram): void {
    this.#datagrams.delete(datagram.key);
    this.#octets -= datagram.buffer.length;
  }
}

const PLACE_REPEATED = -1;
const PLACE_CONTRADICTING = -2;

/** Index in `pieces` where the piece `start … end` belongs, or why it does not. */
function findPlace(datagram: Datagram, start: number, end: number, hasMore: boolean): number {
  const { pieces, totalLen } = datagram;
  // From the end, because fragments mostly come in order.
  let place = pieces.length;
  while (place > 0 && pieces[place - 2]! >= start) place -= 2;
  if (pieces[place] === start && pieces[place + 1] === end) return PLACE_REPEATED;
  if (end === start || end > MAX_PAYLOAD_LEN) return PLACE_CONTRADICTING;
  if (hasMore && (end & FRAGMENT_UNIT_MASK) !== 0) return PLACE_CONTRADICTING;
  if (pieces.length >= 2 * MAX_PIECES) return PLACE_CONTRADICTING;
  if (totalLen >= 0 && (end > totalLen || !hasMore)) return PLACE_CONTRADICTING;
  if (!hasMore && pieces.length > 0 && pieces[pieces.length - 1]! > end) return PLACE_CONTRADICTING;
  if (place > 0 && pieces[place - 1]! > start) return PLACE_CONTRADICTING;
  if (place < pieces.length && pieces[place]! < end) return PLACE_CONTRADICTING;
  return place;
}
