import type { SeenConnection } from '../model/explanation.ts';
import type { Side } from '../model/facts.ts';
import type { LogEvent, LogKind } from '../model/log-event.ts';
import type { CloseRole } from '../model/verdict.ts';

/**
 * What the program could see, and why this errno.
 *
 * - A RST that arrives sets the socket's error to ECONNRESET, in CLOSE_WAIT (the peer's FIN was here) to EPIPE, in SYN_SENT
 *   to ECONNREFUSED: Linux tcp_reset(). An error is given to one call; afterwards write gives EPIPE and read gives 0:
 *   sk_stream_error(), tcp_sendmsg_locked(), tcp_recvmsg_locked(); write(2), recv(2).
 * - After a FIN read gives 0; the first write succeeds and draws a RST, the next gives EPIPE: tcp_send_reset, send(2).
 * - ETIMEDOUT comes from unanswered retransmissions or probes: tcp_write_err(); tcp(7), tcp_retries2, TCP_USER_TIMEOUT.
 * - Go's server reads in the background (net/http, connReader.backgroundRead) and so takes the ECONNRESET itself; a
 *   handler that writes afterwards is left with EPIPE.
 */
export function sawText(event: LogEvent, connection: SeenConnection, writer: Side): string | null {
  const other: Side = writer === 'server' ? 'client' : 'server';
  const cause = connection.closes.find(({ role }) => role === 'cause' || role === 'simultaneous') ?? null;
  const reset = connection.closes.find(
    ({ kind, from, role }) => kind === 'RST' && from === other && role !== 'ignored',
  );
  const { kind, errno } = event.says;
  if (kind === 'ordinary') return ordinaryText(connection, writer);
  if (errno === 'EPIPE' || kind === 'broken-pipe') return brokenPipeText(event, other, cause, reset);
  if (kind === 'client-gone') return clientGoneText(connection, cause, writer);
  if (errno === 'ECONNRESET' || kind === 'peer-reset' || kind === 'upstream-reset')
    return resetText(event, other, cause, reset);
  if (kind === 'peer-closed' || kind === 'upstream-closed') return closedText(event, other, cause);
  if (errno === 'ECONNREFUSED' || kind === 'refused' || kind === 'upstream-refused')
    return refusedText(cause);
  if (errno === 'ETIMEDOUT' || kind === 'timed-out' || kind === 'upstream-timeout')
    return timedOutText(connection, kind, cause, writer);
  return OTHER_TEXTS[kind] ?? null;
}

function ordinaryText(connection: SeenConnection, writer: Side): string | null {
  if (connection.group === null) return null;
  const { likely } = connection.applications[writer];
  return `The line reports no error: this program logs what it handed to its kernel, not what arrived. At the socket: ${likely}.`;
}

function brokenPipeText(
  event: LogEvent,
  other: Side,
  cause: CloseRole | null,
  reset: CloseRole | undefined,
): string | null {
  if (cause?.from === other && cause.kind === 'FIN') {
    const drew = reset === undefined ? 'a reset' : `the reset in frame ${reset.frame}`;
    return `The ${other} closed with a FIN (frame ${cause.frame}). The next write still succeeded, but drew ${drew}; the write after that got EPIPE, because nobody reads at the other end any more.`;
  }
  if (reset === undefined) return null;
  const taker =
    event.program === 'go'
      ? "Go's server, which reads in the background, took the ECONNRESET that this sets"
      : 'an earlier call took the ECONNRESET that this sets';
  return `The ${other} reset the connection (frame ${reset.frame}). An error is given to one call only: ${taker}, and the next write got EPIPE.`;
}

function resetText(
  event: LogEvent,
  other: Side,
  cause: CloseRole | null,
  reset: CloseRole | undefined,
): string | null {
  if (reset !== undefined) {
    const after =
      cause !== null && cause.frame !== reset.frame && cause.kind === 'FIN' && cause.from === other
        ? ` It had closed with a FIN before (frame ${cause.frame}); data that came after drew the reset.`
        : '';
    return `A reset came in the ${other}'s name (frame ${reset.frame}). The first call to read or write after it got ECONNRESET; later writes would get EPIPE.${after}`;
  }
  if (event.program === 'node' && cause?.kind === 'FIN')
    return `There was no reset: the ${other} closed with a FIN (frame ${cause.frame}) before the message was complete, which Node names ECONNRESET as well.`;
  return null;
}

