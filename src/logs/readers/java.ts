import type { LogSaying } from '../../model/log-event.ts';
import { addressOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { sayingOf } from '../saying.ts';

/**
 * Exceptions as Tomcat (org.apache.catalina.connector.ClientAbortException), Netty (io.netty.channel.unix.Errors$
 * NativeIoException), Jetty (org.eclipse.jetty.io.EofException) and java.net/java.io print them.
 */
const EXCEPTION = /\b(?:[a-z][\w$]{0,40}\.){1,10}([A-Z][\w$]{2,60}(?:Exception|Error))\b(?:: (.{0,300}))?/;
/** The same without a package, as many log patterns shorten it. */
const SHORT =
  /\b(ClientAbortException|EofException|NativeIoException|SocketException|SocketTimeoutException|PrematureCloseException|AbortedException|IOException): ?(.{0,300})/;
/** Netty's channel: `L:/10.0.0.1:8080 - R:/10.0.0.2:5123`, with `!` in place of `-` once it is closed. */
const CHANNEL = /\bL:\S{0,255}\/(\S{7,60}) [-!] R:\S{0,255}\/([^\s\],]{7,60})/;

/** Java servers and clients. */
export const readJava: LineReader = (line) => {
  // Lines of a stack, and causes of what has been said already.
  if (/^\s{0,8}(?:at |\.\.\. \d|Caused by: )/.test(line.text)) return null;
  const found = EXCEPTION.exec(line.body) ?? SHORT.exec(line.body);
  const channel = CHANNEL.exec(line.body);
  if (found === null && channel === null) return null;
  const says = saying(found?.[1] ?? '', found?.[2] ?? '', line.body);
  if (says === null) return null;
  return eventOf(line, 'java', {
    says,
    local: channel === null ? null : addressOf(channel[1] ?? ''),
    peer: channel === null ? null : addressOf(channel[2] ?? ''),
  });
};

function saying(name: string, message: string, body: string): LogSaying | null {
  const inMessage = sayingOf(message) ?? sayingOf(body);
  if (name === 'ClientAbortException')
    return { kind: 'client-gone', errno: sayingOf(message)?.errno ?? null, code: name };
  if (name === 'EofException' && inMessage?.errno == null)
    return { kind: 'peer-closed', errno: null, code: name };
  if (name === 'SocketTimeoutException') return { kind: 'timed-out', errno: null, code: name };
  return inMessage;
}
