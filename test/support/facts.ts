import type { AppSnapshot, Exchange, TlsState } from '../../src/model/app.ts';
import type {
  CloseFacts,
  ConnectionFacts,
  HalfFacts,
  HandshakeFacts,
  ResetForm,
  Side,
  StackFacts,
} from '../../src/model/facts.ts';
import { ACK, FIN, RST } from '../../src/model/segment.ts';
import * as plain from './judged.ts';

/** Facts of a connection told as a short story, for tests of the verdict that need no packets. */

const MS = 1e6;
const SECOND = 1e9;

const NO_EXCHANGE: Partial<AppSnapshot> = {
  protocol: 'none',
  phase: 'before-request',
  exchange: null,
  requestsBegun: 0,
  responsesBegun: 0,
  responsesComplete: 0,
  inFlight: 0,
};

const NO_HANDSHAKE: HandshakeFacts = {
  state: 'none',
  synFrame: null,
  synNs: null,
  synCount: 0,
  synAckFrame: null,
  synAckNs: null,
  ackFrame: null,
  ackNs: null,
  isFastOpen: false,
  isMultipath: false,
};

export const PLAIN_TLS: TlsState = {
  sni: 'shop.example',
  alpnOffered: [],
  alpnChosen: null,
  version: '1.2',
  isClientHelloSeen: true,
  isServerHelloSeen: true,
  isHandshakeComplete: true,
  alerts: [],
  isClientCloseNotifyLikely: false,
  isServerCloseNotifyLikely: false,
  isClientRecordCut: false,
  isServerRecordCut: false,
  clientApplicationBytes: 500,
  serverApplicationBytes: 9000,
};

export interface RequestShape {
  /** Declared body length, and how much of it was sent. */
  length?: number;
  sent?: number;
}

export interface ResponseShape {
  status?: number;
  length?: number | null;
  sent?: number;
  /** Octets of the response the client had acknowledged; default all that were sent. */
  acked?: number;
  framing?: Exchange['framing'];
  /** Only part of the head was sent. */
  isHeadCut?: boolean;
}

interface Mutable {
  client: Partial<HalfFacts>;
  server: Partial<HalfFacts>;
}

/** A story: each call is what happened next. Sides have distinct addresses, TTLs and Linux habits. */
export class Story {
  #nowNs = 0;
  #frame = 0;
  #handshake: HandshakeFacts = NO_HANDSHAKE;
  #app: AppSnapshot = plain.app(NO_EXCHANGE);
  readonly #halves: Mutable = { client: {}, server: {} };
  #bytes = { client: 0, server: 0 };
  #unacked = { client: 0, server: 0 };
  #serverHead = 0;
  #lastDataNs: number | null = null;
  #closes: CloseFacts[] = [];
  #changes: Partial<ConnectionFacts> = {};
  readonly #fin = { client: false, server: false };
  readonly #reset = { client: false, server: false };

