import { MAX_DISTINCT, MAX_EXAMPLES } from './limits.ts';

/** How often something was seen, with the first few connections and frames that show it. */
export interface Entry {
  readonly label: string;
  count: number;
  readonly connections: number[];
  readonly frames: number[];
}

/** Counts by label, within bounds. */
export class Census {
  readonly #entries = new Map<string, Entry>();
  total = 0;
  /** Counted without a label, because there were too many different ones. */
  others = 0;

  add(label: string, connectionId: number, frames: readonly (number | null)[] = []): void {
    this.total++;
    let entry = this.#entries.get(label);
    if (entry === undefined) {
      if (this.#entries.size >= MAX_DISTINCT) {
        this.others++;
        return;
      }
      entry = { label, count: 0, connections: [], frames: [] };
      this.#entries.set(label, entry);
    }
    entry.count++;
    if (entry.connections.length >= MAX_EXAMPLES) return;
    entry.connections.push(connectionId);
    for (const frame of frames) if (frame !== null && frame > 0) entry.frames.push(frame);
  }

  count(label: string): number {
    return this.#entries.get(label)?.count ?? 0;
  }

  get(label: string): Entry | null {
    return this.#entries.get(label) ?? null;
  }

  /** Most frequent first. */
  sorted(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => b.count - a.count);
  }

  get size(): number {
    return this.#entries.size;
  }
}
