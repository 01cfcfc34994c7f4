import { describe, expect, test } from 'vitest';
import { essence, readLines } from './read-lines.ts';

type Case = readonly [format: string, line: string, expected: string];

/** Lines made up in the documented formats (the readers name the documents). */
const GO: readonly Case[] = [
  [
    'one address',
    'write tcp 204.248.121.130:41259: broken pipe',
    'go broken-pipe EPIPE peer=204.248.121.130/41259',
  ],
  [
    'two addresses, log package',
    '2026/11/22 22:31:23 write tcp 198.51.100.80:80->192.0.2.10:39506: write: broken pipe',
    'go broken-pipe EPIPE 2026-11-22T22:31:23 written peer=192.0.2.10/39506 local=198.51.100.80/80',
  ],
  [
    'microseconds and a prefix',
    '2026/11/22 22:31:23.123456 main.go:31: read tcp [2001:db8:2::80]:80->[2001:db8:1::10]:5000: read: connection reset by peer',
    'go peer-reset ECONNRESET 2026-11-22T22:31:23.123 written peer=2001:db8:1::10/5000 local=2001:db8:2::80/80',
  ],
  [
    'TLS handshake',
    '2026/11/22 22:31:23 http: TLS handshake error from 192.0.2.10:39506: EOF',
    'go tls-failed 2026-11-22T22:31:23 written peer=192.0.2.10/39506',
  ],
  [
    'panic',
    '2026/11/22 22:31:23 http: panic serving 192.0.2.10:39506: runtime error: index out of range',
    'go own-crash 2026-11-22T22:31:23 written peer=192.0.2.10/39506',
  ],
  [
    'client',
    'Get "http://198.51.100.80/a": read tcp 192.0.2.10:39506->198.51.100.80:80: read: connection reset by peer',
    'go peer-reset ECONNRESET peer=198.51.100.80/80 local=192.0.2.10/39506',
  ],
  [
    'dial',
    'dial tcp 198.51.100.80:81: connect: connection refused',
    'go refused ECONNREFUSED peer=198.51.100.80/81',
  ],
  [
    'deadline',
    'write tcp 198.51.100.80:80->192.0.2.10:39506: i/o timeout',
    'go own-close peer=192.0.2.10/39506 local=198.51.100.80/80',
  ],
  [
    'slog JSON',
    '{"time":"2026-11-22T22:31:23.5Z","level":"ERROR","msg":"template","err":"write tcp 198.51.100.80:80->192.0.2.10:39506: write: broken pipe"}',
    'go broken-pipe EPIPE 2026-11-22T22:31:23.500Z written peer=192.0.2.10/39506 local=198.51.100.80/80',
  ],
  ['not an error', 'write tcp 204.248.121.130:41259: all is well', 'nothing'],
];

const NODE: readonly Case[] = [
  ['read', 'Error: read ECONNRESET', 'node peer-reset ECONNRESET'],
  ['write', 'Error: write EPIPE', 'node broken-pipe EPIPE'],
  ['hang up', 'Error: socket hang up', 'node peer-closed code=ECONNRESET'],
  ['aborted', 'Error: aborted', 'node peer-closed code=ECONNRESET'],
  [
    'connect',
    'Error: connect ECONNREFUSED 198.51.100.80:81',
    'node refused ECONNREFUSED peer=198.51.100.80/81',
  ],
  ['code and message', 'request: ECONNRESET aborted', 'node peer-closed code=ECONNRESET'],
  [
    'pino-http',
    '{"level":30,"time":1795386683123,"pid":7,"hostname":"w","req":{"id":1,"method":"GET","url":"/a","remoteAddress":"::ffff:192.0.2.10","remotePort":39506},"res":{"statusCode":200},"responseTime":31,"msg":"request completed"}',
    'node ordinary 2026-11-22T22:31:23.123Z end peer=192.0.2.10/39506 GET /a 200 0.031s',
  ],
  [
    'pino error',
    '{"level":50,"time":1795386683123,"pid":7,"hostname":"w","err":{"type":"Error","message":"read ECONNRESET","stack":"Error: read ECONNRESET\\n at x","errno":-104,"code":"ECONNRESET"},"msg":"read ECONNRESET"}',
    'node peer-reset ECONNRESET 2026-11-22T22:31:23.123Z written',
  ],
  [
    'winston',
    '{"level":"error","message":"write EPIPE","timestamp":"2026-11-22T22:31:23.123Z"}',
    'node broken-pipe EPIPE 2026-11-22T22:31:23.123Z written',
  ],
];

