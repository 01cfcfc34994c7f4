import { type Case, isSubflowOnly } from './case.ts';
import { forgottenBy } from './forgotten.ts';
import type { Attribution } from './probabilities.ts';

/** For a best guess: what else may have happened, and which capture would tell. Null when nothing is open. */
export function settle(found: Case, attribution: Attribution | null): string | null {
  if (attribution?.certainty !== 'undetermined') return null;
  const { cause, shownBy, rival, by } = found.ending;
  const side = by ?? (attribution.group === 'server' ? 'server' : 'client');
  if (cause === null) {
    return `It may also be the path. A capture at the ${side} over the same minutes would show what reached it.`;
  }
  if (rival !== null && cause.kind === rival.kind) {
    return (
      `Client and server closed within one trip time, so either may have decided first; the logs of both programs ` +
      `would tell. An intermediary that cuts both ends is also possible: captures at both ends would show it.`
    );
  }
  if (cause.form === 'refusal') {
    return `A packet filter may have refused in the server's name. A capture at the server would show whether the SYN arrived there and who answered.`;
  }
  if (shownBy !== null) {
    return `The ${side}'s FIN is not in the capture. A capture at the ${side} over the same minutes would show it.`;
  }
  if (isSubflowOnly(found) && attribution.group !== 'intermediary') {
    return `They speak Multipath TCP, and its own close (DATA_FIN or MP_FASTCLOSE) was not captured before this one: the connection may have gone on, or been closed, on another path. A capture of all paths at the ${side} would show it.`;
  }
  const forgotten = forgottenBy(found);
  if (forgotten !== null && attribution.group !== 'intermediary') {
    return `The ${forgotten.from} had lost the connection before (frame ${forgotten.frame}): its program or host may have ended it, or something in between. A capture at the ${forgotten.from}, begun earlier, would show it.`;
  }
  const others = attribution.group === 'intermediary' ? `the ${side} itself` : inBetween(side);
  return `It may also have been ${others}. A capture at the ${side} over the same minutes would tell: did it send frame ${cause.frame} itself?`;
}

function inBetween(side: 'client' | 'server'): string {
  return `something between the capture and the ${side} (a NAT, firewall or load balancer that lost or dropped the connection)`;
}
