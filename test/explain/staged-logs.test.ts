import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { joinScore, type StagedLog } from '../lab/log-join-score.ts';

const LOGS = fileURLToPath(new URL('../../fixtures/logs/', import.meta.url));
/** Seconds by which the log's clock is ahead. */
const SHIFTS = [0, 5, -5, 0.4, 7_200];

const names = readdirSync(LOGS, { withFileTypes: true })
  .filter((each) => each.isDirectory() && each.name !== 'seed-line')
  .map(({ name }) => name);

function staged(name: string): StagedLog {
  return JSON.parse(readFileSync(`${LOGS}${name}/joins.json`, 'utf8')) as StagedLog;
}

describe('lines of real servers find their connections', () => {
  test('of every kind of server', () => {
    expect(new Set(names.map((name) => staged(name).server))).toEqual(
      new Set(['go', 'nginx', 'haproxy', 'node', 'python', 'apache']),
    );
  });

  test.each(names)('%s', async (name) => {
    for (const shift of SHIFTS) {
      const score = await joinScore(`${LOGS}${name}`, staged(name), 'server.pcap.gz', shift);
      expect(score.lines, `lines at ${shift} s`).toBeGreaterThan(5);
      expect(score.wrongCertain + score.wrongLikely, `wrong and sure at ${shift} s`).toBe(0);
      expect(score.right / score.lines, `right at ${shift} s`).toBeGreaterThanOrEqual(0.95);
    }
  });
});
