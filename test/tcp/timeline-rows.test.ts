import { expect, test } from 'vitest';
import { ApplicationStage } from '../../src/app/application-stage.ts';
import { escapeText } from '../../src/bytes/escape-text.ts';
import type { TimelineRow } from '../../src/model/timeline.ts';
import { TcpStage } from '../../src/tcp/tcp-stage.ts';
import { type Ladder, ladder } from '../support/ladder.ts';

/** The segments of a story as they stand on the ladder. */
function rowsOf(story: Ladder): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const timeline = {
    wants: () => true,
    segment: (_id: number, row: TimelineRow) => void rows.push(row),
    landmark: () => {},
  };
  const words = {
    escapeText,
    formatAddress: String,
    retainAddress: () => {},
    releaseAddress: () => {},
    foldAddress: () => 0,
  };
  const stage = new TcpStage(new ApplicationStage(null), { connection: () => {} }, timeline, words);
  for (const segment of story.segments) stage.push(segment);
  stage.end();
  return rows;
}

// The ladder's SYNs carry a window scale of 7.
const SCALE = 128;

test('a reset stands with its own window, not with the last one of its side', () => {
  const story = ladder().handshake().send('client', 'GET', { window: 500 });
  story.replyReset('client', { window: 0 }).abort('client', { window: 3 });
  const windows = rowsOf(story).map(({ window }) => window);
  expect(windows.slice(3)).toEqual([500 * SCALE, 0, 3 * SCALE]);
});

test('a window that was not captured is none', () => {
  const story = ladder().handshake().send('client', 'GET', { window: -1 }).abort('client', { window: -1 });
  for (const { window } of rowsOf(story).slice(3)) expect(window).toBeLessThan(0);
});
