import { counted, thousands } from '../bytes/number-text.ts';
import type { Exchange } from '../model/app.ts';
import type { CloseFacts, HalfFacts, Side } from '../model/facts.ts';
import { isWebSocketClosed } from './benign.ts';
import { type Case, halfOf } from './case.ts';
import { forgottenBy } from './forgotten.ts';
import { isHostFilter, mayBeHostFilter } from './host-filter.ts';
import { lateRequest } from './late-request.ts';
import { clientProxySigns, serverProxySigns } from './proxies.ts';
import { stallNs } from './stall.ts';
import { durationText, isHeadUnfinished, requestName } from './wording.ts';

/** Below these a finding is everyday noise. */
const MIN_SMALL_SEGMENTS = 8;
const MIN_SMALL_SHARE = 0.25;
const MIN_RETRANSMITTED = 3;
const MIN_RETRANSMITTED_SHARE = 0.02;
/** A window that is shut for less is an everyday pause of the reader. */
const MIN_SHUT_NS = 200e6;
const SLOW_FIRST_BYTE_NS = 3e9;
/** Full-size segments that are sent again and again, and none ever got through: an MTU black hole (RFC 2923 §2.1). */
const MIN_HOLE_RETRANSMISSIONS = 3;
const NEARLY_FULL = 0.9;

type Note = (found: Case) => string | null;

/** Findings that are not about blame, in the order in which a reader may need them. */
export function notes(found: Case): string[] {
  const all: string[] = [];
  for (const note of NOTES) {
    const text = note(found);
    if (text !== null) all.push(text);
  }
  return all;
}

const NOTES: readonly Note[] = [
  ignoredResets,
  hostFilter,
  forgotten,
  keepAliveGaveUp,
  retransmittedBeforeReset,
  safeToRetry,
  uploadUnread,
  peerIsProxy,
  serverIsProxy,
  (found) => shutWindow(found, 'client'),
  (found) => shutWindow(found, 'server'),
  (found) => mtuHole(found, 'server') ?? mtuHole(found, 'client'),
  (found) => loss(found, 'server'),
  (found) => loss(found, 'client'),
  smallWrites,
  slowFirstByte,
  stalled,
  pipelined,
  closeNotifyMissing,
  closeFrameMissing,
  icmp,
  captureLacks,
  clock,
];

function ignoredResets({ facts }: Case): string | null {
  if (facts.resetCount === 0) return null;
  const ignored = facts.closes.filter(({ kind, effect }) => kind === 'RST' && effect === 'ignored');
  const [first] = ignored;
  if (first === undefined) return null;
  const which =
    ignored.length === 1
      ? `The reset of frame ${first.frame}`
      : `${counted(ignored.length, 'reset')} (first frame ${first.frame})`;
  return `${which} in the ${first.from}'s name had no effect: ${first.effectReason}.`;
}

/** nf_send_reset answers for a socket that lives on. */
function hostFilter(found: Case): string | null {
  const { cause } = found.ending;
  if (cause?.kind !== 'RST' || cause.senderContinuedFrame === null) return null;
  if (isHostFilter(found)) {
    return `The ${cause.from}'s own socket went on after the reset (frame ${cause.senderContinuedFrame}): a packet filter of its host sent it, not its program.`;
  }
  return mayBeHostFilter(found)
    ? `The reset has the TTL of the ${cause.from}'s own segments: a packet filter of its host, which goes on, would answer so, too.`
    : null;
}

/** RFC 9293 §3.10.7.1: a host without such a socket answers with a reset. */
function forgotten(found: Case): string | null {
  const answer = forgottenBy(found);
  if (answer === null) return null;
  return `The ${answer.from} no longer knew the connection when the FIN came: frame ${answer.frame} is the reset of a host without such a socket.`;
}

/** Linux aborts after the last probe (tcp_keepalive_timer → tcp_send_active_reset). */
function keepAliveGaveUp({ ending: { cause } }: Case): string | null {
  if (cause === null || cause.kind !== 'RST') return null;
  const probes = cause.ownProbes;
  if (probes === 0) return null;
  return `The ${cause.from}'s kernel gave up after ${counted(probes, 'unanswered keep-alive probe')}: the other host, or the path to it, was gone.`;
}

function retransmittedBeforeReset({ ending: { cause } }: Case): string | null {
  if (cause === null || cause.kind !== 'RST' || cause.ownBytesUnacked === 0) return null;
  const tries = cause.ownRetransmissions;
  if (tries < MIN_RETRANSMITTED) return null;
  return `Before its reset the ${cause.from} sent data again ${tries} times without an answer: the other host or the path failed first.`;
}

function safeToRetry(found: Case): string | null {
  const late = lateRequest(found);
  if (late === null) return null;
  const name = requestName(late.exchange);
  return late.isUnprocessed
    ? `The server never acknowledged ${name}: no program has read it, and it may be sent again (RFC 9112 §9.3.1).`
    : `Whether the server's program has read ${name} cannot be told: only idempotent requests may be sent again (RFC 9110 §9.2.2).`;
}

function uploadUnread({ app: { exchange }, ending }: Case): string | null {
  if (exchange === null || !exchange.isResponseComplete || exchange.isRequestComplete) return null;
  if (ending.by !== 'server' || isHeadUnfinished(exchange)) return null;
  return `The answer ${exchange.status ?? ''} was complete before the upload: ${unreadText(exchange)}. A server that drains the rest before it closes spares the client the error (RFC 9112 §9.6).`;
}

function unreadText({ requestBodyBytes, requestBodyLength }: Exchange): string {
  if (requestBodyLength === null) return `${counted(requestBodyBytes, 'body byte')} had been sent`;
  return `${thousands(requestBodyBytes)} of ${counted(requestBodyLength, 'body byte')} had been sent`;
}

