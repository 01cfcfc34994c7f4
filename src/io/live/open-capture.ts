import { isCapBuilt, openCap } from './cap-source.ts';
import { type CaptureRequest, LiveCaptureError, type Provider } from './capture-request.ts';
import { faultOf } from './fault-words.ts';
import { isRoot } from './identity.ts';
import type { LiveSource, OnNotice } from './live-source.ts';
import { mayCapture } from './privilege.ts';
import { openTool } from './tool-source.ts';

/**
 * Opens the interface with `via`; null = cap, or what there is instead where it was not built. Throws
 * {@link LiveCaptureError}.
 */
export async function openCapture(
  request: CaptureRequest,
  via: Provider | null,
  onNotice: OnNotice,
): Promise<LiveSource> {
  if (!isRoot() && !mayCapture()) throw faultOf('permission', '', request);
  if (via !== null) return openVia(via, request, onNotice);
  if (isCapBuilt()) {
    try {
      return await openCap(request, onNotice);
    } catch (error) {
      if (!isMissing(error)) throw error;
      onNotice(`cap cannot be used (${error.message}): trying tcpdump`);
    }
  } else onNotice('cap was not built on this host: capturing with tcpdump instead');
  return openAnyTool(request, onNotice);
}

async function openAnyTool(request: CaptureRequest, onNotice: OnNotice): Promise<LiveSource> {
  try {
    return await openTool('tcpdump', request);
  } catch (error) {
    if (!isMissing(error)) throw error;
    onNotice('tcpdump is not installed: capturing with dumpcap instead');
  }
  try {
    return await openTool('dumpcap', request);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw faultOf('missing', 'neither cap, tcpdump nor dumpcap is there', request);
  }
}

async function openVia(via: Provider, request: CaptureRequest, onNotice: OnNotice): Promise<LiveSource> {
  if (via !== 'cap') return openTool(via, request);
  if (!isCapBuilt())
    throw new LiveCaptureError(
      'missing',
      'cap was not built: install libpcap-dev and a C++ compiler and run npm rebuild cap, or use --via tcpdump',
    );
  return openCap(request, onNotice);
}

function isMissing(error: unknown): error is LiveCaptureError {
  return error instanceof LiveCaptureError && error.kind === 'missing';
}
