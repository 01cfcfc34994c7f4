import { describe, expect, test } from 'vitest';
import { CaptureState } from '../../src/capture/capture-state.ts';
import {
  concat,
  MICROSECOND_MAGIC,
  MODIFIED_MAGIC,
  NANOSECOND_MAGIC,
  octetsOf,
  pcapFile,
} from '../support/pcap-builder.ts';
import { hex, readWhole } from './recording-sink.ts';

const SYN = octetsOf(60, 1);
const ACK = octetsOf(54, 2);
const START = 1_700_000_000;

describe('classic pcap', () => {
  for (const isLittleEndian of [true, false]) {
    const order = isLittleEndian ? 'little-endian' : 'big-endian';

    test(`${order}, microseconds`, () => {
      const file = pcapFile(
        [
          { seconds: START, fraction: 250_000, octets: SYN },
          { seconds: START + 2, fraction: 1, octets: ACK, originalLen: 1514 },
        ],
        { isLittleEndian, linkType: 113 },
      );
      const { sink, state } = readWhole(file);
      expect(state.clock).toEqual({ epochNs: 1_700_000_000_000_000_000n, digits: 6 });
      expect(sink.warnings).toEqual([]);
      expect(sink.interfaces).toEqual([
        { linkType: 113, name: null, snaplen: 262_144, digits: 6, dropped: null },
      ]);
      const common = { linkType: 113, interfaceIndex: 0, direction: 0 };
      expect(sink.frames).toEqual([
        { ...common, number: 1, timeNs: 250_000_000, octets: hex(SYN), originalLen: 60 },
        { ...common, number: 2, timeNs: 2_000_001_000, octets: hex(ACK), originalLen: 1514 },
      ]);
    });

    test(`${order}, nanoseconds`, () => {
      const file = pcapFile([{ seconds: START, fraction: 123_456_789, octets: SYN }], {
        isLittleEndian,
        magic: NANOSECOND_MAGIC,
      });
      const { sink, state } = readWhole(file);
      expect(state.clock.digits).toBe(9);
      expect(sink.frames.map(({ timeNs }) => timeNs)).toEqual([123_456_789]);
    });

    test(`${order}, Kuznetzov's longer record header with the packet type`, () => {
      const file = pcapFile(
        [
          { seconds: START, octets: SYN, packetType: 0 },
          { seconds: START, octets: ACK, packetType: 4 },
        ],
        { isLittleEndian, magic: MODIFIED_MAGIC },
      );
      const { sink } = readWhole(file);
      expect(sink.frames.map(({ octets, direction }) => [octets, direction])).toEqual([
        [hex(SYN), 1],
        [hex(ACK), 2],
      ]);
    });
  }

  test('Ixia: nanoseconds, and four more octets of file header', () => {
    const plain = pcapFile([{ seconds: START, fraction: 5, octets: SYN }], { magic: 0x1c0001ac });
    const file = concat([plain.subarray(0, 24), octetsOf(4), plain.subarray(24)]);
    const { sink } = readWhole(file);
    expect(sink.frames.map(({ timeNs, octets }) => [timeNs, octets])).toEqual([[5, hex(SYN)]]);
  });

  test('the length of the frame check sequence is not part of the link type', () => {
    const { sink } = readWhole(pcapFile([{ octets: SYN }], { linkType: 0x2400_0001 }));
    expect(sink.frames[0]?.linkType).toBe(1);
  });

  test('a frame that says it was shorter on the wire than it is here counts as whole', () => {
    const { sink } = readWhole(pcapFile([{ octets: SYN, originalLen: 40 }]));
    expect(sink.frames[0]?.originalLen).toBe(60);
  });

  test('records longer than the snaplen are read', () => {
    const { sink } = readWhole(pcapFile([{ octets: octetsOf(1000) }, { octets: ACK }], { snaplen: 96 }));
    expect(sink.frames.map(({ octets }) => octets.length / 2)).toEqual([1000, 54]);
    expect(sink.warnings).toEqual([]);
  });

  test('versions before 2.3 have the two lengths the other way round', () => {
    const old = pcapFile([{ octets: SYN, capturedLen: 1514, originalLen: 60 }, { octets: ACK }], {
      minor: 2,
    });
    expect(readWhole(old).sink.frames.map(({ originalLen }) => originalLen)).toEqual([1514, 54]);
    const unsure = pcapFile([{ octets: SYN, capturedLen: 1514, originalLen: 60 }, { octets: ACK }], {
      minor: 3,
    });
    expect(readWhole(unsure).sink.frames).toEqual(readWhole(old).sink.frames);
  });

  test('an unknown version is read as 2.4, and said', () => {
    const { sink } = readWhole(pcapFile([{ octets: SYN }], { major: 3, minor: 1 }));
    expect(sink.frames).toHaveLength(1);
    expect(sink.kinds).toEqual(['unknown-version']);
  });

  test('frame numbers and times go on over the files of one capture', () => {
    const state = new CaptureState();
    readWhole(
      pcapFile([
        { seconds: START, octets: SYN },
        { seconds: START + 1, octets: ACK },
      ]),
      state,
    );
    const { sink } = readWhole(pcapFile([{ seconds: START + 3600, octets: SYN }]), state);
    expect(sink.frames.map((f) => [f.number, f.timeNs, f.interfaceIndex])).toEqual([
      [3, 3_600_000_000_000, 1],
    ]);
  });

  test('a frame before the first one has a negative time', () => {
    const file = pcapFile([
      { seconds: START, fraction: 500_000, octets: SYN },
      { seconds: START - 1, fraction: 999_999, octets: ACK },
    ]);
    expect(readWhole(file).sink.frames.map(({ timeNs }) => timeNs)).toEqual([500_000_000, -1_000]);
  });
});

