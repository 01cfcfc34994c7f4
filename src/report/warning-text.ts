import { escapeText } from '../bytes/escape-text.ts';
import { thousands } from '../bytes/number-text.ts';
import type { CaptureWarning } from '../model/frame.ts';

/** One warning as a line: file, what is wrong, and where. */
export function warningText({ file, text, frameNumber }: CaptureWarning): string {
  const place = frameNumber === null || frameNumber === 0 ? '' : ` (after frame ${thousands(frameNumber)})`;
  return escapeText(`${file === null ? '' : `${file}: `}${text}${place}`);
}
