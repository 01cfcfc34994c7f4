import type { Verdict } from '../model/verdict.ts';

/** Not as both sides wanted: cut, refused, gone silent, or a request that ran into the end. */
export function isEarlyEnd({ outcome, group, isHarmless }: Verdict): boolean {
  if (group !== null || (outcome === 'clean' && !isHarmless)) return true;
  return outcome !== 'clean' && outcome !== 'open' && outcome !== 'scan';
}

/** Ended by the client while a response was being sent: the "broken pipe" of a server's log. */
export function isCutResponse({ group, position }: Verdict): boolean {
  return group !== null && (position === 'in-response-body' || position === 'in-response-headers');
}
