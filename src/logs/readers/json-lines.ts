import type {
  LogAddress,
  LogEvent,
  LogMoment,
  LogProgram,
  LogSaying,
  LogTime,
} from '../../model/log-event.ts';
import { addressOf, ipOf, requestLineOf } from '../fields.ts';
import { eventOf, type Line, ORDINARY } from '../line.ts';
import { epochTime, timeAtStart } from '../log-time.ts';
import { sayingOf } from '../saying.ts';
import { saysOfFlags } from './envoy.ts';
import { saysOfState } from './haproxy.ts';
import { type JsonScalar, jsonMembers } from './json-members.ts';
import { saysOf } from './web-server.ts';

type Members = ReadonlyMap<string, JsonScalar>;

/**
 * Names by which JSON logs call things: nginx `log_format … escape=json` with the variables' names, Caddy (caddyserver.com,
 * "How Logging Works"), pino-http, winston/morgan, Envoy json_format, HAProxy's %{json}, Go's slog, Elastic Common Schema.
 * The first that is there counts.
 */
const NAMES = {
  time: [
    'time_iso8601',
    'time_local',
    'msec',
    '@timestamp',
    'timestamp',
    'time',
    'ts',
    'datetime',
    'date',
    'start_time',
    't',
  ],
  method: [
    'method',
    'request_method',
    'req.method',
    'request.method',
    'http.request.method',
    'http_method',
    'httprequest.requestmethod',
    'verb',
  ],
  path: [
    'request_uri',
    'req.url',
    'request.uri',
    'uri',
    'path',
    'url',
    'req.originalurl',
    'url.original',
    'http.request.uri',
    'target',
    'httprequest.requesturl',
    'x_path',
  ],
  request: ['request', 'request_line', 'http_request'],
  status: [
    'status',
    'res.statuscode',
    'status_code',
    'statuscode',
    'response_code',
    'http.response.status_code',
    'response.status',
    'code',
    'httprequest.status',
  ],
  bytes: [
    'body_bytes_sent',
    'size',
    'bytes_sent',
    'bytes',
    'bytes_read',
    'response_size',
    'responsesize',
    'resp_size',
    'res.bytes',
    'http.response.body.bytes',
    'content_length',
    'bytes_written',
    'httprequest.responsesize',
  ],
  seconds: ['request_time', 'duration', 'elapsed', 'latency'],
  milliseconds: ['responsetime', 'duration_ms', 'elapsed_ms', 'latency_ms', 'response_time', 'time_active'],
  peer: [
    'req.remoteaddress',
    'request.remote_ip',
    'remote_addr',
    'remote_ip',
    'client_ip',
    'clientip',
    'client',
    'remoteaddress',
    'remote',
    'downstream_remote_address',
    'client.address',
    'client.ip',
    'source.ip',
    'peer',
    'ip',
    'httprequest.remoteip',
    'remoteaddr',
    'host_client',
  ],
  peerPort: [
    'req.remoteport',
    'request.remote_port',
    'remote_port',
    'client_port',
    'remoteport',
    'client.port',
    'source.port',
    'peer_port',
    'port_client',
  ],
  upstream: ['upstream_addr', 'upstream_host', 'upstream', 'backend', 'server_addr'],
  message: [
    'err.message',
    'error.message',
    'exception.message',
    'err',
    'error',
    'exception',
    'msg',
    'message',
    'err.stack',
    'log',
  ],
  code: ['err.code', 'error.code', 'errno', 'error_code'],
  flags: ['response_flags', 'responseflags'],
  state: ['termination_state', 'session_state', 'term_state'],
  logger: ['logger', 'name'],
} as const;

