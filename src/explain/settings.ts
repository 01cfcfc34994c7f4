import type { LogProgram } from '../model/log-event.ts';
import type { Situation } from './situation.ts';

type Settings = Readonly<Partial<Record<Situation, string>>>;

/**
 * Settings of a server program by what ended the connection, by their names in its documentation. The value seen in the
 * capture is put in front.
 */
const SETTINGS: Readonly<Partial<Record<LogProgram, Settings>>> = {
  // nginx.org/en/docs/http/ngx_http_core_module.html, ngx_http_proxy_module.html, ngx_http_upstream_module.html
  nginx: {
    'server-closed-idle':
      'keepalive_timeout (to clients), keepalive_timeout in upstream {} (to servers), keepalive_requests',
    'client-gave-up-waiting':
      'proxy_read_timeout is not what ended it: the client did; proxy_ignore_client_abort on lets the upstream finish',
    'client-left-in-response':
      'proxy_buffering on (the default) lets the upstream finish early; send_timeout',
    'server-closed-in-response':
      'send_timeout (slow client), proxy_read_timeout (slow upstream), proxy_max_temp_file_size',
    'server-closed-unanswered': 'proxy_read_timeout, proxy_connect_timeout, fastcgi_read_timeout',
    'server-closed-in-request':
      'client_header_timeout, client_body_timeout, client_max_body_size, lingering_close',
    'cut-in-between': 'keepalive_timeout, proxy_socket_keepalive on',
    'tls-failed': 'ssl_protocols, ssl_certificate, ssl_handshake_timeout',
  },
  // pkg.go.dev/net/http#Server, #Transport
  go: {
    'server-closed-idle':
      'Server.IdleTimeout (ReadTimeout when that is 0); of a client: Transport.IdleConnTimeout',
    'client-gave-up-waiting': "stop the work when r.Context() is done; the handler's time to the first byte",
    'client-left-in-response':
      'stop when Write returns an error or r.Context() is done; a bufio.Writer in front of the template makes it one write',
    'server-closed-in-response':
      'Server.WriteTimeout, http.ResponseController.SetWriteDeadline; a panic in the handler',
    'server-closed-unanswered': 'Server.WriteTimeout, http.TimeoutHandler; a panic in the handler',
    'server-closed-in-request': 'Server.ReadHeaderTimeout, Server.ReadTimeout, http.MaxBytesReader',
    'cut-in-between':
      'net.ListenConfig.KeepAlive, net.Dialer.KeepAlive: below what the device in between allows',
    'tls-failed': 'tls.Config.MinVersion, Certificates',
  },
  // docs.haproxy.org configuration.txt: timeout …, option http-server-close
  haproxy: {
    'server-closed-idle': 'timeout http-keep-alive, timeout client; to servers: pool-purge-delay, http-reuse',
    'client-gave-up-waiting': 'option abortonclose; timeout server is what the server may take',
    'client-left-in-response': 'timeout client counts while the client takes nothing',
    'server-closed-in-response': 'timeout server (no data from the server), timeout tunnel',
    'server-closed-unanswered': 'timeout server, timeout queue, timeout connect',
    'server-closed-in-request': 'timeout http-request, timeout client',
    'cut-in-between': 'timeout client, timeout server, option clitcpka, option srvtcpka',
    'tls-failed': 'ssl-min-ver, crt; timeout client counts in the handshake',
  },
  // nodejs.org/api/http.html: server.keepAliveTimeout, headersTimeout, requestTimeout, setTimeout
  node: {
    'server-closed-idle': 'server.keepAliveTimeout (above the idle time of what is in front)',
    'client-gave-up-waiting': "stop the work on response 'close' while response.writableEnded is false",
    'client-left-in-response': "stream.pipeline() ends the source on response 'close'",
    'server-closed-in-response': 'server.setTimeout, server.timeout; an exception in the handler',
    'server-closed-unanswered': 'server.requestTimeout, server.timeout; an exception in the handler',
    'server-closed-in-request': 'server.headersTimeout, server.requestTimeout',
    'cut-in-between': 'socket.setKeepAlive(true, ms), agent.keepAliveMsecs',
  },
  // httpd.apache.org/docs/2.4/mod/core.html, mod_reqtimeout.html, mod_proxy.html
  apache: {
    'server-closed-idle': 'KeepAliveTimeout, MaxKeepAliveRequests',
    'client-gave-up-waiting': 'ProxyTimeout is not what ended it: the client did',
    'client-left-in-response': 'Timeout counts while the client takes nothing',
    'server-closed-in-response': 'Timeout, ProxyTimeout; a crash of the child (error log)',
    'server-closed-unanswered': 'ProxyTimeout, Timeout; a crash of the child (error log)',
    'server-closed-in-request': 'RequestReadTimeout, LimitRequestBody',
    'cut-in-between': 'KeepAliveTimeout; ProxyPass … keepalive=On',
  },
  // docs.gunicorn.org/en/stable/settings.html
  gunicorn: {
    'server-closed-idle': '--keep-alive (2 s by default: below what load balancers hold open)',
    'client-gave-up-waiting': 'the time to the first byte; --timeout kills the worker later',
    'server-closed-in-response': '--timeout (the worker is killed), --graceful-timeout, --max-requests',
    'server-closed-unanswered': '--timeout (the worker is killed), --graceful-timeout, --max-requests',
    'server-closed-in-request': '--limit-request-line, --timeout',
  },
  // uvicorn.org/settings
  uvicorn: {
    'server-closed-idle': '--timeout-keep-alive (5 s by default)',
    'server-closed-in-response': '--timeout-graceful-shutdown, --limit-max-requests',
    'client-gave-up-waiting': 'await request.is_disconnected() in the handler',
    'client-left-in-response': 'await request.is_disconnected() in the handler',
  },
  // envoyproxy.io, faq/configuration/timeouts
  envoy: {
    'server-closed-idle':
      'common_http_protocol_options.idle_timeout (1 h); of the cluster: below what the server allows',
    'client-gave-up-waiting': 'route timeout (15 s) is not what ended it: the client did',
    'server-closed-in-response': 'stream_idle_timeout (5 min), max_stream_duration, route timeout',
    'server-closed-unanswered': 'route timeout (15 s), per_try_timeout, retry_on: reset,connect-failure',
    'server-closed-in-request': 'request_timeout, request_headers_timeout',
    'cut-in-between': 'upstream_connection_options.tcp_keepalive',
  },
  // docs.aws.amazon.com/elasticloadbalancing: application load balancers, "Edit attributes"
  alb: {
    'server-closed-idle': "the target's keep-alive time must be above idle_timeout.timeout_seconds (60 s)",
    'client-gave-up-waiting': 'idle_timeout.timeout_seconds is not what ended it: the client did',
    'server-closed-unanswered':
      "the target's keep-alive time must be above idle_timeout.timeout_seconds (60 s)",
    'server-closed-in-response': "the target's own time limits",
  },
  // caddyserver.com/docs/caddyfile/options#timeouts, reverse_proxy transport http
  caddy: {
    'server-closed-idle': 'servers { timeouts { idle } } (5 min); transport http { keepalive }',
    'server-closed-in-response': 'servers { timeouts { write } }; reverse_proxy flush_interval',
    'server-closed-unanswered': 'transport http { response_header_timeout, dial_timeout }',
    'server-closed-in-request': 'servers { timeouts { read_header, read_body } }',
  },
  // tomcat.apache.org/tomcat-10.1-doc/config/http.html; eclipse.dev/jetty: HttpConfiguration idleTimeout
  java: {
    'server-closed-idle':
      'Tomcat keepAliveTimeout (connectionTimeout when not set); Jetty idleTimeout; Spring server.tomcat.keep-alive-timeout',
    'client-gave-up-waiting': 'Tomcat asyncTimeout; the time to the first byte',
    'client-left-in-response': 'catch ClientAbortException (EofException) and stop: the client has left',
    'server-closed-in-response': 'Jetty idleTimeout, Tomcat connectionTimeout; an exception in the handler',
    'server-closed-in-request': 'Tomcat connectionTimeout, connectionUploadTimeout; Jetty idleTimeout',
    'cut-in-between':
      'a pool that closes idle connections before the device in between does (evictIdleConnections, maxIdleTime)',
  },
  // php.net/manual/en/install.fpm.configuration.php
  'php-fpm': {
    'server-closed-unanswered': 'request_terminate_timeout, max_execution_time',
    'server-closed-in-response': 'request_terminate_timeout, max_execution_time',
  },
  // docs.python.org/3/library/http.server.html, socketserver
  python: {
    'server-closed-in-response': 'StreamRequestHandler.timeout; an exception in the handler',
    'client-left-in-response': 'catch BrokenPipeError and ConnectionResetError and stop: the client has left',
  },
  // docs.rs/hyper: http1::Builder
  rust: {
    'server-closed-in-request': 'hyper http1::Builder::header_read_timeout',
    'client-left-in-response': 'the body stream is dropped when the client has left; stop the work with it',
  },
};

