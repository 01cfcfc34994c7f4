import type { Http2Failure } from '../model/app.ts';

/** RFC 9113 §7, by number. */
const ERROR_NAMES: readonly string[] = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** "ended HTTP/2 with error 11 (ENHANCE_YOUR_CALM)", to follow the name of a side. */
export function goawayInWords({ code }: Http2Failure): string {
  const name = ERROR_NAMES[code];
  return `ended HTTP/2 with error ${code}${name === undefined ? '' : ` (${name})`}`;
}
