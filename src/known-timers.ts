/** Whose timer it is: of a server's program, of a client's, or of something on the way (load balancer, NAT, firewall). */
export type TimerOwner = 'server' | 'client' | 'between';

/** A default that ends connections after a silence. */
export interface KnownTimer {
  readonly seconds: number;
  readonly owner: TimerOwner;
  /** Product and setting, as its documentation names them. */
  readonly name: string;
}

/**
 * Defaults that people meet, from the documentation of each product (the setting's name is how to find it there).
 * A default is a hint and no more: any of them can be set to anything, and many share a value.
 */
const KNOWN_TIMERS: readonly KnownTimer[] = [
  // nodejs.org/api/http: server.keepAliveTimeout 5,000 ms, headersTimeout 60 s, requestTimeout 300 s.
  { seconds: 5, owner: 'server', name: 'Node.js server.keepAliveTimeout' },
  // httpd.apache.org/docs/2.4/mod/core.html: KeepAliveTimeout 5, Timeout 60.
  { seconds: 5, owner: 'server', name: 'Apache KeepAliveTimeout' },
  // uvicorn.org/settings: --timeout-keep-alive 5.
  { seconds: 5, owner: 'server', name: 'uvicorn --timeout-keep-alive' },
  // tomcat.apache.org, server.xml as shipped: connectionTimeout 20000, which keepAliveTimeout follows.
  { seconds: 20, owner: 'server', name: 'Tomcat connectionTimeout' },
  // devcenter.heroku.com/articles/request-timeout: first octet within 30 s, then 55 s between octets.
  { seconds: 30, owner: 'between', name: 'Heroku router (H12)' },
  { seconds: 55, owner: 'between', name: 'Heroku router (H15, H28)' },
  // docs.gunicorn.org/en/stable/settings.html: timeout 30 (the worker is killed).
  { seconds: 30, owner: 'server', name: 'gunicorn timeout' },
  // nginx.org/en/docs/http/ngx_http_core_module.html and ngx_http_proxy_module.html.
  { seconds: 60, owner: 'server', name: 'nginx proxy_read_timeout, send_timeout, client_body_timeout' },
  { seconds: 75, owner: 'server', name: 'nginx keepalive_timeout' },
  { seconds: 60, owner: 'server', name: 'Apache Timeout' },
  { seconds: 60, owner: 'server', name: 'Node.js server.headersTimeout' },
  { seconds: 300, owner: 'server', name: 'Node.js server.requestTimeout' },
  // docs.aws.amazon.com/elasticloadbalancing: application load balancer idle_timeout 60, network load balancer 350.
  { seconds: 60, owner: 'between', name: 'AWS application load balancer idle timeout' },
  { seconds: 350, owner: 'between', name: 'AWS network load balancer idle timeout' },
  // docs.aws.amazon.com/vpc: NAT gateways time an idle connection out after 350 s, then answer with RST.
  { seconds: 350, owner: 'between', name: 'AWS NAT gateway' },
  // docs.oracle.com, "Load Balancer Timeout Connection Settings": 65 s to clients, 300 s to backends.
  { seconds: 65, owner: 'between', name: 'Oracle Cloud load balancer keep-alive' },
  // pkg.go.dev/net/http: DefaultTransport's IdleConnTimeout.
  { seconds: 90, owner: 'client', name: 'Go http.DefaultTransport IdleConnTimeout' },
  // learn.microsoft.com, HttpClient.Timeout.
  { seconds: 100, owner: 'client', name: '.NET HttpClient.Timeout' },
  // learn.microsoft.com, load-balancer-tcp-reset: 4 minutes.
  { seconds: 240, owner: 'between', name: 'Azure load balancer or NAT gateway idle timeout' },
  // cloud.google.com/load-balancing/docs/https/request-distribution: 610 s to clients, 600 s to backends.
  { seconds: 600, owner: 'between', name: 'Google Cloud load balancer keep-alive to backends' },
  { seconds: 610, owner: 'between', name: 'Google Cloud load balancer keep-alive to clients' },
  // envoyproxy.io, faq/configuration/timeouts: idle_timeout 1 hour, stream_idle_timeout 5 minutes.
  { seconds: 300, owner: 'between', name: 'Envoy stream_idle_timeout' },
  { seconds: 3_600, owner: 'between', name: 'Envoy idle_timeout' },
  // tcp(7): tcp_keepalive_time.
  { seconds: 7_200, owner: 'server', name: 'Linux tcp_keepalive_time' },
];

/** Timers and silences differ by a round trip and the granularity of the program's timer wheel. */
const TOLERANCE = 0.02;
/** Names told: more would say nothing any more. */
const MAX_NAMES = 3;

/** Names of the defaults that fit a silence, e.g. `nginx keepalive_timeout`; empty when none does. */
export function knownTimers(silenceNs: number, owners: ReadonlySet<TimerOwner>): readonly string[] {
  const seconds = silenceNs / 1e9;
  return KNOWN_TIMERS.filter(
    (timer) => owners.has(timer.owner) && Math.abs(seconds - timer.seconds) <= TOLERANCE * timer.seconds,
  )
    .slice(0, MAX_NAMES)
    .map(({ name }) => name);
}
