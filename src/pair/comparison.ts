import { seqAdd, seqDelta } from '../bytes/seq.ts';
import type { Side } from '../model/facts.ts';
import type { CaptureLetter, PacketCounts, PacketFate, PairClose, PairedPacket } from '../model/pair.ts';
import { ACK, FIN, RST, SYN } from '../model/segment.ts';
import type { Alignment, PacketPair } from './alignment.ts';
import { MAX_LISTED } from './limits.ts';
import { OctetCover } from './octet-cover.ts';
import { otherSide, type Packet } from './packet.ts';
import { type Strays, strayKey } from './strays.ts';
import type { Transit } from './transit.ts';

const SIDES = ['client', 'server'] as const;
/** Once is loss. */
const MIN_SWALLOWED = 3;
/** After this long a connection that is over is no longer followed: what comes then is in no capture's list. */
const FOLLOWED_NS = 2e9;

/** Until when each capture followed the connection, on A's clock. */
export interface Followed {
  readonly aNs: number;
  readonly bNs: number;
}

export function followedUntil(endNs: number, reason: string): number {
  return reason === 'capture-end' ? Number.POSITIVE_INFINITY : endNs + FOLLOWED_NS;
}

/** What became of every packet of one connection between the captures. */
export class Comparison {
  readonly rows: readonly PairedPacket[];
  readonly closes: readonly PairClose[];
  readonly #alignment: Alignment;
  readonly #transit: Transit;
  readonly #firstSeq: Readonly<Record<Side, number | null>>;
  readonly #strays: Readonly<Record<CaptureLetter, Strays>>;
  readonly #finEnds: Readonly<Record<CaptureLetter, ReadonlyMap<string, Packet>>>;