function clientGoneText({ position }: SeenConnection, cause: CloseRole | null, writer: Side): string | null {
  if (cause === null) return null;
  if (writer === 'client') {
    if (cause.from !== 'client') return null;
    const verb = cause.kind === 'RST' ? 'reset' : 'closed';
    return `The client of this proxy left; the proxy then ${verb} its own connection to the server (frame ${cause.frame}).`;
  }
  const how = cause.kind === 'RST' ? 'reset it' : 'closed it with a FIN, which reads as an end of file';
  const when = position === 'awaiting-response' ? ' before the response began' : '';
  return `The client ${how} (frame ${cause.frame})${when}; the program watches the socket while it works and saw that nobody waits any more.`;
}

function closedText(event: LogEvent, other: Side, cause: CloseRole | null): string | null {
  if (cause === null || cause.from !== other) return null;
  if (cause.kind === 'FIN')
    return `The ${other} closed with a FIN (frame ${cause.frame}): reading gave 0 bytes, an end of file, where more was expected. There is no errno for that.`;
  const name = event.program === 'go' ? 'this text' : 'an end';
  return `The ${other} reset the connection (frame ${cause.frame}), which the program reports as ${name}.`;
}

function refusedText(cause: CloseRole | null): string | null {
  if (cause === null) return null;
  return `The SYN was answered with a reset (frame ${cause.frame}), so connect() got ECONNREFUSED.`;
}

function timedOutText(
  connection: SeenConnection,
  kind: LogKind,
  cause: CloseRole | null,
  writer: Side,
): string | null {
  if (connection.outcome === 'timed-out')
    return 'What was sent was never acknowledged: the kernel gave up after its retransmissions, and the next call got ETIMEDOUT. No reset is sent for that.';
  if (cause?.from === writer || kind === 'upstream-timeout')
    return `The program's own timer ran out; it then closed the connection itself${cause === null ? '' : ` (frame ${cause.frame}, ${cause.kind})`}. The peer did nothing.`;
  return null;
}

const OTHER_TEXTS: Readonly<Partial<Record<LogKind, string>>> = {
  'own-close': 'The program (or its own deadline) closed the socket; the peer did not.',
  'own-crash': 'The program failed; its kernel closed the socket for it.',
  'client-timeout': "The program's own timer for its client ran out, and it closed.",
};

/** Who must have acted, or what must have been, for a line of this kind to be about this connection. */
export function contradictionOf(event: LogEvent, connection: SeenConnection, writer: Side): string | null {
  const { kind } = event.says;
  const other: Side = writer === 'server' ? 'client' : 'server';
  const { closedBy, outcome } = connection;
  const isByOther =
    closedBy === other || closedBy === 'both' || closedBy === 'intermediary' || outcome === 'timed-out';
  const hasOthersReset = connection.closes.some((close) => close.kind === 'RST' && close.from === other);
  const isGone = kind === 'client-gone';
  // On its leg to the server a proxy whose client is gone closes by itself.
  const isOfProxy = isGone && writer === 'client';
  if (kind === 'peer-reset' || kind === 'broken-pipe' || kind === 'peer-closed' || (isGone && !isOfProxy)) {
    if (isByOther || hasOthersReset) return null;
    if (closedBy === 'none') return `the packets do not show that the ${other} ended it`;
    return `the line blames the ${other}, but the ${closedBy} closed first`;
  }
  if (kind === 'own-close' || kind === 'own-crash' || kind === 'client-timeout' || isOfProxy) {
    if (closedBy === writer || closedBy === 'both' || closedBy === 'none') return null;
    return `the line says that the ${writer} ended it, but ${closedBy === other ? `the ${other}` : 'something in between'} did`;
  }
  if (kind.startsWith('upstream-') && writer === 'client') {
    if (kind === 'upstream-timeout' || isByOther || hasOthersReset) return null;
    return `the line blames the server, but the ${closedBy} closed first`;
  }
  if (kind === 'refused' && outcome !== 'refused') return 'the packets show no refusal';
  return null;
}