const JAVA: readonly Case[] = [
  [
    'Tomcat',
    '22-Nov-2026 22:31:23.123 SEVERE [http-nio-8080-exec-1] org.apache.catalina.connector.ClientAbortException: java.io.IOException: Broken pipe',
    'java client-gone EPIPE code=ClientAbortException 2026-11-22T22:31:23.123 written',
  ],
  [
    'Netty',
    '2026-11-22 22:31:23,123 WARN i.n.u.DefaultPromise [id: 0x1, L:/198.51.100.80:8080 - R:/192.0.2.10:39506] io.netty.channel.unix.Errors$NativeIoException: readAddress(..) failed: Connection reset by peer',
    'java peer-reset ECONNRESET 2026-11-22T22:31:23.123 written peer=192.0.2.10/39506 local=198.51.100.80/8080',
  ],
  ['Jetty', 'org.eclipse.jetty.io.EofException', 'java peer-closed code=EofException'],
  ['java.net', 'java.net.SocketException: Connection reset', 'java peer-reset ECONNRESET'],
  ['stack', '\tat java.base/sun.nio.ch.SocketDispatcher.read0(Native Method) Connection reset', 'nothing'],
];

const RUST: readonly Case[] = [
  ['Display', 'connection error: Connection reset by peer (os error 104)', 'rust peer-reset ECONNRESET'],
  [
    'Debug',
    'hyper::Error(Io, Os { code: 32, kind: BrokenPipe, message: "Broken pipe" })',
    'rust broken-pipe EPIPE',
  ],
  [
    'hyper',
    'error serving 192.0.2.10:39506: hyper::Error(IncompleteMessage)',
    'rust peer-closed peer=192.0.2.10/39506',
  ],
];

