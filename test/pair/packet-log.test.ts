import { describe, expect, test } from 'vitest';
import { Segment } from '../../src/model/segment.ts';
import { PacketLog } from '../../src/pair/packet-log.ts';

function segment(frameNumber: number): Segment {
  const made = new Segment();
  made.frameNumber = frameNumber;
  made.timeNs = frameNumber * 10;
  made.flags = 0x18;
  made.seq = -frameNumber;
  made.window = 65_535;
  made.ttl = 255;
  made.tos = 0xb8;
  made.ipId = -1;
  made.options = 0x1ff;
  made.dontFragment = 1;
  made.windowScale = 14;
  made.bytes = Uint8Array.of(1, 2, 3, 4);
  made.payloadLen = 9;
  made.payloadStart = 1;
  made.payloadEnd = 4;
  return made;
}

function fill(log: PacketLog, id: number, from: number, to: number): void {
  for (let frame = from; frame <= to; frame++) log.segment(id, frame % 2, segment(frame), false);
}

const framesOf = (log: PacketLog, id: number) => log.packets(id, null, null).map(({ frame }) => frame);

describe('the digest of packets', () => {
  test('gives back every field', () => {
    const log = new PacketLog(() => false);
    fill(log, 3, 1, 1);
    expect(log.packets(3, 1, null)).toMatchObject([
      {
        frame: 1,
        timeNs: 10,
        from: 'client',
        flags: 0x18,
        seq: -1,
        payloadLen: 9,
        window: 65_535,
        ttl: 255,
        tos: 0xb8,
        ipId: -1,
        options: 0x1ff,
        dontFragment: 1,
        windowScale: 14,
        prefixLen: 3,
      },
    ]);
    expect(log.packets(3, null, 1)[0]!.from).toBe('server');
  });

  test('of a long connection keeps the beginning and the end', () => {
    const log = new PacketLog(() => false, 6);
    fill(log, 0, 1, 20);
    expect(framesOf(log, 0)).toEqual([1, 2, 3, 18, 19, 20]);
    expect(log.omitted(0)).toBe(14);
  });

  test('is bounded over all connections, and what is released is used again', () => {
    const log = new PacketLog(() => false, 100, 10);
    fill(log, 0, 1, 8);
    fill(log, 1, 9, 20);
    expect(framesOf(log, 0)).toHaveLength(8);
    expect(framesOf(log, 1)).toEqual([9, 20]);
    fill(log, 2, 21, 22);
    expect(framesOf(log, 2)).toEqual([]);
    expect(log.refused).toBe(2);
    log.release(0);
    fill(log, 3, 23, 30);
    expect(framesOf(log, 3)).toHaveLength(8);
    expect(framesOf(log, 1)).toEqual([9, 20]);
  });

  test('asks for room before it refuses', () => {
    const log: PacketLog = new PacketLog(
      () => {
        log.release(0);
        return true;
      },
      100,
      4,
    );
    fill(log, 0, 1, 4);
    fill(log, 1, 5, 8);
    expect(framesOf(log, 1)).toEqual([5, 6, 7, 8]);
    expect(log.refused).toBe(0);
  });

  test('leaves copies out', () => {
    const log = new PacketLog(() => false);
    log.segment(0, 0, segment(1), true);
    expect(framesOf(log, 0)).toEqual([]);
  });
});
