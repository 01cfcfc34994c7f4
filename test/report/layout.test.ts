import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { counted, thousands } from '../../src/bytes/number-text.ts';
import { NARROW, padLeft, shorten, shortenMiddle, widthOf, wrap } from '../../src/report/layout.ts';
import { durationText, percentText } from '../../src/report/quantity.ts';

test('wraps at spaces and breaks what is too long', () => {
  expect(wrap('the client hung up', 10)).toEqual(['the client', 'hung up']);
  expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(wrap('ab abcdefgh', 4, ' ')).toEqual(['ab', ' abc', ' def', ' gh']);
});

test('no line is wider than asked, and nothing but spaces is lost', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '漢', 'é', '-'), maxLength: 120 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (given, width) => {
      const lines = wrap(given, width);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
    }),
  );
});

test('shortened text shows that it is', () => {
  expect(shorten('/a/long/path', 6)).toBe('/a/lo…');
  expect(shortenMiddle('/a/long/path', 7)).toBe('/a/…ath');
  expect(widthOf(shortenMiddle('漢字漢字漢字', 7))).toBeLessThanOrEqual(7);
  expect(padLeft('漢', 4)).toBe('  漢');
});

test('numbers and plurals', () => {
  expect(thousands(1_234_567)).toBe('1,234,567');
  expect(thousands(999)).toBe('999');
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(0, 'file')).toBe('0 files');
  expect(counted(1200, 'reply', 'replies')).toBe('1,200 replies');
});

test('durations in the unit a person would choose', () => {
  expect(durationText(812_000)).toBe('812 µs');
  expect(durationText(31e6)).toBe('31 ms');
  expect(durationText(2.113e9)).toBe('2.11 s');
  expect(durationText(250e9)).toBe('4 min 10 s');
  expect(durationText(3600e9 * 3 + 300e9)).toBe('3 h 05 min');
  expect(durationText(86_400e9 * 2 + 3600e9 * 4)).toBe('2 d 4 h');
  expect(durationText(0)).toBe('0 s');
});

test('a percentage never rounds doubt away', () => {
  expect(percentText(0.93)).toBe('93 %');
  expect(percentText(0.999)).toBe('>99 %');
  expect(percentText(1)).toBe('100 %');
});

test('what is taken for one column is one column wide, alone and among others', () => {
  const narrow: string[] = [];
  for (let code = 0x20; code < 0x2600; code++) {
    const character = String.fromCharCode(code);
    if (NARROW.test(character)) narrow.push(character);
  }
  expect(narrow.length).toBeGreaterThan(1_000);
  expect(narrow.filter((character) => stringWidth(character) !== 1)).toEqual([]);
  const texts = fc.array(fc.constantFrom(...narrow), { maxLength: 8 });
  fc.assert(fc.property(texts, (parts) => stringWidth(parts.join('')) === parts.length));
});
