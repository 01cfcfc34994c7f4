import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Analysis } from '../../src/analyze.ts';
import { seqAdd } from '../../src/bytes/seq.ts';
import type { AnalysisSummary } from '../../src/model/analysis.ts';
import { Frame } from '../../src/model/frame.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../src/model/segment.ts';
import type { JudgedConnection } from '../../src/model/verdict.ts';

setFlagsFromString('--expose-gc');
const collectOnce = runInNewContext('gc') as () => void;

/** Twice, because the octets of buffers that the first finds unused are counted until the second. */
function collectGarbage(): void {
  collectOnce();
  collectOnce();
}

const IP = 14;
const IPV4_LEN = 20;
const IPV6_LEN = 40;
const TCP_LEN = 20;
const LARGEST_SEGMENT_LEN = 65_000;
const LARGEST_KEPT = 1_000;

export interface HostileRun {
  /** The first thousand; more are only counted. */
  readonly judged: readonly JudgedConnection[];
  readonly connections: number;
  readonly summary: AnalysisSummary;
  readonly elapsedMs: number;
  /** Octets held when all had been fed, beyond those held before, garbage not counted. */
  readonly heldLen: number;
}

/** One TCP segment over IP over Ethernet. Addresses are four or sixteen octets. */
export interface SegmentSpec {
  readonly src: readonly number[];
  readonly dst: readonly number[];
  readonly srcPort: number;
  readonly dstPort: number;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload?: Uint8Array;
  /** Multiple of four octets. */
  readonly options?: readonly number[];
  readonly timeNs?: number;
}

/** Feeds frames made on the spot into the whole pipeline, so that floods of any size need no file. */
export class HostileFeed {
  readonly #frame = new Frame();
  readonly #judged: JudgedConnection[] = [];
  readonly #analysis: Analysis;
  readonly #heldBefore: number;
  readonly #begunMs: number;
  #connections = 0;
  #nowNs = 0;

  constructor(patience = 1_000) {
    collectGarbage();
    this.#heldBefore = heldNow();
    this.#frame.linkType = 1;
    this.#frame.bytes = new Uint8Array(IP + IPV6_LEN + 60 + LARGEST_SEGMENT_LEN);
    this.#frame.view = new DataView(this.#frame.bytes.buffer);
    this.#analysis = new Analysis(
      {
        clock: { epochNs: 0n, digits: 9 },
        fileOf: () => 'flood.pcap',
        files: () => ['flood.pcap'],
        frames: () => this.#frame.frameNumber,
        patience,
      },
      {
        connection: (judged) => {
          this.#connections++;
          if (this.#judged.length < LARGEST_KEPT) this.#judged.push(judged);
        },
      },
    );
    this.#begunMs = performance.now();
  }

  get frames(): number {
    return this.#frame.frameNumber;
  }

  /** Lets time pass on the capture's clock. */
  wait(seconds: number): void {
    this.#nowNs += seconds * 1e9;
  }

  /** Any octets as a frame. */
  octets(octets: Uint8Array): void {
    this.#frame.bytes.set(octets);
    this.#deliver(octets.length);
  }

  segment(spec: SegmentSpec): void {
    const { bytes, view } = this.#frame;
    const options = spec.options ?? [];
    const payload = spec.payload ?? EMPTY;
    const isIpv6 = spec.src.length === 16;
    const tcpLen = TCP_LEN + options.length + payload.length;
    view.setUint16(12, isIpv6 ? 0x86dd : 0x0800);
    const tcp = IP + (isIpv6 ? IPV6_LEN : IPV4_LEN);
    if (isIpv6) this.#ipv6(spec, tcpLen);
    else this.#ipv4(spec, tcpLen);
    view.setUint16(tcp, spec.srcPort);
    view.setUint16(tcp + 2, spec.dstPort);
    view.setInt32(tcp + 4, spec.seq | 0);
    view.setInt32(tcp + 8, spec.ack | 0);
    view.setUint16(tcp + 12, ((5 + options.length / 4) << 12) | spec.flags);
    view.setUint16(tcp + 14, 8192);
    view.setUint32(tcp + 16, 0);
    bytes.set(options, tcp + TCP_LEN);
    bytes.set(payload, tcp + TCP_LEN + options.length);
    if (spec.timeNs !== undefined) this.#nowNs = spec.timeNs;
    this.#deliver(tcp + tcpLen);
  }

