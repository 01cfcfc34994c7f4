import { describe, expect, test } from 'vitest';
import { concat, octetsOf, PcapngBuilder } from '../support/pcap-builder.ts';
import { hex, readInChunks, readOctetByOctet, readWhole } from './recording-sink.ts';

const SYN = octetsOf(60, 1);
const ACK = octetsOf(54, 2);
const START = 1_700_000_000n;
const MICROSECONDS = START * 1_000_000n;
const NANOSECONDS = START * 1_000_000_000n;

const file = () => new PcapngBuilder().section();

describe('pcapng', () => {
  for (const isLittleEndian of [true, false]) {
    test(`${isLittleEndian ? 'little' : 'big'}-endian section with one interface`, () => {
      const octets = new PcapngBuilder()
        .section(isLittleEndian)
        .interface({ linkType: 113, snaplen: 96, name: 'eth0' })
        .enhanced({ ticks: MICROSECONDS + 42n, octets: SYN, originalLen: 1514 })
        .enhanced({ ticks: MICROSECONDS + 1_000_000n, octets: ACK, flags: 2 })
        .take();
      const { sink, state } = readWhole(octets);
      expect(sink.warnings).toEqual([]);
      expect(sink.interfaces).toEqual([
        { linkType: 113, name: 'eth0', snaplen: 96, digits: 6, dropped: null },
      ]);
      expect(state.clock).toEqual({ epochNs: NANOSECONDS, digits: 6 });
      const common = { linkType: 113, interfaceIndex: 0 };
      expect(sink.frames).toEqual([
        { ...common, number: 1, timeNs: 42_000, octets: hex(SYN), originalLen: 1514, direction: 0 },
        { ...common, number: 2, timeNs: 1_000_000_000, octets: hex(ACK), originalLen: 54, direction: 2 },
      ]);
    });
  }

  test('each section has its own byte order and numbers its interfaces from 0', () => {
    const octets = file()
      .interface({ linkType: 1 })
      .interface({ linkType: 0, resolution: 9 })
      .enhanced({ interfaceId: 1, ticks: NANOSECONDS + 1n, octets: SYN })
      .section(false)
      .interface({ linkType: 101 })
      .enhanced({ interfaceId: 0, ticks: MICROSECONDS, octets: ACK })
      .take();
    const { sink, state } = readWhole(octets);
    expect(sink.frames.map((f) => [f.number, f.linkType, f.interfaceIndex, f.timeNs])).toEqual([
      [1, 0, 1, 1],
      [2, 101, 2, 0],
    ]);
    expect(state.clock.digits).toBe(9);
  });

  test('EPB flags: inbound, outbound, and a value that means nothing', () => {
    const octets = file()
      .interface()
      .enhanced({ octets: SYN, flags: 1 })
      .enhanced({ octets: SYN, flags: 0xffff_fffe })
      .enhanced({ octets: SYN, flags: 3 })
      .take();
    expect(readWhole(octets).sink.frames.map(({ direction }) => direction)).toEqual([1, 2, 0]);
  });

  test('a simple packet is as long as wire length, snaplen and block allow, at the time of the frame before', () => {
    const octets = file()
      .interface({ snaplen: 40 })
      .enhanced({ ticks: MICROSECONDS + 5n, octets: octetsOf(8) })
      .simple(SYN.subarray(0, 40), 1514)
      .simple(octetsOf(10), 10)
      .simple(octetsOf(16), 30)
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames.map((f) => [f.octets.length / 2, f.originalLen, f.timeNs])).toEqual([
      [8, 8, 5_000],
      [40, 1514, 5_000],
      [10, 10, 5_000],
      [16, 30, 5_000],
    ]);
  });

  test('a simple packet does not set the clock', () => {
    const octets = file().interface().simple(SYN).enhanced({ ticks: MICROSECONDS, octets: ACK }).take();
    const { sink, state } = readWhole(octets);
    expect(sink.frames.map(({ timeNs }) => timeNs)).toEqual([0, 0]);
    expect(state.clock.epochNs).toBe(NANOSECONDS);
  });

  test('the obsolete packet block, with its drop counts', () => {
    const octets = file()
      .interface()
      .obsolete({ ticks: MICROSECONDS, octets: SYN, drops: 3 })
      .obsolete({ ticks: MICROSECONDS + 1n, octets: ACK })
      .obsolete({ ticks: MICROSECONDS + 2n, octets: ACK, drops: 4 })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames.map((f) => [f.octets, f.timeNs])).toEqual([
      [hex(SYN), 0],
      [hex(ACK), 1_000],
      [hex(ACK), 2_000],
    ]);
    expect(sink.interfaces[0]?.dropped).toBe(7);
    expect(sink.kinds).toEqual(['frames-dropped']);
  });

  test('drops: the latest statistics or the sum over the packets, whichever is more, over all interfaces', () => {
    const octets = file()
      .interface()
      .interface()
      .interface()
      .enhanced({ octets: SYN, drops: 2 })
      .enhanced({ octets: SYN, drops: 3 })
      .statistics(0, { ifdrop: 1n, osdrop: 1n })
      .statistics(1, { ifdrop: 4n })
      .statistics(1, { ifdrop: 10n, osdrop: 1n })
      .statistics(2, { ifdrop: 0n, osdrop: 0xffff_ffff_ffff_ffffn })
      .statistics(9, { ifdrop: 99n })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.interfaces.map(({ dropped }) => dropped)).toEqual([5, 11, 0]);
    expect(sink.warnings).toHaveLength(1);
    expect(sink.warnings[0]?.text).toContain('16 frames were dropped');
  });

  test('decryption secrets are kept for later', () => {
    const keys = new TextEncoder().encode('CLIENT_RANDOM 00 11\n');
    const { state } = readWhole(file().secrets(0x544c_534b, keys).interface().take());
    expect(state.secrets).toEqual([{ type: 0x544c_534b, bytes: keys }]);
  });

  test('no more secrets are kept than the limit allows', () => {
    const much = new Uint8Array(3 * 1024 * 1024);
    const block = new PcapngBuilder().secrets(1, much).take();
    const { sink, state } = readWhole(concat([file().take(), block, block, block]));
    expect(state.secrets).toHaveLength(2);
    expect(sink.kinds).toEqual(['secrets-not-kept']);
  });

  test('blocks of other kinds are passed over, however long, without being waited for', () => {
    const name = file()
      .interface()
      .block(4, (body) => body.octets(octetsOf(4000)));
    const { reader } = readInChunks(name.take().subarray(0, 200), []);
    expect(reader.neededLen).toBe(12);
    const octets = name
      .block(0x7fff_0001, (body) => body.octets(octetsOf(12)))
      .enhanced({ octets: SYN })
      .take();
    const { sink } = readOctetByOctet(octets);
    expect(sink.frames.map((f) => [f.number, f.octets])).toEqual([[1, hex(SYN)]]);
    expect(sink.warnings).toEqual([]);
  });

  test('custom and journal blocks take a frame number, as in Wireshark', () => {
    const octets = file()
      .interface()
      .block(0xbad, (body) => body.u32(32_473))
      .block(0x4000_0bad, (body) => body.u32(32_473))
      .block(9, (body) => body.octets(octetsOf(8)))
      .enhanced({ octets: SYN })
      .take();
    const { sink, state } = readWhole(octets);
    expect(sink.frames.map(({ number }) => number)).toEqual([4]);
    expect(state.frames).toBe(4);
  });
});