  syn(count = 1): this {
    this.#tick();
    this.#handshake = {
      ...NO_HANDSHAKE,
      state: 'partial',
      synFrame: this.#frame,
      synNs: this.#nowNs,
      synCount: count,
    };
    return this;
  }

  synAck(): this {
    this.#tick();
    this.#handshake = { ...this.#handshake, synAckFrame: this.#frame, synAckNs: this.#nowNs };
    return this;
  }

  handshake(): this {
    this.syn().synAck().#tick();
    this.#handshake = { ...this.#handshake, state: 'complete', ackFrame: this.#frame, ackNs: this.#nowNs };
    return this;
  }

  request(line: string, { length = 0, sent = length }: RequestShape = {}): this {
    this.#data('client', 200 + sent);
    const [method = 'GET', target = '/'] = line.split(' ');
    const isComplete = sent === length;
    this.#app = {
      ...this.#app,
      protocol: 'http/1',
      phase: isComplete ? 'awaiting-response' : 'in-request',
      requestsBegun: this.#app.requestsBegun + 1,
      inFlight: this.#app.inFlight + 1,
      exchange: plain.exchange({
        index: this.#app.requestsBegun + 1,
        method,
        target,
        requestFrame: this.#frame,
        requestStartNs: this.#nowNs,
        requestEndNs: isComplete ? this.#nowNs : null,
        isRequestComplete: isComplete,
        requestBodyBytes: sent,
        requestBodyLength: length,
        status: null,
        responseFrame: null,
        responseStartNs: null,
        isResponseHeadComplete: false,
        framing: null,
        bodyBytes: 0,
        bodyLength: null,
        bodyStartOffset: null,
      }),
    };
    return this;
  }

  response(status = 200, shape: ResponseShape = {}): this {
    const { length = 1000, framing = 'content-length', isHeadCut = false } = shape;
    const sent = isHeadCut ? 0 : (shape.sent ?? length ?? 1000);
    const head = isHeadCut ? 40 : 150;
    this.#data('server', head + sent, head + (shape.acked ?? sent));
    this.#serverHead = this.#bytes.server - sent;
    const isComplete = !isHeadCut && framing !== 'until-close' && sent === length;
    const old = this.#app.exchange!;
    this.#app = {
      ...this.#app,
      phase: isHeadCut
        ? 'in-response-headers'
        : isComplete && old.isRequestComplete
          ? 'answered'
          : isComplete
            ? 'in-request'
            : 'in-response-body',
      responsesBegun: this.#app.responsesBegun + 1,
      responsesComplete: this.#app.responsesComplete + (isComplete ? 1 : 0),
      inFlight: isComplete && old.isRequestComplete ? this.#app.inFlight - 1 : this.#app.inFlight,
      exchange: {
        ...old,
        status: isHeadCut ? null : status,
        responseFrame: this.#frame,
        responseStartNs: this.#nowNs,
        isResponseHeadComplete: !isHeadCut,
        isResponseComplete: isComplete,
        responseEndNs: isComplete ? this.#nowNs : null,
        framing: isHeadCut ? null : framing,
        bodyBytes: sent,
        bodyLength: framing === 'content-length' ? length : null,
        bodyStartOffset: isHeadCut ? null : this.#serverHead,
        chunk: framing === 'chunked' ? { index: 3, bytes: 10, size: 100 } : null,
      },
    };
    return this;
  }

  /** The rest of the response in flight came and was acknowledged. */
  finishResponse(): this {
    const { exchange } = this.#app;
    this.#data('server', 500);
    this.#app = {
      ...this.#app,
      phase: 'answered',
      inFlight: this.#app.inFlight - 1,
      responsesComplete: this.#app.responsesComplete + 1,
      exchange: { ...exchange!, isResponseComplete: true },
    };
    return this;
  }

  /** Payload of another protocol, or of TLS. */
  payload(client: number, server: number, app: Partial<AppSnapshot> = {}): this {
    this.#data('client', client);
    this.#data('server', server);
    this.#app = { ...this.#app, protocol: 'other', phase: 'non-http', ...app };
    return this;
  }

  idle(seconds: number): this {
    this.#nowNs += Math.round(seconds * SECOND);
    return this;
  }

  /** What one side sent beyond what was told: retransmissions, windows, stack. */
  half(side: Side, changes: Partial<HalfFacts>): this {
    Object.assign(this.#halves[side], changes);
    return this;
  }

  stack(side: Side, changes: Partial<StackFacts>): this {
    return this.half(side, { stack: { ...baseHalf(side).stack, ...this.#halves[side].stack, ...changes } });
  }

  with(changes: Partial<ConnectionFacts>): this {
    this.#changes = { ...this.#changes, ...changes };
    return this;
  }

  fin(side: Side, changes: Partial<CloseFacts> = {}): this {
    this.#close(side, 'FIN', { form: null, flags: FIN | ACK, ...changes });
    this.#fin[side] = true;
    return this;
  }

  rst(
    side: Side,
    { form = 'active', ...changes }: Omit<Partial<CloseFacts>, 'form'> & { form?: ResetForm } = {},
  ): this {
    const bare: Partial<CloseFacts> =
      form === 'active'
        ? {}
        : {
            flags: form === 'refusal' ? RST | ACK : RST,
            ipId: 0,
            window: 0,
            hasTimestamp: false,
            tsVal: null,
          };
    const trigger = form === 'reply' ? { triggerFrame: this.#frame, triggerNs: this.#nowNs - 40 * MS } : {};
    this.#close(side, 'RST', { form, ...bare, ...trigger, ...changes });
    this.#reset[side] = true;
    return this;
  }

  build(): ConnectionFacts {
    const half = (side: Side): HalfFacts => ({
      ...baseHalf(side),
      bytes: this.#bytes[side],
      bytesUnacked: this.#unacked[side],
      lastDataNs: this.#bytes[side] > 0 ? this.#lastDataNs : null,
      isFinSeen: this.#fin[side],
      ...this.#halves[side],
    });
    return plain.facts({
      client: half('client'),
      server: half('server'),
      handshake: this.#handshake,
      closes: this.#closes,
      resetCount: this.#closes.filter(({ kind }) => kind === 'RST').length,
      app: this.#app,
      endNs: this.#nowNs,
      lastFrame: this.#frame,
      end: { reason: this.#closes.length > 0 ? 'closed' : 'capture-end', silenceNs: 0 },
      ...this.#changes,
    });
  }

  #tick(): void {
    this.#frame++;
    this.#nowNs += 10 * MS;
  }

  #data(side: Side, octets: number, acked = octets): void {
    this.#tick();
    this.#bytes[side] += octets;
    this.#unacked[side] += octets - acked;
    this.#lastDataNs = this.#nowNs;
  }

  #close(side: Side, kind: 'FIN' | 'RST', changes: Partial<CloseFacts>): void {
    this.#tick();
    const peer: Side = side === 'client' ? 'server' : 'client';
    const { stack } = baseHalf(side);
    const close = plain.close({
      frame: this.#frame,
      timeNs: this.#nowNs,
      from: side,
      kind,
      seq: 1000 + this.#bytes[side] + (changes.seqMinusNext ?? 0),
      ack: kind === 'RST' && (changes.flags ?? RST | ACK) === RST ? null : 5000 + this.#bytes[peer],
      window: 501,
      seqMinusPeerAck: this.#unacked[side],
      ttl: stack.ttlMin!,
      ipId: stack.lastIpId! + 1,
      tsVal: stack.lastTsVal! + 10,
      sourceMac: stack.sourceMac,
      isAfterOwnFin: this.#fin[side],
      isAfterPeerFin: this.#fin[peer],
      isAfterOwnReset: this.#reset[side],
      isAfterPeerReset: this.#reset[peer],
      hasSeenPeerFin: this.#fin[peer] ? true : null,
      before: { ...plain.close().before, ...baseline(side), lastNs: this.#nowNs - SECOND },
      peerBytesUnacked: this.#unacked[peer],
      ownBytesUnacked: this.#unacked[side],
      ownRetransmissions: this.#halves[side].finalRetransmissions ?? 0,
      ownProbes: this.#halves[side].unansweredProbes ?? 0,
      serverAckedOffset: this.#bytes.server - this.#unacked.server,
      sinceDataNs: this.#lastDataNs === null ? null : this.#nowNs - this.#lastDataNs,
      app: this.#app,
      ...changes,
    });
    this.#closes.push(close);
  }
}

function baseHalf(side: Side): HalfFacts {
  const isClient = side === 'client';
  const base = plain.half(isClient ? {} : { ip: '203.0.113.80', port: 80, firstFrame: 2, segments: 20 });
  return {
    ...base,
    bytes: 0,
    minResponseNs: isClient ? 30 * MS : 0.2 * MS,
    stack: {
      ...base.stack,
      ttlMin: isClient ? 57 : 64,
      ttlMax: isClient ? 57 : 64,
      sourceMac: isClient ? 1 : 2,
    },
  };
}

function baseline(side: Side): Partial<CloseFacts['before']> {
  const { stack } = baseHalf(side);
  return {
    segments: 19,
    ttlMin: stack.ttlMin,
    ttlMax: stack.ttlMax,
    lastIpId: stack.lastIpId,
    lastTsVal: stack.lastTsVal,
    sourceMac: stack.sourceMac,
  };
}

export function connection(): Story {
  return new Story();
}
