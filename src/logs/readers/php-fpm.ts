import type { LogSaying } from '../../model/log-event.ts';
import { requestLineOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';

/**
 * php.net/manual, install.fpm.configuration (request_terminate_timeout, slowlog): `WARNING: [pool www] child 12, script
 * '/x.php' (request: "GET /x.php") execution timed out (30.1 sec), terminating`; `child 12 exited on signal 11`.
 */
const LINE =
  /^(?:WARNING|NOTICE|ERROR): \[pool [\w.-]{1,60}\] (?:child \d{1,10},? )?(?:script '[^']{0,500}' )?(?:\(request: "([^"]{0,2000})"\) )?(.{1,300})$/;

/** PHP-FPM's own log. */
export const readPhpFpm: LineReader = (line) => {
  const found = LINE.exec(line.body);
  if (found === null) return null;
  const says = saying(found[2] ?? '');
  if (says === null) return null;
  const request = requestLineOf((found[1] ?? '').trim());
  return eventOf(line, 'php-fpm', { says, method: request?.method ?? null, path: request?.path ?? null });
};

function saying(words: string): LogSaying | null {
  if (words.includes('execution timed out'))
    return { kind: 'own-crash', errno: null, code: 'request_terminate_timeout' };
  if (words.includes('exited on signal')) return { kind: 'own-crash', errno: null, code: 'signal' };
  return null;
}