describe('pcapng, damaged', () => {
  test('a packet of an interface that is not described is skipped, and counted in one warning', () => {
    const octets = file()
      .enhanced({ octets: SYN })
      .simple(SYN)
      .interface()
      .enhanced({ octets: ACK })
      .enhanced({ interfaceId: 1, octets: SYN })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames.map((f) => [f.number, f.octets])).toEqual([[1, hex(ACK)]]);
    expect(sink.kinds).toEqual(['unknown-interface']);
    expect(sink.warnings[0]).toMatchObject({ byteOffset: 28, frameNumber: null });
    expect(sink.warnings[0]?.text).toMatch(/^3 packet records/);
  });

  test('a packet that claims more octets than its block holds is skipped', () => {
    const octets = file()
      .interface()
      .enhanced({ octets: SYN, capturedLen: 64 })
      .enhanced({ octets: SYN, capturedLen: 0xffff_ffff })
      .enhanced({ octets: ACK })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames.map(({ octets }) => octets)).toEqual([hex(ACK)]);
    expect(sink.kinds).toEqual(['bad-packet-length']);
  });

  for (const len of [0, 4, 11, 28, 0x0100_0004, 0xffff_fffc]) {
    test(`a packet block that claims ${len} octets stops the reading`, () => {
      const octets = file()
        .interface()
        .enhanced({ octets: SYN })
        .block(6, (body) => body.octets(octetsOf(40)), { first: len })
        .enhanced({ octets: ACK })
        .take();
      const { sink, reader } = readWhole(octets);
      expect(sink.frames).toHaveLength(1);
      expect(reader.isStopped).toBe(true);
      expect(sink.kinds).toEqual(['bad-block-length']);
      expect(sink.warnings[0]).toMatchObject({ byteOffset: 28 + 20 + 92, frameNumber: 1 });
    });
  }

  for (const len of [0, 4, 11, 13]) {
    test(`a block of unknown type that claims ${len} octets stops the reading`, () => {
      const octets = file()
        .block(77, () => {}, { first: len })
        .take();
      expect(readWhole(octets).sink.kinds).toEqual(['bad-block-length']);
    });
  }

  test('two lengths of one block that differ stop the reading', () => {
    const octets = file()
      .interface()
      .block(6, (body) => body.octets(octetsOf(40)), { first: 52, last: 56 })
      .enhanced({ octets: ACK })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames).toEqual([]);
    expect(sink.kinds).toEqual(['block-length-mismatch']);
  });

  test('a writer that does not pad its blocks is understood', () => {
    const octets = file()
      .interface()
      .block(6, (body) => {
        for (const word of [0, 0, 0, 5, 5]) body.u32(word);
        body.octets(octetsOf(5));
      })
      .enhanced({ octets: ACK })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.frames.map(({ octets }) => octets)).toEqual([hex(octetsOf(5)), hex(ACK)]);
    expect(sink.kinds).toEqual(['unaligned-block']);
  });

  test('a section header without its byte-order magic stops the reading', () => {
    const octets = file().interface().enhanced({ octets: SYN }).section().take();
    octets[octets.length - 20] = 0;
    const { sink } = readWhole(octets);
    expect(sink.frames).toHaveLength(1);
    expect(sink.kinds).toEqual(['bad-section-header']);
  });

  test('a future version is not guessed at', () => {
    expect(readWhole(new PcapngBuilder().section(true, 2).take()).sink.kinds).toEqual(['unknown-version']);
  });

  test('a file that ends inside a block that is passed over is said to be cut', () => {
    const octets = file()
      .block(4, (body) => body.octets(octetsOf(400)))
      .take();
    const { sink } = readWhole(octets.subarray(0, 200));
    expect(sink.warnings).toHaveLength(1);
    expect(sink.warnings[0]).toMatchObject({ kind: 'cut-record', byteOffset: 28 });
  });

  test('an option that runs past its block ends the options, not the block', () => {
    const octets = file()
      .block(1, (body) => {
        body.u32(1);
        body.u32(0);
        body.option(9, Uint8Array.of(9));
        body.u16(2);
        body.u16(0xffff);
      })
      .enhanced({ ticks: NANOSECONDS, octets: SYN })
      .take();
    const { sink } = readWhole(octets);
    expect(sink.interfaces[0]).toMatchObject({ digits: 9, name: null });
    expect(sink.frames).toHaveLength(1);
  });

  test('a file of nothing but interfaces does not fill memory', () => {
    const one = new PcapngBuilder().interface().take();
    const many = new Uint8Array(one.length * 70_000);
    for (let k = 0; k < 70_000; k++) many.set(one, k * one.length);
    const { sink } = readWhole(concat([file().take(), many]));
    expect(sink.interfaces).toHaveLength(65_536);
    expect(sink.kinds).toEqual(['too-many-interfaces']);
    expect(sink.warnings[0]?.text).toMatch(/^4464 /);
  });
});
