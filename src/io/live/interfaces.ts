import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { escapeText } from '../../bytes/escape-text.ts';

export interface InterfaceLine {
  readonly name: string;
  /** `up`, `down`, `unknown`: what the kernel says of the link. */
  readonly state: string;
  readonly addresses: readonly string[];
}

const KERNEL_LIST = '/sys/class/net';

/** What can be captured on, for `-D`: what has an address, and on Linux also what has none. `any` comes last. */
export function listInterfaces(): InterfaceLine[] {
  const addresses = networkInterfaces();
  const names = new Set([...Object.keys(addresses), ...kernelNames()]);
  const lines = [...names].sort().map((name) => ({
    name: escapeText(name),
    state: stateOf(name),
    addresses: (addresses[name] ?? []).map(({ address }) => address),
  }));
  return [...lines, { name: 'any', state: 'all of them at once', addresses: [] }];
}

function kernelNames(): string[] {
  try {
    return readdirSync(KERNEL_LIST);
  } catch {
    return [];
  }
}

function stateOf(name: string): string {
  try {
    return readFileSync(`${KERNEL_LIST}/${name}/operstate`, 'latin1').trim();
  } catch {
    return 'unknown';
  }
}
