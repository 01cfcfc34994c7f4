import { addressOf, requestLineOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { saysOf } from './web-server.ts';

/** uvicorn/logging.py: `INFO:     127.0.0.1:51234 - "GET / HTTP/1.1" 200 OK`; written with the response's head. */
const LINE = /^(?:[A-Z]{4,8}: {1,10})?(\S{7,60}) - "([^"]{1,4096})" (\d{3})(?: [A-Za-z' -]{1,40})?$/;

/** uvicorn's access lines. */
export const readUvicorn: LineReader = (line) => {
  const found = LINE.exec(line.body);
  const peer = found === null ? null : addressOf(found[1] ?? '');
  if (found === null || peer === null) return null;
  const request = requestLineOf(found[2] ?? '');
  return eventOf(line, 'uvicorn', {
    says: saysOf(Number(found[3])),
    moment: 'head',
    peer,
    method: request?.method ?? null,
    path: request?.path ?? null,
    status: Number(found[3]),
  });
};
