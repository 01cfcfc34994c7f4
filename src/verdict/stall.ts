import { type Case, halfOf } from './case.ts';
import { silenceNs } from './position.ts';

/** Longer than pauses of a path at work: retransmission timers begin at 1 s (RFC 6298 §2.1). */
const STALLED_NS = 2e9;

/**
 * How long the response had stood still when the client left it, in nanoseconds; 0 where it had not, or where the client itself
 * had shut its window. Read timeouts of clients are measured in seconds: then the silence came first.
 */
export function stallNs({ facts, position, ending: { cause, by } }: Case): number {
  if (by !== 'client' || cause === null || facts.client.isWindowShut) return 0;
  if (position !== 'in-response-body' && position !== 'in-response-headers') return 0;
  const ns = silenceNs(facts, cause);
  return ns >= STALLED_NS ? ns : 0;
}

/**
 * How long the side that closed had not read by then, in nanoseconds: its window was shut, and nothing had moved for at least
 * STALLED_NS; else 0. A FIN stands behind the data in the sequence space (RFC 9293 §3.4), so if the other side gave up
 * meanwhile, its FIN waited with them and was not to be seen.
 */
export function shutNs({ facts, ending: { cause } }: Case): number {
  if (cause === null || !halfOf(facts, cause.from).isWindowShut) return 0;
  const ns = silenceNs(facts, cause);
  return ns >= STALLED_NS ? ns : 0;
}
