import { describe, expect, test } from 'vitest';
import { PcapBatch, pcapFileHeader } from '../../../src/io/live/pcap-batch.ts';
import { UserClock } from '../../../src/io/live/user-clock.ts';
import { readWhole } from '../../capture/recording-sink.ts';

describe("cap's stream", () => {
  test('is a pcap file', () => {
    const batch = new PcapBatch();
    batch.add(Uint8Array.of(1, 2, 3, 9, 9), 3, false, 1_700_000_000_000_001);
    batch.add(Uint8Array.of(4, 5), 2, true, 1_700_000_001_500_000);
    expect(batch.isEmpty).toBe(false);
    const { sink, state } = readWhole(Uint8Array.of(...pcapFileHeader(113), ...batch.take()));
    expect(batch.isEmpty).toBe(true);
    expect(sink.warnings).toEqual([]);
    expect(state.clock).toEqual({ epochNs: 1_700_000_000_000_000_000n, digits: 6 });
    expect(sink.frames).toMatchObject([
      { timeNs: 1_000, octets: '010203', originalLen: 3, linkType: 113 },
      { timeNs: 1_500_000_000, octets: '0405', originalLen: 3, linkType: 113 },
    ]);
  });

  test('holds the largest frame on top of a batch that is nearly full', () => {
    const batch = new PcapBatch();
    const frame = new Uint8Array(65_536);
    while (!batch.isFull) batch.add(frame, 65_535, false, 1);
    expect(batch.take().length).toBeGreaterThan(256 * 1024);
  });
});

describe('the clock in user space', () => {
  test('goes by the monotonic clock, and follows the wall clock when that is set', () => {
    let wallMs = 1_000_000;
    let steadyMs = 50;
    const clock = new UserClock(
      () => wallMs,
      () => steadyMs,
      999_950,
    );
    steadyMs = 50.25;
    expect(clock.nowUs()).toBe(1_000_000_250);
    steadyMs = 2_050;
    wallMs = 1_002_010;
    expect(clock.nowUs(), 'a coarse reading is no step').toBe(1_002_000_000);
    steadyMs = 4_050;
    wallMs = 1_604_000;
    expect(clock.nowUs(), 'set by ten minutes').toBe(1_604_000_000);
  });
});
