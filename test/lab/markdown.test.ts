import { expect, test } from 'vitest';
import { table, withBlock } from './markdown.ts';

test('cells may hold what means something in a table', () => {
  expect(table(['a', 'b'], [['x|y', '<b>\nz']])).toBe('| a | b |\n|---|---|\n| x\\|y | &lt;b> z |');
});

test('a block is replaced as often as one likes, and nothing else is touched', () => {
  const page = 'before\n<!-- n:begin -->\nold\n<!-- n:end -->\nafter\n';
  const once = withBlock(page, 'n', 'new');
  expect(once).toBe('before\n<!-- n:begin -->\nnew\n<!-- n:end -->\nafter\n');
  expect(withBlock(once, 'n', 'new')).toBe(once);
  expect(() => withBlock(page, 'm', 'new')).toThrow('m:begin');
});
