import type { ConnectionFacts } from '../../src/model/facts.ts';
import type { Group } from '../../src/model/verdict.ts';

/**
 * What people do by hand: filter for resets and blame the address on the first one. It cannot name an intermediary,
 * takes resets that only answer late data for causes, and says nothing where no reset was sent.
 */
export function firstResetSender({ closes }: Pick<ConnectionFacts, 'closes'>): Group | null {
  const first = closes.find(({ kind }) => kind === 'RST');
  if (first === undefined) return null;
  return first.from === 'client' ? 'client-abort' : 'server';
}
