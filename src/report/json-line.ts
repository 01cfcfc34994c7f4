/**
 * Characters that JSON allows raw but a terminal or a log viewer must not get from us: DEL and C1 controls, line
 * separators, bidirectional and invisible format characters. (JSON.stringify takes care of C0 and lone surrogates.)
 */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One record as one line of JSON. Nothing is lost: unsafe characters become `\uNNNN`, which every parser undoes. */
export function jsonLine(record: object): string {
  const text = JSON.stringify(record);
  return `${text.replace(UNSAFE_IN_JSON, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
