import { seqAdd } from '../../src/bytes/seq.ts';
import {
  ACK,
  CHECKSUM_GOOD,
  FIN,
  OPT_MSS,
  OPT_TIMESTAMP,
  OPT_WINDOW_SCALE,
  PSH,
  RST,
  Segment,
  SYN,
} from '../../src/model/segment.ts';

export type LadderSide = 'client' | 'server';

/** Header fields that a step may set for its own segment only. */
export interface StepFields {
  ttl?: number;
  ipId?: number;
  seq?: number;
  ack?: number;
  flags?: number;
  window?: number;
  tos?: number;
  hasTimestamp?: boolean;
  dontFragment?: boolean;
  interfaceIndex?: number;
  sourceMac?: number;
  /** Seconds after the segment before; default 1 ms. */
  after?: number;
}

interface LadderHost {
  address: number;
  port: number;
  isn: number;
  next: number;
  ttl: number;
  ipId: number;
  tsVal: number;
}

const CLIENT_ADDRESS = 0xc6336407 | 0;
const SERVER_ADDRESS = 0xcb007150 | 0;
const DEFAULT_GAP_NS = 1e6;

/**
 * A connection told step by step, as on a ladder diagram: each call adds one segment with the numbers a Linux host
 * would give it. `segments` feeds the TCP stage; frames count from 1.
 */
export class Ladder {
  readonly segments: Segment[] = [];
  readonly #hosts: Record<LadderSide, LadderHost>;
  #nowNs = 0;

  constructor(
    isn: { client?: number; server?: number } = {},
    ports: { client?: number; server?: number } = {},
  ) {
    const client = (isn.client ?? 1_000) | 0;
    const server = (isn.server ?? 700_000) | 0;
    this.#hosts = {
      client: {
        address: CLIENT_ADDRESS,
        port: ports.client ?? 41_259,
        isn: client,
        next: client,
        ttl: 57,
        ipId: 1_000,
        tsVal: 5_000,
      },
      server: {
        address: SERVER_ADDRESS,
        port: ports.server ?? 80,
        isn: server,
        next: server,
        ttl: 64,
        ipId: 30_000,
        tsVal: 900_000,
      },
    };
  }

  wait(seconds: number): this {
    this.#nowNs += seconds * 1e9;
    return this;
  }

  handshake(): this {
    return this.syn().synAck().ack('client');
  }

  syn(fields: StepFields = {}): this {
    this.#add('client', SYN, '', { ipId: 1, ...fields });
    return this;
  }

  synAck(fields: StepFields = {}): this {
    this.#add('server', SYN | ACK, '', { ipId: 0, ...fields });
    return this;
  }

  ack(side: LadderSide, fields: StepFields = {}): this {
    this.#add(side, ACK, '', fields);
    return this;
  }

  send(side: LadderSide, payload: string, fields: StepFields = {}): this {
    this.#add(side, ACK | PSH, payload, fields);
    return this;
  }

  fin(side: LadderSide, fields: StepFields = {}): this {
    this.#add(side, FIN | ACK, '', fields);
    return this;
  }

  /** Linux' active reset: an open socket was aborted. */
  abort(side: LadderSide, fields: StepFields = {}): this {
    this.#add(side, RST | ACK, '', fields);
    return this;
  }

  /** Linux' reply where no socket is: bare, window 0, ID 0, the number taken from the peer's ACK. */
  replyReset(side: LadderSide, fields: StepFields = {}): this {
    this.#add(side, RST, '', { ipId: 0, window: 0, hasTimestamp: false, ...fields });
    return this;
  }

  /** The closed port's answer to a SYN. */
  refuse(fields: StepFields = {}): this {
    this.#add('server', RST | ACK, '', { seq: 0, ipId: 0, window: 0, hasTimestamp: false, ...fields });
    return this;
  }

  /** A segment exactly as given; the host's own numbers do not move. */
  raw(side: LadderSide, flags: number, payload: string, fields: StepFields = {}): this {
    const host = this.#hosts[side];
    const { next } = host;
    this.#add(side, flags, payload, fields);
    host.next = next;
    return this;
  }

  /** The last segment once more, as a retransmission (new IP ID). */
  again(fields: StepFields = {}): this {
    const last = this.segments[this.segments.length - 1]!;
    const side: LadderSide = last.src === CLIENT_ADDRESS ? 'client' : 'server';
    const payload = String.fromCharCode(...last.bytes.subarray(last.payloadStart, last.payloadEnd));
    return this.raw(side, last.flags, payload, { seq: last.seq, ack: last.ack, ...fields });
  }

  /** Frame number of the latest segment. */
  get frame(): number {
    return this.segments.length;
  }

  next(side: LadderSide): number {
    return this.#hosts[side].next;
  }

  #add(side: LadderSide, flags: number, payload: string, fields: StepFields): void {
    const host = this.#hosts[side];
    const peer = this.#hosts[side === 'client' ? 'server' : 'client'];
    this.#nowNs += fields.after === undefined ? DEFAULT_GAP_NS : fields.after * 1e9;
    const octets = Uint8Array.from(payload, (character) => character.charCodeAt(0));
    const segment = new Segment();
    segment.frameNumber = this.segments.length + 1;
    segment.timeNs = this.#nowNs;
    segment.src = host.address;
    segment.dst = peer.address;
    segment.srcPort = host.port;
    segment.dstPort = peer.port;
    segment.ttl = fields.ttl ?? host.ttl;
    segment.ipId = fields.ipId ?? ++host.ipId & 0xffff;
    segment.dontFragment = fields.dontFragment === false ? 0 : 1;
    segment.tos = fields.tos ?? 0;
    segment.interfaceIndex = fields.interfaceIndex ?? 0;
    segment.sourceMac = fields.sourceMac ?? host.address ^ 0x55;
    segment.flags = fields.flags ?? flags;
    segment.seq = (fields.seq ?? host.next) | 0;
    segment.ack = (fields.ack ?? ((flags & ACK) !== 0 ? peer.next : 0)) | 0;
    segment.window = fields.window ?? 502;
    segment.bytes = octets;
    segment.payloadEnd = octets.length;
    segment.payloadLen = octets.length;
    if (fields.hasTimestamp !== false) {
      segment.options |= OPT_TIMESTAMP;
      host.tsVal += 1;
      segment.tsVal = host.tsVal;
      segment.tsEcr = peer.tsVal;
    }
    if ((flags & SYN) !== 0) {
      segment.options |= OPT_MSS | OPT_WINDOW_SCALE;
      segment.mss = 1_460;
      segment.windowScale = 7;
    }
    if ((flags & (SYN | FIN | RST)) !== 0) segment.checksum = CHECKSUM_GOOD;
    this.segments.push(segment);
    const length = octets.length + ((flags & SYN) !== 0 ? 1 : 0) + ((flags & FIN) !== 0 ? 1 : 0);
    if (fields.seq === undefined && (flags & RST) === 0) host.next = seqAdd(host.next, length);
  }
}

export function ladder(isn: { client?: number; server?: number } = {}): Ladder {
  return new Ladder(isn);
}
