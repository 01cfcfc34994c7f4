/**
 * C0 controls with ESC, DEL, C1 controls, Unicode line separators, and the bidirectional and invisible format
 * characters by which text can be made to look like other text (Unicode TR36 §2.5).
 */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text from the wire, made harmless to a terminal: each unsafe character becomes `\xNN` (below U+0100) or
 * `\u{NNNN}`. Safe text is returned as it is; escaping twice changes nothing.
 */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16);
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex.padStart(4, '0')}}`;
  });
}
