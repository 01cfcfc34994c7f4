import { expect, test } from 'vitest';
import { octetsOf } from '../../src/bytes/ascii.ts';
import { HeldOctets } from '../../src/http/held-octets.ts';
import { MessageHead, parseHead } from '../../src/http/message-head.ts';
import { TextCache } from '../../src/http/text-cache.ts';
import { essence, everyOctet, feed, type HttpStep } from '../support/http-feed.ts';

test.each([1, 63, 64, 65, 200, 2_048])('a request target of %i octets is told whole', (length) => {
  const target = '/'.padEnd(length, 'target');
  const steps: HttpStep[] = [['client', `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`]];
  const state = feed(steps);
  expect(state.exchange?.target).toBe(target);
  expect(essence(feed(steps, everyOctet))).toEqual(essence(state));
});

test('a longer request target is cut to 2,048 octets', () => {
  const state = feed([['client', `GET /${'t'.repeat(5_000)} HTTP/1.1\r\n\r\n`]]);
  expect(state.exchange).toMatchObject({ target: `/${'t'.repeat(2_047)}`, httpVersion: '1.1' });
});

test('a target held before does not show through a shorter one', () => {
  const held = new HeldOctets();
  held.hold(octetsOf('..a long one...'), 2, 12);
  expect(held.text()).toBe('a long one');
  held.hold(octetsOf('/b'), 0, 2);
  expect(held.text()).toBe('/b');
});

test('texts that share a slot of the cache are kept apart', () => {
  const cache = new TextCache();
  // Alike in length, first, middle and last octet: the same slot.
  const alike = ['axbxc', 'aybyc', 'axbxc', 'azbzc', ''];
  expect(alike.map((text) => cache.textOf(octetsOf(text), 0, text.length))).toEqual(alike);
});

test('the end of a head is found wherever it lies, and whatever octets stand around it', () => {
  // Octets that differ from LF in one bit, and the highest ones: what a search by words could mistake for it.
  const nearly = '\x0b\x08\x0e\x02\x1a\x2a\x4a\x8a\x8b\xff\x80\x7f\x00\x01';
  const head = new MessageHead();
  for (let pad = 0; pad < 12; pad++) {
    for (const lineEnd of ['\r\n', '\n']) {
      const text = `GET /${'p'.repeat(pad)} HTTP/1.1${lineEnd}A: ${nearly}${lineEnd}Host: h${lineEnd}${lineEnd}`;
      for (let before = 0; before < 4; before++) {
        const octets = octetsOf(`${'\n'.repeat(before)}${text}\n\n`);
        expect(parseHead(octets, before, octets.length, true, head)).toBe(before + text.length);
        expect(head.host).toBe('h');
        expect(parseHead(octets, before, before + text.length - 1, true, head)).toBe(-1);
      }
    }
  }
});

test.each([
  ['Host : h', { host: 'h', hasSpaceBeforeColon: true }],
  ['hOST\t:h', { host: 'h', hasSpaceBeforeColon: true }],
  ['Hostess: h', { host: null, hasSpaceBeforeColon: false }],
  ['Host h', { host: null, hasSpaceBeforeColon: false }],
  ['Host', { host: null, hasSpaceBeforeColon: false }],
  ['Content\rLength: 5', { lengthState: 'none' }],
  ['X-Cache: HIT', { proxyHeaders: ['x-cache'] }],
  ['x-envoy-upstream-service-time: 3', { proxyHeaders: ['x-envoy-upstream-service-time'] }],
])('header line %j', (line, expected) => {
  const head = new MessageHead();
  const octets = octetsOf(`GET / HTTP/1.1\r\n${line}\r\n\r\n`);
  expect(parseHead(octets, 0, octets.length, true, head)).toBe(octets.length);
  expect(head).toMatchObject(expected);
});
