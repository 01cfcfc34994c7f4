import { counted, thousands } from '../bytes/number-text.ts';
import type { PairConnection, PairSummary } from '../model/pair.ts';
import type { Group } from '../model/verdict.ts';
import { GROUP_DEED, isBadEnd } from './words.ts';

/** Counts of a comparison. */
export class PairTally {
  readonly byGroup: Record<Group, number> = { 'client-abort': 0, intermediary: 0, server: 0 };
  /** Connections in both captures that ended badly; resets and FINs that are proven to be made in between. */
  bad = 0;
  forged = 0;
  proven = 0;
  selected = 0;
  #ignored = 0;

  add({ verdict, match, closes }: PairConnection, isSelected: boolean): void {
    if (isSelected) this.selected++;
    // Those in one capture only are counted apart.
    if (match === null) return;
    const forged = closes.filter(({ isProvenForged }) => isProvenForged).length;
    this.forged += forged;
    const { group, certainty } = verdict;
    if (isBadEnd(verdict)) this.bad++;
    else if (forged > 0) this.#ignored++;
    if (group === null) return;
    this.byGroup[group]++;
    if (group === 'intermediary' && certainty === 'proven') this.proven++;
  }

  /** The first thing anybody reads. */
  lines({ matched, onlyA, onlyB }: PairSummary): string[] {
    if (matched === 0) return ['No connection is in both captures.'];
    const all = counted(matched, 'connection');
    const groups = (['intermediary', 'server', 'client-abort'] as const)
      .filter((group) => this.byGroup[group] > 0)
      .map((group) => `${GROUP_DEED[group]} ${times(this.byGroup[group])}${this.#proof(group)}`);
    const ends =
      this.bad === 0
        ? `${all} in both captures; none ended badly.`
        : `${all} in both captures; ${thousands(this.bad)} ended badly${groups.length > 0 ? `: ${groups.join(', ')}` : ''}.`;
    const lines = [ends];
    if (this.#ignored > 0)
      lines.push(
        `Into ${counted(this.#ignored, 'more connection')} something in between put a reset or FIN without effect.`,
      );
    const lone = [
      ...(onlyA > 0 ? [`Only in A: ${counted(onlyA, 'connection')}.`] : []),
      ...(onlyB > 0 ? [`Only in B: ${counted(onlyB, 'connection')}.`] : []),
    ];
    if (lone.length > 0) lines.push(lone.join(' '));
    return lines;
  }

  #proof(group: Group): string {
    if (group !== 'intermediary') return '';
    if (this.proven === 0) return '';
    return this.proven === this.byGroup.intermediary ? ' (proven)' : ` (${thousands(this.proven)} proven)`;
  }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${thousands(count)} times`;
}
