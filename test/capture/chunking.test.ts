import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MODIFIED_MAGIC,
  NANOSECOND_MAGIC,
  octetsOf,
  PcapngBuilder,
  pcapFile,
} from '../support/pcap-builder.ts';
import { readInChunks, readOctetByOctet, readWhole } from './recording-sink.ts';
import { snoopFile } from './snoop-file.ts';

const RECORDS = [60, 0, 1, 54, 33].map((len, at) => ({
  seconds: 1_700_000_000 + at,
  fraction: at * 1000,
  octets: octetsOf(len, at),
}));

const PCAPNG = new PcapngBuilder()
  .section()
  .interface({ name: 'eth0', resolution: 9, snaplen: 64 })
  .enhanced({ ticks: 1_700_000_000_000_000_001n, octets: octetsOf(60), flags: 1, drops: 1 })
  .block(4, (body) => body.octets(octetsOf(60)))
  .simple(octetsOf(40, 3), 200)
  .secrets(0x544c_534b, octetsOf(9))
  .section(false)
  .interface({ linkType: 0 })
  .enhanced({ ticks: 1_700_000_001_000_000n, octets: octetsOf(33, 4) })
  .obsolete({ ticks: 1_700_000_001_000_001n, octets: octetsOf(7, 5), drops: 2 })
  .enhanced({ interfaceId: 3, octets: octetsOf(4) })
  .statistics(0, { ifdrop: 5n })
  .take();

const FILES = new Map([
  ['pcap', pcapFile(RECORDS)],
  ['pcap, big-endian nanoseconds', pcapFile(RECORDS, { isLittleEndian: false, magic: NANOSECOND_MAGIC })],
  ['pcap, modified', pcapFile(RECORDS, { magic: MODIFIED_MAGIC })],
  ['pcapng', PCAPNG],
  ['snoop', snoopFile(RECORDS)],
]);

const offsets = (file: Uint8Array) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: file.length }), { maxLength: 20 })
    .map((cuts) => cuts.sort((a, b) => a - b));

for (const [name, file] of FILES) {
  describe(name, () => {
    const whole = readWhole(file);

    test('the file as it is gives frames', () => {
      expect(whole.sink.frames.length).toBeGreaterThanOrEqual(4);
    });

    test('gives the same octet by octet', () => {
      const { sink, state } = readOctetByOctet(file);
      expect(sink).toEqual(whole.sink);
      expect(state.secrets).toEqual(whole.state.secrets);
      expect(state.clock).toEqual(whole.state.clock);
    });

    test('gives the same however it is cut into chunks', () => {
      fc.assert(
        fc.property(offsets(file), (cuts) => {
          expect(readInChunks(file, cuts).sink).toEqual(whole.sink);
        }),
      );
    });

    test('cut short anywhere, it gives the frames before the cut and at most one warning of it', () => {
      for (let len = 0; len < file.length; len++) {
        const { sink, reader } = readWhole(file.subarray(0, len));
        expect(sink.frames).toEqual(whole.sink.frames.slice(0, sink.frames.length));
        const cutWarnings = sink.kinds.filter((kind) => kind.startsWith('cut-'));
        expect(cutWarnings.length).toBeLessThanOrEqual(1);
        expect(reader.refusal === null).toBe(len >= 4);
      }
    });

    test('with any octets changed it still ends, without a throw, the same in any chunks', () => {
      const change = fc.tuple(fc.nat({ max: file.length - 1 }), fc.integer({ min: 0, max: 255 }));
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), offsets(file), (changes, cuts) => {
          const damaged = file.slice();
          for (const [at, octet] of changes) damaged[at] = octet;
          const { sink, reader } = readWhole(damaged);
          expect(sink.frames.length).toBeLessThanOrEqual(file.length / 16);
          expect(reader.neededLen).toBeLessThanOrEqual(16 * 1024 * 1024 + 24);
          expect(readInChunks(damaged, cuts).sink).toEqual(sink);
        }),
        { numRuns: 1000 },
      );
    });
  });
}

test('any octets behind a good magic are survived', () => {
  const magics = [...FILES.values()].map((file) => file.slice(0, 28));
  fc.assert(
    fc.property(
      fc.constantFrom(...magics),
      fc.uint8Array({ maxLength: 400, size: 'max' }),
      (magic, noise) => {
        const file = new Uint8Array([...magic, ...noise]);
        expect(readOctetByOctet(file).sink).toEqual(readWhole(file).sink);
      },
    ),
    { numRuns: 500 },
  );
});
