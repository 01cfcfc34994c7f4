import type { FaultKind } from './capture-request.ts';

/** What the cap processes tell on descriptor 3, one JSON object a line. */
export type CapStatus =
  | { readonly event: 'open' }
  /** It could not be opened. `said` is libpcap's message. */
  | { readonly event: 'fault'; readonly kind: FaultKind; readonly said: string }
  /** The interface went down, which ends the process that captures (libuv aborts it). */
  | { readonly event: 'down' }
  | { readonly event: 'reopened' }
  | { readonly event: 'died'; readonly clause: string };

export const STATUS_FD = 3;

/** What a cap process is told, as one argument. */
export interface CapOrder {
  readonly device: string;
  readonly filter: string;
  readonly bufferMiB: number;
  /** Whom to become once the interface is open. */
  readonly uid: number | null;
  readonly gid: number | null;
  /** Goes on with a stream that another process began: no file header. */
  readonly isContinuation: boolean;
}

export function readOrder(argument: string | undefined): CapOrder {
  return JSON.parse(argument ?? '{}') as CapOrder;
}