/** What can be said to whoever runs any server. */
const GENERAL: Settings = {
  'client-gave-up-waiting':
    'the client has a time limit of its own, or its user left: a faster first byte is what helps',
  'client-left-in-response':
    'the longer a response takes, the more users leave in it: make it shorter, or write it in one go',
  'cut-in-between':
    'keep-alive or idle times must be below what firewalls, NATs and load balancers on the way allow',
  'went-silent': 'TCP_USER_TIMEOUT and tcp_retries2 (tcp(7)) say how long the kernel goes on trying',
  refused: 'is the service running, and is its address the right one?',
};

/** Settings of this program that have to do with such an end; the general word where there is one. */
export function settingsFor(program: LogProgram, situation: Situation): readonly string[] {
  const own = SETTINGS[program]?.[situation];
  const general = GENERAL[situation];
  return [...(own === undefined ? [] : [own]), ...(general === undefined ? [] : [general])];
}

/** Names a Server header has for programs that logs are known of. */
const SERVER_NAMES: readonly (readonly [start: string, program: LogProgram])[] = [
  ['nginx', 'nginx'],
  ['openresty', 'nginx'],
  ['apache', 'apache'],
  ['gunicorn', 'gunicorn'],
  ['uvicorn', 'uvicorn'],
  ['envoy', 'envoy'],
  ['istio', 'envoy'],
  ['awselb', 'alb'],
  ['caddy', 'caddy'],
  ['jetty', 'java'],
  ['basehttp', 'python'],
];

/** The program that wrote a line, or, where the line does not tell, the one that the Server header names. */
export function programOf(program: LogProgram, serverName: string | null): LogProgram {
  if (program !== 'unknown' && program !== 'web-server' && program !== 'own') return program;
  const name = (serverName ?? '').toLowerCase();
  return SERVER_NAMES.find(([start]) => name.startsWith(start))?.[1] ?? program;
}
