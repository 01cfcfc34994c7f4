import type { Side } from '../model/facts.ts';
import type { ApplicationView, Group } from '../model/verdict.ts';
import { type Case, otherSide } from './case.ts';
import { forgottenBy } from './forgotten.ts';
import { LATE_REQUEST_TEXTS } from './late-request.ts';
import type { Judgement } from './outcome.ts';
import { clientTexts, serverTexts } from './program-texts.ts';

export interface ApplicationViews {
  readonly client: ApplicationView;
  readonly server: ApplicationView;
}

const ORDERLY: ApplicationView = { likely: 'saw an ordinary end', errno: null };
const CLOSED_ITSELF: ApplicationView = { likely: 'closed it itself', errno: null };
const NOT_CAPTURED: ApplicationView = { likely: 'cannot be told: too little was captured', errno: null };
/** Its end is not in the capture. */
const GONE_BEFORE: ApplicationView = { likely: 'was no longer connected when this came', errno: null };
const STILL_OPEN: ApplicationView = { likely: 'still has it open', errno: null };

/**
 * What the programs at both ends most likely saw. Linux gives ECONNRESET for a RST, EPIPE for a RST after the peer's
 * FIN, ECONNREFUSED for one that answers a SYN (tcp_reset), and ETIMEDOUT when retransmissions or keep-alive probes
 * found no answer (tcp_write_err). Each error is delivered once; writes after it give EPIPE.
 */
export function applicationViews(found: Case, judgement: Judgement, group: Group | null): ApplicationViews {
  const { by, cause } = found.ending;
  if (cause === null) return silentViews(found, judgement);
  if (judgement.reason === 'probe') return probeViews(found);
  if (judgement.reason === 'refused') return refusedViews(group);
  const initiator = by ?? cause.from;
  const own = group === 'intermediary' ? forgedFor(found, initiator) : ownView(found, judgement, initiator);
  const other = viewOfPeer(found, judgement, initiator);
  return initiator === 'client' ? { client: own, server: other } : { client: other, server: own };
}

/** A connection whose handshake is complete is handed to the program, even when it is already gone (accept(2), Linux). */
function probeViews({ facts, ending: { by, cause } }: Case): ApplicationViews {
  const { state, ackFrame } = facts.handshake;
  const isAccepted = state === 'complete' && cause?.kind === 'RST' && (ackFrame ?? Infinity) < cause.frame;
  const unaware: ApplicationView = isAccepted
    ? { likely: 'ECONNRESET on the first read, if it accepts the connection at all', errno: 'ECONNRESET' }
    : { likely: 'never saw the connection', errno: null };
  return by === 'client'
    ? { client: CLOSED_ITSELF, server: unaware }
    : { client: unaware, server: CLOSED_ITSELF };
}

function refusedViews(group: Group | null): ApplicationViews {
  const server =
    group === 'intermediary'
      ? 'never saw the attempt'
      : 'has nothing listening there, or never saw the attempt';
  return {
    client: {
      likely: 'connect() failed with ECONNREFUSED; curl: (7) Failed to connect',
      errno: 'ECONNREFUSED',
    },
    server: { likely: server, errno: null },
  };
}

/** The side in whose name somebody else cut: it has not been told, or by a reset of its own. */
function forgedFor({ facts }: Case, side: Side): ApplicationView {
  const told = facts.closes.find(
    ({ kind, from, effect }) => kind === 'RST' && from !== side && effect !== 'ignored',
  );
  if (told !== undefined) {
    const likely = `ECONNRESET on the next read or write after frame ${told.frame} (the ${side} did not close)`;
    return { likely, errno: 'ECONNRESET' };
  }
  return {
    likely: `still believes the connection is open, until it sends and hears a reset or nothing (the ${side} did not close)`,
    errno: null,
  };
}

