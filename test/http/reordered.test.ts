import { expect, test } from 'vitest';
import { ConnectionApp } from '../../src/app/connection-app.ts';
import type { AppSnapshot } from '../../src/model/app.ts';

type Side = 'client' | 'server';

/** Feeds octets in the order of the file; each piece has its own time, in microseconds. */
function inFileOrder(...pieces: readonly (readonly [Side, number, string])[]): AppSnapshot {
  const app = new ConnectionApp(null);
  const offsets = { client: 0, server: 0 };
  pieces.forEach(([side, timeUs, text], place) => {
    const octets = Uint8Array.from(text, (character) => character.charCodeAt(0));
    app.data(side === 'client' ? 0 : 1, octets, 0, octets.length, 0, offsets[side], place + 1, timeUs * 1e3);
    offsets[side] += octets.length;
  });
  return app.snapshot();
}

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
const answer = (length: number, body = 'x'.repeat(length)): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${body}`;

test('a response captured before its request, and sent after it, answers that request', () => {
  const snapshot = inFileOrder(
    ['server', 900, answer(5)],
    ['client', 500, get('/one')],
    ['client', 5000, get('/two')],
    ['server', 6000, answer(9, 'x')],
  );
  expect(snapshot).toMatchObject({ requestsBegun: 2, responsesBegun: 2, responsesComplete: 1, inFlight: 1 });
  expect(snapshot.exchange).toMatchObject({ target: '/two', bodyBytes: 1 });
  expect(snapshot.oddities).toEqual([]);
});

test('so does the bare head that answers a HEAD', () => {
  const snapshot = inFileOrder(
    ['server', 900, answer(700, '')],
    ['client', 500, get('/one').replace('GET', 'HEAD')],
  );
  expect(snapshot).toMatchObject({ phase: 'answered', responsesComplete: 1, inFlight: 0 });
});

test('a request that was sent after a response without one is a request of its own', () => {
  const snapshot = inFileOrder(['server', 500, answer(5)], ['client', 900, get('/next')]);
  expect(snapshot).toMatchObject({ phase: 'awaiting-response', inFlight: 1 });
  expect(snapshot.oddities).toContain('response-without-request');
});
