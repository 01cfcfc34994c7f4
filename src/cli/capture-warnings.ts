import { counted } from '../bytes/number-text.ts';
import { displayName } from '../io/capture-input-error.ts';
import { fileIdentity } from '../io/file-source.ts';
import type { CaptureOverview } from '../model/analysis.ts';
import type { CaptureWarning } from '../model/frame.ts';
import { warningText } from '../report/warning-text.ts';
import type { Diagnostics } from './diagnostics.ts';

/** More of them say nothing new, and could be as many as there are frames. */
const MAX_WARNINGS = 10;

/** Warnings about the capture itself, on standard error. */
export function warnAbout(warnings: readonly CaptureWarning[], diagnostics: Diagnostics): void {
  for (const warning of warnings.slice(0, MAX_WARNINGS)) diagnostics.say(`warning: ${warningText(warning)}`);
  const more = warnings.length - MAX_WARNINGS;
  if (more > 0) diagnostics.say(`warning: … and ${more} more about the capture`);
}

/** The same, and what a report would say that begins with the capture (report/overview-text.ts). For those that do not. */
export function warnAboutCapture(capture: CaptureOverview, diagnostics: Diagnostics): void {
  warnAbout(capture.warnings, diagnostics);
  const { frames, unsupportedFrames } = capture;
  if (unsupportedFrames === 0) return;
  const which = unsupportedFrames === frames ? 'no frame' : `${counted(unsupportedFrames, 'frame')} not`;
  const names = capture.files.map(displayName).join(', ');
  diagnostics.say(`warning: ${names}: ${which} read, because of the link type (docs/supported.md)`);
}

/** For commands that hold two captures against each other. */
export function warnOfOneFile([a = '', b = '']: readonly string[], diagnostics: Diagnostics): void {
  const identity = fileIdentity(a);
  if (identity !== null && identity === fileIdentity(b))
    diagnostics.say(`warning: ${displayName(a)} is held against itself: both names lead to one file`);
}