/** JSON lines of any program; `textReader` reads the message inside as if it stood alone. */
export function readJsonLine(line: Line, textReader: (line: Line) => LogEvent | null): LogEvent | null {
  const members = jsonMembers(line.text);
  if (members === null) return null;
  const request = requestLineOf(text(members, 'request') ?? '');
  const status = number(members, 'status');
  const inner = innerEvent(line, members, textReader);
  const says = saying(members, status, inner);
  const path = text(members, 'path') ?? request?.path ?? inner?.path ?? null;
  const hasHttp = path !== null && (status !== null || says.kind !== 'ordinary');
  if (says.kind === 'ordinary' && !hasHttp) return null;
  const program = programOf(members, inner);
  return eventOf(line, program, {
    says,
    time: timeOf(members) ?? line.time,
    moment: status === null ? 'written' : momentOf(program),
    peer: peerOf(members) ?? inner?.peer ?? null,
    local: inner?.local ?? null,
    upstream:
      addressOf((text(members, 'upstream') ?? '').split(/, | : /)[0] ?? '') ?? inner?.upstream ?? null,
    method: text(members, 'method') ?? request?.method ?? inner?.method ?? null,
    path,
    status: status !== null && status >= 100 && status <= 999 ? status : null,
    bytes: number(members, 'bytes'),
    bytesOf: members.has('bytes_sent') && !members.has('body_bytes_sent') ? 'response' : 'body',
    duration: durationOf(members),
  });
}

function innerEvent(line: Line, members: Members, read: (line: Line) => LogEvent | null): LogEvent | null {
  for (const name of NAMES.message) {
    const message = members.get(name);
    if (typeof message !== 'string' || message === '' || message.startsWith('{')) continue;
    const [first = ''] = message.split('\n');
    const found = read({ ...line, text: first, body: first });
    if (found !== null) return found;
  }
  return null;
}

function saying(members: Members, status: number | null, inner: LogEvent | null): LogSaying {
  const flags = text(members, 'flags');
  if (flags !== null && saysOfFlags(flags).kind !== 'ordinary') return saysOfFlags(flags);
  const state = text(members, 'state');
  if (state !== null && saysOfState(state).kind !== 'ordinary') return saysOfState(state);
  if (inner !== null && inner.says.kind !== 'ordinary') return inner.says;
  const code = text(members, 'code');
  const byCode = code === null ? null : sayingOf(code);
  if (byCode !== null) return { ...byCode, code };
  const message = text(members, 'message');
  const byMessage = message === null ? null : sayingOf(message);
  return byMessage ?? (status === null ? ORDINARY : saysOf(status));
}

/** The names are those of one program each. */
function programOf(members: Members, inner: LogEvent | null): LogProgram {
  if (members.has('time_iso8601') || members.has('body_bytes_sent') || members.has('time_local'))
    return 'nginx';
  if ((text(members, 'logger') ?? '').startsWith('http.log') || members.has('request.remote_ip'))
    return 'caddy';
  if (members.has('response_flags')) return 'envoy';
  if (
    members.has('req.url') ||
    members.has('res.statuscode') ||
    members.has('hostname') ||
    members.has('err.stack')
  )
    return 'node';
  if (inner !== null) return inner.program;
  return 'unknown';
}

function momentOf(program: LogProgram): LogMoment {
  if (program === 'envoy') return 'start';
  return program === 'unknown' ? 'either' : 'end';
}

function timeOf(members: Members): LogTime | null {
  for (const name of NAMES.time) {
    const value = members.get(name);
    if (typeof value === 'number' && value > 1e9) return epochTime(value);
    if (typeof value !== 'string') continue;
    const found = timeAtStart(value, 0);
    if (found !== null) return found.time;
    const asNumber = Number(value);
    if (asNumber > 1e9) return epochTime(asNumber);
  }
  return null;
}

function peerOf(members: Members): LogAddress | null {
  for (const name of NAMES.peer) {
    const value = members.get(name);
    if (typeof value !== 'string') continue;
    const address = addressOf(value);
    if (address === null) continue;
    const port = number(members, 'peerPort');
    return { ip: ipOf(address.ip) ?? address.ip, port: address.port ?? port };
  }
  return null;
}

function durationOf(members: Members): number | null {
  const milliseconds = number(members, 'milliseconds');
  if (milliseconds !== null) return milliseconds / 1_000;
  return number(members, 'seconds');
}

function text(members: Members, field: keyof typeof NAMES): string | null {
  for (const name of NAMES[field]) {
    const value = members.get(name);
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}

function number(members: Members, field: keyof typeof NAMES): number | null {
  for (const name of NAMES[field]) {
    const value = members.get(name);
    const asNumber = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof asNumber === 'number' && Number.isFinite(asNumber)) return asNumber;
  }
  return null;
}
