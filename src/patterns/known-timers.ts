/** Whose timer it is: of a server's program, of a client's, or of something on the way (load balancer, NAT, firewall). */
export type TimerOwner = 'server' | 'client' | 'between';

/** What runs out: a silence, the time since the request, or the life of the connection. */
export type TimerMeasure = 'idle' | 'since-request' | 'age';

/** A default that ends connections after a time. */
interface KnownTimer {
  readonly seconds: number;
  readonly measures: readonly TimerMeasure[];
  readonly owner: TimerOwner;
  /** Product and setting, as its documentation names them. */
  readonly name: string;
}

const IDLE: readonly TimerMeasure[] = ['idle'];
const RESPONSE: readonly TimerMeasure[] = ['since-request'];
/** Counted from the last octet, so that a response that has not begun shows it as a time since the request too. */
const BETWEEN_OCTETS: readonly TimerMeasure[] = ['idle', 'since-request'];
const AGE: readonly TimerMeasure[] = ['age'];

/**
 * Defaults that people meet, from the documentation of each product (the setting's name is how to find it there).
 * A default is a hint and no more: any of them can be set to anything, and many share a value.
 */
const KNOWN_TIMERS: readonly KnownTimer[] = [
  // nodejs.org/api/http: server.keepAliveTimeout 5,000 ms, headersTimeout 60 s, requestTimeout 300 s.
  { seconds: 5, measures: IDLE, owner: 'server', name: 'Node.js server.keepAliveTimeout' },
  // httpd.apache.org/docs/2.4/mod/core.html: KeepAliveTimeout 5, Timeout 60.
  { seconds: 5, measures: IDLE, owner: 'server', name: 'Apache KeepAliveTimeout' },
  // uvicorn.org/settings: --timeout-keep-alive 5.
  { seconds: 5, measures: IDLE, owner: 'server', name: 'uvicorn --timeout-keep-alive' },
  // tomcat.apache.org, server.xml as shipped: connectionTimeout 20000, which keepAliveTimeout follows.
  { seconds: 20, measures: IDLE, owner: 'server', name: 'Tomcat connectionTimeout' },
  // devcenter.heroku.com/articles/request-timeout: first octet within 30 s, then 55 s between octets.
  { seconds: 30, measures: RESPONSE, owner: 'between', name: 'Heroku router (H12)' },
  { seconds: 55, measures: IDLE, owner: 'between', name: 'Heroku router (H15, H28)' },
  // docs.gunicorn.org/en/stable/settings.html: timeout 30 (the worker is killed).
  { seconds: 30, measures: RESPONSE, owner: 'server', name: 'gunicorn timeout' },
  // nginx.org/en/docs/http/ngx_http_core_module.html and ngx_http_proxy_module.html.
  {
    seconds: 60,
    measures: BETWEEN_OCTETS,
    owner: 'server',
    name: 'nginx proxy_read_timeout, send_timeout, client_body_timeout',
  },
  { seconds: 75, measures: IDLE, owner: 'server', name: 'nginx keepalive_timeout' },
  { seconds: 60, measures: BETWEEN_OCTETS, owner: 'server', name: 'Apache Timeout' },
  { seconds: 60, measures: AGE, owner: 'server', name: 'Node.js server.headersTimeout' },
  { seconds: 300, measures: AGE, owner: 'server', name: 'Node.js server.requestTimeout' },
  // docs.aws.amazon.com/elasticloadbalancing: application load balancer idle_timeout 60, network load balancer 350.
  {
    seconds: 60,
    measures: BETWEEN_OCTETS,
    owner: 'between',
    name: 'AWS application load balancer idle timeout',
  },
  { seconds: 350, measures: IDLE, owner: 'between', name: 'AWS network load balancer idle timeout' },
  // docs.aws.amazon.com/vpc: NAT gateways time an idle connection out after 350 s, then answer with RST.
  { seconds: 350, measures: IDLE, owner: 'between', name: 'AWS NAT gateway' },
  // docs.oracle.com, "Load Balancer Timeout Connection Settings": 65 s to clients, 300 s to backends.
  { seconds: 65, measures: IDLE, owner: 'between', name: 'Oracle Cloud load balancer keep-alive' },
  // pkg.go.dev/net/http: DefaultTransport's IdleConnTimeout.
  { seconds: 90, measures: IDLE, owner: 'client', name: 'Go http.DefaultTransport IdleConnTimeout' },
  // learn.microsoft.com, HttpClient.Timeout.
  { seconds: 100, measures: RESPONSE, owner: 'client', name: '.NET HttpClient.Timeout' },
  // learn.microsoft.com, load-balancer-tcp-reset: 4 minutes.
  { seconds: 240, measures: IDLE, owner: 'between', name: 'Azure load balancer or NAT gateway idle timeout' },
  // cloud.google.com/load-balancing/docs/https/request-distribution: 610 s to clients, 600 s to backends.
  {
    seconds: 600,
    measures: IDLE,
    owner: 'between',
    name: 'Google Cloud load balancer keep-alive to backends',
  },
  {
    seconds: 610,
    measures: IDLE,
    owner: 'between',
    name: 'Google Cloud load balancer keep-alive to clients',
  },
  // envoyproxy.io, faq/configuration/timeouts: idle_timeout 1 hour, stream_idle_timeout 5 minutes.
  { seconds: 300, measures: BETWEEN_OCTETS, owner: 'between', name: 'Envoy stream_idle_timeout' },
  { seconds: 3_600, measures: IDLE, owner: 'between', name: 'Envoy idle_timeout' },
  // envoyproxy.io, route RouteAction.timeout: 15 s for the whole response.
  { seconds: 15, measures: RESPONSE, owner: 'between', name: 'Envoy route timeout' },
  // cloud.google.com/load-balancing/docs/backend-service: timeoutSec 30 s for the whole response.
  { seconds: 30, measures: RESPONSE, owner: 'between', name: 'Google Cloud backend service timeout' },
  // axios and many clients have none; python-httpx.org/advanced/timeouts: 5 s between octets.
  { seconds: 5, measures: BETWEEN_OCTETS, owner: 'client', name: 'HTTPX default timeout' },
  // tcp(7): tcp_keepalive_time.
  { seconds: 7_200, measures: IDLE, owner: 'server', name: 'Linux tcp_keepalive_time' },
];

/** Timers and times differ by a round trip and the granularity of the program's timer wheel. */
const TOLERANCE = 0.02;
/** Names told: more would say nothing any more. */
const MAX_NAMES = 3;

/** Names of the defaults that fit a time, e.g. `nginx keepalive_timeout`; empty when none does. */
export function knownTimers(
  timeNs: number,
  measure: TimerMeasure,
  owners: ReadonlySet<TimerOwner>,
): readonly string[] {
  return knownTimersBetween((1 - TOLERANCE) * timeNs, (1 + TOLERANCE) * timeNs, measure, owners);
}

/** Names of the defaults from `lowNs` to `highNs`. */
export function knownTimersBetween(
  lowNs: number,
  highNs: number,
  measure: TimerMeasure,
  owners: ReadonlySet<TimerOwner>,
): readonly string[] {
  const fits = ({ owner, measures, seconds }: KnownTimer): boolean =>
    owners.has(owner) && measures.includes(measure) && seconds * 1e9 >= lowNs && seconds * 1e9 <= highNs;
  return KNOWN_TIMERS.filter(fits)
    .slice(0, MAX_NAMES)
    .map(({ name }) => name);
}
