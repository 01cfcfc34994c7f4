import type { ConnectionFacts } from '../model/facts.ts';

/**
 * A Wireshark display filter that opens this connection. The stream number is right for a capture in one file;
 * for several, where Wireshark would count anew in each, the addresses and ports are.
 */
export function connectionFilter(facts: ConnectionFacts, fileCount: number): string {
  if (fileCount <= 1) return `tcp.stream eq ${facts.id}`;
  const field = facts.ipVersion === 6 ? 'ipv6.addr' : 'ip.addr';
  const { client, server } = facts;
  return [
    `${field} == ${client.ip}`,
    `${field} == ${server.ip}`,
    `tcp.port == ${client.port}`,
    `tcp.port == ${server.port}`,
  ].join(' && ');
}

/** A filter for one frame. Frame numbers run over all files, so with several they only fit the merged capture. */
export function frameFilter(frame: number): string {
  return `frame.number == ${frame}`;
}
