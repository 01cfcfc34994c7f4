import { seqDelta } from '../bytes/seq.ts';
import type { Http2Failure, TlsAlert } from '../model/app.ts';
import type { CloseFacts, ConnectionFacts, Side } from '../model/facts.ts';
import type { CloseRole } from '../model/verdict.ts';
import { isStillReading } from './benign.ts';
import { type Ending, halfOf, otherSide } from './case.ts';
import { isLateAnswer } from './deafness.ts';
import { lostFin } from './lost-fin.ts';

/** Multi-queue network cards hand over frames of one connection up to this much out of order. */
const REORDER_NS = 3e6;
/** How long a close may go unnoticed by the other side when its round trip is not known. */
const UNKNOWN_PATH_NS = 1e6;
/** RFC 8446 §6: AlertLevel fatal. */
const FATAL = 2;
/** RFC 8446 §6.1: the orderly ends are no failures. */
const CLOSE_NOTIFY = 0;
const USER_CANCELED = 90;

const NOTHING_CLOSED: Ending = {
  cause: null,
  shownBy: null,
  rival: null,
  by: null,
  alert: null,
  goaway: null,
  roles: [],
};

/**
 * Which close really began the end. The first FIN or RST that its receiver acted on, in causal order, is the cause;
 * resets that answer late data, follow their own side's FIN, or come after the other side's RST are consequences
 * (RFC 9293 §3.10.7.1: a host without the socket answers each stray segment). A fatal TLS alert outranks the order
 * of the closes that follow it (RFC 8446 §6.2: both sides then close at once), and so does a GOAWAY that names an error
 * (RFC 9113 §5.4.1: its sender must then close). A FIN that the capture lacks counts
 * when the other side's close acknowledges it (lost-fin.ts).
 */
export function findEnding(facts: ConnectionFacts, clockErrorNs = 0): Ending {
  if (facts.closes.length === 0) return NOTHING_CLOSED;
  const order = causalOrder(facts.closes);
  const first = order.find((close) => isCandidate(facts, close, order)) ?? null;
  const unseen = first === null ? null : lostFin(facts, first);
  const cause = unseen ?? first;
  const alert = cause === null ? null : fatalAlert(facts, cause);
  const goaway = cause === null ? null : firstFailure(facts, cause);
  const isAnnounced = alert !== null || goaway !== null;
  const rival = cause === null || isAnnounced ? null : findRival(facts, order, cause, clockErrorNs);
  return {
    cause,
    shownBy: unseen === null ? null : first,
    rival,
    alert,
    goaway,
    by: alert?.from ?? goaway?.from ?? cause?.from ?? null,
    roles: facts.closes.map((close) => ({
      frame: close.frame,
      from: close.from,
      kind: close.kind,
      role: roleOf(close, cause, rival),
    })),
  };
}

/**
 * File order, mended where two closes were captured within the reordering window: a RST numbered after its own
 * side's FIN was sent after it, and a close that acknowledges the other side's FIN was sent after that.
 */
function causalOrder(closes: readonly CloseFacts[]): readonly CloseFacts[] {
  if (closes.length < 2) return closes;
  const order = [...closes];
  for (let i = 1; i < order.length; i++) {
    const later = order[i]!;
    const earlier = order[i - 1]!;
    if (later.timeNs - earlier.timeNs > REORDER_NS || !mustPrecede(later, earlier)) continue;
    order[i] = earlier;
    order[i - 1] = later;
  }
  return order;
}

function mustPrecede(later: CloseFacts, earlier: CloseFacts): boolean {
  if (later.kind !== 'FIN') return false;
  if (later.from === earlier.from) return earlier.kind === 'RST' && seqDelta(earlier.seq, later.seq) > 0;
  return earlier.ack !== null && seqDelta(earlier.ack, later.seq) > 0;
}

