import { ConnectionApp } from '../../src/app/connection-app.ts';
import type { AppSnapshot } from '../../src/model/app.ts';

/** One step of a conversation: octets of a side, a gap or what a snaplen cut off (a number of octets), or its FIN. */
export type HttpStep =
  | readonly ['client' | 'server', string]
  | readonly ['client-gap' | 'server-gap' | 'client-cut' | 'server-cut', number]
  | readonly ['client-fin' | 'server-fin'];

const SECOND_NS = 1e9;
const NOTHING = new Uint8Array(0);

/** Feeds the steps, each cut into pieces by `cut` (a list of places), and gives the state after the last. */
export function feed(
  steps: readonly HttpStep[],
  cut: (length: number) => readonly number[] = () => [],
): AppSnapshot {
  const app = new ConnectionApp(null);
  const offsets = [0, 0];
  let timeNs = 0;
  let frame = 0;
  for (const [what, value] of steps) {
    timeNs += SECOND_NS;
    const half = what.startsWith('client') ? 0 : 1;
    if (what.endsWith('-fin')) app.fin(half, timeNs);
    else if (typeof value === 'number') {
      if (what.endsWith('-cut')) app.data(half, NOTHING, 0, 0, value, offsets[half]!, ++frame, timeNs);
      else app.gap(half, value, timeNs);
      offsets[half]! += value;
    } else {
      const octets = Uint8Array.from(String(value), (character) => character.charCodeAt(0));
      let start = 0;
      for (const end of [...cut(octets.length), octets.length]) {
        app.data(half, octets, start, end, 0, offsets[half]!, ++frame, timeNs);
        offsets[half]! += end - start;
        start = end;
      }
    }
  }
  return app.snapshot();
}

/** What must not depend on how the octets were cut into segments. */
export function essence(snapshot: AppSnapshot): unknown {
  const { exchange, firstOctets: _cut, http2, ...others } = snapshot;
  const failures = http2?.failures.map(({ frame: _c, ...failure }) => failure);
  const rest = { ...others, http2: http2 === null ? null : { ...http2, failures } };
  if (exchange === null) return rest;
  const { requestFrame: _a, responseFrame: _b, ...kept } = exchange;
  return { ...rest, exchange: kept };
}

export function everyOctet(length: number): number[] {
  return Array.from({ length: Math.max(0, length - 1) }, (_, k) => k + 1);
}
