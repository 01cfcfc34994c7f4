import type { AddressBook } from '../bytes/address-book.ts';
import type { Frame } from '../model/frame.ts';
import {
  DECODED_ICMP_ERROR,
  DECODED_MALFORMED,
  DECODED_OTHER,
  DECODED_TCP,
  DECODED_UNSUPPORTED,
  type DecodeResult,
  type Segment,
} from '../model/segment.ts';
import { DecodeCounts } from './decode-counts.ts';
import { readHeader } from './header-reader.ts';
import {
  END_ICMP_ERROR,
  END_MALFORMED,
  END_TCP,
  END_TOO_DEEP,
  END_UNSUPPORTED,
  type Layer,
} from './layer.ts';
import { LINKTYPE_ETHERNET, layerOfLinkType } from './link/link-type.ts';
import { PacketCursor } from './packet-cursor.ts';
import { readPlainFrame } from './plain-frame.ts';

/** Headers of one frame that are followed. Eight tunnels of four headers each need half; more is an attack. */
const MAX_HEADERS = 64;

/**
 * Takes frames apart down to the innermost TCP header. Fills its one borrowed {@link Segment}; allocates nothing,
 * except to put IP fragments together. Any octets give a result: each header is checked for length once before it
 * is read, and chains of headers are bounded.
 *
 * IPv6 addresses go into the {@link AddressBook} only for frames that hold TCP.
 */
export class FrameDecoder {
  readonly counts: DecodeCounts;
  /** Filled by {@link decode} when it returns DECODED_TCP or DECODED_ICMP_ERROR; valid until the next frame. */
  readonly segment: Segment;
  readonly #packet: PacketCursor;

  constructor(addresses: AddressBook) {
    this.#packet = new PacketCursor(addresses);
    this.segment = this.#packet.segment;
    this.counts = new DecodeCounts(this.#packet.fragments.counts);
  }

  decode(frame: Frame): DecodeResult {
    this.counts.frames++;
    if (frame.linkType === LINKTYPE_ETHERNET && readPlainFrame(frame, this.segment)) {
      this.counts.tcp++;
      return DECODED_TCP;
    }
    return this.#decodeByLayers(frame);
  }

  #decodeByLayers(frame: Frame): DecodeResult {
    const packet = this.#packet;
    packet.begin(frame);
    let layer = layerOfLinkType(frame.linkType);
    let current = layer;
    for (let headers = 0; layer >= 0; headers++) {
      current = layer;
      layer = headers < MAX_HEADERS ? readHeader(layer, packet) : END_TOO_DEEP;
    }
    if (layer === END_TCP) {
      this.counts.tcp++;
      return DECODED_TCP;
    }
    return this.#endWithoutTcp(frame, layer, current);
  }

  #endWithoutTcp(frame: Frame, end: Layer, last: Layer): DecodeResult {
    const { counts } = this;
    if (end === END_ICMP_ERROR) {
      counts.icmpErrors++;
      this.segment.ttl = this.#packet.errorTtl;
      return DECODED_ICMP_ERROR;
    }
    if (end === END_UNSUPPORTED) {
      counts.countUnsupported(frame.linkType);
      return DECODED_UNSUPPORTED;
    }
    if (end === END_TOO_DEEP) counts.tooDeep++;
    if (end === END_MALFORMED && !this.#packet.isGuess) {
      counts.countMalformed(last);
      return DECODED_MALFORMED;
    }
    counts.other++;
    return DECODED_OTHER;
  }
}
