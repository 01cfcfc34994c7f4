import type { CloseKind, Position } from '../model/verdict.ts';
import type { Case } from './case.ts';

/** The words in which common programs report the peer's close; measured with the versions named in docs/evidence.md. */

type Stage = 'tcp-handshake' | 'tls-handshake' | 'before-response' | 'in-response' | 'request' | 'other';

const STAGES: Readonly<Record<Position, Stage>> = {
  handshake: 'tcp-handshake',
  'before-request': 'other',
  'in-request': 'request',
  'awaiting-response': 'before-response',
  'in-response-headers': 'in-response',
  'in-response-body': 'in-response',
  'after-response': 'in-response',
  'idle-keepalive': 'other',
  'tls-handshake': 'tls-handshake',
  'tls-application': 'other',
  tunnel: 'other',
  'non-http': 'other',
  unknown: 'other',
};

/** What the server's program said when the client closed. */
export function serverTexts({ position, ending: { cause, shownBy } }: Case): readonly string[] {
  if (position === 'handshake') return SERVER_RST['tcp-handshake'];
  const after = shownBy === null ? `after frame ${cause?.frame}` : 'after the FIN';
  if (cause?.kind === 'RST')
    return [
      `ECONNRESET on the next read or write ${after}, EPIPE on later writes`,
      ...SERVER_RST[STAGES[position]],
    ];
  return [
    `end of file on reading; EPIPE ("broken pipe") on the second write ${after}`,
    ...SERVER_FIN[STAGES[position]],
  ];
}

const SERVER_RST: Readonly<Record<Stage, readonly string[]>> = {
  'tcp-handshake': ['nothing: the connection was never handed to it'],
  'tls-handshake': ['nginx: "peer closed connection in SSL handshake (104: Connection reset by peer)"'],
  request: ['Node: clientError ECONNRESET'],
  'before-response': [
    'nginx as proxy: 499',
    'Go: "write: broken pipe", request context canceled',
    'Node: ECONNRESET',
  ],
  'in-response': [
    'nginx: 200 with fewer bytes, "(104: Connection reset by peer)"',
    'Go: "write: broken pipe", or "connection reset by peer" when it was blocked in a write',
    'Java: "Connection reset by peer"',
  ],
  other: ['"connection reset by peer"'],
};

const SERVER_FIN: Readonly<Record<Stage, readonly string[]>> = {
  'tcp-handshake': ['nothing: the connection was never handed to it'],
  'tls-handshake': ['nginx: "peer closed connection in SSL handshake"'],
  request: ['"unexpected EOF" while reading the request'],
  'before-response': [
    'nginx as proxy: 499',
    'Go: request context canceled, then "write: broken pipe"',
    'Node: "aborted"',
  ],
  'in-response': [
    'nginx: 200 with fewer bytes, "client prematurely closed connection"',
    'Go: "write: broken pipe"',
    'Node: "aborted", no errno',
    'haproxy: CD',
  ],
  other: [],
};

/** What the client's program said when the server closed. */
export function clientTexts({ position, ending: { cause } }: Case): readonly string[] {
  const kind: CloseKind = cause?.kind ?? 'none';
  return kind === 'RST' ? CLIENT_RST[STAGES[position]] : CLIENT_FIN[STAGES[position]];
}

const CLIENT_RST: Readonly<Record<Stage, readonly string[]>> = {
  'tcp-handshake': ['connect() failed with ECONNRESET', 'curl: (7) Failed to connect'],
  'tls-handshake': ['ECONNRESET', 'curl: (35) or (56) Connection reset by peer'],
  request: ['ECONNRESET or EPIPE while sending', 'curl: (55) or (56)'],
  'before-response': [
    'ECONNRESET',
    'curl: (56) Recv failure: Connection reset by peer',
    'Go: "read: connection reset by peer"',
    'nginx as proxy: 502, "recv() failed (104: Connection reset by peer) while reading response header from upstream"',
  ],
  'in-response': [
    'ECONNRESET after what had arrived',
    'curl: (56) Recv failure: Connection reset by peer',
    'Go: "read: connection reset by peer"',
    'Node: ECONNRESET',
  ],
  other: ['ECONNRESET on the next read or write'],
};

const CLIENT_FIN: Readonly<Record<Stage, readonly string[]>> = {
  'tcp-handshake': ['end of file'],
  'tls-handshake': ['end of file in the handshake', 'curl: (35)'],
  request: ['EPIPE or ECONNRESET while sending, unless it reads the answer first'],
  'before-response': [
    'end of file without an answer',
    'curl: (52) Empty reply from server',
    'Go: EOF',
    'Node: ECONNRESET "socket hang up"',
    'nginx as proxy: 502, "upstream prematurely closed connection"',
  ],
  'in-response': [
    'a short answer',
    'curl: (18) transfer closed with bytes remaining to read',
    'Go: "unexpected EOF"',
    'Node: ECONNRESET "aborted" (which is not a RST here)',
    'Java (HttpURLConnection): "Premature EOF" where chunked, else no error, short data',
  ],
  other: ['end of file'],
};
