import { escapeText } from '../bytes/escape-text.ts';
import type { Evidence, Group, Verdict } from '../model/verdict.ts';
import { widthOf, wrap } from './layout.ts';
import type { Palette } from './palette.ts';

/** At -v the strongest few of each side; at -vv all. */
const TOP_FOR = 3;
const TOP_AGAINST = 2;
const MAX_FRAMES_SHOWN = 6;

/** Decibels for (positive) or against (negative) the verdict's group. */
function weightFor(group: Group, { towards, weight }: Evidence): number {
  return towards === group ? weight : -weight;
}

/**
 * What speaks for and against the verdict, strongest first, as lines of at most `width` columns:
 *
 *     + the reset has the TTL of the client's other segments (frames 12, 41; 3 dB, ttl-matches-baseline)
 */
export function evidenceLines(verdict: Verdict, isAll: boolean, width: number, palette: Palette): string[] {
  const { group } = verdict;
  if (group === null) {
    // No verdict to speak for: each piece says what it points at.
    return verdict.evidence.flatMap((evidence) => {
      const pointer = `${evidence.weight < 0 ? 'against' : 'towards'} ${evidence.towards}`;
      return entry('·', evidence, `${decibels(evidence.weight)} ${pointer}`, width, palette);
    });
  }
  const weighed = verdict.evidence
    .map((evidence) => ({ evidence, weight: weightFor(group, evidence) }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const speaksFor = weighed.filter(({ weight }) => weight >= 0);
  const speaksAgainst = weighed.filter(({ weight }) => weight < 0);
  const shownFor = isAll ? speaksFor : speaksFor.slice(0, TOP_FOR);
  const shownAgainst = isAll ? speaksAgainst : speaksAgainst.slice(0, TOP_AGAINST);
  return [
    ...shownFor.flatMap(({ evidence, weight }) =>
      entry(palette.good('+'), evidence, decibels(weight), width, palette),
    ),
    ...shownAgainst.flatMap(({ evidence, weight }) =>
      entry(palette.bad('-'), evidence, decibels(weight), width, palette),
    ),
  ];
}

function entry(
  sign: string,
  evidence: Evidence,
  strength: string,
  width: number,
  palette: Palette,
): string[] {
  const frames = framesText(evidence.frames);
  const source = `(${frames === '' ? '' : `${frames}; `}${strength}, ${evidence.rule})`;
  const room = width - 2;
  const lines = wrap(escapeText(evidence.text), room);
  const last = lines.at(-1) ?? '';
  if (widthOf(last) + 1 + widthOf(source) <= room)
    lines[lines.length - 1] = `${last} ${palette.faint(source)}`;
  else lines.push(...wrap(source, room).map((line) => palette.faint(line)));
  return lines.map((line, index) => (index === 0 ? `${sign} ${line}` : `  ${line}`));
}

function decibels(weight: number): string {
  return `${Math.abs(weight).toFixed(1).replace(/\.0$/, '')} dB`;
}

function framesText(frames: readonly number[]): string {
  if (frames.length === 0) return '';
  const shown = frames.slice(0, MAX_FRAMES_SHOWN).join(', ');
  return `${frames.length === 1 ? 'frame' : 'frames'} ${shown}${frames.length > MAX_FRAMES_SHOWN ? ', …' : ''}`;
}
