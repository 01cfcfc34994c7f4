import { describe, expect, test } from 'vitest';
import { octetsOf } from '../support/pcap-builder.ts';
import { hex, readOctetByOctet, readWhole } from './recording-sink.ts';
import { snoopFile } from './snoop-file.ts';

const text = (content: string) => Uint8Array.from(content, (character) => character.charCodeAt(0));

describe('files that are no captures', () => {
  for (const [content, refusal] of [
    ['', 'is empty'],
    ['abc', 'is too short for a pcap or pcapng file'],
    ['\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0', 'is not a pcap or pcapng file (looks like a program)'],
    ['\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'is not a pcap or pcapng file'],
  ] as const) {
    test(`${JSON.stringify(content.slice(0, 8))} ${refusal}`, () => {
      const { reader, sink } = readWhole(text(content));
      expect(reader.refusal).toBe(refusal);
      expect(reader.isStopped).toBe(true);
      expect(sink.frames).toEqual([]);
      expect(readOctetByOctet(text(content)).reader.refusal).toBe(refusal);
    });
  }

  test('printed captures and other captures are named', () => {
    const refusalOf = (content: string) => readWhole(text(content)).reader.refusal;
    expect(refusalOf('12:00:01.000001 IP 198.51.100.7.4711')).toMatch(/looks like text.*tcpdump -w/);
    expect(refusalOf('GMBU\x00\x02\x01\x00aaaaaaaaaaaa')).toMatch(/Microsoft Network Monitor/);
    expect(refusalOf('\x1f\x8b\x08\x00\x00\x00\x00\x00aaaaaaaaaaaa')).toMatch(/gzip data inside/);
  });
});

describe('snoop', () => {
  const octets = octetsOf(61);

  test('is read, with its drop counts', () => {
    const { sink, state } = readWhole(
      snoopFile([
        { seconds: 1_000_000_000, fraction: 7, octets },
        { seconds: 1_000_000_001, fraction: 8, octets: octetsOf(4), originalLen: 900 },
      ]),
    );
    expect(state.clock.epochNs).toBe(1_000_000_000_000_000_000n);
    expect(sink.frames.map((f) => [f.number, f.timeNs, f.octets, f.originalLen, f.linkType])).toEqual([
      [1, 7_000, hex(octets), 61, 1],
      [2, 1_000_008_000, hex(octetsOf(4)), 900, 1],
    ]);
    expect(sink.interfaces[0]?.dropped).toBe(1);
    expect(sink.kinds).toEqual(['frames-dropped']);
  });

  test('a record that claims more than it holds stops the reading', () => {
    const { sink, reader } = readWhole(snoopFile([{ octets }, { octets, capturedLen: 200 }, { octets }]));
    expect(sink.frames).toHaveLength(1);
    expect(reader.isStopped).toBe(true);
    expect(sink.warnings[0]).toMatchObject({
      kind: 'bad-record-length',
      byteOffset: 16 + 88,
      frameNumber: 1,
    });
  });
});
