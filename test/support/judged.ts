import type { AnalysisSummary, CaptureOverview, Pattern } from '../../src/model/analysis.ts';
import type { AppSnapshot, Exchange } from '../../src/model/app.ts';
import type { CloseFacts, ConnectionFacts, HalfFacts, StackFacts } from '../../src/model/facts.ts';
import { ACK, RST } from '../../src/model/segment.ts';
import type { JudgedConnection, Verdict } from '../../src/model/verdict.ts';

/** Hand-made connections for tests of everything behind the verdict. The default: a client that left mid-body. */

const MS = 1e6;

export function exchange(changes: Partial<Exchange> = {}): Exchange {
  return {
    index: 2,
    method: 'GET',
    target: '/report',
    httpVersion: '1.1',
    host: 'shop.example',
    requestProxyHeaders: [],
    requestFrame: 9,
    requestStartNs: 10 * MS,
    isRequestComplete: true,
    requestEndNs: 11 * MS,
    requestBodyBytes: 0,
    requestBodyLength: 0,
    isExpectContinue: false,
    status: 200,
    server: 'nginx',
    responseProxyHeaders: [],
    responseFrame: 12,
    responseStartNs: 42 * MS,
    isResponseHeadComplete: true,
    isResponseComplete: false,
    responseEndNs: null,
    framing: 'content-length',
    bodyBytes: 5120,
    bodyBytesNotCaptured: 0,
    bodyLength: 10_240,
    bodyStartOffset: 900,
    chunk: null,
    isLast: false,
    ...changes,
  };
}

export function app(changes: Partial<AppSnapshot> = {}): AppSnapshot {
  return {
    protocol: 'http/1',
    phase: 'in-response-body',
    clientHalf: 0,
    exchange: exchange(),
    requestsBegun: 2,
    responsesBegun: 2,
    responsesComplete: 1,
    inFlight: 1,
    tls: null,
    http2: null,
    webSocket: null,
    tunnelProtocol: null,
    proxyPreamble: null,
    forwardedForCount: 0,
    oddities: [],
    firstOctets: null,
    ...changes,
  };
}

export function half(changes: Partial<HalfFacts> = {}): HalfFacts {
  const stack: StackFacts = {
    ttlMin: 64,
    ttlMax: 64,
    ttlOfSyn: 64,
    ttlFrame: 4,
    ipId: 'counter',
    lastIpId: 77,
    isDontFragment: true,
    tos: 0,
    flowLabel: null,
    hasTimestamps: true,
    lastTsVal: 1000,
    sourceMac: 1,
    synWindow: 64_240,
    goodChecksums: 2,
    badChecksums: 0,
    outbound: 0,
    inbound: 0,
  };
  return {
    ip: '198.51.100.7',
    port: 41_259,
    segments: 20,
    firstFrame: 1,
    lastFrame: 43,
    lastNs: 2113 * MS,
    lastDataNs: 10 * MS,
    lastDataFrame: 9,
    bytes: 300,
    bytesNotCaptured: 0,
    bytesMissing: 0,
    bytesUnacked: 0,
    dataSegments: 2,
    retransmittedSegments: 0,
    finalRetransmissions: 0,
    outOfOrderSegments: 0,
    keepAliveProbes: 0,
    unansweredProbes: 0,
    zeroWindowCount: 0,
    zeroWindowNs: 0,
    isWindowShut: false,
    smallSegments: 0,
    pausedNs: 0,
    maxPayloadLen: 150,
    mss: 1460,
    windowScale: 7,
    isFinSeen: false,
    isFinAcked: false,
    lostFinNs: null,
    stack,
    minResponseNs: 20 * MS,
    ...changes,
  };
}

