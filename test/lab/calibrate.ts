// `npm run lab:calibrate [-- captures folder]`: proposes the weights' free constants and changes nothing.
import { fileURLToPath } from 'node:url';
import { WEIGHTS_VERSION } from '../../src/verdict/weights.ts';
import { CAP_NAMES, CAPS, collectSamples, type Sample } from './calibration-samples.ts';
import {
  type Calibration,
  crossValidated,
  FREEDOMS,
  fitted,
  type Losses,
  lossesOf,
  predicted,
} from './refit.ts';
import { checkRules } from './rule-check.ts';
import { readStaged } from './staged-truth.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../.lab/captures', import.meta.url));
const { samples, skipped } = await collectSamples(readStaged(folder));
const calibrationSet = samples.filter(({ isHeldOut }) => !isHeldOut);
const heldOut = samples.filter(({ isHeldOut }) => isHeldOut);
if (calibrationSet.length === 0 || heldOut.length === 0) {
  console.error(`Too few captures in ${folder}: \`sudo npm run lab\` makes them.`);
  process.exitCode = 2;
} else {
  propose();
  showRules();
}

function propose(): void {
  console.log(`weights ${WEIGHTS_VERSION}; ${samples.length} verdicts taken apart, ${skipped} could not be`);
  console.log('\nFree to change        Brier, log loss: families left out | fitted to | held-out scenarios');
  const trials = FREEDOMS.map((freedom) => {
    const proposal = fitted(calibrationSet, freedom);
    const unseen = lossesOf(crossValidated(calibrationSet, freedom));
    const cells = [unseen, of(calibrationSet, proposal), of(heldOut, proposal)].map(lossText);
    console.log(`${freedom.name.padEnd(22)} ${cells.join(' | ')}`);
    return { freedom, proposal, unseen };
  });
  const best = trials.reduce((a, b) => ((b.unseen.logLoss ?? 0) < (a.unseen.logLoss ?? 0) ? b : a));
  console.log(`\nProposal: change ${best.freedom.name}, which does best on the families left out.`);
  console.log(`  factor on all decibels      ${best.proposal.factor.toFixed(2)}`);
  console.log(`  offset of an intermediary   ${best.proposal.intermediaryDb} dB`);
  for (const name of CAP_NAMES) {
    const held = calibrationSet.filter(({ cap }) => cap === name);
    const right = held.filter(({ group, truth }) => group === truth).length;
    const change = `${CAPS[name].toFixed(2)} → ${best.proposal.caps[name].toFixed(3)}`;
    console.log(`  ${name.padEnd(27)} ${change} (${right} of ${held.length} verdicts right)`);
  }
}

function of(set: readonly Sample[], calibration: Calibration): Losses {
  return lossesOf(set.filter(({ isKnowable }) => isKnowable).map((sample) => predicted(sample, calibration)));
}

function lossText({ brier, logLoss }: Losses): string {
  return `${brier?.toFixed(4)}, ${logLoss?.toFixed(4)}`;
}

/** A check, not a fit: does every rule point the way its weight says? */
function showRules(): void {
  console.log('\nRule                                 weight  observed  scenarios: intermediary, side');
  for (const { rule, weight, observed, firedOnIntermediary, firedOnSide } of checkRules(
    calibrationSet.filter(({ isKnowable }) => isKnowable),
  )) {
    const isAgainst = weight !== 0 && weight * observed < 0;
    console.log(
      `${rule.padEnd(36)} ${weight.toFixed(0).padStart(6)}  ${observed.toFixed(1).padStart(8)}  ${firedOnIntermediary}, ${firedOnSide}${isAgainst ? '  POINTS THE OTHER WAY' : ''}`,
    );
  }
}
