import { LogReader, type LogReaderOptions } from '../../src/logs/log-reader.ts';
import type { LogEvent } from '../../src/model/log-event.ts';

/** 2026-11-22T22:00:00Z */
const REFERENCE = Date.UTC(2026, 10, 22, 22) / 1_000;

export function readLines(lines: readonly string[], options: Partial<LogReaderOptions> = {}): LogEvent[] {
  const events: LogEvent[] = [];
  const reader = new LogReader(
    { reference: REFERENCE, pattern: null, zoneSeconds: null, ...options },
    { event: (event) => events.push(event) },
  );
  for (const line of lines) reader.line(line);
  return events;
}

/** The essence of an event, as one line that a test can compare. */
export function essence(event: LogEvent | undefined): string {
  if (event === undefined) return 'nothing';
  const { program, says, time, moment, peer, local, upstream, method, path, status, bytes, duration } = event;
  const words = [
    program,
    says.kind,
    ...(says.errno === null ? [] : [says.errno]),
    ...(says.code === null ? [] : [`code=${says.code}`]),
    ...(time === null ? [] : [`${utc(time.seconds)}${time.isZoneKnown ? 'Z' : ''}`, moment]),
    ...(peer === null ? [] : [`peer=${peer.ip}/${peer.port ?? '-'}`]),
    ...(local === null ? [] : [`local=${local.ip}/${local.port ?? '-'}`]),
    ...(upstream === null ? [] : [`upstream=${upstream.ip}/${upstream.port ?? '-'}`]),
    ...(path === null ? [] : [`${method ?? '?'} ${path}`]),
    ...(status === null ? [] : [`${status}`]),
    ...(bytes === null ? [] : [`${bytes}B`]),
    ...(duration === null ? [] : [`${duration}s`]),
  ];
  return words.join(' ');
}

function utc(seconds: number): string {
  return new Date(Math.round(seconds * 1_000)).toISOString().replace('.000Z', '').replace('Z', '');
}
