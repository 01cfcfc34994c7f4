import type { AddressBook } from '../bytes/address-book.ts';
import type { Frame } from '../model/frame.ts';
import { CHECKSUM_UNKNOWN, Segment } from '../model/segment.ts';
import { END_TOO_DEEP, type Layer } from './layer.ts';
import { foldMac } from './link/source-mac.ts';
import { FragmentStore } from './network/fragment-store.ts';

/** Tunnels inside one another that are followed. Real networks stay below four; a longer nest is an attack. */
export const MAX_TUNNELS = 8;

/** Mixes tunnel ids: the odd number nearest to 2^32 divided by the golden ratio. */
const ID_MULTIPLIER = 0x9e3779b1;

/**
 * Where the decoder stands in the packet that it is taking apart, and what the headers so far have said. One object
 * for all frames. Invariant: `offset ≤ end`, and the octets `offset … end` exist; readers check `has()` once and
 * then read freely.
 */
export class PacketCursor {
  readonly segment = new Segment();
  readonly addresses: AddressBook;
  readonly fragments = new FragmentStore();

  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** First octet that no header has claimed yet. */
  offset = 0;
  /** End of the captured octets of the current packet. */
  end = 0;
  /** End of the current packet on the wire, by the innermost length field; beyond `end` when the snaplen cut it. */
  wireEnd = 0;

  /** Where the addresses of the innermost IP header lie in `view`. */
  srcOffset = 0;
  dstOffset = 0;
  /** A first fragment whose rest is not there: lengths and checksums of what it holds are unknown. */
  isFragment = false;
  /** The packet is one that an ICMP error quotes, and so may stop anywhere. */
  isQuoted = false;
  /** TTL or hop limit of the packet that carried the ICMP error. */
  errorTtl = 0;
  /** A tunnel was recognised by its UDP port alone, so that nonsense inside it only says that it was none. */
  isGuess = false;
  /** Radiotap: the 802.11 header is padded to a multiple of four octets. */
  isHeaderPadded = false;

  constructor(addresses: AddressBook) {
    this.addresses = addresses;
  }

  /** Starts on a new frame. */
  begin(frame: Frame): void {
    this.bytes = frame.bytes;
    this.view = frame.view;
    this.offset = frame.start;
    this.end = frame.end;
    const wireEnd = frame.start + frame.originalLen;
    this.wireEnd = wireEnd < frame.end ? frame.end : wireEnd;
    this.isFragment = false;
    this.isQuoted = false;
    this.isGuess = false;
    this.isHeaderPadded = false;
    const segment = this.segment;
    segment.frameNumber = frame.frameNumber;
    segment.timeNs = frame.timeNs;
    segment.interfaceIndex = frame.interfaceIndex;
    segment.direction = frame.direction;
    segment.sourceMac = 0;
    segment.vlan = 0;
    segment.tunnelDepth = 0;
    segment.tunnelId = 0;
    segment.icmpType = -1;
    segment.icmpCode = -1;
    segment.icmpSrc = 0;
    segment.checksum = CHECKSUM_UNKNOWN;
  }

  /** Whether `length` more octets were captured. The one length check of a reader. */
  has(length: number): boolean {
    return this.end - this.offset >= length;
  }

  /** Ends the current packet `length` octets from here, as its own length field says. */
  limitTo(length: number): void {
    this.wireEnd = this.offset + length;
    if (this.wireEnd < this.end) this.end = this.wireEnd;
  }

  /** Goes on in another buffer, which holds a packet put together from fragments. */
  continueIn(bytes: Uint8Array, offset: number, end: number): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.offset = offset;
    this.end = end;
    this.wireEnd = end;
  }

  /** Notes the six octets of a source MAC address at `offset`, which the caller has checked. */
  noteSourceMac(offset: number): void {
    this.segment.sourceMac = foldMac(this.view, offset);
  }

  /** Notes which way the frame went at the capturing host, unless the capture file has said so itself. */
  noteDirection(direction: number): void {
    if (this.segment.direction === 0) this.segment.direction = direction;
  }

  /** Notes a tunnel header with its id (0 when it has none) and passes on what it holds. */
  enterTunnel(id: number, inner: Layer): Layer {
    const segment = this.segment;
    if (segment.tunnelDepth >= MAX_TUNNELS) return END_TOO_DEEP;
    segment.tunnelDepth++;
    segment.tunnelId = (Math.imul(segment.tunnelId, ID_MULTIPLIER) + id) | 0;
    this.isFragment = false;
    return inner;
  }
}
