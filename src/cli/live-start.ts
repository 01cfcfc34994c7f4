import type { Identity } from '../io/live/capture-request.ts';
import { LiveCaptureError } from '../io/live/capture-request.ts';
import { becomeUnprivileged, isRoot, unprivilegedIdentity } from '../io/live/identity.ts';
import type { LiveSource, OnNotice } from '../io/live/live-source.ts';
import { openCapture } from '../io/live/open-capture.ts';
import type { LiveOptions } from './live-options.ts';

export interface StartedCapture {
  readonly source: LiveSource;
  /** Whom this process became; null when it was not root. */
  readonly identity: Identity | null;
}

/**
 * Opens the interface in a process of its own and gives up root, before the first octet of the capture is read. Throws
 * LiveCaptureError, also when `signal` ended it.
 */
export async function startCapture(
  live: LiveOptions,
  onNotice: OnNotice,
  signal: AbortSignal,
): Promise<StartedCapture> {
  const { device, filter, bufferMiB, user, via } = live;
  if (user !== null && !isRoot()) throw new LiveCaptureError('other', '-Z needs root, and this is not root');
  const identity = isRoot() ? unprivilegedIdentity(user, process.env) : null;
  const source = await openCapture({ device, filter, bufferMiB, identity, signal }, via, onNotice);
  try {
    if (identity !== null) becomeUnprivileged(identity);
  } catch (error) {
    source.abandon();
    throw error;
  }
  return { source, identity };
}
