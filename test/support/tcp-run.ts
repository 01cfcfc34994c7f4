import { escapeText } from '../../src/bytes/escape-text.ts';
import type { AppSnapshot } from '../../src/model/app.ts';
import type { ConnectionFacts } from '../../src/model/facts.ts';
import type { Segment } from '../../src/model/segment.ts';
import type { StreamSink } from '../../src/model/stream.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';

const BLANK_APP: AppSnapshot = {
  protocol: 'none',
  phase: 'before-request',
  clientHalf: -1,
  exchange: null,
  requestsBegun: 0,
  responsesBegun: 0,
  responsesComplete: 0,
  inFlight: 0,
  tls: null,
  http2: null,
  webSocket: null,
  tunnelProtocol: null,
  proxyPreamble: null,
  forwardedForCount: 0,
  oddities: [],
  firstOctets: null,
};

/** Keeps each half-stream as text: `.` for octets cut off by the snaplen, `[n]` for a gap, `$` for the FIN. */
class TextStreams implements StreamSink {
  readonly text = new Map<number, string>();
  readonly offsets: number[] = [];
  readonly plain = null;

  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
  ): void {
    let text = '';
    for (let k = start; k < end; k++) text += String.fromCharCode(bytes[k]!);
    this.offsets.push(streamOffset);
    this.#add(half, text + '.'.repeat(missing));
  }

  gap(half: number, length: number): void {
    this.#add(half, `[${length}]`);
  }

  fin(half: number): void {
    this.#add(half, '$');
  }

  /** The text so far stands in for the application state, so that tests see what a close saw. */
  snapshot(row: number): AppSnapshot {
    return {
      ...BLANK_APP,
      firstOctets: `${this.text.get(2 * row) ?? ''}|${this.text.get(2 * row + 1) ?? ''}`,
    };
  }

  isAtRest(): boolean {
    return false;
  }

  requestsBegun(): number {
    return 0;
  }

  release(row: number): void {
    this.text.delete(2 * row);
    this.text.delete(2 * row + 1);
  }

  #add(half: number, text: string): void {
    this.text.set(half, (this.text.get(half) ?? '') + text);
  }
}

export interface TcpRun {
  readonly connections: ConnectionFacts[];
  /** What the streams held at the end, per connection: "originator's|responder's". */
  readonly streams: string[];
  readonly stage: TcpStage;
}

/** Feeds segments to a TCP stage with text streams, and ends it. */
export function runTcp(segments: readonly Segment[]): TcpRun {
  const connections: ConnectionFacts[] = [];
  const streams = new TextStreams();
  const stage = new TcpStage(streams, { connection: (facts) => connections.push(facts) }, null, {
    escapeText,
    formatAddress: (address) => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.'),
    retainAddress: () => {},
    releaseAddress: () => {},
    foldAddress: () => 0,
  });
  for (const segment of segments) stage.push(segment);
  stage.end();
  connections.sort((a, b) => a.id - b.id);
  return { connections, streams: connections.map((facts) => facts.app.firstOctets ?? ''), stage };
}
