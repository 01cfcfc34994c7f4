/** Makes the octets of pcap and pcapng files for tests, damaged ones included. */

export interface RecordSpec {
  readonly seconds?: number;
  /** Microseconds or nanoseconds, as the file's magic says. */
  readonly fraction?: number;
  readonly octets: Uint8Array;
  /** As written; the octets' length unless given. */
  readonly capturedLen?: number;
  readonly originalLen?: number;
  /** Only in the 24-octet record header. */
  readonly packetType?: number;
}

export interface PcapSpec {
  readonly isLittleEndian?: boolean;
  readonly magic?: number;
  readonly major?: number;
  readonly minor?: number;
  readonly snaplen?: number;
  readonly linkType?: number;
}

export const MICROSECOND_MAGIC = 0xa1b2c3d4;
export const NANOSECOND_MAGIC = 0xa1b23c4d;
export const MODIFIED_MAGIC = 0xa1b2cd34;

/** A classic pcap file. */
export function pcapFile(records: readonly RecordSpec[], spec: PcapSpec = {}): Uint8Array {
  const writer = new OctetWriter(spec.isLittleEndian ?? true);
  const magic = spec.magic ?? MICROSECOND_MAGIC;
  writer.u32(magic);
  writer.u16(spec.major ?? 2);
  writer.u16(spec.minor ?? 4);
  writer.u32(0);
  writer.u32(0);
  writer.u32(spec.snaplen ?? 262_144);
  writer.u32(spec.linkType ?? 1);
  for (const record of records) {
    writer.u32(record.seconds ?? 0);
    writer.u32(record.fraction ?? 0);
    writer.u32(record.capturedLen ?? record.octets.length);
    writer.u32(record.originalLen ?? record.octets.length);
    if (magic === MODIFIED_MAGIC) {
      writer.u32(2);
      writer.u16(0x0800);
      writer.octets(Uint8Array.of(record.packetType ?? 0, 0));
    }
    writer.octets(record.octets);
  }
  return writer.take();
}

export interface InterfaceSpec {
  readonly linkType?: number;
  readonly snaplen?: number;
  readonly name?: string;
  readonly resolution?: number;
  readonly offsetSeconds?: bigint;
}

export interface PacketSpec {
  readonly interfaceId?: number;
  readonly ticks?: bigint;
  readonly octets: Uint8Array;
  readonly capturedLen?: number;
  readonly originalLen?: number;
  readonly flags?: number;
  readonly drops?: number;
}

/** A pcapng file, block by block. */
export class PcapngBuilder {
  readonly #parts: Uint8Array[] = [];
  #isLittleEndian = true;

  section(isLittleEndian = true, major = 1): this {
    this.#isLittleEndian = isLittleEndian;
    return this.block(0x0a0d0d0a, (body) => {
      body.u32(0x1a2b3c4d);
      body.u16(major);
      body.u16(0);
      body.u64(0xffff_ffff_ffff_ffffn);
    });
  }

  interface(spec: InterfaceSpec = {}): this {
    return this.block(1, (body) => {
      body.u16(spec.linkType ?? 1);
      body.u16(0);
      body.u32(spec.snaplen ?? 0);
      if (spec.name !== undefined) body.option(2, new TextEncoder().encode(spec.name));
      if (spec.resolution !== undefined) body.option(9, Uint8Array.of(spec.resolution));
      if (spec.offsetSeconds !== undefined) body.u64Option(14, BigInt.asUintN(64, spec.offsetSeconds));
    });
  }

  enhanced(spec: PacketSpec): this {
    return this.block(6, (body) => {
      body.u32(spec.interfaceId ?? 0);
      body.timedPacket(spec);
      if (spec.flags !== undefined) body.u32Option(2, spec.flags);
      if (spec.drops !== undefined) body.u64Option(4, BigInt(spec.drops));
    });
  }

  obsolete(spec: PacketSpec): this {
    return this.block(2, (body) => {
      body.u16(spec.interfaceId ?? 0);
      body.u16(spec.drops ?? 0xffff);
      body.timedPacket(spec);
    });
  }

  simple(octets: Uint8Array, originalLen = octets.length): this {
    return this.block(3, (body) => {
      body.u32(originalLen);
      body.octets(octets);
      body.pad();
    });
  }

  statistics(interfaceId: number, counters: { ifdrop?: bigint; osdrop?: bigint }): this {
    return this.block(5, (body) => {
      body.u32(interfaceId);
      body.u64(0n);
      if (counters.ifdrop !== undefined) body.u64Option(5, counters.ifdrop);
      if (counters.osdrop !== undefined) body.u64Option(7, counters.osdrop);
    });
  }

  secrets(type: number, octets: Uint8Array): this {
    return this.block(10, (body) => {
      body.u32(type);
      body.u32(octets.length);
      body.octets(octets);
      body.pad();
    });
  }

  /** Any block; the lengths are right unless given. */
  block(
    type: number,
    write: (body: OctetWriter) => void,
    lens: { first?: number; last?: number } = {},
  ): this {
    const body = new OctetWriter(this.#isLittleEndian);
    write(body);
    const content = body.take();
    const whole = new OctetWriter(this.#isLittleEndian);
    whole.u32(type);
    whole.u32(lens.first ?? content.length + 12);
    whole.octets(content);
    whole.u32(lens.last ?? lens.first ?? content.length + 12);
    return this.raw(whole.take());
  }

  raw(octets: Uint8Array): this {
    this.#parts.push(octets);
    return this;
  }

  take(): Uint8Array {
    return concat(this.#parts);
  }
}

/** Appends numbers in one byte order. */
export class OctetWriter {
  readonly #octets: number[] = [];
  readonly #isLittleEndian: boolean;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  u16(value: number): void {
    this.#number(2, BigInt(value));
  }

  u32(value: number): void {
    this.#number(4, BigInt(value));
  }

  u64(value: bigint): void {
    this.#number(8, value);
  }

  octets(octets: Uint8Array): void {
    for (const octet of octets) this.#octets.push(octet);
  }

  pad(): void {
    while (this.#octets.length % 4 !== 0) this.#octets.push(0);
  }

  option(code: number, value: Uint8Array): void {
    this.u16(code);
    this.u16(value.length);
    this.octets(value);
    this.pad();
  }

  u32Option(code: number, value: number): void {
    this.u16(code);
    this.u16(4);
    this.u32(value);
  }

  u64Option(code: number, value: bigint): void {
    this.u16(code);
    this.u16(8);
    this.u64(value);
  }

  /** Time, lengths and octets, as the enhanced and the obsolete packet block have them. */
  timedPacket(spec: PacketSpec): void {
    const ticks = spec.ticks ?? 0n;
    this.u32(Number(ticks >> 32n));
    this.u32(Number(ticks & 0xffff_ffffn));
    this.u32(spec.capturedLen ?? spec.octets.length);
    this.u32(spec.originalLen ?? spec.octets.length);
    this.octets(spec.octets);
    this.pad();
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#octets);
  }

  #number(len: number, value: bigint): void {
    for (let k = 0; k < len; k++) {
      const shift = BigInt(8 * (this.#isLittleEndian ? k : len - 1 - k));
      this.#octets.push(Number((value >> shift) & 0xffn));
    }
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((len, part) => len + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** `len` octets that tell records apart. */
export function octetsOf(len: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length: len }, (_, at) => (seed * 31 + at * 7) & 0xff);
}

/** Length with the padding to four octets. */
export function padded(len: number): number {
  return Math.ceil(len / 4) * 4;
}
