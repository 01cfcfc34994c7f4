import { describe, expect, it } from 'vitest';
import { MAX_REMEMBERED } from '../../src/tcp/limits.ts';
import { type Endpoints, RememberedConnections } from '../../src/tcp/remembered.ts';

function endpoints(number: number): Endpoints {
  return {
    address0: 9 - number,
    port0: 40_000 + (number % 20_000),
    address1: 7,
    port1: 80,
    isIpv6: number & 1,
  };
}

describe('remembered connections', () => {
  it('gives the oldest back first, with its own place and endpoints, around the ring', () => {
    const ring = new RememberedConnections();
    const places: number[] = [];
    const oldest: Endpoints = { address0: 0, port0: 0, address1: 0, port1: 0, isIpv6: 0 };
    const count = MAX_REMEMBERED + 5_000;
    for (let number = 0; number < count; number++) {
      if (ring.isFull) {
        const place = ring.forgetOldest(oldest);
        expect(place).toBe(places[number - MAX_REMEMBERED]);
        expect(oldest).toEqual(endpoints(number - MAX_REMEMBERED));
      }
      places.push(ring.add(endpoints(number), null, null));
    }
    expect(new Set(places.slice(-MAX_REMEMBERED)).size).toBe(MAX_REMEMBERED);
  });

  it('knows another initial sequence number of the same side, and only a known one', () => {
    const ring = new RememberedConnections();
    const place = ring.add({ address0: 1, port0: 65_535, address1: 1, port1: 80, isIpv6: 0 }, -5, null);
    expect(ring.hasOtherIsn(place, 1, 65_535, -5)).toBe(false);
    expect(ring.hasOtherIsn(place, 1, 65_535, 6)).toBe(true);
    // Nothing of the other side was seen: its SYN may be the one that was missed.
    expect(ring.hasOtherIsn(place, 1, 80, 6)).toBe(false);
  });
});
