import { codeWords } from './code-word.ts';

export const STATUS_WORDS = [
  ...codeWords('nginx', 'nginx source, ngx_http_request.h: NGX_HTTP_CLIENT_CLOSED_REQUEST', [
    [
      '499',
      'the client closed the connection before the response headers were sent',
      'c',
      'the client',
      'awaiting-response',
      'time to the first byte; a load balancer in front whose timeout is shorter; proxy_ignore_client_abort',
    ],
    [
      '444',
      'nginx closed without an answer, by configuration',
      's',
      'nginx',
      'awaiting-response',
      'return 444 in the configuration',
    ],
    ['494', 'request header too large', 'c', 'nginx', 'in-request', 'large_client_header_buffers'],
  ]),
  ...codeWords('HTTP', 'RFC 9110 §15', [
    [
      '408',
      'no complete request came in the time the server was prepared to wait',
      'c',
      'the server, because the client was silent',
      'in-request before-request idle-keepalive',
      'pre-connected browsers do this; client_header_timeout, RequestReadTimeout, timeout http-request',
    ],
    [
      '413',
      'the request body is too large',
      'c',
      'the server, by policy',
      'in-request',
      'client_max_body_size, LimitRequestBody; a reset can destroy this answer',
    ],
    [
      '502',
      'a gateway got an invalid response, or none, from the server behind it',
      's',
      'the server behind the gateway',
      'awaiting-response in-response-headers',
      "the gateway's error log: reset (104), closed early, refused (111); the server's keep-alive time",
    ],
    [
      '503',
      'the service is not available now',
      's',
      'the server or its gateway, by an answer',
      'after-response',
      'health checks, limits',
    ],
    [
      '504',
      'a gateway waited too long for the server behind it',
      's',
      'the gateway, because the server was silent',
      'awaiting-response',
      'proxy_read_timeout, timeout server, route timeout; time to first byte',
    ],
  ]),
  ...codeWords(
    'AWS application load balancer',
    'docs.aws.amazon.com/elasticloadbalancing, "Troubleshoot your Application Load Balancers"',
    [
      [
        '460',
        'the client closed the connection before the idle timeout was over',
        'c',
        'the client',
        'awaiting-response in-response-body',
        "the client's own timeout against the balancer's idle timeout",
      ],
      [
        '463',
        'more than 30 addresses in X-Forwarded-For',
        '',
        'the balancer, by an answer',
        'after-response',
        'a loop of proxies',
      ],
      [
        '561',
        'the identity provider answered with an error',
        '',
        'nobody',
        'after-response',
        'authentication action',
      ],
    ],
  ),
  ...codeWords(
    'AWS target health',
    'docs.aws.amazon.com/elasticloadbalancing, "Health checks for Application Load Balancer target groups", reason codes',
    [
      [
        'Target.Timeout',
        'a health check of the target got no answer in time; no request of a user is meant',
        's',
        'the balancer, because the target was silent',
        'awaiting-response handshake',
        'HealthCheckTimeoutSeconds; the security group of the target; its load',
      ],
    ],
  ),
];