const NGINX: readonly Case[] = [
  [
    '499',
    '192.0.2.10 - - [22/Nov/2026:22:31:23 +0000] "GET /a?b=1 HTTP/1.1" 499 0 "-" "curl/7.88.1"',
    'nginx client-gone code=499 2026-11-22T22:31:23Z end peer=192.0.2.10/- GET /a?b=1 499 0B',
  ],
  [
    'request_time and upstream',
    '192.0.2.10 - bob [22/Nov/2026:22:31:23 +0100] "POST /a HTTP/2.0" 504 167 "-" "x" rt=60.001 uct="0.000" uht="-" urt="60.000" ua="10.0.0.1:8080"',
    'nginx upstream-timeout code=504 2026-11-22T21:31:23Z end peer=192.0.2.10/- upstream=10.0.0.1/8080 POST /a 504 167B 60.001s',
  ],
  [
    'JSON',
    '{"time_iso8601":"2026-11-22T22:31:23+00:00","remote_addr":"192.0.2.10","remote_port":"39506","request":"GET /a HTTP/1.1","status":"499","body_bytes_sent":"0","request_time":"2.001"}',
    'nginx client-gone code=499 2026-11-22T22:31:23Z end peer=192.0.2.10/39506 GET /a 499 0B 2.001s',
  ],
  [
    'client reset',
    '2026/11/22 22:31:23 [info] 12#12: *17 recv() failed (104: Connection reset by peer) while sending to client, client: 192.0.2.10, server: , request: "GET /big HTTP/1.1", host: "www.example.test"',
    'nginx peer-reset ECONNRESET code=104 2026-11-22T22:31:23 written peer=192.0.2.10/- GET /big',
  ],
  [
    'client gone',
    '2026/11/22 22:31:23 [info] 12#12: *17 epoll_wait() reported that client prematurely closed connection, so upstream connection is closed too while sending request to upstream, client: 192.0.2.10, server: , request: "GET /a HTTP/1.1", upstream: "http://10.0.0.1:8080/a", host: "x"',
    'nginx client-gone 2026-11-22T22:31:23 written peer=192.0.2.10/- upstream=10.0.0.1/8080 GET /a',
  ],
  [
    'upstream reset',
    '2026/11/22 22:31:23 [error] 12#12: *17 recv() failed (104: Connection reset by peer) while reading response header from upstream, client: 192.0.2.10, server: , request: "GET /a HTTP/1.1", upstream: "http://[2001:db8::1]:8080/a", host: "x"',
    'nginx upstream-reset ECONNRESET code=104 2026-11-22T22:31:23 written peer=192.0.2.10/- upstream=2001:db8::1/8080 GET /a',
  ],
  [
    'upstream timeout',
    '2026/11/22 22:31:23 [error] 12#12: *17 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 192.0.2.10, server: , request: "GET /a HTTP/1.1", upstream: "http://10.0.0.1:8080/a", host: "x"',
    'nginx upstream-timeout ETIMEDOUT code=110 2026-11-22T22:31:23 written peer=192.0.2.10/- upstream=10.0.0.1/8080 GET /a',
  ],
  [
    'upstream refused',
    '2026/11/22 22:31:23 [error] 12#12: *17 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.10, server: , request: "GET /a HTTP/1.1", upstream: "http://10.0.0.1:8080/a", host: "x"',
    'nginx upstream-refused ECONNREFUSED code=111 2026-11-22T22:31:23 written peer=192.0.2.10/- upstream=10.0.0.1/8080 GET /a',
  ],
  ['notice', '2026/11/22 22:31:23 [notice] 12#12: start worker processes', 'nothing'],
];

const APACHE: readonly Case[] = [
  [
    'combined',
    '192.0.2.10 - - [22/Nov/2026:22:31:23 +0000] "GET /a HTTP/1.1" 200 5120 "-" "curl/7.88.1"',
    'web-server ordinary 2026-11-22T22:31:23Z either peer=192.0.2.10/- GET /a 200 5120B',
  ],
  [
    'error log',
    '[Sun Nov 22 22:31:23.123456 2026] [core:info] [pid 1:tid 2] (104)Connection reset by peer: [client 192.0.2.10:39506] AH00574: ap_content_length_filter: apr_bucket_read() failed',
    'apache peer-reset ECONNRESET code=104 2026-11-22T22:31:23.123 written peer=192.0.2.10/39506',
  ],
  [
    'proxy',
    '[Sun Nov 22 22:31:23.123456 2026] [proxy_http:error] [pid 1:tid 2] (70007)The timeout specified has expired: [client 192.0.2.10:39506] AH01102: error reading status line from remote server 10.0.0.1:8080',
    'apache upstream-timeout code=70007 2026-11-22T22:31:23.123 written peer=192.0.2.10/39506 upstream=10.0.0.1/8080',
  ],
];