  /** Held memory now, beyond that at the start. */
  held(): number {
    collectGarbage();
    return heldNow() - this.#heldBefore;
  }

  end(): HostileRun {
    const fedMs = performance.now() - this.#begunMs;
    const heldLen = this.held();
    const resumedMs = performance.now();
    const summary = this.#analysis.end();
    const elapsedMs = fedMs + performance.now() - resumedMs;
    return { judged: this.#judged, connections: this.#connections, summary, elapsedMs, heldLen };
  }

  #ipv4(spec: SegmentSpec, tcpLen: number): void {
    const { bytes, view } = this.#frame;
    view.setUint16(IP, 0x4500);
    view.setUint16(IP + 2, IPV4_LEN + tcpLen);
    view.setUint32(IP + 4, ((this.frames & 0xffff) << 16) | 0x4000);
    view.setUint32(IP + 8, 0x40060000);
    bytes.set(spec.src, IP + 12);
    bytes.set(spec.dst, IP + 16);
  }

  #ipv6(spec: SegmentSpec, tcpLen: number): void {
    const { bytes, view } = this.#frame;
    view.setUint32(IP, 0x60000000);
    view.setUint16(IP + 4, tcpLen);
    view.setUint16(IP + 6, 0x0640);
    bytes.set(spec.src, IP + 8);
    bytes.set(spec.dst, IP + 24);
  }

  #deliver(len: number): void {
    const frame = this.#frame;
    this.#nowNs += 1_000;
    frame.frameNumber++;
    frame.end = len;
    frame.originalLen = len;
    frame.timeNs = this.#nowNs;
    this.#analysis.frame(frame);
  }
}

const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();

function heldNow(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

export type TalkSide = 'client' | 'server';

/** One connection of a feed, with sequence numbers kept. */
export class Talk {
  readonly #feed: HostileFeed;
  readonly #port: number;
  readonly #next: Record<TalkSide, number> = { client: 1_000, server: 700_000 };

  constructor(feed: HostileFeed, port = 40_000) {
    this.#feed = feed;
    this.#port = port;
  }

  /** Opened by the three-way handshake. */
  static open(feed: HostileFeed, port?: number): Talk {
    const talk = new Talk(feed, port);
    talk.raw('client', SYN, 0);
    talk.raw('server', SYN | ACK, 0);
    talk.raw('client', ACK, 0);
    return talk;
  }

  /** A stream of any length, in segments of at most `segmentLen`, each acknowledged. */
  send(side: TalkSide, content: string | Uint8Array, segmentLen = 60_000): this {
    const octets = typeof content === 'string' ? encoder.encode(content) : content;
    for (let at = 0; at < octets.length; at += segmentLen) {
      this.raw(side, PSH | ACK, 0, octets.subarray(at, at + segmentLen));
      this.raw(side === 'client' ? 'server' : 'client', ACK, 0);
    }
    return this;
  }

  /** A FIN of each side, acknowledged. */
  close(first: TalkSide): this {
    const other = first === 'client' ? 'server' : 'client';
    return this.raw(first, FIN | ACK, 0)
      .raw(other, FIN | ACK, 0)
      .raw(first, ACK, 0);
  }

  reset(side: TalkSide): this {
    return this.raw(side, RST | ACK, 0);
  }

  /** A segment `offset` octets after the side's next number. At offset 0 that number moves on. */
  raw(side: TalkSide, flags: number, offset: number, payload: Uint8Array = EMPTY): this {
    const isClient = side === 'client';
    const next = this.#next[side];
    this.#feed.segment({
      src: isClient ? CLIENT_IP : SERVER_IP,
      dst: isClient ? SERVER_IP : CLIENT_IP,
      srcPort: isClient ? this.#port : 80,
      dstPort: isClient ? 80 : this.#port,
      seq: seqAdd(next, offset),
      ack: (flags & ACK) === 0 ? 0 : this.#next[isClient ? 'server' : 'client'],
      flags,
      payload,
    });
    if (offset === 0) {
      this.#next[side] = seqAdd(next, payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1));
    }
    return this;
  }
}

const CLIENT_IP = [198, 51, 100, 7];
const SERVER_IP = [203, 0, 113, 80];
