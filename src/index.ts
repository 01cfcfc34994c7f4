/**
 * whohungup as a library: read captures, have each TCP connection judged, use the answers. The README has an example.
 * Only what is exported here is public; times are nanoseconds since `CaptureOverview.epochNs`, sizes are octets.
 */
export { Analysis, type AnalysisOptions } from './analyze.ts';
export { CaptureState } from './capture/capture-state.ts';
export { CaptureInputError } from './io/capture-input-error.ts';
export { type ReadOptions, type ReadOutcome, readCaptures } from './io/read-capture.ts';
export type * from './model/analysis.ts';
export type * from './model/app.ts';
export type * from './model/conditions.ts';
export type * from './model/facts.ts';
export type * from './model/frame.ts';
export type * from './model/timeline.ts';
export type * from './model/verdict.ts';
export {
  type CaptureRecord,
  captureRecord,
  type SummaryRecord,
  summaryRecord,
} from './report/capture-record.ts';
export type { Sha1 } from './report/community-id.ts';
export { type ConnectionRecord, connectionRecord } from './report/connection-record.ts';
export { judge } from './verdict/judge.ts';
