import { expect, test } from 'vitest';
import { networkHash, networkHashOfIpv4, networkHashOfText, networkOf } from '../../src/bytes/ip-network.ts';
import { pathHash, pathHashOfText, pathShape } from '../../src/bytes/path-hash.ts';

test('the network of an address, as text and as a number', () => {
  expect(networkOf('198.51.100.7')).toBe('198.51.100.0/24');
  expect(networkOf('2001:db8:1:2::7')).toBe('2001:db8:1::/48');
  expect(networkOf('2001:db8::7')).toBe('2001:db8::/48');
  expect(networkOf('::1')).toBe('::/48');
  expect(networkOf('nonsense')).toBe('nonsense');
  const octets = Uint8Array.of(198, 51, 100, 7);
  const address = (198 << 24) | (51 << 16) | (100 << 8) | 7;
  expect(networkHashOfText('198.51.100.200')).toBe(networkHash(octets, 4));
  expect(networkHashOfIpv4(address)).toBe(networkHash(octets, 4));
  expect(networkHashOfText('198.51.101.7')).not.toBe(networkHash(octets, 4));
  expect(networkHashOfText('2001:db8:1:9::1')).toBe(networkHashOfText('2001:db8:1::'));
  expect(networkHashOfText('2001:db8:2::1')).not.toBe(networkHashOfText('2001:db8:1::1'));
});

test('paths that differ in digits or query are one', () => {
  expect(pathShape('/user/17/photo?s=2')).toBe('/user/#/photo');
  expect(pathHashOfText('/user/17/photo?s=2')).toBe(pathHashOfText('/user/4/photo'));
  expect(pathHashOfText('/user/17/photo')).not.toBe(pathHashOfText('/user/17/photos'));
  expect(pathHashOfText('')).toBe(pathHashOfText('?q=1'));
  const octets = new TextEncoder().encode('xx/user/9/photo?');
  expect(pathHash(octets, 2, octets.length)).toBe(pathHashOfText('/user/17/photo'));
  expect(pathHashOfText('/'.padEnd(5000, 'a'))).toBe(pathHashOfText('/'.padEnd(6000, 'a')));
});