function peerIsProxy({ app }: Case): string | null {
  const signs = clientProxySigns(app);
  if (signs.length === 0) return null;
  return `The client of this connection is itself a proxy (${signs.join(', ')}): what its own user did lies beyond this capture.`;
}

function serverIsProxy({ app }: Case): string | null {
  const signs = serverProxySigns(app);
  if (signs.length === 0) return null;
  return `A proxy answers here in the server's place (${signs.join(', ')}): proxies turn a reset of the server behind them into a FIN.`;
}

function shutWindow({ facts }: Case, side: Side): string | null {
  const half = halfOf(facts, side);
  if (half.zeroWindowCount === 0 || (half.zeroWindowNs < MIN_SHUT_NS && !half.isWindowShut)) return null;
  return `The ${side} read too slowly: its receive window was shut ${counted(half.zeroWindowCount, 'time')}, for ${durationText(half.zeroWindowNs)} in all.`;
}

function mtuHole({ facts }: Case, side: Side): string | null {
  const half = halfOf(facts, side);
  const mss = half.mss ?? half.maxPayloadLen;
  if (half.finalRetransmissions < MIN_HOLE_RETRANSMISSIONS || mss === 0) return null;
  const acked = half.bytes - half.bytesUnacked;
  if (half.maxPayloadLen < NEARLY_FULL * mss || half.bytesUnacked < NEARLY_FULL * mss || acked >= mss)
    return null;
  return `Full-size segments of the ${side} (${thousands(half.maxPayloadLen)} bytes) were sent again and never acknowledged: perhaps a router on the way drops large packets (MTU black hole).`;
}

function loss({ facts }: Case, side: Side): string | null {
  const { retransmittedSegments, dataSegments } = halfOf(facts, side);
  if (retransmittedSegments < MIN_RETRANSMITTED) return null;
  const sent = dataSegments + retransmittedSegments;
  if (retransmittedSegments < MIN_RETRANSMITTED_SHARE * sent) return null;
  return `${thousands(retransmittedSegments)} of ${counted(sent, 'data segment')} of the ${side} were retransmissions: lost on the way, or not acknowledged in time.`;
}

function smallWrites({ facts: { server } }: Case): string | null {
  const { smallSegments, dataSegments } = server;
  if (smallSegments < MIN_SMALL_SEGMENTS || smallSegments < MIN_SMALL_SHARE * dataSegments) return null;
  return `The server wrote in small pieces: ${thousands(smallSegments)} of ${counted(dataSegments, 'data segment')} carry less than a quarter of what fits.`;
}

function slowFirstByte({ app: { exchange }, facts, ending: { cause } }: Case): string | null {
  if (exchange === null || exchange.requestEndNs === null) return null;
  if (exchange.responseStartNs !== null) {
    const took = exchange.responseStartNs - exchange.requestEndNs;
    return took < SLOW_FIRST_BYTE_NS
      ? null
      : `The first byte of the response to ${requestName(exchange)} took ${durationText(took)}.`;
  }
  const waited = (cause?.timeNs ?? facts.endNs) - exchange.requestEndNs;
  return waited < SLOW_FIRST_BYTE_NS
    ? null
    : `${requestName(exchange)} had waited ${durationText(waited)} for its first byte.`;
}

function stalled(found: Case): string | null {
  const ns = stallNs(found);
  if (ns === 0) return null;
  return `Nothing more of the response had come for ${durationText(ns)} when the client left.`;
}

function pipelined({ app }: Case): string | null {
  return app.inFlight < 2 ? null : `${thousands(app.inFlight)} requests were in flight on this connection.`;
}

/** RFC 8446 §6.1: without close_notify the end may be a truncation. */
function closeNotifyMissing({ app, ending: { cause } }: Case): string | null {
  if (app.phase !== 'tls-application' || app.tls === null || !isUnannounced(app.tls, cause)) return null;
  return `The ${cause?.from} ended its TLS stream without a visible close_notify.`;
}

/** RFC 6455 §7.1.5: all messages may be whole, but the other program is told of an abnormal end. */
function closeFrameMissing({ app, facts, ending: { cause } }: Case): string | null {
  if (app.phase !== 'tunnel' || app.webSocket === null || cause === null || isWebSocketClosed(facts.app)) {
    return null;
  }
  return `The ${cause.from} ended the WebSocket without a Close frame: the other program sees code 1006.`;
}

function isUnannounced(tls: NonNullable<Case['app']['tls']>, cause: CloseFacts | null): boolean {
  if (cause === null || cause.kind !== 'FIN') return false;
  return cause.from === 'client' ? !tls.isClientCloseNotifyLikely : !tls.isServerCloseNotifyLikely;
}

function icmp({ facts: { icmpErrors } }: Case): string | null {
  const [first] = icmpErrors;
  if (first === undefined) return null;
  return `${first.from} sent an ICMP error (type ${first.type}, code ${first.code}) about the ${first.about}'s packets in frame ${first.frame}.`;
}

function captureLacks({ facts: { client, server }, ending }: Case): string | null {
  const lacks = ({ bytesNotCaptured }: HalfFacts): number => bytesNotCaptured;
  const sum = lacks(client) + lacks(server);
  if (sum > 0) return `The capture lacks ${counted(sum, 'byte')} that were acknowledged.`;
  return ending.shownBy === null ? null : `The capture lacks the FIN of the ${ending.cause?.from}.`;
}

function clock({ facts: { clockSteps } }: Case): string | null {
  return clockSteps === 0
    ? null
    : `The capture's clock ran backwards ${counted(clockSteps, 'time')} during this connection.`;
}
