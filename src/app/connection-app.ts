import { CR, LF, latin1 } from '../bytes/ascii.ts';
import { escapeText } from '../bytes/escape-text.ts';
import { guessHttp2, guessRequest, guessResponse } from '../http/detect.ts';
import { HttpConnection } from '../http/http-connection.ts';
import { Http2Walker } from '../http/http2-walker.ts';
import type { AppPhase, AppSnapshot } from '../model/app.ts';
import type { ResponseSink } from '../model/responses.ts';
import type { LandmarkSink } from '../model/stream.ts';
import { looksLikeTls, TlsConnection } from '../tls/tls-connection.ts';
import { MAX_OPENING_LEN, Opening } from './opening.ts';
import { readPreamble } from './proxy-preamble.ts';

/** Segments of an unknown protocol that are looked at again: a capture that began in the middle of a body. */
const MAX_SECOND_LOOKS = 64;
const MAX_FIRST_OCTETS = 40;

const UNKNOWN_APP: AppSnapshot = {
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

const NOTHING = new Uint8Array(0);

/** The application side of one connection: finds out which protocol it speaks, and keeps that protocol's parser. */
export class ConnectionApp {
  /** Number of the connection's first half-stream. */
  #pair = 0;
  #told = 0;
  readonly #landmarks: LandmarkSink | null;
  readonly #responses: ResponseSink | null;
  /** By direction. Null for the many connections whose first octets tell everything. */
  #openings: [Opening | null, Opening | null] | null = null;
  #http: HttpConnection | null = null;
  #spareHttp: HttpConnection | null = null;
  #http2: Http2Walker | null = null;
  #tls: TlsConnection | null = null;
  #clientHalf = -1;
  #proxyPreamble: string | null = null;
  #firstOctets: string | null = null;
  #secondLooks = 0;
  #isOther = false;
  #hasGap = false;
  #snapshot: AppSnapshot | null = null;

  constructor(landmarks: LandmarkSink | null, responses: ResponseSink | null = null) {
    this.#landmarks = landmarks;
    this.#responses = responses;
  }

  /** Makes it as good as new, for another connection, of which the first `told` responses have been told already. */
  reset(pair: number, told: number): void {
    this.#pair = pair;
    this.#told = told;
    this.#openings = null;
    if (this.#http !== null) this.#spareHttp = this.#http;
    this.#http = null;
    this.#http2 = null;
    this.#tls = null;
    this.#clientHalf = -1;
    this.#proxyPreamble = null;
    this.#firstOctets = null;
    this.#secondLooks = 0;
    this.#isOther = false;
    this.#hasGap = false;
    this.#snapshot = null;
  }

  /** HTTP with every request answered and nothing begun: closing now cuts nothing. */
  get isAtRest(): boolean {
    return this.#http?.isAtRest ?? false;
  }

  get requestsBegun(): number {
    return this.#http?.requests ?? this.#http2?.requests ?? 0;
  }

  data(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    this.#snapshot = null;
    if (this.#http !== null) {
      this.#http.data(half, bytes, start, end, missing, streamOffset, frameNumber, timeNs);
    } else if (this.#tls !== null) {
      this.#tls.data(half, bytes, start, end, missing, frameNumber);
    } else if (this.#http2 !== null) {
      this.#http2.data(this.#sideOf(half), bytes, start, end, frameNumber);
      if (missing > 0) this.#http2.gap(this.#sideOf(half), missing);
    } else {
      this.#open(half, bytes, start, end, missing, streamOffset, frameNumber, timeNs);
    }
  }

  gap(half: number, length: number, timeNs: number): void {
    this.#hasGap = true;
    this.#snapshot = null;
    this.#http?.gap(half, length, timeNs);
    this.#tls?.gap(half, length);
    this.#http2?.gap(this.#sideOf(half), length);
  }

  fin(half: number, timeNs: number): void {
    if (this.#http?.fin(half, timeNs)) this.#snapshot = null;
  }

  /** The same object while nothing has changed: a connection's closes mostly see the same state. */
  snapshot(): AppSnapshot {
    this.#snapshot ??= this.#takeSnapshot();
    return this.#snapshot;
  }

  #takeSnapshot(): AppSnapshot {
    if (this.#http !== null) return this.#http.snapshot(this.#proxyPreamble);
    if (this.#tls !== null) return this.#tlsSnapshot(this.#tls);
    if (this.#http2 !== null) return this.#http2Snapshot(this.#http2);
    const kept = this.#openings?.[0]?.octets ?? this.#openings?.[1]?.octets ?? NOTHING;
    const firstOctets = this.#firstOctets ?? (kept.length > 0 ? firstOctetsOf(kept, 0, kept.length) : null);
    const isSilent = firstOctets === null;
    return {
      ...UNKNOWN_APP,
      protocol: isSilent ? 'none' : 'other',
      phase: isSilent ? (this.#hasGap ? 'unknown' : 'before-request') : 'non-http',
      firstOctets,
      proxyPreamble: this.#proxyPreamble,
    };
  }

  /** The protocol is not known yet: looks at what is here, with what was kept of the octets before. */
  #open(
    half: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    missing: number,
    streamOffset: number,
    frameNumber: number,
    timeNs: number,
  ): void {
    if (end === start) {
      this.#hasGap = true;
      return;
    }
    const place = (half & 1) as 0 | 1;
    const opening = this.#openings?.[place] ?? null;
    if (opening?.isDecided) {
      if (this.#secondLooks++ >= MAX_SECOND_LOOKS) return;
      opening.isDecided = false;
    }
    const kept = opening?.octets ?? NOTHING;
    const octets = kept.length > 0 ? joined(kept, bytes, start, end) : bytes;
    let from = kept.length > 0 ? 0 : start;
    const to = kept.length > 0 ? octets.length : end;
    const offset = streamOffset - kept.length;
    const preamble = readPreamble(octets, from, to);
    const isDecided = preamble !== null && this.#decide(half, octets, from + preamble.length, to);
    if (preamble !== null && preamble.length > 0) {
      this.#proxyPreamble = preamble.source;
      this.#clientHalf = place;
      from += preamble.length;
    }
    if (isDecided && !this.#isOther) {
      if (this.#openings !== null) this.#openings[place] = null;
      const passed = preamble?.length ?? 0;
      // What was kept came in an earlier frame than the octets in hand.
      if (opening !== null && passed < kept.length) {
        const { frameNumber: firstFrame, timeNs: firstNs } = opening;
        this.data(half, kept, passed, kept.length, 0, offset + passed, firstFrame, firstNs);
      }
      const skipped = Math.max(0, passed - kept.length);
      this.data(half, bytes, start + skipped, end, missing, streamOffset + skipped, frameNumber, timeNs);
      this.#takeEarlyAnswer(half ^ 1, opening !== null && kept.length > 0 ? opening.timeNs : timeNs);
      return;
    }
    const later = opening ?? new Opening();
    this.#openings ??= [null, null];
    this.#openings[place] = later;
    if (later.octets.length === 0) {
      later.frameNumber = frameNumber;
      later.timeNs = timeNs;
    }
    // Octets that will never tell (too many, or cut off) are not kept.
    later.isDecided = isDecided || to - from > MAX_OPENING_LEN || missing > 0;
    later.octets = later.isDecided ? NOTHING : octets.slice(from, to);
    later.first.note(bytes, start, end, missing, streamOffset, frameNumber, timeNs);
    this.#isOther = false;
  }

  /** The other side's octets were captured before the request at `requestNs`, and sent behind it, as their times say. */
  #takeEarlyAnswer(half: number, requestNs: number): void {
    const first = this.#openings?.[half & 1]?.first;
    if (this.#http === null || first === undefined || first.octets.length === 0) return;
    if (first.timeNs <= requestNs) return;
    const { octets, followedBy, streamOffset, frameNumber, timeNs } = first;
    this.data(half, octets, 0, octets.length, followedBy, streamOffset, frameNumber, timeNs);
  }

  /** True when the octets tell which protocol it is; `#isOther` when it is none that we know. */
  #decide(half: number, octets: Uint8Array, from: number, to: number): boolean {
    if (from === to) return false;
    const http2 = guessHttp2(octets, from, to);
    if (http2 === 'more') return false;
    if (http2 === 'yes') {
      this.#clientHalf = half & 1;
      this.#http2 = new Http2Walker();
      return true;
    }
    if (this.#secondLooks === 0 && looksLikeTls(octets, from, to)) {
      this.#tls = new TlsConnection(this.#pair, this.#landmarks);
      return true;
    }
    // RFC 9112 §2.2: empty lines before a message are no part of it.
    let at = from;
    while (at < to && (octets[at] === CR || octets[at] === LF)) at++;
    const request = guessRequest(octets, at, to);
    const response = request === 'yes' ? 'no' : guessResponse(octets, at, to);
    if (request === 'yes' || response === 'yes') {
      this.#clientHalf = (response === 'yes' ? half ^ 1 : half) & 1;
      this.#http = this.#spareHttp ?? new HttpConnection(this.#landmarks, this.#responses);
      this.#http.reset(this.#pair + this.#clientHalf, this.#told);
      return true;
    }
    const isMoreNeeded = request === 'more' || response === 'more' || to - from < 3;
    if (isMoreNeeded && to - from < MAX_OPENING_LEN) return false;
    this.#isOther = true;
    this.#firstOctets ??= firstOctetsOf(octets, from, to);
    return true;
  }

  #sideOf(half: number): 0 | 1 {
    return (half & 1) === this.#clientHalf ? 0 : 1;
  }

  #tlsSnapshot(tls: TlsConnection): AppSnapshot {
    return {
      ...UNKNOWN_APP,
      protocol: 'tls',
      phase: tls.isHandshakeComplete ? 'tls-application' : 'tls-handshake',
      clientHalf: tls.clientHalf,
      tls: tls.state(),
      proxyPreamble: this.#proxyPreamble,
      oddities: [...tls.oddities],
    };
  }

  #http2Snapshot(http2: Http2Walker): AppSnapshot {
    return {
      ...UNKNOWN_APP,
      protocol: 'http/2',
      phase: http2Phase(http2),
      clientHalf: this.#clientHalf,
      requestsBegun: http2.requests,
      responsesBegun: http2.responses,
      responsesComplete: http2.complete,
      inFlight: http2.inFlight,
      http2: http2.state(),
      proxyPreamble: this.#proxyPreamble,
      oddities: http2.isGoawaySeen ? ['goaway'] : [],
    };
  }
}

function joined(kept: Uint8Array, bytes: Uint8Array, start: number, end: number): Uint8Array {
  const octets = new Uint8Array(kept.length + end - start);
  octets.set(kept);
  octets.set(bytes.subarray(start, end), kept.length);
  return octets;
}

/** As text, ending before the escape that would make it too long. */
function firstOctetsOf(octets: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) {
    const next = escapeText(latin1(octets, at, at + 1));
    if (text.length + next.length > MAX_FIRST_OCTETS) break;
    text += next;
  }
  return text;
}

function http2Phase(http2: Http2Walker): AppPhase {
  if (http2.isLost) return 'unknown';
  if (http2.inFlight > 0) return http2.isAnswering ? 'in-response-body' : 'awaiting-response';
  return http2.requests > 0 ? 'answered' : 'before-request';
}

export const SILENT_APP: AppSnapshot = UNKNOWN_APP;