  constructor(
    a: readonly Packet[],
    b: readonly Packet[],
    alignment: Alignment,
    transit: Transit,
    followed: Followed,
    strays: Readonly<Record<CaptureLetter, Strays>>,
  ) {
    this.#strays = strays;
    this.#alignment = alignment;
    this.#transit = transit;
    this.#firstSeq = { client: firstSeq(a, b, 'client'), server: firstSeq(a, b, 'server') };
    // Among the packets without a partner only: what has one is accounted for.
    this.#finEnds = { a: finEnds(alignment.onlyA), b: finEnds(alignment.onlyB) };
    const covers = { a: coversOf(alignment.onlyA), b: coversOf(alignment.onlyB) };
    const rows = alignment.pairs.map((pair) => this.#pairRow(pair));
    for (const packet of alignment.onlyA) {
      if (packet.timeNs <= followed.bNs) rows.push(this.#loneRow(packet, 'a', covers.b[packet.from]));
    }
    for (const packet of alignment.onlyB) {
      if (transit.onClockOfA(packet.timeNs) <= followed.aNs)
        rows.push(this.#loneRow(packet, 'b', covers.a[packet.from]));
    }
    this.rows = rows.sort((one, other) => rowTime(one) - rowTime(other));
    this.closes = this.rows.filter(({ flags }) => (flags & (FIN | RST)) !== 0).map((row) => this.#close(row));
  }

  counts(): PacketCounts {
    const lost = { client: 0, server: 0 };
    const added = { client: 0, server: 0 };
    let passed = 0;
    let resegmented = 0;
    let diverted = 0;
    let oneSided = 0;
    for (const { fate, from } of this.rows) {
      if (fate === 'passed') passed++;
      else if (fate === 'resegmented') resegmented++;
      else if (fate === 'diverted') diverted++;
      else if (fate === 'lost') lost[from]++;
      else if (fate === 'added') added[from]++;
      else oneSided++;
    }
    return { passed, resegmented, diverted, lost, added, oneSided };
  }

  listed(fate: PacketFate): PairedPacket[] {
    return this.rows.filter((row) => row.fate === fate).slice(0, MAX_LISTED);
  }

  passedFrom(side: Side): number {
    return this.#alignment.pairs.filter(({ a }) => a.from === side).length;
  }

  /** Packets of a side since a time of A, closes left out, that only the capture further from it has. */
  addedFrom(side: Side, sinceNs: number): number {
    return this.rows.filter(
      (row) =>
        row.from === side &&
        row.fate === 'added' &&
        (row.flags & (FIN | RST)) === 0 &&
        rowTime(row) >= sinceNs,
    ).length;
  }

  /**
   * The side whose last data never arrived, nor anything it sent after: what lies in between swallows it. Null when
   * there is none.
   */
  swallowed(): Side | null {
    return SIDES.find((side) => this.#isSwallowed(side)) ?? null;
  }

  #isSwallowed(side: Side): boolean {
    let lost = 0;
    for (const { from, fate, payloadLen } of [...this.rows].reverse()) {
      if (from !== side) continue;
      if (fate !== 'lost') break;
      if (payloadLen > 0) lost++;
    }
    return lost >= MIN_SWALLOWED;
  }

  #pairRow({ a, b }: PacketPair): PairedPacket {
    return {
      ...this.#wireFields(a),
      frameA: a.frame,
      frameB: b.frame,
      timeANs: a.timeNs,
      timeBNs: this.#transit.onClockOfA(b.timeNs),
      fate: 'passed',
    };
  }

  #loneRow(packet: Packet, seenBy: CaptureLetter, cover: OctetCover): PairedPacket {
    const isA = seenBy === 'a';
    return {
      ...this.#wireFields(packet),
      frameA: isA ? packet.frame : null,
      frameB: isA ? null : packet.frame,
      timeANs: isA ? packet.timeNs : null,
      timeBNs: isA ? null : this.#transit.onClockOfA(packet.timeNs),
      fate: this.#fateOf(packet, seenBy, cover),
    };
  }

  /** Offload changes how octets are cut into segments, and a FIN travels with the last of them. */
  #fateOf(packet: Packet, seenBy: CaptureLetter, cover: OctetCover): PacketFate {
    const isReset = (packet.flags & RST) !== 0;
    const isFin = (packet.flags & FIN) !== 0;
    const isFinThere = isFin && this.#finEnds[seenBy === 'a' ? 'b' : 'a'].has(finKey(packet));
    const isDataThere = packet.payloadLen > 0 && cover.missing(packet) === 0;
    if (!isReset && (!isFin || isFinThere) && (isDataThere || (isFin && packet.payloadLen === 0)))
      return 'resegmented';
    if (this.#strays[seenBy === 'a' ? 'b' : 'a'].has(strayKey(packet))) return 'diverted';
    const near = this.#transit.nearTo(packet.from);
    if (near === null) return 'one-sided';
    return near === seenBy ? 'lost' : 'added';
  }

  #wireFields(packet: Packet): Pick<PairedPacket, 'from' | 'flags' | 'seqRel' | 'ackRel' | 'payloadLen'> {
    const own = this.#firstSeq[packet.from];
    const peer = this.#firstSeq[otherSide(packet.from)];
    return {
      from: packet.from,
      flags: packet.flags,
      seqRel: own === null ? 0 : seqDelta(packet.seq, own),
      ackRel: (packet.flags & ACK) === 0 || peer === null ? null : seqDelta(packet.ack, peer),
      payloadLen: packet.payloadLen,
    };
  }

  #close(row: PairedPacket): PairClose {
    const { from, frameA, frameB, fate, flags, seqRel, payloadLen } = row;
    const kind = (flags & RST) !== 0 ? 'RST' : 'FIN';
    return {
      from,
      kind,
      frameA,
      frameB,
      fate: fate === 'resegmented' ? 'passed' : fate,
      isProvenForged: false,
      endSeqRel: seqRel + payloadLen,
      timeNs: rowTime(row),
    };
  }
}

function rowTime({ timeANs, timeBNs }: PairedPacket): number {
  return Math.min(timeANs ?? Number.POSITIVE_INFINITY, timeBNs ?? Number.POSITIVE_INFINITY);
}

function coversOf(packets: readonly Packet[]): Record<Side, OctetCover> {
  return { client: new OctetCover(packets, 'client'), server: new OctetCover(packets, 'server') };
}

/** A side's numbers are shown relative to its first: the SYN's, else the lowest seen. */
function firstSeq(a: readonly Packet[], b: readonly Packet[], side: Side): number | null {
  let least: number | null = null;
  for (const packets of [a, b]) {
    for (const { from, flags, seq } of packets) {
      if (from !== side || (flags & RST) !== 0) continue;
      if ((flags & SYN) !== 0) return seq;
      if (least === null || seqDelta(seq, least) < 0) least = seq;
    }
  }
  return least;
}

function finEnds(packets: readonly Packet[]): Map<string, Packet> {
  const ends = new Map<string, Packet>();
  for (const packet of packets) if ((packet.flags & FIN) !== 0) ends.set(finKey(packet), packet);
  return ends;
}

function finKey({ from, seq, payloadLen }: Packet): string {
  return `${from}:${seqAdd(seq, payloadLen)}`;
}
