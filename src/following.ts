import { ApplicationStage } from './app/application-stage.ts';
import { AddressBook } from './bytes/address-book.ts';
import { escapeText } from './bytes/escape-text.ts';
import { networkHash, networkHashOfIpv4 } from './bytes/ip-network.ts';
import type { Conditions } from './conditions/conditions.ts';
import { FrameDecoder } from './decode/frame-decoder.ts';
import type { FindingSink, FrameCounts, LimitHits, Moment } from './model/findings.ts';
import type { CaptureInterface, Frame } from './model/frame.ts';
import type { SegmentObserver } from './model/observer.ts';
import type { CompletedResponse } from './model/responses.ts';
import { DECODED_ICMP_ERROR, DECODED_MALFORMED, DECODED_TCP, DECODED_UNSUPPORTED } from './model/segment.ts';
import type { TimelineSink } from './model/timeline.ts';
import type { TcpTiming } from './tcp/boundary.ts';
import { TcpStage } from './tcp/tcp-stage.ts';

export interface FollowingOptions {
  /** See FrameCounts.frames. */
  frames(): number;
  readonly timing?: TcpTiming | undefined;
  readonly timeline: TimelineSink | null;
  readonly observer: SegmentObserver | null;
  readonly conditions: Conditions | null;
  /** A bit for each shard of connections that are followed; all without it (tcp/shards.ts). */
  readonly followed?: number;
}

/** The first half of the wiring: frames → decoded segments → connections and streams → application state → facts. */
export class Following implements FrameCounts {
  readonly #options: FollowingOptions;
  readonly #findings: FindingSink;
  readonly #addresses = new AddressBook();
  readonly #decoder = new FrameDecoder(this.#addresses);
  readonly #tcp: TcpStage;
  readonly #addressOctets = new Uint8Array(16);
  readonly #interfaces: CaptureInterface[] = [];
  otherFrames = 0;
  malformedFrames = 0;
  unsupportedFrames = 0;
  /** NaN before the first frame: a plain float is stored without making an object. */
  firstNs = Number.NaN;
  lastNs = Number.NaN;

  constructor(options: FollowingOptions, findings: FindingSink) {
    const { timeline, conditions, observer } = options;
    this.#options = options;
    this.#findings = findings;
    const streams = new ApplicationStage(
      timeline === null
        ? null
        : {
            landmark: (half, frame, text) => {
              const id = this.#tcp.idOf(half >> 1);
              if (timeline.wants(id)) timeline.landmark(id, { frame, half: half & 1, text });
            },
            exchange: (half, exchange) => timeline.exchange?.(this.#tcp.idOf(half >> 1), exchange),
          },
      { complete: (half, response, idleNs) => this.#complete(half, response, idleNs) },
    );
    const words = {
      escapeText,
      formatAddress: (address: number, isIpv6: boolean) => this.#addresses.format(address, isIpv6 ? 6 : 4),
      retainAddress: (address: number) => this.#addresses.retain(address),
      releaseAddress: (address: number) => this.#addresses.release(address),
      foldAddress: (address: number) => this.#addresses.fold(address),
    };
    this.#tcp = new TcpStage(
      conditions?.watch(streams, (row) => this.#tcp.idOf(row)) ?? streams,
      findings,
      timeline,
      words,
      conditions?.observer ?? observer,
      options.timing,
      options.followed,
    );
  }

  frame(frame: Frame): void {
    if (Number.isNaN(this.firstNs)) this.firstNs = frame.timeNs;
    this.lastNs = frame.timeNs;
    const result = this.#decoder.decode(frame);
    if (result === DECODED_TCP) this.#tcp.push(this.#decoder.segment);
    else if (result === DECODED_ICMP_ERROR) {
      this.otherFrames++;
      this.#tcp.pushIcmpError(this.#decoder.segment);
    } else if (result === DECODED_MALFORMED) this.malformedFrames++;
    else if (result === DECODED_UNSUPPORTED) this.unsupportedFrames++;
    else this.otherFrames++;
  }

  interfaceFound(found: CaptureInterface): void {
    this.#interfaces.push(found);
  }

  /** Time goes on although no frame comes. */
  tick(nowNs: number): void {
    // NaN when no frame has set the clock.
    if (!(nowNs > this.lastNs)) return;
    this.#tcp.tick(nowNs);
  }

  /** The capture is over: every connection left is told. */
  end(): void {
    this.#tcp.end();
  }

  get frames(): number {
    return this.#options.frames();
  }

  get tcpSegments(): number {
    return this.#tcp.segments;
  }

  get drops(): number {
    let sum = Number.NaN;
    for (const { dropped } of this.#interfaces) {
      if (dropped !== null) sum = (Number.isNaN(sum) ? 0 : sum) + dropped;
    }
    return sum;
  }

  /** Connections followed now, those that have ended and may yet show why included. */
  get openConnections(): number {
    return this.#tcp.openConnections;
  }

  /** When what is being told was found. */
  get moment(): Moment {
    return this.#tcp.moment;
  }

  get limitHits(): LimitHits {
    return this.#tcp.limitHits;
  }

  #complete(half: number, response: CompletedResponse, idleNs: number): void {
    const { startNs, clientAddress, isIpv6 } = this.#tcp.behind(half);
    const network = isIpv6 ? this.#networkOfIpv6(clientAddress) : networkHashOfIpv4(clientAddress);
    this.#findings.complete(response, startNs, idleNs, network);
  }

  #networkOfIpv6(address: number): number {
    const octets = this.#addressOctets;
    return networkHash(octets, this.#addresses.copyOctets(address, 6, octets));
  }
}
