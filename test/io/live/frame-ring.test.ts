import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameRing } from '../../../src/io/live/frame-ring.ts';

const META = { frameNumber: 1, timeNs: 5, linkType: 1, originalLen: 99 };

function octetsOf(number: number, len: number): Uint8Array {
  return new Uint8Array(len).fill(number & 0xff);
}

describe('the ring of frames', () => {
  test('gives the frames of one connection in order, with all that is known of them', () => {
    const ring = new FrameRing(1000);
    ring.add(7, Uint8Array.of(9, 1, 2, 9), 1, 3, { ...META, frameNumber: 1 });
    ring.add(8, Uint8Array.of(3), 0, 1, { ...META, frameNumber: 2 });
    ring.add(7, Uint8Array.of(4), 0, 1, { ...META, frameNumber: 3 });
    expect(ring.framesOf(7)).toEqual([
      { ...META, frameNumber: 1, octets: Uint8Array.of(1, 2) },
      { ...META, frameNumber: 3, octets: Uint8Array.of(4) },
    ]);
    ring.forget(7);
    expect(ring.framesOf(7)).toEqual([]);
    expect(ring.framesOf(8)).toHaveLength(1);
  });

  test('a frame that does not fit is passed over', () => {
    const ring = new FrameRing(10);
    ring.add(1, octetsOf(1, 11), 0, 11, META);
    expect(ring.framesOf(1)).toEqual([]);
  });

  test('whatever is added, what it gives is whole, of the latest frames, and the last that fit are there', () => {
    const frames = fc.array(fc.record({ connection: fc.nat(3), len: fc.integer({ min: 1, max: 40 }) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(frames, (added) => {
        const ring = new FrameRing(100);
        added.forEach(({ connection, len }, index) => {
          ring.add(connection, octetsOf(index, len), 0, len, { ...META, frameNumber: index });
        });
        for (const connection of [0, 1, 2, 3]) {
          const own = added
            .map((frame, index) => ({ ...frame, index }))
            .filter((frame) => frame.connection === connection);
          const kept = ring.framesOf(connection);
          expect(kept.map(({ frameNumber }) => frameNumber)).toEqual(
            own.slice(own.length - kept.length).map(({ index }) => index),
          );
          for (const { frameNumber, octets } of kept)
            expect(octets).toEqual(octetsOf(frameNumber, added[frameNumber]!.len));
        }
        const last = added.at(-1);
        if (last !== undefined) expect(ring.framesOf(last.connection).at(-1)?.octets.length).toBe(last.len);
      }),
    );
  });
});
