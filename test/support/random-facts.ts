import fc from 'fast-check';
import type { AppSnapshot, Exchange, TlsState } from '../../src/model/app.ts';
import type { CaptureContext, CloseFacts, ConnectionFacts, HalfFacts } from '../../src/model/facts.ts';
import { PLAIN_TLS } from './facts.ts';
import * as plain from './judged.ts';

/** Facts within the types, but otherwise without sense: fields drawn one by one, each independent of all others. */

const count = fc.oneof(fc.constant(0), fc.nat(5), fc.nat(2 ** 31));
const ns = fc.oneof(fc.constant(0), fc.nat(1e9), fc.integer({ min: -1e15, max: 1e15 }));
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const octet = fc.nat(255);
const side = fc.constantFrom('client' as const, 'server' as const);
const delta = maybe(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

const exchange: fc.Arbitrary<Exchange> = fc
  .record({
    method: maybe(fc.string({ maxLength: 8 })),
    target: maybe(fc.string({ maxLength: 200, unit: 'binary' })),
    requestFrame: maybe(count),
    requestStartNs: maybe(ns),
    requestEndNs: maybe(ns),
    responseStartNs: maybe(ns),
    isRequestComplete: fc.boolean(),
    isResponseComplete: fc.boolean(),
    requestBodyBytes: count,
    requestBodyLength: maybe(count),
    status: maybe(fc.nat(999)),
    framing: maybe(
      fc.constantFrom(
        'none' as const,
        'content-length' as const,
        'chunked' as const,
        'until-close' as const,
        'tunnel' as const,
      ),
    ),
    bodyBytes: count,
    bodyLength: maybe(count),
    bodyStartOffset: maybe(count),
    chunk: maybe(fc.record({ index: count, bytes: count, size: count })),
  })
  .map((changes) => plain.exchange(changes));

const tls: fc.Arbitrary<TlsState> = fc
  .record({
    sni: maybe(fc.string({ unit: 'binary' })),
    alerts: fc.array(
      fc.record({ from: side, frame: count, level: maybe(octet), description: maybe(octet) }),
      { maxLength: 3 },
    ),
    isClientRecordCut: fc.boolean(),
    isServerRecordCut: fc.boolean(),
    isClientCloseNotifyLikely: fc.boolean(),
    isServerCloseNotifyLikely: fc.boolean(),
  })
  .map((changes) => ({ ...PLAIN_TLS, ...changes }));

const app: fc.Arbitrary<AppSnapshot> = fc
  .record({
    protocol: fc.constantFrom(
      'none' as const,
      'http/1' as const,
      'http/2' as const,
      'tls' as const,
      'other' as const,
    ),
    phase: fc.constantFrom(
      'before-request' as const,
      'in-request' as const,
      'awaiting-response' as const,
      'in-response-headers' as const,
      'in-response-body' as const,
      'answered' as const,
      'tls-handshake' as const,
      'tls-application' as const,
      'tunnel' as const,
      'non-http' as const,
      'unknown' as const,
    ),
    exchange: maybe(exchange),
    requestsBegun: count,
    responsesComplete: count,
    inFlight: fc.nat(3),
    tls: maybe(tls),
    http2: maybe(
      fc.record({
        failures: fc.array(
          fc.record({
            from: fc.constantFrom('client' as const, 'server' as const),
            frame: count,
            code: fc.nat(13),
          }),
          { maxLength: 2 },
        ),
        resetByClient: count,
        resetByServer: count,
      }),
    ),
    webSocket: maybe(
      fc.record({
        isClientCloseSeen: fc.boolean(),
        isServerCloseSeen: fc.boolean(),
        closeCode: maybe(count),
      }),
    ),
    proxyPreamble: maybe(fc.constant('203.0.113.7:5123')),
    forwardedForCount: fc.nat(4),
  })
  .map((changes) => plain.app(changes));

const close: fc.Arbitrary<CloseFacts> = fc
  .record({
    frame: count,
    timeNs: ns,
    from: side,
    kind: fc.constantFrom('FIN' as const, 'RST' as const),
    seq: fc.nat(2 ** 32 - 1),
    ack: maybe(fc.nat(2 ** 32 - 1)),
    window: maybe(fc.nat(65_535)),
    payloadLen: fc.nat(1500),
    payloadText: maybe(fc.string({ maxLength: 64, unit: 'binary' })),
    seqMinusNext: delta,
    seqMinusPeerAck: delta,
    effect: fc.constantFrom('effective' as const, 'ignored' as const, 'unknown' as const),
    form: maybe(fc.constantFrom('active' as const, 'reply' as const, 'refusal' as const, 'unclear' as const)),
    triggerFrame: maybe(count),
    triggerNs: maybe(ns),
    triggerTos: maybe(octet),
    isAfterOwnFin: fc.boolean(),
    isAfterPeerFin: fc.boolean(),
    hasSeenPeerFin: maybe(fc.boolean()),
    hasSeenLostFin: fc.boolean(),
    ttl: octet,
    ipId: maybe(fc.nat(65_535)),
    isDontFragment: fc.boolean(),
    tos: octet,
    flowLabel: maybe(fc.nat(0xfffff)),
    hasTimestamp: fc.boolean(),
    tsVal: maybe(fc.nat(2 ** 32 - 1)),
    checksum: fc.constantFrom('good' as const, 'bad' as const, 'unknown' as const),
    sourceMac: fc.integer(),
    direction: maybe(fc.constantFrom('inbound' as const, 'outbound' as const)),
    senderContinuedFrame: maybe(count),
    peerBytesUnacked: count,
    ownBytesUnacked: count,
    ownRetransmissions: count,
    ownProbes: count,
    serverAckedOffset: maybe(count),
    sinceDataNs: maybe(ns),
    app,
  })
  .chain((changes) =>
    fc
      .record({
        segments: fc.nat(50),
        ttlMin: maybe(octet),
        ttlMax: maybe(octet),
        lastIpId: maybe(fc.nat(65_535)),
        lastNs: maybe(ns),
        lastTsVal: maybe(fc.integer()),
        tos: maybe(octet),
        flowLabel: maybe(fc.nat(0xfffff)),
        sourceMac: fc.integer(),
        isDontFragment: maybe(fc.boolean()),
        ipId: fc.constantFrom('zero' as const, 'counter' as const, 'other' as const, 'none' as const),
        hasTimestamps: fc.boolean(),
      })
      .map((before) => plain.close({ ...changes, before: { ...plain.close().before, ...before } })),
  );

const half = (ip: string): fc.Arbitrary<HalfFacts> =>
  fc
    .record({
      segments: count,
      bytes: count,
      bytesNotCaptured: count,
      bytesMissing: count,
      bytesUnacked: count,
      dataSegments: count,
      retransmittedSegments: count,
      finalRetransmissions: count,
      keepAliveProbes: count,
      unansweredProbes: count,
      zeroWindowCount: count,
      zeroWindowNs: ns,
      isWindowShut: fc.boolean(),
      smallSegments: count,
      maxPayloadLen: count,
      mss: maybe(fc.nat(65_535)),
      lastDataNs: maybe(ns),
      lostFinNs: maybe(ns),
      minResponseNs: maybe(ns),
    })
    .map((changes) => plain.half({ ip, ...changes }));

export const anyFacts: fc.Arbitrary<ConnectionFacts> = fc
  .record({
    ipVersion: fc.constantFrom(4 as const, 6 as const),
    client: half('198.51.100.7'),
    server: half('203.0.113.80'),
    startNs: ns,
    endNs: ns,
    handshake: fc.record({
      state: fc.constantFrom('complete' as const, 'partial' as const, 'none' as const),
      synFrame: maybe(count),
      synNs: maybe(ns),
      synCount: fc.nat(9),
      synAckFrame: maybe(count),
      synAckNs: maybe(ns),
      ackFrame: maybe(count),
      ackNs: maybe(ns),
      isFastOpen: fc.boolean(),
      isMultipath: fc.boolean(),
    }),
    closes: fc.array(close, { maxLength: 6 }),
    end: fc.record({
      reason: fc.constantFrom(
        'closed' as const,
        'capture-end' as const,
        'idle' as const,
        'evicted' as const,
        'reused' as const,
      ),
      silenceNs: ns,
    }),
    app,
    icmpErrors: fc.array(
      fc.record({
        frame: count,
        timeNs: ns,
        type: fc.nat(5),
        code: fc.nat(15),
        from: fc.constant('192.0.2.1'),
        about: side,
        ttl: octet,
      }),
      { maxLength: 2 },
    ),
    clockSteps: fc.nat(3),
  })
  .map((changes) => plain.facts(changes));

export const anyContext: fc.Arbitrary<CaptureContext> = fc
  .record({
    place: fc.constantFrom(
      'client' as const,
      'server' as const,
      'middle' as const,
      'both' as const,
      'unknown' as const,
    ),
    connections: fc.nat(9),
    hasCaptureDrops: fc.boolean(),
    isOneSided: fc.boolean(),
    clockErrorNs: fc.constantFrom(0, 20e6),
    ttl: maybe(octet),
  })
  .map(({ place, connections, hasCaptureDrops, isOneSided, clockErrorNs, ttl }) => ({
    vantage: { place, fraction: null, method: 'no cue', connections, agreement: 1 },
    hasCaptureDrops,
    isOneSided,
    clockErrorNs,
    baselineTtl: () => (ttl === null ? null : { min: ttl, max: ttl, segments: 10 }),
    hasComeIn: () => ttl === 63,
    connectionsTo: () => connections,
  }));
