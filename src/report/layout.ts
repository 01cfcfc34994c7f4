import stringWidth from 'string-width';

/** Fitting text into terminal columns. Widths are display columns (wide characters count 2), colour excluded. */

const ELLIPSIS = '…';

/**
 * ASCII, Latin letters, and the dashes, dots, arrows, mathematical signs and lines that our own words have: one column
 * each, whatever stands beside them. Nearly every text; the tables for the others take Node 30 ms to load.
 */
export const NARROW =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u21ff\u2200-\u22ff\u2500-\u257f]*$/;

export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** `text` padded with spaces on the right to `width` columns; longer text is returned as it is. */
export function padRight(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** `text` cut to at most `width` columns, the cut shown by an ellipsis. */
export function shorten(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return takeColumns(text, Math.max(0, width - 1)) + ELLIPSIS;
}

/** `text` cut in its middle: both ends of a file name or an address tell more than its beginning alone. */
export function shortenMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const tailWidth = Math.floor((width - 1) / 2);
  const characters = [...text];
  let tail = '';
  while (characters.length > 0 && widthOf(characters.at(-1) + tail) <= tailWidth)
    tail = characters.pop() + tail;
  return takeColumns(text, width - 1 - widthOf(tail)) + ELLIPSIS + tail;
}

/**
 * Lines of at most `width` columns, broken at spaces; a word that is longer than a line is broken where it must be.
 * `indent` starts each line after the first and counts towards the width.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  let isEmpty = true;
  const room = Math.max(1, width);
  for (const word of text.split(' ')) {
    let rest = word;
    if (!isEmpty && widthOf(line) + 1 + widthOf(rest) <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (!isEmpty) {
      lines.push(line);
      line = indent;
    }
    while (widthOf(line) + widthOf(rest) > room) {
      const head = takeColumns(rest, room - widthOf(line)) || takeFirst(rest);
      lines.push(line + head);
      rest = rest.slice(head.length);
      line = indent;
    }
    line += rest;
    isEmpty = false;
  }
  lines.push(line);
  return lines;
}

function takeColumns(text: string, width: number): string {
  if (NARROW.test(text)) return text.slice(0, Math.max(0, width));
  let taken = '';
  let columns = 0;
  for (const character of text) {
    columns += widthOf(character);
    if (columns > width) break;
    taken += character;
  }
  return taken;
}

function takeFirst(text: string): string {
  const [first = ''] = text;
  return first;
}
