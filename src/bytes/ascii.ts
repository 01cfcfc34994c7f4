/** Comparing and reading ASCII in place, without making strings of octets that nobody needs. */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

/** True when `text` (ASCII) stands at `at`, all of it before `end`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: string): boolean {
  if (end - at < text.length) return false;
  for (let k = 0; k < text.length; k++) if (bytes[at + k] !== text.charCodeAt(k)) return false;
  return true;
}

/** The octets of ASCII `text`: comparing with these is faster than with a string. */
export function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** True when octets `start … end` are `lower` (ASCII, lower case), whatever their case. */
export function equalsIgnoreCase(bytes: Uint8Array, start: number, end: number, lower: Uint8Array): boolean {
  if (end - start !== lower.length) return false;
  for (let k = 0; k < lower.length; k++) {
    const octet = bytes[start + k]!;
    if (octet !== lower[k] && toLower(octet) !== lower[k]) return false;
  }
  return true;
}

/** True when the octets at `start` are `lower` (ASCII, lower case), whatever their case, all of it before `end`. */
export function startsWithIgnoreCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  lower: Uint8Array,
): boolean {
  return end - start >= lower.length && equalsIgnoreCase(bytes, start, start + lower.length, lower);
}

/** Octets as text, one character each (ISO 8859-1): what RFC 9110 §5.5 calls opaque octets stay tellable apart. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  // Eight at a time: twice as fast as one by one, and for such short texts faster than a TextDecoder.
  for (; at + 8 <= end; at += 8) {
    text += String.fromCharCode(
      bytes[at]!,
      bytes[at + 1]!,
      bytes[at + 2]!,
      bytes[at + 3]!,
      bytes[at + 4]!,
      bytes[at + 5]!,
      bytes[at + 6]!,
      bytes[at + 7]!,
    );
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

function toLower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

export function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39;
}

/** Value of a hexadecimal digit, or −1. */
export function hexValue(octet: number): number {
  if (isDigit(octet)) return octet - 0x30;
  const lower = toLower(octet);
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** First octet of `start … end` that is no white space (space, tab, and the line end of a folded line), or `end`. */
export function skipBlank(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

/** End of `start … end` without trailing white space. */
export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1]!)) at--;
  return at;
}

function isBlank(octet: number): boolean {
  return octet === SPACE || octet === TAB || octet === CR || octet === LF;
}