export function close(changes: Partial<CloseFacts> = {}): CloseFacts {
  return {
    frame: 41,
    timeNs: 2111 * MS,
    from: 'client',
    kind: 'RST',
    seq: 301,
    ack: null,
    flags: RST | ACK,
    window: 0,
    payloadLen: 0,
    payloadText: null,
    seqMinusNext: 0,
    seqMinusPeerAck: 0,
    ackMinusPeerNext: null,
    effect: 'effective',
    effectReason: 'exactly the next number expected',
    form: 'active',
    triggerFrame: null,
    triggerNs: null,
    triggerTos: null,
    isAfterOwnFin: false,
    isAfterPeerFin: false,
    isAfterOwnReset: false,
    isAfterPeerReset: false,
    hasSeenPeerFin: null,
    hasSeenLostFin: false,
    ttl: 64,
    ipId: 78,
    isDontFragment: true,
    tos: 0,
    flowLabel: null,
    hasTimestamp: true,
    tsVal: 1001,
    hasSignature: false,
    multipath: null,
    checksum: 'good',
    sourceMac: 1,
    direction: null,
    before: {
      segments: 19,
      ttlMin: 64,
      ttlMax: 64,
      ttlFrame: 4,
      lastIpId: 77,
      lastNs: 2100 * MS,
      lastTsVal: 1000,
      tos: 0,
      flowLabel: null,
      sourceMac: 1,
      isDontFragment: true,
      ipId: 'counter',
      hasTimestamps: true,
      window: 501,
    },
    senderContinuedFrame: null,
    senderContinuedNs: null,
    peerContinuedFrame: null,
    challengeAckFrame: null,
    peerBytesUnacked: 1024,
    ownBytesUnacked: 0,
    ownRetransmissions: 0,
    ownProbes: 0,
    serverAckedOffset: 900 + 4096,
    sinceDataNs: 11 * MS,
    sinceSegmentNs: MS,
    copies: 0,
    app: app(),
    ...changes,
  };
}

export function facts(changes: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    id: 17,
    ipVersion: 4,
    client: half(),
    server: half({ ip: '203.0.113.80', port: 80, firstFrame: 2, bytes: 6020, bytesUnacked: 1024 }),
    rolesFrom: 'syn',
    firstFrame: 1,
    lastFrame: 43,
    startNs: 0,
    endNs: 2113 * MS,
    segments: 40,
    handshake: {
      state: 'complete',
      synFrame: 1,
      synNs: 0,
      synCount: 1,
      synAckFrame: 2,
      synAckNs: MS,
      ackFrame: 3,
      ackNs: 2 * MS,
      isFastOpen: false,
      isMultipath: false,
    },
    closes: [close(), close({ frame: 43, timeNs: 2113 * MS })],
    resetCount: 2,
    end: { reason: 'closed', silenceNs: 10_000 * MS },
    app: app({ exchange: exchange({ bodyBytes: 6000 }) }),
    icmpErrors: [],
    duplicateFrames: 0,
    clockSteps: 0,
    oddities: [],
    ...changes,
  };
}

function verdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    outcome: 'aborted',
    group: 'client-abort',
    certainty: 'likely',
    confidence: 0.93,
    probabilities: { 'client-abort': 0.93, intermediary: 0.06, server: 0.01 },
    closedBy: 'client',
    kind: 'RST',
    killerFrame: 41,
    position: 'in-response-body',
    closes: [
      { frame: 41, from: 'client', kind: 'RST', role: 'cause' },
      { frame: 43, from: 'client', kind: 'RST', role: 'consequence' },
    ],
    evidence: [
      {
        rule: 'ttl-matches-baseline',
        towards: 'intermediary',
        weight: -3.04,
        frames: [41, 4],
        text: "The reset's TTL 64 is that of the client's other segments.",
      },
      {
        rule: 'reset-faster-than-path',
        towards: 'intermediary',
        weight: 1.2,
        frames: [40, 41],
        text: 'It came sooner after frame 40 than the client usually answers.',
      },
    ],
    applications: {
      client: { likely: 'closed it itself', errno: null },
      server: { likely: 'EPIPE on the second write after frame 41', errno: 'EPIPE' },
    },
    headline: 'The client hung up after 4,096 of 10,240 body bytes of GET /report.',
    matters: 'Usually not: people leave pages.',
    isHarmless: false,
    settle: null,
    notes: [],
    ...changes,
  };
}

