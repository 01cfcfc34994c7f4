import { networkInterfaces } from 'node:os';
import { escapeText } from '../../bytes/escape-text.ts';
import { type CaptureRequest, type FaultKind, LiveCaptureError } from './capture-request.ts';

/** What libpcap and the programs around it write, and what it means. The first that matches counts. */
const MEANINGS: readonly (readonly [RegExp, FaultKind])[] = [
  [
    /libpcap[^ ]*\.so|cannot open shared object|MODULE_NOT_FOUND|Cannot find module|NODE_MODULE_VERSION/,
    'missing',
  ],
  [/permission|not permitted|EPERM|EACCES/i, 'permission'],
  [/no such device|doesn't exist|no interface|not up|disappeared|no longer attached|not found/i, 'interface'],
  [
    /syntax error|parse filter|filter expression|isn't a valid capture filter|unknown (host|port|network)/i,
    'filter',
  ],
];

export function meaningOf(text: string): FaultKind {
  return MEANINGS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

/** One line that says what to type. `said` is what the capture process wrote. */
export function faultOf(kind: FaultKind, said: string, request: CaptureRequest): LiveCaptureError {
  const words = escapeText(lastLine(said));
  const device = escapeText(request.device);
  switch (kind) {
    case 'permission':
      return new LiveCaptureError(
        kind,
        `capturing on ${device} needs root: sudo whohungup live -i ${device}${request.filter === '' ? '' : ` -f '${escapeText(request.filter)}'`}`,
      );
    case 'missing':
      return new LiveCaptureError(
        kind,
        `live capture needs libpcap: install tcpdump, or libpcap-dev and a C++ compiler and then npm rebuild cap (${words})`,
      );
    case 'interface':
      return new LiveCaptureError(
        kind,
        `cannot capture on ${device} (${words}); there is: ${interfaceNames().join(' ')} (see whohungup live -D)`,
      );
    case 'filter':
      return new LiveCaptureError(
        kind,
        `-f: "${escapeText(request.filter)}" is no capture filter (${words}); e.g. -f 'tcp port 8080', see pcap-filter(7)`,
      );
    case 'other':
      return new LiveCaptureError(kind, `the capture on ${device} did not start: ${words}`);
  }
}

function interfaceNames(): string[] {
  return [...Object.keys(networkInterfaces()), 'any'].map(escapeText);
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const line = lines.at(-1)?.trim() ?? 'it gave no reason';
  // dumpcap puts libpcap's words into parentheses.
  const inner = /\(([^()]+)\)\.?$/.exec(line)?.[1];
  const words = inner !== undefined && meaningOf(inner) !== 'other' ? inner : line;
  return words.replace(/^(tcpdump|dumpcap|Error): /, '');
}
