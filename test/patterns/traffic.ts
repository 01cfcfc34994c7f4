import { networkHashOfText } from '../../src/bytes/ip-network.ts';
import { counted, thousands } from '../../src/bytes/number-text.ts';
import { pathHashOfText } from '../../src/bytes/path-hash.ts';
import type { CompletedResponse } from '../../src/model/responses.ts';
import { Patterns } from '../../src/patterns/patterns.ts';
import { durationText, percentText } from '../../src/report/quantity.ts';
import { utcTimeOfDay } from '../../src/report/wall-time.ts';

export const SECOND = 1e9;

/** As summary.ts hands them in. */
export const WORDS = {
  counted,
  thousands,
  duration: durationText,
  percent: percentText,
  timeOfDay: (capture: Parameters<typeof utcTimeOfDay>[0], ns: number) => utcTimeOfDay(capture, ns, 0),
};

interface Completed {
  readonly response: CompletedResponse;
  readonly startNs: number;
  readonly idleNs: number;
  readonly network: number;
}

interface CompletedShape {
  readonly index?: number;
  readonly target?: string;
  readonly status?: number;
  readonly bodyBytes?: number;
  readonly requestEndNs?: number;
  readonly startNs?: number;
  readonly endNs?: number;
  readonly idleNs?: number;
  readonly ip?: string;
}

/** A response that was complete: quick, small and ordinary, but for what is said. */
export function completed(shape: CompletedShape = {}): Completed {
  const endNs = shape.endNs ?? 0;
  const responseStartNs = shape.startNs ?? endNs - 1e6;
  const requestEndNs = shape.requestEndNs ?? responseStartNs - 5e6;
  const hash = pathHashOfText(shape.target ?? '/page');
  return {
    response: {
      index: shape.index ?? 1,
      requestFrame: 4,
      requestEndNs,
      responseStartNs,
      responseEndNs: endNs,
      status: shape.status ?? 200,
      bodyBytes: shape.bodyBytes ?? 2000,
      bodyNotCaptured: 0,
      pathHash: () => hash,
    },
    startNs: requestEndNs - 1e6,
    idleNs: shape.idleNs ?? -1,
    network: networkHashOfText(shape.ip ?? '198.51.100.7'),
  };
}

export function patternsWith(responses: readonly Completed[]): Patterns {
  const patterns = new Patterns(WORDS);
  for (const { response, startNs, idleNs, network } of responses)
    patterns.complete(response, startNs, idleNs, network);
  return patterns;
}
