import type { LogSaying } from '../../model/log-event.ts';
import { addressOf, countOf, requestLineOf } from '../fields.ts';
import { eventOf, type LineReader } from '../line.ts';
import { timeAtStart } from '../log-time.ts';
import { saysOf } from './web-server.ts';

/**
 * docs.aws.amazon.com/elasticloadbalancing, "Access logs for your Application Load Balancer": type time elb client:port
 * target:port request-time target-time response-time status target-status received sent "request" … The time is when the
 * response was made, UTC; −1 stands for a phase that did not come to its end.
 */
const LINE =
  /^(?:http|https|h2|grpcs|ws|wss) (\d{4}-\S{15,30}) (\S{1,128}) (\S{7,60}) (\S{1,60}) (-?[\d.]{1,12}) (-?[\d.]{1,12}) (-?[\d.]{1,12}) (\d{3}|-) (\d{3}|-) (\d{1,15}) (\d{1,15}) "([^"]{0,4096})"/;

/** AWS application load balancers. */
export const readAlb: LineReader = (line) => {
  const found = LINE.exec(line.text);
  if (found === null) return null;
  const [, when = '', , client = '', target = '', first, second, third, status, , , sent, request = ''] =
    found;
  const time = timeAtStart(when, 0)?.time ?? null;
  if (time === null) return null;
  const requested = requestLineOf(request);
  const parts = [first, second, third].map(Number);
  return eventOf(line, 'alb', {
    says: says(Number(status), Number(second)),
    time,
    moment: 'end',
    peer: addressOf(client),
    upstream: addressOf(target),
    method: requested?.method ?? null,
    path: requested === null ? null : pathOf(requested.path),
    status: countOf(status),
    bytes: countOf(sent),
    bytesOf: 'response',
    duration: parts.every((part) => part >= 0) ? parts.reduce((sum, part) => sum + part, 0) : null,
  });
};

function says(status: number, targetTime: number): LogSaying {
  // 502 with a target time of −1: the target closed the connection before it had answered.
  if (status === 502 && targetTime < 0) return { kind: 'upstream-closed', errno: null, code: '502' };
  return saysOf(status);
}

/** The log has whole URLs with the balancer's port: `http://www.example.com:80/a`. */
function pathOf(url: string): string {
  const found = /^[a-z]{2,6}:\/\/[^/]{1,255}(\/.{0,4096})$/.exec(url);
  return found?.[1] ?? url;
}
