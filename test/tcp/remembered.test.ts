import { describe, expect, it } from 'vitest';
import { ConnectionRow, makeConnectionTable } from '../../src/tcp/connection-row.ts';
import { MAX_REMEMBERED } from '../../src/tcp/limits.ts';
import { RememberedConnections } from '../../src/tcp/remembered.ts';
import { ROW_IPV6 } from '../../src/tcp/row-bits.ts';

const table = makeConnectionTable();
table.reserve(1);
const row = new ConnectionRow(table);
row.move(0);

interface Endpoints {
  readonly address0: number;
  readonly port0: number;
  readonly isIpv6: number;
}

function endpoints(number: number): Endpoints {
  return { address0: 9 - number, port0: 40_000 + (number % 20_000), isIpv6: number & 1 };
}

function rowOf({ address0, port0, isIpv6 }: Endpoints): ConnectionRow {
  row.clear();
  row.address0 = address0;
  row.port0 = port0;
  row.address1 = 7;
  row.port1 = 80;
  if (isIpv6 === 1) row.set(ROW_IPV6);
  return row;
}

describe('remembered connections', () => {
  it.each([
    ['different', (number: number) => Math.imul(number, 0x9e3779b1)],
    ['the same', () => -1],
  ])('are the latest ones, found in both directions, with hashes that are %s', (_name, hashOf) => {
    const released: number[] = [];
    const ring = new RememberedConnections((address) => released.push(address));
    const count = MAX_REMEMBERED + 5_000;
    for (let number = 0; number < count; number++)
      ring.add(rowOf(endpoints(number)), hashOf(number), null, null);
    for (let number = 0; number < count; number += 7) {
      const { address0, port0, isIpv6 } = endpoints(number);
      const place = ring.find(hashOf(number), address0, port0, 7, 80, isIpv6);
      expect(place >= 0).toBe(number >= 5_000);
      expect(ring.find(hashOf(number), 7, 80, address0, port0, isIpv6)).toBe(place);
      expect(ring.find(hashOf(number), address0, port0, 7, 80, 1 - isIpv6)).toBe(-1);
      expect(ring.find(hashOf(number), address0, 80, 7, port0, isIpv6)).toBe(-1);
    }
    const forgotten = Array.from({ length: 5_000 }, (_, number) => endpoints(number));
    expect(released).toEqual(
      forgotten.flatMap(({ address0, isIpv6 }) => (isIpv6 === 1 ? [address0, 7] : [])),
    );
  });

  it('of several on one 4-tuple the latest is found, and none when it is forgotten', () => {
    const ring = new RememberedConnections(() => {});
    const same = endpoints(4);
    const find = (): number => ring.find(1, same.address0, same.port0, 7, 80, same.isIpv6);
    ring.add(rowOf(same), 1, 10, null);
    ring.add(rowOf(same), 1, 20, null);
    expect(ring.hasOtherIsn(find(), same.address0, same.port0, 20)).toBe(false);
    for (let number = 5; number < 4 + MAX_REMEMBERED; number++)
      ring.add(rowOf(endpoints(number)), number, null, null);
    expect(find()).toBeGreaterThanOrEqual(0);
    ring.add(rowOf(endpoints(3)), 3, null, null);
    expect(find()).toBe(-1);
  });

  it('know another initial sequence number of the same side, and only a known one', () => {
    const ring = new RememberedConnections(() => {});
    ring.add(rowOf({ address0: 1, port0: 65_535, isIpv6: 0 }), 0, -5, null);
    const place = ring.find(0, 1, 65_535, 7, 80, 0);
    expect(ring.hasOtherIsn(place, 1, 65_535, -5)).toBe(false);
    expect(ring.hasOtherIsn(place, 1, 65_535, 6)).toBe(true);
    // Nothing of the other side was seen: its SYN may be the one that was missed.
    expect(ring.hasOtherIsn(place, 7, 80, 6)).toBe(false);
  });
});
