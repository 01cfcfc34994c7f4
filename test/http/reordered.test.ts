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

test('several responses captured before their requests answer them in order', () => {
  const snapshot = inFileOrder(
    ['server', 900, answer(1)],
    ['server', 1400, answer(2)],
    ['server', 1900, answer(3)],
    ['client', 500, get('/one')],
    ['client', 1000, get('/two')],
    ['client', 1500, get('/three')],
    ['client', 5000, get('/four')],
  );
  expect(snapshot).toMatchObject({ requestsBegun: 4, responsesComplete: 3, inFlight: 1, oddities: [] });
  expect(snapshot.exchange).toMatchObject({ target: '/four', responseFrame: null });
});

test('as long as one of them has no request, that is said', () => {
  const snapshot = inFileOrder(
    ['server', 900, answer(1)],
    ['server', 1400, answer(2)],
    ['client', 500, get('/one')],
  );
  expect(snapshot.oddities).toContain('response-without-request');
});

test('a response is not kept for a request that comes more than 10 ms after it', () => {
  const snapshot = inFileOrder(
    ['server', 900, answer(1)],
    ['server', 20_000, answer(2)],
    ['server', 40_000, answer(3)],
    ['client', 39_000, get('/three')],
    ['client', 500, get('/late')],
  );
  expect(snapshot).toMatchObject({ phase: 'awaiting-response', inFlight: 1 });
});

const simple = 'GET /old\r\n';

test('an answer without a head (HTTP/0.9), captured before its request and sent after it, is that answer', () => {
  const snapshot = inFileOrder(
    ['server', 900, 'x'.repeat(300)],
    ['server', 950, 'y'],
    ['client', 500, simple],
  );
  expect(snapshot).toMatchObject({ phase: 'in-response-body', requestsBegun: 1, responsesBegun: 1 });
  expect(snapshot.exchange).toMatchObject({ target: '/old', responseFrame: 1, bodyBytes: 301 });
});

test('what was sent before the request is no answer to it', () => {
  const snapshot = inFileOrder(['server', 400, 'the end of a body'], ['client', 500, simple]);
  expect(snapshot).toMatchObject({ phase: 'awaiting-response', responsesBegun: 0, oddities: [] });
});

test('what is no answer to a request with a version leaves open how far it got', () => {
  const snapshot = inFileOrder(['server', 900, 'octets of some kind'], ['client', 500, get('/one')]);
  expect(snapshot).toMatchObject({ phase: 'unknown', responsesBegun: 0 });
});

test('nor is the greeting of another protocol', () => {
  const snapshot = inFileOrder(['server', 900, '220 mail.example ready\r\n'], ['client', 500, simple]);
  expect(snapshot).toMatchObject({ phase: 'non-http', responsesBegun: 0 });
});
