import type { ConnectionFacts } from '../model/facts.ts';

/** Takes the facts of each connection as it leaves. */
export interface ConnectionSink {
  connection(facts: ConnectionFacts): void;
  /** Instead of the facts of a connection that ended with both FINs while nothing was in flight; see AnalysisSink. */
  uneventful?(requests: number): void;
}

/** What the stage needs from outside to put wire data into words, and to keep IPv6 addresses alive. */
export interface WireWords {
  escapeText(text: string): string;
  formatAddress(address: number, isIpv6: boolean): string;
  retainAddress(address: number): void;
  releaseAddress(address: number): void;
}
