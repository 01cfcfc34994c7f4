import type { AppSnapshot } from '../model/app.ts';

/**
 * Signs by which a proxy gives itself away (RFC 9110 §7.6.3 Via, RFC 7239 Forwarded, the PROXY protocol). A proxy is
 * an endpoint of TCP: for this connection it *is* the client or the server, and what happened behind it is not here.
 */

const NONE: readonly string[] = [];

/** Signs that the client of this connection is a proxy. */
export function clientProxySigns({
  exchange,
  proxyPreamble,
  forwardedForCount,
}: AppSnapshot): readonly string[] {
  const headers = exchange?.requestProxyHeaders ?? NONE;
  if (proxyPreamble === null && forwardedForCount <= 1) return headers;
  const signs = [...headers];
  if (proxyPreamble !== null) signs.push(`PROXY preamble for ${proxyPreamble}`);
  if (forwardedForCount > 1) signs.push(`requests for ${forwardedForCount} different clients`);
  return signs;
}

/** Signs that a proxy answers in the server's place. */
export function serverProxySigns({ exchange }: AppSnapshot): readonly string[] {
  return exchange?.responseProxyHeaders ?? NONE;
}
