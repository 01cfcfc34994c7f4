/**
 * A connection of which one SYN was seen, without payload or rare options, and nothing else. In a flood there are millions of
 * them, so it is told in a few numbers first: all other facts can be had, and are hardly ever needed. Borrowed.
 */
export interface LoneSyn {
  /** As in ConnectionFacts. */
  readonly id: number;
  readonly isIpv6: boolean;
  /** Address as a number: of IPv6 one that only stands for it, and for another one later. */
  readonly serverAddress: number;
  readonly serverPort: number;
  /** When the SYN came; Segment.direction says where it went. */
  readonly timeNs: number;
  readonly direction: number;
  /** As in EndFacts. */
  readonly silenceNs: number;
  clientIp(): string;
  serverIp(): string;
}
