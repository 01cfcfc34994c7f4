/** TCP flag bits of {@link Segment.flags} (RFC 9293 §3.1; NS/AE is bit 8). */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;
export const URG = 0x20;
export const ECE = 0x40;
export const CWR = 0x80;

/** Bits of {@link Segment.options}: which TCP options the header carries. */
export const OPT_TIMESTAMP = 0x01;
export const OPT_MSS = 0x02;
export const OPT_WINDOW_SCALE = 0x04;
export const OPT_SACK_PERMITTED = 0x08;
export const OPT_SACK = 0x10;
/** MD5 signature (kind 19) or TCP-AO (29): the receiver may drop the segment for it (RFC 2385, RFC 5925). */
export const OPT_SIGNATURE = 0x20;
export const OPT_MPTCP = 0x40;
export const OPT_FAST_OPEN = 0x80;
/** Multipath TCP: the last octets of its connection were sent (DATA_FIN), or it is aborted (MP_FASTCLOSE): RFC 8684 §3.3.3, §3.5. */
export const OPT_DATA_FIN = 0x200;
export const OPT_FAST_CLOSE = 0x400;
/** MP_JOIN: one more subflow of a connection (RFC 8684 §3.2). */
export const OPT_JOIN = 0x800;
/** A DSS option with a mapping, and with a DATA_ACK (RFC 8684 §3.3): dataSeq and mapSeq, or dataAck, hold. */
export const OPT_DATA_MAP = 0x1000;
export const OPT_DATA_ACK = 0x2000;
/** The option list ran past the header or held a length below 2. */
export const OPT_MALFORMED = 0x100;

export const CHECKSUM_UNKNOWN = 0;
export const CHECKSUM_GOOD = 1;
export const CHECKSUM_BAD = 2;
export type ChecksumState = typeof CHECKSUM_UNKNOWN | typeof CHECKSUM_GOOD | typeof CHECKSUM_BAD;

/**
 * One TCP segment, decoded. **Borrowed**: the decoder owns a single Segment and overwrites it for the next
 * frame. All fields are numbers, so that filling it allocates nothing.
 *
 * Addresses are 32-bit integers: an IPv4 address itself, or the index of an IPv6 address in the
 * {@link AddressBook}; `ipVersion` tells which. Sequence numbers are signed 32-bit (see bytes/seq.ts).
 */
export class Segment {
  frameNumber = 0;
  timeNs = Number.NaN;
  interfaceIndex = 0;
  /** 0 unknown, 1 inbound, 2 outbound at the capturing host (SLL packet type, pcapng flags). */
  direction = 0;

  ipVersion = 4;
  src = 0;
  dst = 0;
  srcPort = 0;
  dstPort = 0;
  /** TTL or hop limit of the innermost IP header. */
  ttl = 0;
  /** IPv4 identification; −1 for IPv6 (which has none outside fragments). */
  ipId = 0;
  /** 1 when IPv4 DF is set; IPv6 counts as 1. */
  dontFragment = 0;
  /** ToS / traffic class octet. */
  tos = 0;
  /** IPv6 flow label; −1 for IPv4. */
  flowLabel = -1;
  /** Fold of the source MAC to 32 bits, or 0 when the link layer has none. Equality is all it is for. */
  sourceMac = 0;
  /** Outermost VLAN id + 1, or 0 for untagged. */
  vlan = 0;
  /** Number of tunnel headers (IP-in-IP, GRE, VXLAN, Geneve, Teredo, MPLS…) around the packet. */
  tunnelDepth = 0;
  /** Hash of the tunnel ids (VNI, GRE key) around the packet; 0 without a tunnel. */
  tunnelId = 0;

  seq = 0;
  ack = 0;
  /** The flag bits above. */
  flags = 0;
  /** As in the header, not scaled; −1 when the snaplen cut it off. */
  window = 0;
  /** The OPT_ bits above. */
  options = 0;
  tsVal = 0;
  tsEcr = 0;
  mss = 0;
  windowScale = 0;
  sackCount = 0;
  /** Multipath TCP: data sequence number (low 32 bits) of the octet at `mapSeq` of the subflow, counted from its SYN. */
  dataSeq = 0;
  mapSeq = 0;
  dataAck = 0;
  /** Up to four SACK blocks: left edge, right edge, left edge, … */
  readonly sack = new Int32Array(8);

  /** TCP payload on the wire, in octets (from the IP header, so a snaplen cut does not change it). */
  payloadLen = 0;
  /** The captured part of the payload is `bytes[payloadStart … payloadEnd)`. */
  bytes: Uint8Array = new Uint8Array(0);
  payloadStart = 0;
  payloadEnd = 0;

  /**
   * TCP checksum. Only worked out for segments with SYN, FIN or RST (touching every octet of every payload would
   * cost more than all the rest); CHECKSUM_UNKNOWN otherwise, and when the segment is cut.
   */
  checksum: ChecksumState = CHECKSUM_UNKNOWN;

  /** For a TCP header quoted in an ICMP error: type and code, and who sent the error; else −1. */
  icmpType = -1;
  icmpCode = -1;
  icmpSrc = 0;

  /** A float from the first: V8 throws compiled code away when a field that held an integer turns out to hold floats. */
  constructor() {
    this.timeNs = 0;
  }
}

/** What a decoder made of a frame. */
export const DECODED_TCP = 0;
/** An ICMP or ICMPv6 error that quotes a TCP header; the Segment describes the quoted one (seq and ports at least). */
export const DECODED_ICMP_ERROR = 1;
/** Decoded, but nothing for us: ARP, UDP, an IP fragment that is kept for later… */
export const DECODED_OTHER = 2;
/** A header that does not fit; see DecodeCounts. */
export const DECODED_MALFORMED = 3;
/** A link type that we cannot read. */
export const DECODED_UNSUPPORTED = 4;
export type DecodeResult =
  | typeof DECODED_TCP
  | typeof DECODED_ICMP_ERROR
  | typeof DECODED_OTHER
  | typeof DECODED_MALFORMED
  | typeof DECODED_UNSUPPORTED;