function isCandidate(facts: ConnectionFacts, close: CloseFacts, order: readonly CloseFacts[]): boolean {
  if (close.effect === 'ignored' || isLateAnswer(facts, close)) return false;
  // A half-close ends nothing while its sender reads on; the reset that then cuts the answer does.
  if (isStillReading(facts, close) && order.some(isServerReset)) return false;
  if (close.effect === 'effective' || close.senderContinuedFrame === null) return true;
  return !order.some(({ effect }) => effect === 'effective');
}

function isServerReset({ kind, from, effect }: CloseFacts): boolean {
  return kind === 'RST' && from === 'server' && effect !== 'ignored';
}

function firstOf(order: readonly CloseFacts[], side: Side): CloseFacts | null {
  return order.find(({ from, effect }) => from === side && effect !== 'ignored') ?? null;
}

/** A plain fatal alert sent before the first close: captured before it, or acknowledged by it and captured late. */
function fatalAlert(facts: ConnectionFacts, first: CloseFacts): TlsAlert | null {
  const alerts = facts.app.tls?.alerts ?? [];
  const known = first.app.tls?.alerts ?? [];
  const isBefore = ({ frame }: TlsAlert): boolean =>
    frame <= first.frame || known.some((each) => each.frame === frame);
  const isFailure = ({ level, description }: TlsAlert): boolean =>
    level === FATAL && description !== null && description !== CLOSE_NOTIFY && description !== USER_CANCELED;
  return alerts.find((alert) => isFailure(alert) && isBefore(alert)) ?? null;
}

/** A GOAWAY with an error that was sent before the first close; of two the first, which the other one answers. */
function firstFailure(facts: ConnectionFacts, first: CloseFacts): Http2Failure | null {
  const known = first.app.http2?.failures ?? [];
  const isBefore = ({ frame }: Http2Failure): boolean =>
    frame <= first.frame || known.some((each) => each.frame === frame);
  return facts.app.http2?.failures.find(isBefore) ?? null;
}

/**
 * The other side's close, when its sender cannot have known of the cause: its ACK field does not cover the FIN, or it
 * is an own abort (no RST ever answers a RST, RFC 9293 §3.10.7.1), and it came within the time a close takes.
 */
function findRival(
  facts: ConnectionFacts,
  order: readonly CloseFacts[],
  cause: CloseFacts,
  clockErrorNs: number,
): CloseFacts | null {
  const rival = firstOf(order, otherSide(cause.from));
  if (rival === null || rival === cause) return null;
  // Of two resets nothing but the time tells; of two FINs the ACK field does.
  const errorNs = cause.kind === 'RST' ? clockErrorNs : 0;
  if (isStillReading(facts, rival)) return null;
  if (rival.timeNs - cause.timeNs + errorNs > unawareNs(facts, rival.from)) return null;
  if (rival.kind === 'RST' && (rival.form !== 'active' || rival.isAfterOwnFin)) return null;
  if (cause.kind === 'RST') return rival;
  // A DATA_FIN takes no number that an ACK field could cover: of two, the time tells.
  const isMutual = cause.multipath === 'data-fin' && rival.multipath === 'data-fin';
  return isMutual || rival.hasSeenPeerFin === false ? rival : null;
}

/**
 * A close that was captured at `t` reaches the other side and an answer is back after that side's round trip from the
 * capture point; whatever is captured from it before then was sent without knowing.
 */
export function unawareNs(facts: ConnectionFacts, side: Side): number {
  return halfOf(facts, side).minResponseNs ?? UNKNOWN_PATH_NS;
}

function roleOf(close: CloseFacts, cause: CloseFacts | null, rival: CloseFacts | null): CloseRole['role'] {
  if (close === cause) return 'cause';
  if (close === rival) return 'simultaneous';
  if (close.effect === 'ignored') {
    return close.form === 'reply' && close.triggerFrame !== null ? 'answer' : 'ignored';
  }
  if (cause === null) return 'answer';
  return close.from === cause.from || close.kind === 'RST' ? 'consequence' : 'answer';
}
