import type { LogAddress, LogEvent } from '../model/log-event.ts';
import { MAX_PATH_LEN } from './limits.ts';

/**
 * The event with texts of its own. What is cut out of a string shares its memory, so that a few words kept of a line keep all
 * of it: 32 KB where less than one is meant.
 */
export function detached(event: LogEvent): LogEvent {
  const { text, says, peer, local, upstream, method, path } = event;
  return {
    ...event,
    text: copyOf(text),
    says: { ...says, code: copyOrNull(says.code) },
    peer: detachedAddress(peer),
    local: detachedAddress(local),
    upstream: detachedAddress(upstream),
    method: copyOrNull(method),
    path: path === null ? null : copyOf(path.slice(0, MAX_PATH_LEN)),
  };
}

function detachedAddress(address: LogAddress | null): LogAddress | null {
  return address === null ? null : { ip: copyOf(address.ip), port: address.port };
}

function copyOrNull(text: string | null): string | null {
  return text === null ? null : copyOf(text);
}

/** A string that is joined from parts gets memory of its own as soon as something is cut out of it. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}
