import { latin1 } from '../bytes/ascii.ts';
import { escapeText } from '../bytes/escape-text.ts';
import { guessHttp2, guessRequest, guessResponse } from '../http/detect.ts';
import { HttpConnection } from '../http/http-connection.ts';
import { Http2Walker } from '../http/http2-walker.ts';
import type { AppPhase, AppSnapshot } from '../model/app.ts';
import type { LandmarkSink } from '../model/stream.ts';
import { looksLikeTls, TlsConnection } from '../tls/tls-connection.ts';
import { readPreamble } from './proxy-preamble.ts';

/** Octets gathered before the protocol is decided at the latest; a PROXY header with its longest address fits. */
const MAX_OPENING_LEN = 256;
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
  webSocket: null,
  tunnelProtocol: null,
  proxyPreamble: null,
  forwardedForCount: 0,
  oddities: [],
  firstOctets: null,
};

/** Octets of a half-stream that are too few to tell the protocol by. */
class Opening {
  readonly octets = new Uint8Array(MAX_OPENING_LEN);
  len = 0;
  isDecided = false;
}

/** The application side of one connection: finds out which protocol it speaks, and keeps that protocol's parser. */
export class ConnectionApp {
  readonly #pair: number;
  readonly #landmarks: LandmarkSink | null;
  readonly #openings: [Opening | null, Opening | null] = [null, null];
  #http: HttpConnection | null = null;
  #http2: Http2Walker | null = null;
  #tls: TlsConnection | null = null;
  #clientHalf = -1;
  #proxyPreamble: string | null = null;
  #firstOctets: string | null = null;
  #secondLooks = 0;
  #isOther = false;
  #hasGap = false;
  #snapshot: AppSnapshot | null = null;

  /** `pair` is the number of the connection's first half-stream. */
  constructor(pair: number, landmarks: LandmarkSink | null) {
    this.#pair = pair;
    this.#landmarks = landmarks;
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
      this.#http2.data(this.#sideOf(half), bytes, start, end);
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
    const isSilent = this.#firstOctets === null;
    return {
      ...UNKNOWN_APP,
      protocol: isSilent ? 'none' : 'other',
      phase: isSilent ? (this.#hasGap ? 'unknown' : 'before-request') : 'non-http',
      firstOctets: this.#firstOctets,
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
    if (end > start)
      this.#firstOctets ??= escapeText(latin1(bytes, start, Math.min(end, start + MAX_FIRST_OCTETS)));
    const opening = this.#openingOf(half);
    if (opening.isDecided) {
      if (this.#secondLooks++ < MAX_SECOND_LOOKS) opening.isDecided = false;
      else return;
    }
    let octets = bytes;
    let from = start;
    let to = end;
    if (opening.len > 0) {
      const room = new Uint8Array(opening.len + end - start);
      room.set(opening.octets.subarray(0, opening.len));
      room.set(bytes.subarray(start, end), opening.len);
      octets = room;
      from = 0;
      to = room.length;
    }
    const keptBefore = opening.len;
    opening.len = 0;
    const preamble = readPreamble(octets, from, to);
    const isUndecided = preamble === null || !this.#decide(half, octets, from + preamble.length, to);
    if (preamble !== null && preamble.length > 0) {
      this.#proxyPreamble = preamble.source;
      this.#clientHalf = half & 1;
      from += preamble.length;
    }
    if (isUndecided) {
      this.#keep(opening, octets, from, to, missing);
      return;
    }
    const offset = streamOffset - keptBefore + (preamble?.length ?? 0);
    if (!this.#isOther) this.data(half, octets, from, to, missing, offset, frameNumber, timeNs);
    opening.isDecided = true;
    this.#isOther = false;
  }

  #openingOf(half: number): Opening {
    const place = (half & 1) as 0 | 1;
    this.#openings[place] ??= new Opening();
    return this.#openings[place];
  }

  /** Too few octets to tell: keeps them for the next time, unless they will never tell. */
  #keep(opening: Opening, octets: Uint8Array, from: number, to: number, missing: number): void {
    if (to - from > MAX_OPENING_LEN || missing > 0) {
      opening.isDecided = true;
      return;
    }
    opening.octets.set(octets.subarray(from, to));
    opening.len = to - from;
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
    const request = guessRequest(octets, from, to);
    const response = guessResponse(octets, from, to);
    if (request === 'yes' || response === 'yes') {
      this.#clientHalf = (response === 'yes' ? half ^ 1 : half) & 1;
      this.#http = new HttpConnection(this.#pair + this.#clientHalf, this.#landmarks);
      return true;
    }
    const isMoreNeeded = request === 'more' || response === 'more' || to - from < 3;
    if (isMoreNeeded && to - from < MAX_OPENING_LEN) return false;
    this.#isOther = true;
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
      proxyPreamble: this.#proxyPreamble,
      oddities: http2.isGoawaySeen ? ['goaway'] : [],
    };
  }
}

function http2Phase(http2: Http2Walker): AppPhase {
  if (http2.isLost) return 'unknown';
  if (http2.inFlight > 0) return http2.isAnswering ? 'in-response-body' : 'awaiting-response';
  return http2.requests > 0 ? 'answered' : 'before-request';
}

export const SILENT_APP: AppSnapshot = UNKNOWN_APP;
