import { describe, expect, test } from 'vitest';
import { ACK, PSH, Segment } from '../../src/model/segment.ts';
import { FIRST_PLACE, type LogEnd, SegmentLog } from '../../src/tcp/segment-log.ts';

const BODY = Uint8Array.from({ length: 5_000 }, (_, k) => (k * 7 + 1) & 0xff);

function segmentOf(number: number, payloadLen: number): Segment {
  const segment = new Segment();
  segment.frameNumber = number;
  segment.timeNs = number * 1.5e6 + 0.25;
  segment.seq = -number;
  segment.flags = ACK | PSH;
  segment.options = 0x1ff;
  segment.windowScale = 255;
  segment.window = 65_535;
  segment.ttl = 255;
  segment.tos = 255;
  segment.ipId = number % 2 === 0 ? -1 : 65_535;
  segment.dontFragment = 1;
  segment.checksum = 2;
  segment.direction = 2;
  segment.bytes = BODY;
  segment.payloadStart = 3;
  segment.payloadEnd = 3 + payloadLen;
  segment.payloadLen = payloadLen + 9;
  return segment;
}

/** What the log is to give back. */
function essence({ bytes, payloadStart, payloadEnd, sack, ...fields }: Segment): unknown {
  return { ...fields, payload: [...bytes.slice(payloadStart, payloadEnd)] };
}

function begin(log: SegmentLog): { first: number; end: LogEnd } {
  const first = log.begin();
  return { first, end: { block: first, place: FIRST_PLACE } };
}

describe('log of segments', () => {
  test('gives back every field and the octets kept, whatever their lengths', () => {
    const log = new SegmentLog();
    const written: unknown[] = [];
    const { first, end } = begin(log);
    for (let number = 1; number <= 60; number++) {
      const len = (number * 83) % 1_900;
      const segment = segmentOf(number, len);
      expect(log.append(end, segment, number & 1, len)).toBe(true);
      written.push([number & 1, essence(segment)]);
    }
    const read: unknown[] = [];
    log.replay(first, end, 4, (segment, half) => read.push([half, essence(segment)]));
    expect(read).toEqual(written);
  });

  test('octets that were not kept read as zeros', () => {
    const log = new SegmentLog();
    const { first, end } = begin(log);
    log.append(end, segmentOf(1, 2_000), 0, 2_000);
    log.append(end, segmentOf(2, 1_000), 0, 10);
    const payloads: number[][] = [];
    log.replay(first, end, 6, ({ bytes, payloadStart, payloadEnd, ipVersion }) => {
      expect(ipVersion).toBe(6);
      payloads.push([...bytes.slice(payloadStart, payloadEnd)]);
    });
    expect(payloads[1]).toEqual([...BODY.slice(3, 13), ...new Array(990).fill(0)]);
  });

  test('is full some day, leaves the log as it was, and takes more when another is dropped', () => {
    const log = new SegmentLog();
    const kept = begin(log);
    log.append(kept.end, segmentOf(1, 100), 0, 100);
    const others: number[] = [];
    for (let block = log.begin(); block >= 0; block = log.begin()) others.push(block);
    expect(others.length).toBeGreaterThan(100_000);
    const { block, place } = kept.end;
    expect(log.append(kept.end, segmentOf(2, 3_000), 0, 3_000)).toBe(false);
    expect(kept.end).toEqual({ block, place });
    for (const other of others.slice(0, 3)) log.drop(other, other);
    // Room for a part of it: what was taken is given back.
    expect(log.append(kept.end, segmentOf(2, 3_000), 0, 3_000)).toBe(false);
    expect(log.append(kept.end, segmentOf(3, 1_000), 0, 1_000)).toBe(true);
    const frames: number[] = [];
    log.replay(kept.first, kept.end, 4, ({ frameNumber }) => frames.push(frameNumber));
    expect(frames).toEqual([1, 3]);
  });
});