const PROXIES: readonly Case[] = [
  [
    'haproxy HTTP',
    'Nov 22 22:31:24 lb1 haproxy[14389]: 192.0.2.10:33317 [22/Nov/2026:22:31:23.655] http-in static/srv1 10/0/30/69/2109 200 2750 - - CD-- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"',
    'haproxy client-gone code=CD-- 2026-11-22T22:31:23.655 start peer=192.0.2.10/33317 GET /index.html 200 2750B 2.109s',
  ],
  [
    'haproxy time-out',
    '192.0.2.10:33317 [22/Nov/2026:22:31:23.655] http-in static/srv1 0/0/0/-1/50001 504 194 - - sH-- 1/1/1/1/0 0/0 "GET /slow HTTP/1.1"',
    'haproxy upstream-timeout code=sH-- 2026-11-22T22:31:23.655 start peer=192.0.2.10/33317 GET /slow 504 194B 50.001s',
  ],
  [
    'haproxy TCP',
    'haproxy[1]: 192.0.2.10:33313 [22/Nov/2026:22:31:23.655] fnt bck/srv1 0/0/5007 212 -- 0/0/0/0/3 0/0',
    'haproxy ordinary code=-- 2026-11-22T22:31:23.655 start peer=192.0.2.10/33313 212B 5.007s',
  ],
  [
    'haproxy TCP without a tag',
    '192.0.2.10:33313 [22/Nov/2026:22:31:23.655] fnt bck/srv1 0/0/5007 212 SD 0/0/0/0/3 0/0',
    'haproxy upstream-closed code=SD 2026-11-22T22:31:23.655 start peer=192.0.2.10/33313 212B 5.007s',
  ],
  [
    'Envoy',
    '[2026-11-22T22:31:23.310Z] "POST /api/v1/locations HTTP/2" 503 UC 154 95 226 - "10.0.35.28" "nsq2http" "cc21d9b0" "locations" "10.0.2.1:80"',
    'envoy upstream-closed code=UC 2026-11-22T22:31:23.310Z start upstream=10.0.2.1/80 POST /api/v1/locations 503 95B 0.226s',
  ],
  [
    'Istio',
    '[2026-11-22T22:31:23.310Z] "GET /a HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 0 0 2001 - "-" "curl" "id" "x" "10.0.2.1:80" outbound|80||x 10.0.0.5:4000 10.0.0.5:80 192.0.2.10:39506 - default',
    'envoy client-gone code=DC 2026-11-22T22:31:23.310Z start peer=192.0.2.10/39506 local=10.0.0.5/80 upstream=10.0.2.1/80 GET /a 0B 2.001s',
  ],
  [
    'ALB',
    'http 2026-11-22T22:31:23.186641Z app/my-lb/50dc 192.0.2.10:2817 10.0.0.1:80 0.000 -1 -1 502 - 34 366 "GET http://www.example.com:80/a HTTP/1.1" "curl/7.46.0" - -',
    'alb upstream-closed code=502 2026-11-22T22:31:23.187Z end peer=192.0.2.10/2817 upstream=10.0.0.1/80 GET /a 502 366B',
  ],
  [
    'Caddy',
    '{"level":"info","ts":1795386683.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.10","remote_port":"39506","proto":"HTTP/1.1","method":"GET","host":"x","uri":"/a"},"bytes_read":0,"duration":0.25,"size":10900,"status":200}',
    'caddy ordinary 2026-11-22T22:31:23.500Z end peer=192.0.2.10/39506 GET /a 200 10900B 0.25s',
  ],
  [
    'Caddy error',
    '{"level":"error","ts":1795386683.5,"logger":"http.log.error","msg":"write tcp 198.51.100.80:80->192.0.2.10:39506: write: broken pipe","request":{"remote_ip":"192.0.2.10","remote_port":"39506","method":"GET","uri":"/a"},"duration":0.25,"status":502}',
    'caddy broken-pipe EPIPE 2026-11-22T22:31:23.500Z end peer=192.0.2.10/39506 local=198.51.100.80/80 GET /a 502 0.25s',
  ],
];

