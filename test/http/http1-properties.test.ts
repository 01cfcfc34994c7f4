import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectionApp } from '../../src/app/connection-app.ts';
import { feed, type HttpStep } from '../support/http-feed.ts';

const GET = 'GET /report HTTP/1.1\r\nHost: www.example.test\r\n\r\n';

/** A message with its octets, and the body octets it has. */
const response = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => {
    const body = text.replaceAll(/[^ -~]/g, '_');
    return { octets: `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`, body: body.length };
  }),
  fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }).map((sizes) => {
    const chunks = sizes.map((size) => `${size.toString(16)}\r\n${'c'.repeat(size)}\r\n`).join('');
    const octets = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
    return { octets, body: sizes.reduce((sum, size) => sum + size, 0) };
  }),
  fc.constant({ octets: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n', body: 0 }),
);

describe('any conversation (property)', () => {
  test('ends answered, whatever the cuts', () => {
    fc.assert(
      fc.property(
        fc.array(response, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(400)),
        (responses, places) => {
          const steps: HttpStep[] = [
            ['client', GET.repeat(responses.length)],
            ['server', responses.map(({ octets }) => octets).join('')],
          ];
          const cut = (length: number) =>
            [...new Set(places.filter((place) => place > 0 && place < length))].sort((a, b) => a - b);
          const state = feed(steps, cut);
          expect(state).toMatchObject({
            phase: 'answered',
            requestsBegun: responses.length,
            responsesComplete: responses.length,
            inFlight: 0,
          });
          expect(state.exchange?.bodyBytes).toBe(responses.at(-1)!.body);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of hostile octets never throws, with any gaps', () => {
    const step = fc.oneof(
      fc
        .uint8Array({ maxLength: 60, size: 'max' })
        .map((octets) => ['server', String.fromCharCode(...octets)] as HttpStep),
      fc
        .uint8Array({ maxLength: 60, size: 'max' })
        .map((octets) => ['client', String.fromCharCode(...octets)] as HttpStep),
      fc.constantFrom<HttpStep>(
        ['client', GET],
        ['server', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n'],
        ['server-gap', 7],
        ['client-gap', 7],
        ['server-fin'],
      ),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const state = feed(steps);
        expect(state.inFlight).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });

  test('of a hundred thousand one-octet segments takes linear time', () => {
    const app = new ConnectionApp(null);
    const head = Uint8Array.from(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`, (character) =>
      character.charCodeAt(0),
    );
    const started = performance.now();
    for (let k = 0; k < head.length; k++) app.data(0, head, k, k + 1, 0, k, k, k);
    expect(app.snapshot().phase).toBe('awaiting-response');
    // Quadratic copying of 100 kB takes tens of seconds; this bound is far from both.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
