import type { ConnectionFacts } from '../model/facts.ts';
import type { LoneSyn } from '../model/lone-syn.ts';

/** Takes the facts of each connection as it leaves. */
export interface ConnectionSink {
  /** A connection begins. */
  opened?(firstFrame: number): void;
  connection(facts: ConnectionFacts): void;
  /** Instead of the facts of a connection that ended with both FINs while nothing was in flight; see AnalysisSink. */
  uneventful?(requests: number, id: number): void;
  /** Comes before the facts of a connection of which nothing but a SYN was seen. True: they are not needed. */
  loneSyn?(syn: LoneSyn): boolean;
}

/** How the stage deals with time. */
export interface TcpTiming {
  /** How much further apart than they were the capture may show two frames. */
  readonly clockErrorNs: number;
  /** Time after a RST in which the side that it claims to come from may show that it lives. */
  readonly lingerAfterRstNs: number;
}

/** What the stage needs from outside to put wire data into words, and to keep IPv6 addresses alive. */
export interface WireWords {
  escapeText(text: string): string;
  formatAddress(address: number, isIpv6: boolean): string;
  retainAddress(address: number): void;
  releaseAddress(address: number): void;
  /** 32 bits of an IPv6 address' octets. */
  foldAddress(address: number): number;
}
