import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { octetsOfIp } from '../../src/bytes/ip-octets.ts';
import { communityId } from '../../src/report/community-id.ts';

const sha1 = (octets: Uint8Array) => createHash('sha1').update(octets).digest('base64');

describe('Community ID v1', () => {
  test('the published baseline vector, in both directions', () => {
    const expected = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';
    expect(communityId('128.232.110.120', 34855, '66.35.250.204', 80, sha1)).toBe(expected);
    expect(communityId('66.35.250.204', 80, '128.232.110.120', 34855, sha1)).toBe(expected);
  });

  test('IPv6, equal addresses ordered by port', () => {
    const id = communityId('2001:db8::1', 2, '2001:db8::1', 1, sha1);
    expect(id).toBe(communityId('2001:0db8:0:0:0:0:0:1', 1, '2001:db8::1', 2, sha1));
    expect(id).toMatch(/^1:[A-Za-z0-9+/]{27}=$/);
  });

  test('none for what is no address, or two families', () => {
    expect(communityId('nonsense', 1, '10.0.0.1', 2, sha1)).toBeNull();
    expect(communityId('::1', 1, '10.0.0.1', 2, sha1)).toBeNull();
  });
});

describe('addresses in text form', () => {
  test.each([
    ['10.0.0.255', [10, 0, 0, 255]],
    ['::', new Array(16).fill(0)],
    ['::ffff:10.1.2.3', [...new Array(10).fill(0), 255, 255, 10, 1, 2, 3]],
    ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ])('%s', (text, octets) => {
    expect([...(octetsOfIp(text) ?? [])]).toEqual(octets);
  });

  test.each(['256.1.1.1', '1.2.3', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', 'g::', ''])(
    '%s is none',
    (text) => {
      expect(octetsOfIp(text)).toBeNull();
    },
  );
});
