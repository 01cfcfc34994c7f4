import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { RotatingFile, type Rotation } from '../../../src/io/live/rotating-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'whohungup-rotation-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const HEAD = Uint8Array.of(72);
const BODY = Uint8Array.of(1, 2, 3);
let folder = 0;

function files(changes: Partial<Rotation>): {
  file: RotatingFile;
  names: () => string[];
  tell: (ms: number) => void;
} {
  const place = mkdtempSync(join(directory, `${folder++}-`));
  let nowMs = 0;
  const rotation = {
    path: join(place, 'p.pcapng'),
    maxLen: null,
    maxAgeMs: null,
    maxFiles: null,
    ...changes,
  };
  return {
    file: new RotatingFile(rotation, () => nowMs),
    names: () => readdirSync(place).sort(),
    tell: (ms) => {
      nowMs = ms;
    },
  };
}

function put(file: RotatingFile): void {
  if (file.isDue) file.next(HEAD);
  file.write(BODY);
}

describe('a file that rotates', () => {
  test('does not, unless asked to', () => {
    const { file, names } = files({});
    for (let k = 0; k < 5; k++) put(file);
    file.close();
    expect(names()).toEqual(['p.pcapng']);
  });

  test('by size, each file with its head', () => {
    const { file, names } = files({ maxLen: 7 });
    for (let k = 0; k < 5; k++) put(file);
    file.close();
    expect(names()).toEqual(['p-00001.pcapng', 'p-00002.pcapng', 'p-00003.pcapng']);
  });

  test('by age, keeping the last ones', () => {
    const { file, names, tell } = files({ maxAgeMs: 1000, maxFiles: 2 });
    for (let k = 0; k < 4; k++) {
      tell(k * 1000);
      put(file);
    }
    file.close();
    expect(names()).toEqual(['p-00003.pcapng', 'p-00004.pcapng']);
  });

  test('what the system refuses is thrown, and the next attempt begins a file anew', () => {
    const file = new RotatingFile(
      { path: '/dev/full', maxLen: null, maxAgeMs: null, maxFiles: null },
      () => 0,
    );
    expect(() => file.next(HEAD)).toThrow(/ENOSPC/);
    expect(file.isDue).toBe(true);
  });
});
