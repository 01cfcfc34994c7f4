import { escapeText } from '../bytes/escape-text.ts';
import type { AnalysisSummary, CaptureOverview } from '../model/analysis.ts';
import { checklistRecord } from './conditions-record.ts';
import { patternRecord, responsesRecord } from './pattern-record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { seconds } from './seconds.ts';
import { rfc3339 } from './wall-time.ts';

/** The first record of a JSON Lines report. `complete` false: the counts are those so far; the summary has the final ones. */
export function captureRecord(overview: CaptureOverview) {
  return {
    type: 'capture' as const,
    schema: SCHEMA_VERSION,
    complete: overview.isComplete,
    weights: overview.weights,
    ...captureFields(overview),
  };
}

/** The last record. `selected` = connections that -Y let through, i.e. how many connection records there are. */
export function summaryRecord(summary: AnalysisSummary, selected: number) {
  return {
    type: 'summary' as const,
    schema: SCHEMA_VERSION,
    connections: summary.connections,
    selected,
    byOutcome: summary.byOutcome,
    byGroup: summary.byGroup,
    undetermined: summary.undetermined,
    byPosition: summary.byPosition,
    byClosedBy: summary.byClosedBy,
    harmless: summary.harmless,
    exchanges: summary.exchanges,
    weights: summary.capture.weights,
    patterns: summary.patterns.map(patternRecord),
    responses: responsesRecord(summary.responses),
    ...(summary.checklist === undefined ? {} : { checklist: checklistRecord(summary.checklist) }),
    capture: { complete: summary.capture.isComplete, ...captureFields(summary.capture) },
  };
}

export type CaptureRecord = ReturnType<typeof captureRecord>;
export type SummaryRecord = ReturnType<typeof summaryRecord>;

export function captureFields(overview: CaptureOverview) {
  const { firstNs, lastNs, vantage } = overview;
  return {
    files: overview.files,
    linkTypes: overview.linkTypes,
    packets: overview.frames,
    tcpSegments: overview.tcpSegments,
    otherFrames: overview.otherFrames,
    malformedFrames: overview.malformedFrames,
    unsupportedFrames: overview.unsupportedFrames,
    firstTime: firstNs === null ? null : rfc3339(overview, firstNs),
    lastTime: lastNs === null ? null : rfc3339(overview, lastNs),
    duration: firstNs === null || lastNs === null ? null : seconds(lastNs - firstNs),
    drops: overview.drops,
    timestampSource: overview.timestampSource,
    clockError: seconds(overview.clockErrorNs),
    warnings: overview.warnings.map(({ kind, text, file, byteOffset, frameNumber }) => ({
      kind,
      text: escapeText(text),
      file,
      byteOffset,
      frame: frameNumber,
    })),
    vantage: {
      place: vantage.place,
      fraction: vantage.fraction,
      method: vantage.method,
      connections: vantage.connections,
      agreement: vantage.agreement,
    },
  };
}
