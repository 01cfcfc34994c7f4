import { concat } from '../support/pcap-builder.ts';
import type { RandomSource } from './random-source.ts';

/** A capture file to damage, and where its records lie, so that damage can also respect them. */
export interface Specimen {
  readonly name: string;
  readonly octets: Uint8Array;
  /** Start of each record or block; the last entry is the end of the last. */
  readonly records: readonly number[];
}

type Damage = (specimen: Specimen, random: RandomSource) => Uint8Array;

/** Values at which length and count fields go wrong. */
const EDGE_VALUES = [
  0, 1, 4, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff,
];
const MAX_SPLICE_LEN = 64;

/** Makes one damaged file. The kind of damage is drawn as well. */
export function damaged(specimen: Specimen, random: RandomSource): Uint8Array {
  return random.pick(KINDS)(specimen, random);
}

const flipBits: Damage = ({ octets }, random) => {
  const out = octets.slice();
  for (let left = 1 + random.below(8); left > 0; left--) {
    const at = random.below(out.length);
    out[at] = out[at]! ^ (1 << random.below(8));
  }
  return out;
};

/** Flips only behind a record's header: the frames stay whole, so that the damage reaches the later stages. */
const flipInFrames: Damage = ({ octets, records }, random) => {
  const out = octets.slice();
  for (let left = 1 + random.below(16); left > 0; left--) {
    const [start, end] = oneRecord(records, random);
    const at = start + 16 + random.below(end - start - 16);
    if (at < end) out[at] = random.below(3) === 0 ? random.next() & 0xff : out[at]! ^ (1 << random.below(8));
  }
  return out;
};

const writeEdgeValue: Damage = ({ octets }, random) => {
  const out = octets.slice();
  const view = new DataView(out.buffer);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(out.length - 4);
    const value = random.pick(EDGE_VALUES);
    if (random.below(2) === 0) view.setUint32(at, value, random.below(2) === 0);
    else view.setUint16(at, value & 0xffff, random.below(2) === 0);
  }
  return out;
};

const splice: Damage = ({ octets }, random) => {
  const at = random.below(octets.length);
  const removed = random.below(MAX_SPLICE_LEN);
  const added = random.octets(random.below(MAX_SPLICE_LEN));
  return concat([octets.subarray(0, at), added, octets.subarray(Math.min(octets.length, at + removed))]);
};

const swapRecords: Damage = ({ octets, records }, random) => {
  const order = pieces(octets, records);
  for (let left = 1 + random.below(6); left > 0; left--) {
    const a = random.below(order.length);
    const b = random.below(order.length);
    [order[a], order[b]] = [order[b]!, order[a]!];
  }
  return rebuilt(octets, records, order);
};

const repeatRecords: Damage = ({ octets, records }, random) => {
  const order = pieces(octets, records).flatMap((piece) =>
    random.below(4) === 0 ? Array.from({ length: 1 + random.below(4) }, () => piece) : [piece],
  );
  return rebuilt(octets, records, order);
};

const dropRecords: Damage = ({ octets, records }, random) => {
  const share = 2 + random.below(8);
  return rebuilt(
    octets,
    records,
    pieces(octets, records).filter(() => random.below(share) !== 0),
  );
};

const cut: Damage = ({ octets }, random) => octets.slice(0, random.below(octets.length));

const randomTail: Damage = ({ octets }, random) =>
  concat([octets.subarray(0, random.below(octets.length)), random.octets(random.below(2048))]);

const twice: Damage = (specimen, random) =>
  flipInFrames({ ...specimen, octets: flipBits(specimen, random) }, random);

const KINDS: readonly Damage[] = [
  flipBits,
  flipInFrames,
  flipInFrames,
  writeEdgeValue,
  splice,
  swapRecords,
  repeatRecords,
  dropRecords,
  cut,
  randomTail,
  twice,
];

function oneRecord(records: readonly number[], random: RandomSource): [number, number] {
  const index = random.below(records.length - 1);
  return [records[index]!, records[index + 1]!];
}

function pieces(octets: Uint8Array, records: readonly number[]): Uint8Array[] {
  return records.slice(0, -1).map((start, index) => octets.subarray(start, records[index + 1]));
}

function rebuilt(octets: Uint8Array, records: readonly number[], order: readonly Uint8Array[]): Uint8Array {
  return concat([octets.subarray(0, records[0]), ...order, octets.subarray(records.at(-1))]);
}