describe('classic pcap, times that cannot be', () => {
  test('nanoseconds under the microsecond magic are told by the first record', () => {
    const file = pcapFile(
      [
        { seconds: START, fraction: 999_000_001, octets: SYN },
        { seconds: START + 1, fraction: 17, octets: ACK },
      ],
      { magic: MICROSECOND_MAGIC },
    );
    const { sink, state } = readWhole(file);
    expect(sink.frames.map(({ timeNs }) => timeNs)).toEqual([999_000_001, 1_000_000_017]);
    expect(state.clock.digits).toBe(9);
    expect(sink.kinds).toEqual(['nanoseconds-in-microsecond-file']);
  });

  test('a missed carry is carried; greater fractions stay within their second; both are told once, with a count', () => {
    const file = pcapFile([
      { seconds: START, fraction: 7, octets: SYN },
      { seconds: START, fraction: 1_000_009, octets: SYN },
      { seconds: START, fraction: 4_000_000_000, octets: SYN },
    ]);
    const { sink } = readWhole(file);
    expect(sink.frames.map(({ timeNs }) => timeNs)).toEqual([7_000, 1_000_009_000, 999_999_000]);
    expect(sink.kinds).toEqual(['bad-timestamp']);
    expect(sink.warnings[0]).toMatchObject({ byteOffset: 24 + 76, frameNumber: 1 });
    expect(sink.warnings[0]?.text).toMatch(/^2 packet records/);
  });
});

describe('classic pcap, damaged', () => {
  const file = pcapFile([{ octets: SYN }, { octets: ACK }]);

  test('a header and no packet is a capture without packets', () => {
    const { sink, reader } = readWhole(pcapFile([]));
    expect(sink.frames).toEqual([]);
    expect(sink.warnings).toEqual([]);
    expect(reader.refusal).toBeNull();
  });

  test('a cut header is said', () => {
    expect(readWhole(file.subarray(0, 23)).sink.kinds).toEqual(['cut-header']);
  });

  test('a cut record is said once, with its place', () => {
    const { sink } = readWhole(file.subarray(0, file.length - 10));
    expect(sink.frames).toHaveLength(1);
    expect(sink.warnings).toEqual([
      {
        kind: 'cut-record',
        text: 'the file ends inside a record (60 bytes of it are there): everything before was read',
        file: null,
        byteOffset: 24 + 76,
        frameNumber: 1,
      },
    ]);
  });

  test('a captured length beyond any frame stops the reading, and is never waited for', () => {
    const bad = pcapFile([{ octets: SYN }, { octets: ACK, capturedLen: 0xffff_fff0 }, { octets: SYN }]);
    const { sink, reader } = readWhole(bad);
    expect(sink.frames).toHaveLength(1);
    expect(reader.isStopped).toBe(true);
    expect(sink.warnings).toHaveLength(1);
    expect(sink.warnings[0]).toMatchObject({ kind: 'bad-record-length', byteOffset: 100, frameNumber: 1 });
  });

  test('a snaplen of 4 GiB raises the limit to 16 MiB and no further', () => {
    const records = (capturedLen: number) =>
      pcapFile([{ octets: SYN, capturedLen }], { snaplen: 0xffff_ffff });
    expect(readWhole(records(16 * 1024 * 1024)).reader.neededLen).toBe(16 * 1024 * 1024 + 16);
    expect(readWhole(records(16 * 1024 * 1024 + 1)).reader.isStopped).toBe(true);
  });
});
