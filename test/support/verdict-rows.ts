import { expect, test } from 'vitest';
import type { Verdict } from '../../src/model/verdict.ts';
import { judge } from '../../src/verdict/judge.ts';
import { type ContextShape, context } from './capture-context.ts';
import { connection, type Story } from './facts.ts';

/**
 * Ways in which connections end, each as a story and the answer that it must get. The capture is made at the server
 * unless the row says otherwise. `least` is the confidence that must be reached, `most` the one that must not be passed.
 */
export interface Row {
  readonly what: string;
  readonly story: Story;
  readonly seen?: ContextShape;
  readonly want: Partial<
    Pick<Verdict, 'group' | 'outcome' | 'position' | 'closedBy' | 'kind' | 'certainty' | 'isHarmless'>
  >;
  readonly least?: number;
  readonly most?: number;
}

export const asked = (): Story => connection().handshake().request('GET /report');
export const half = (): Story => asked().response(200, { length: 10_240, sent: 5120, acked: 4096 });
export const answered = (): Story => asked().response(200, { length: 1000 });

export const HARMLESS = { group: null, certainty: null, isHarmless: true } as const;
export const CLEAN = { ...HARMLESS, outcome: 'clean' } as const;
export const CLIENT = { group: 'client-abort', closedBy: 'client', isHarmless: false } as const;
export const SERVER = { group: 'server', closedBy: 'server', isHarmless: false } as const;
export const BETWEEN = { group: 'intermediary', closedBy: 'intermediary', isHarmless: false } as const;

/** One test for each row. */
export function testRows(rows: readonly Row[]): void {
  test.each(rows)('$what', ({ story, seen, want, least, most }) => {
    const verdict = judge(story.build(), context(seen));
    expect(verdict).toMatchObject(want);
    if (least !== undefined) expect(verdict.confidence).toBeGreaterThanOrEqual(least);
    if (most !== undefined) expect(verdict.confidence).toBeLessThanOrEqual(most);
    if (verdict.certainty === 'undetermined') expect(verdict.settle).toMatch(/capture|logs/);
    else expect(verdict.settle).toBeNull();
  });
}
