import type { AppSnapshot, Exchange } from '../model/app.ts';

/** Names by which programs that are mostly proxies sign the Server header (their makers' documentation). */
const PROXY_SERVERS =
  /^(?:cloudflare|akamai|cloudfront|varnish|envoy|istio-envoy|awselb|squid|haproxy|traefik|fastly|big-?ip|openresty)/i;
/** "Bad gateway", "gateway timeout" (RFC 9110 §15.6): said only by something that has a server behind it. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 504]);

/** What shows that the client of this connection is a proxy for others (RFC 9110 §7.6.3, RFC 7239). */
export function signsAtClient({ exchange, proxyPreamble, forwardedForCount }: AppSnapshot): string[] {
  const signs = (exchange?.requestProxyHeaders ?? []).map((name) => `request header ${name}`);
  if (proxyPreamble !== null) signs.push('PROXY protocol preamble');
  if (forwardedForCount > 1) signs.push('requests for several clients');
  return signs;
}

/** What shows that a proxy answers in the server's place. */
export function signsAtServer({ exchange }: AppSnapshot): string[] {
  if (exchange === null) return [];
  const signs = exchange.responseProxyHeaders.map((name) => `response header ${name}`);
  const server = exchange.server ?? '';
  if (PROXY_SERVERS.test(server)) signs.push(`Server: ${server}`);
  if (isGatewayError(exchange)) signs.push(`status ${exchange.status}`);
  return signs;
}

function isGatewayError({ status }: Exchange): boolean {
  return status !== null && GATEWAY_STATUSES.has(status);
}
