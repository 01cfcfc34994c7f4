import type { LogAddress, LogEvent, LogSaying, LogTime } from '../../model/log-event.ts';
import { addressOf, requestLineOf } from '../fields.ts';
import { MAX_TRACEBACK_LINES } from '../limits.ts';
import { eventOf, type Line } from '../line.ts';
import { sayingOf } from '../saying.ts';

/** socketserver.py, BaseServer.handle_error: `Exception occurred during processing of request from ('192.0.2.7', 39506)`. */
const FROM =
  /^Exception (?:occurred during|happened during) processing of request from \('([0-9a-fA-F:.%]{2,45})', (\d{1,5})/;
/** gunicorn, workers/base.py: `[ERROR] Error handling request /path`; Socket error processing request. */
const HANDLING =
  /\[(?:ERROR|WARNING|DEBUG)\] (?:Error handling request|Socket error processing request|Ignoring EPIPE|Ignoring connection reset) ?(\S{0,4096})/;
const WORKER_TIMEOUT = /WORKER TIMEOUT \(pid:\d{1,10}\)/;
/** `ConnectionResetError: [Errno 104] Connection reset by peer`, also with a package in front or a raise in a log line. */
const ERROR =
  /^(?:[\w.]{1,200}\.)?(ConnectionResetError|BrokenPipeError|ConnectionAbortedError|ConnectionRefusedError|TimeoutError|ClientDisconnect|RemoteDisconnected|IncompleteRead|ProtocolError|ClientOSError|ServerDisconnectedError|OSError|IOError|socket\.timeout)\b:? ?(.{0,300})/;

/**
 * Python: errors as tracebacks print them. The traceback's head has the address or path, its last line the error, so
 * what was said first is held until the error comes.
 */
export class PythonTracebacks {
  #peer: LogAddress | null = null;
  #path: string | null = null;
  #time: LogTime | null = null;
  #linesLeft = 0;
  #program: 'python' | 'gunicorn' = 'python';

  /** An event, `'held'` when the line belongs to a traceback, null when it is not Python's. */
  read(line: Line): LogEvent | 'held' | null {
    const from = FROM.exec(line.text);
    if (from !== null) return this.#hold(line, addressOf(`[${from[1]}]:${from[2]}`), null, 'python');
    const handling = HANDLING.exec(line.body);
    if (handling !== null) return this.#gunicorn(line, handling);
    if (WORKER_TIMEOUT.test(line.body)) {
      return eventOf(line, 'gunicorn', {
        says: { kind: 'own-crash', errno: null, code: 'WORKER TIMEOUT' },
      });
    }
    const error = ERROR.exec(line.text) ?? ERROR.exec(line.body);
    if (error !== null) return this.#error(line, error);
    if (this.#linesLeft === 0) return null;
    this.#linesLeft--;
    return /^\s|^Traceback|^-{10,}$|^During handling|^$/.test(line.text) ? 'held' : null;
  }

  #hold(line: Line, peer: LogAddress | null, path: string | null, program: 'python' | 'gunicorn'): 'held' {
    this.#peer = peer;
    this.#path = path;
    this.#time = line.time;
    this.#program = program;
    this.#linesLeft = MAX_TRACEBACK_LINES;
    return 'held';
  }

  #gunicorn(line: Line, [text = '', path = '']: RegExpExecArray): LogEvent | 'held' {
    if (text.includes('Ignoring')) {
      const isPipe = text.includes('EPIPE');
      const says: LogSaying = isPipe
        ? { kind: 'broken-pipe', errno: 'EPIPE', code: null }
        : { kind: 'peer-reset', errno: 'ECONNRESET', code: null };
      return eventOf(line, 'gunicorn', { says });
    }
    return this.#hold(line, null, requestLineOf(`GET ${path}`)?.path ?? null, 'gunicorn');
  }

  #error(line: Line, [, name = '', message = '']: RegExpExecArray): LogEvent | 'held' | null {
    const says = sayingOf(`${name}: ${message}`) ?? sayingOf(message);
    if (says === null) return null;
    const isInside = this.#linesLeft > 0;
    const event = eventOf(line, isInside ? this.#program : 'python', {
      says: { ...says, code: name },
      peer: isInside ? this.#peer : null,
      path: isInside ? this.#path : null,
      time: line.time ?? (isInside ? this.#time : null),
    });
    this.#linesLeft = 0;
    return event;
  }
}