const PYTHON: readonly Case[] = [
  ['plain', 'BrokenPipeError: [Errno 32] Broken pipe', 'python broken-pipe EPIPE code=BrokenPipeError'],
  [
    'http.server',
    '192.0.2.10 - - [22/Nov/2026 22:31:23] "GET /slow HTTP/1.1" 200 -',
    'web-server ordinary 2026-11-22T22:31:23 head peer=192.0.2.10/- GET /slow 200',
  ],
  [
    'uvicorn',
    'INFO:     192.0.2.10:39506 - "GET /a HTTP/1.1" 200 OK',
    'uvicorn ordinary peer=192.0.2.10/39506 GET /a 200',
  ],
  [
    'gunicorn',
    '[2026-11-22 22:31:23 +0000] [12] [CRITICAL] WORKER TIMEOUT (pid:124)',
    'gunicorn own-crash code=WORKER TIMEOUT 2026-11-22T22:31:23Z written',
  ],
  [
    'gunicorn EPIPE',
    '[2026-11-22 22:31:23 +0000] [12] [DEBUG] Ignoring EPIPE',
    'gunicorn broken-pipe EPIPE 2026-11-22T22:31:23Z written',
  ],
  [
    'PHP-FPM',
    '[22-Nov-2026 22:31:23] WARNING: [pool www] child 12, script \'/x.php\' (request: "GET /x.php") execution timed out (30.1 sec), terminating',
    'php-fpm own-crash code=request_terminate_timeout 2026-11-22T22:31:23 written GET /x.php',
  ],
];

const PREFIXES: readonly Case[] = [
  [
    'syslog',
    '<134>Nov 22 22:31:23 web1 app[12]: write tcp 204.248.121.130:41259: broken pipe',
    'go broken-pipe EPIPE 2026-11-22T22:31:23 written peer=204.248.121.130/41259',
  ],
  [
    'RFC 5424',
    '<134>1 2026-11-22T22:31:23.5+01:00 web1 app 12 - - write tcp 204.248.121.130:41259: broken pipe',
    'go broken-pipe EPIPE 2026-11-22T21:31:23.500Z written peer=204.248.121.130/41259',
  ],
  [
    'docker',
    '{"log":"write tcp 204.248.121.130:41259: broken pipe\\n","stream":"stderr","time":"2026-11-22T22:31:23.5Z"}',
    'go broken-pipe EPIPE 2026-11-22T22:31:23.500Z written peer=204.248.121.130/41259',
  ],
  [
    'Kubernetes',
    '2026-11-22T22:31:23.5Z stderr F write tcp 204.248.121.130:41259: broken pipe',
    'go broken-pipe EPIPE 2026-11-22T22:31:23.500Z written peer=204.248.121.130/41259',
  ],
  [
    'docker compose',
    'web-1  | 2026/11/22 22:31:23 write tcp 204.248.121.130:41259: broken pipe',
    'go broken-pipe EPIPE 2026-11-22T22:31:23 written peer=204.248.121.130/41259',
  ],
  [
    'year of the turn',
    'Dec 31 23:59:59 web1 app: Error: read ECONNRESET',
    'node peer-reset ECONNRESET 2026-12-31T23:59:59 written',
  ],
];

describe.each([
  ['Go', GO],
  ['Node', NODE],
  ['Java', JAVA],
  ['Rust', RUST],
  ['nginx', NGINX],
  ['Apache', APACHE],
  ['proxies', PROXIES],
  ['Python and PHP', PYTHON],
  ['what collectors put in front', PREFIXES],
] as const)('%s', (_, cases) => {
  test.each(cases)('%s', (_format, line, expected) => {
    expect(essence(readLines([line])[0])).toBe(expected);
  });
});

test('a Python traceback is one event, with the address of its head', () => {
  const lines = [
    '----------------------------------------',
    "Exception occurred during processing of request from ('192.0.2.10', 39506)",
    'Traceback (most recent call last):',
    '  File "/usr/lib/python3.11/socketserver.py", line 691, in process_request_thread',
    '    self.finish_request(request, client_address)',
    'ConnectionResetError: [Errno 104] Connection reset by peer',
    '----------------------------------------',
  ];
  const expected = 'python peer-reset ECONNRESET code=ConnectionResetError peer=192.0.2.10/39506';
  expect(readLines(lines).map(essence)).toEqual([expected]);
});

test('a zone the user names counts for times without one', () => {
  const [event] = readLines(['2026/11/22 22:31:23 write tcp 192.0.2.1:5: broken pipe'], {
    zoneSeconds: 3_600,
  });
  expect(essence(event)).toBe('go broken-pipe EPIPE 2026-11-22T21:31:23Z written peer=192.0.2.1/5');
});
