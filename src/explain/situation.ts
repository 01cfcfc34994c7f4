import type { SeenConnection, SeenExchange } from '../model/explanation.ts';

/** What ended the connection, as far as settings go. */
export type Situation =
  | 'server-closed-idle'
  | 'client-closed-idle'
  | 'client-gave-up-waiting'
  | 'client-left-in-response'
  | 'client-left-in-request'
  | 'server-closed-in-response'
  | 'server-closed-unanswered'
  | 'server-closed-in-request'
  | 'cut-in-between'
  | 'went-silent'
  | 'refused'
  | 'tls-failed';

export interface SeenSituation {
  readonly kind: Situation;
  /** Nanoseconds that a timer would have run: of silence, or since the request. */
  readonly timerNs: number | null;
}

/** Null: it ended well, or nothing can be set about it. */
export function situationOf(connection: SeenConnection, exchange: SeenExchange | null): SeenSituation | null {
  const { closedBy, position, outcome, silenceNs } = connection;
  if (outcome === 'refused') return { kind: 'refused', timerNs: null };
  if (outcome === 'timed-out') return { kind: 'went-silent', timerNs: null };
  if (connection.group === 'intermediary') return { kind: 'cut-in-between', timerNs: silenceNs };
  if (position === 'tls-handshake') return { kind: 'tls-failed', timerNs: null };
  const since = exchange?.requestNs == null ? silenceNs : connection.killNs - exchange.requestNs;
  if (closedBy === 'server') return serverClosed(connection, since);
  if (closedBy === 'client') return clientClosed(connection, since);
  return null;
}

function serverClosed({ position, silenceNs }: SeenConnection, since: number | null): SeenSituation | null {
  switch (position) {
    case 'idle-keepalive':
      return { kind: 'server-closed-idle', timerNs: silenceNs };
    case 'in-response-body':
    case 'in-response-headers':
      return { kind: 'server-closed-in-response', timerNs: since };
    case 'awaiting-response':
      return { kind: 'server-closed-unanswered', timerNs: since };
    case 'in-request':
    case 'before-request':
      return { kind: 'server-closed-in-request', timerNs: silenceNs };
    default:
      return null;
  }
}

function clientClosed({ position, silenceNs }: SeenConnection, since: number | null): SeenSituation | null {
  switch (position) {
    case 'idle-keepalive':
      return { kind: 'client-closed-idle', timerNs: silenceNs };
    case 'in-response-body':
    case 'in-response-headers':
      return { kind: 'client-left-in-response', timerNs: since };
    case 'awaiting-response':
      return { kind: 'client-gave-up-waiting', timerNs: since };
    case 'in-request':
      return { kind: 'client-left-in-request', timerNs: since };
    default:
      return null;
  }
}
