import type { LogEvent, LogSink } from '../model/log-event.ts';
import { MAX_EVENTS, MAX_TARGETS_LEN, MAX_TROUBLES } from './limits.ts';

/** The events of a log, bounded, and what of a capture they can concern. */
export class LogIndex implements LogSink {
  /** A ring once it is full: the latest lines stay. */
  readonly #ordinary: LogEvent[] = [];
  #oldest = 0;
  readonly #troubles: LogEvent[] = [];
  readonly #endpoints = new Set<string>();
  readonly #targets = new Set<string>();
  /** Characters of all of them. */
  #targetsLen = 0;
  leftOut = 0;

  event(event: LogEvent): void {
    this.#note(event);
    if (event.says.kind !== 'ordinary' && this.#troubles.length < MAX_TROUBLES) {
      this.#troubles.push(event);
      return;
    }
    if (this.#ordinary.length < MAX_EVENTS) {
      this.#ordinary.push(event);
      return;
    }
    this.leftOut++;
    this.#ordinary[this.#oldest] = event;
    this.#oldest = (this.#oldest + 1) % this.#ordinary.length;
  }

  /** In the order of their lines. */
  events(): LogEvent[] {
    return [...this.#troubles, ...this.#ordinary].sort((a, b) => a.line - b.line);
  }

  namesEndpoint(ip: string, port: number): boolean {
    return this.#endpoints.has(`${ip} ${port}`);
  }

  /** Some line has this target, or its path without the query. */
  namesTarget(target: string): boolean {
    return this.#targets.has(target) || this.#targets.has(pathOf(target));
  }

  #note({ peer, local, upstream, path }: LogEvent): void {
    if (this.#endpoints.size + this.#targets.size > 4 * MAX_EVENTS || this.#targetsLen > MAX_TARGETS_LEN)
      return;
    for (const address of [peer, local, upstream])
      if (address !== null && address.port !== null) this.#endpoints.add(`${address.ip} ${address.port}`);
    if (path === null) return;
    const target = targetKey(path);
    if (!this.#targets.has(target)) this.#targetsLen += target.length;
    this.#targets.add(target);
  }
}

/** As long as the analysis keeps a target. */
const MAX_TARGET_LEN = 2_048;

/** A target as it is compared: without scheme and authority. */
export function targetKey(target: string): string {
  return target.replace(/^[a-z]{2,6}:\/\/[^/]{1,255}/, '').slice(0, MAX_TARGET_LEN);
}

/** Some logs leave the query out. */
export function pathOf(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : target.slice(0, at);
}
