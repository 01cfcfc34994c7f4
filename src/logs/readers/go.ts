import type { LogAddress, LogSaying } from '../../model/log-event.ts';
import { addressesIn, addressOf } from '../fields.ts';
import { eventOf, type Line, type LineReader } from '../line.ts';
import { sayingOf } from '../saying.ts';

/**
 * net.OpError.Error() (Go, src/net/net.go): `op net source->addr: error`, without `source->` where Source is nil, which
 * on connected sockets it was before Go 1.5. Of that old form the one address is the *remote* one, for reads and writes
 * as for dials.
 */
const OP_ERROR =
  /\b(read|write|writev|readfrom|writeto|sendfile|splice|dial|close|set) (?:tcp[46]?) (?:(\S{3,60})->)?(\S{3,60}): (.{1,300})/;
/** net/http/server.go: what http.Server writes to its ErrorLog names the client. */
const SERVER_LINE =
  /\bhttp2?: (TLS handshake error from|panic serving|response\.Write on hijacked connection from|server: error reading preface from client|Accept error:|proxy error:|Server closed idle connection|server closed idle connection|abort Handler) ?(\S{0,60})/;

/** Go: net errors in any message, and the lines of net/http's server, proxy and client. */
export const readGo: LineReader = (line) => opError(line) ?? serverLine(line);

function opError(line: Line) {
  const found = OP_ERROR.exec(line.body);
  if (found === null) return null;
  const [, op, source, address, words = ''] = found;
  const says = sayingOf(words);
  if (says === null) return null;
  return eventOf(line, 'go', {
    says: op === 'dial' ? says : byPeer(says),
    local: source === undefined ? null : addressOf(source),
    peer: addressOf(address ?? ''),
  });
}

/** Without the local end's doing an `i/o timeout` is the program's own deadline (SetDeadline, WriteTimeout). */
function byPeer(says: LogSaying): LogSaying {
  return says.kind === 'timed-out' && says.errno === null ? { ...says, kind: 'own-close' } : says;
}

function serverLine(line: Line) {
  const found = SERVER_LINE.exec(line.body);
  if (found === null) return null;
  const [, what = '', word = ''] = found;
  const peer: LogAddress | null = addressOf(word.replace(/:$/, '')) ?? addressesIn(line.body)[0] ?? null;
  return eventOf(line, 'go', { says: serverSaying(what, line.body), peer });
}

function serverSaying(what: string, body: string): LogSaying {
  if (what.startsWith('TLS'))
    return { kind: 'tls-failed', errno: sayingOf(afterAddress(body))?.errno ?? null, code: null };
  if (what.startsWith('panic')) return { kind: 'own-crash', errno: null, code: null };
  return sayingOf(body) ?? { kind: 'failed', errno: null, code: null };
}

function afterAddress(body: string): string {
  return body.slice(body.indexOf(' from ') + 6);
}
