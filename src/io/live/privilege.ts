import { readFileSync } from 'node:fs';
import { CAP_NET_RAW_BIT } from './identity.ts';

/** Not root, but given the right to capture (systemd's AmbientCapabilities, setpriv)? Where nobody knows: yes. */
export function mayCapture(): boolean {
  try {
    const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'latin1'));
    return line === null || ((BigInt(`0x${line[1]}`) >> CAP_NET_RAW_BIT) & 1n) === 1n;
  } catch {
    return true;
  }
}
