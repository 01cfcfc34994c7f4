import type { LogEvent } from '../model/log-event.ts';
import type { Line, LineReader } from './line.ts';
import { readAlb } from './readers/alb.ts';
import { readAnyWords, readRust } from './readers/any-words.ts';
import { readApacheError } from './readers/apache-error.ts';
import { readEnvoy } from './readers/envoy.ts';
import { readGo } from './readers/go.ts';
import { readHaproxy } from './readers/haproxy.ts';
import { readJava } from './readers/java.ts';
import { readNginxError } from './readers/nginx-error.ts';
import { readNode } from './readers/node.ts';
import { readPhpFpm } from './readers/php-fpm.ts';
import { readUvicorn } from './readers/uvicorn.ts';
import { readAccessLine } from './readers/web-server.ts';

/** One reader for each family, the strictest form first: the first that recognises a line has it. */
const READERS: readonly LineReader[] = [
  readAccessLine,
  readHaproxy,
  readEnvoy,
  readAlb,
  readNginxError,
  readApacheError,
  readUvicorn,
  readPhpFpm,
  readGo,
  readJava,
  readRust,
  readNode,
  readAnyWords,
];

/** A line of text (no JSON) by the first reader that recognises it. */
export function readTextLine(line: Line): LogEvent | null {
  for (const read of READERS) {
    const event = read(line);
    if (event !== null) return event;
  }
  return null;
}
