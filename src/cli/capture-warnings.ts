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
