// Prints how the analysis does on the captures with known answers: `npx tsx test/support/score-captures.ts [name]`.
import { scoreCapture, TRUTH_FIELDS, type TruthField, truthCaptures } from './truth.ts';

const wanted = process.argv[2];
const right: Record<TruthField, number> = {
  closedBy: 0,
  kind: 0,
  killerFrame: 0,
  group: 0,
  outcome: 0,
  position: 0,
};
let rows = 0;
for (const name of truthCaptures().filter((each) => wanted === undefined || each.includes(wanted))) {
  const score = await scoreCapture(name);
  rows += score.rows;
  for (const field of TRUTH_FIELDS) right[field] += score.right[field];
  for (const { index, field, got, accepted, note } of score.misses) {
    console.log(`${name} #${index} ${field}: ${got} instead of ${accepted.join(' | ')}\n    ${note}`);
  }
  for (const accused of score.falseAccusations) console.log(`FALSE ACCUSATION ${accused}`);
}
console.log(`\n${rows} rows`);
for (const field of TRUTH_FIELDS) {
  console.log(`${field.padEnd(12)} ${right[field]} right, ${((100 * right[field]) / rows).toFixed(1)} %`);
}