/** The default connection, with changes to its facts and its verdict. */
export function judged(
  factChanges: Partial<ConnectionFacts> = {},
  verdictChanges: Partial<Verdict> = {},
): JudgedConnection {
  return { file: 'a.pcap', facts: facts(factChanges), verdict: verdict(verdictChanges) };
}

/** A connection that ended as both sides wanted. */
export function judgedClean(factChanges: Partial<ConnectionFacts> = {}): JudgedConnection {
  const answered = app({ phase: 'answered', inFlight: 0, exchange: exchange({ isResponseComplete: true }) });
  return judged(
    { closes: [], resetCount: 0, app: answered, ...factChanges },
    {
      outcome: 'clean',
      group: null,
      certainty: null,
      confidence: null,
      probabilities: null,
      killerFrame: null,
      kind: 'FIN',
      position: 'after-response',
      closes: [],
      evidence: [],
      headline: 'Ended well.',
      matters: '',
      isHarmless: true,
    },
  );
}

/** 2026-01-02T03:04:05Z. */
export const EPOCH_NS = 1_767_323_045_000_000_000n;

export function overview(changes: Partial<CaptureOverview> = {}): CaptureOverview {
  return {
    files: ['a.pcap'],
    isComplete: true,
    linkTypes: [1],
    frames: 12_345,
    tcpSegments: 12_000,
    otherFrames: 345,
    malformedFrames: 0,
    unsupportedFrames: 0,
    epochNs: EPOCH_NS,
    digits: 6,
    firstNs: 678_901_000,
    lastNs: 13_078_901_000,
    drops: null,
    timestampSource: null,
    clockErrorNs: 0,
    warnings: [],
    weights: '2026.1',
    vantage: {
      place: 'server',
      fraction: 1,
      method: 'handshake round trips',
      connections: 31,
      agreement: 0.97,
    },
    ...changes,
  };
}

/** A summary of `connections`, counted as the analysis would. */
export function summaryOf(
  connections: readonly JudgedConnection[],
  changes: Partial<AnalysisSummary> = {},
): AnalysisSummary {
  const byOutcome = { clean: 0, aborted: 0, truncated: 0, refused: 0, 'timed-out': 0, open: 0, scan: 0 };
  const byGroup = { 'client-abort': 0, intermediary: 0, server: 0 };
  const byClosedBy = { client: 0, server: 0, intermediary: 0, both: 0, none: 0 };
  for (const { verdict: given } of connections) {
    byOutcome[given.outcome]++;
    if (given.group === null) continue;
    byGroup[given.group]++;
    byClosedBy[given.closedBy]++;
  }
  return {
    connections: connections.length,
    byOutcome,
    byGroup,
    undetermined: 0,
    byPosition: {},
    byClosedBy,
    harmless: 0,
    exchanges: 0,
    patterns: [],
    responses: {
      completed: 0,
      cut: 0,
      unanswered: 0,
      cutByGroup: { 'client-abort': 0, intermediary: 0, server: 0 },
      exposureNs: 0,
      medianExposureNs: null,
      p95ExposureNs: null,
      buffering: null,
    },
    capture: overview(),
    ...changes,
  };
}

/** A pattern with nothing to say, and what the test is about. */
export function pattern(changes: Partial<Pattern> = {}): Pattern {
  return {
    kind: 'burst',
    text: 'they ended together',
    connections: 5,
    of: 9,
    examples: [1, 2, 3],
    figures: {},
    pValue: 1e-9,
    suggests: 'One event ended them all.',
    next: 'Look at the log.',
    ...changes,
  };
}