function ownView(found: Case, { reason }: Judgement, side: Side): ApplicationView {
  if (reason === 'stray' && found.facts.handshake.synFrame === null) return NOT_CAPTURED;
  const { cause } = found.ending;
  const isKernelTimer = cause?.kind === 'RST' && cause.from === side && cause.ownProbes > 0;
  if (isKernelTimer) {
    return { likely: 'its kernel gave up after unanswered keep-alive probes: ETIMEDOUT', errno: 'ETIMEDOUT' };
  }
  return CLOSED_ITSELF;
}

function viewOfPeer(found: Case, { outcome, blamed, reason }: Judgement, initiator: Side): ApplicationView {
  const { cause, rival } = found.ending;
  if (rival !== null) return CLOSED_ITSELF;
  if (reason === 'late-request') {
    return { likely: LATE_REQUEST_TEXTS.join('; '), errno: errnoAt(found, 'client') };
  }
  if (reason === 'not-visible') return NOT_CAPTURED;
  if (forgottenBy(found) !== null) return GONE_BEFORE;
  if (cause?.kind === 'FIN' && (blamed === null || reason === 'answered-for')) return ORDERLY;
  if (outcome === 'clean') {
    return {
      likely: 'perhaps ECONNRESET when it next reads, and drops the connection from its pool',
      errno: null,
    };
  }
  const side = otherSide(initiator);
  const texts = side === 'server' ? serverTexts(found) : clientTexts(found);
  return { likely: texts.join('; '), errno: errnoAt(found, side) };
}

/**
 * After a FIN read() gives 0, the first write still succeeds and draws a RST, the second gives EPIPE (the socket is in
 * CLOSE_WAIT: tcp_reset). A RST gives ECONNRESET to the first call.
 */
function errnoAt({ ending: { cause }, facts }: Case, side: Side): string | null {
  if (cause?.kind === 'RST') return 'ECONNRESET';
  const wasReset = facts.closes.some(
    ({ kind, from, effect }) => kind === 'RST' && from !== side && effect !== 'ignored',
  );
  return wasReset ? 'EPIPE' : null;
}

function silentViews({ facts }: Case, { reason, blamed }: Judgement): ApplicationViews {
  const timedOut: ApplicationView = { likely: 'ETIMEDOUT after its kernel has given up', errno: 'ETIMEDOUT' };
  const reset: ApplicationView = { likely: 'ECONNRESET when it spoke again', errno: 'ECONNRESET' };
  const deaf: ApplicationView = { likely: 'heard nothing of it', errno: null };
  switch (reason) {
    case 'forbidden':
      return blamed === 'client'
        ? { client: deaf, server: { likely: 'EHOSTUNREACH or ETIMEDOUT', errno: 'EHOSTUNREACH' } }
        : {
            client: { likely: 'EHOSTUNREACH, ECONNREFUSED or ETIMEDOUT', errno: 'EHOSTUNREACH' },
            server: deaf,
          };
    case 'unanswered-syn':
      return { client: timedOut, server: { likely: 'never saw the attempt', errno: null } };
    case 'given-up':
      return facts.closes[0]?.from === 'client'
        ? { client: timedOut, server: reset }
        : { client: reset, server: timedOut };
    case 'unacknowledged':
      return facts.client.finalRetransmissions > facts.server.finalRetransmissions
        ? { client: timedOut, server: deaf }
        : { client: deaf, server: timedOut };
    case 'probes-unanswered':
      return facts.client.unansweredProbes > facts.server.unansweredProbes
        ? { client: timedOut, server: deaf }
        : { client: deaf, server: timedOut };
    case 'window-stayed-shut':
      return blamed === 'client'
        ? {
            client: { likely: 'does not read', errno: null },
            server: { likely: 'blocked in write, then ETIMEDOUT', errno: 'ETIMEDOUT' },
          }
        : {
            client: { likely: 'blocked in write, then ETIMEDOUT', errno: 'ETIMEDOUT' },
            server: { likely: 'does not read', errno: null },
          };
    default:
      return { client: STILL_OPEN, server: STILL_OPEN };
  }
}
