import type { Side } from '../model/facts.ts';
import type { Verdict } from '../model/verdict.ts';
import { otherSide } from './packet.ts';

/** A dead path is not told from a filter, and neither from a capture that was stopped: never called proven. */
const CONFIDENCE = 0.9;
/** Each of the other groups. */
const REST = (1 - CONFIDENCE) / 2;

/** The verdict on silence, when one capture has what a side sent again and again, and the other none of it. */
export function swallowedVerdict(verdict: Verdict, sender: Side): Verdict {
  return {
    ...verdict,
    outcome: 'timed-out',
    group: 'intermediary',
    certainty: 'likely',
    confidence: CONFIDENCE,
    probabilities: { 'client-abort': REST, intermediary: CONFIDENCE, server: REST },
    headline: `Something between A and B swallows what the ${sender} sends; the ${otherSide(sender)} waits in vain.`,
    matters: 'Yes: look at firewalls, NATs and tunnels (and their MTU) between the two captures.',
    isHarmless: false,
    settle: null,
  };
}
