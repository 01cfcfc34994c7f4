// Checks the import rules of ARCHITECTURE.md, and that they were checked at all: a tool that read no module also
// finds no violation.
import { execFileSync } from 'node:child_process';

const bin = new URL('../node_modules/.bin/depcruise', import.meta.url).pathname;
const args = ['src', 'bin', '--config', '.ci/import-rules.mjs', '--output-type', 'json'];
let report;
try {
  report = JSON.parse(execFileSync(bin, args, { encoding: 'utf8', maxBuffer: 1 << 28 }));
} catch (error) {
  if (!error.stdout) throw error;
  report = JSON.parse(error.stdout);
}
const { totalCruised, violations } = report.summary;
for (const { rule, from, to } of violations) {
  const { comment = '' } = report.summary.ruleSetUsed.forbidden.find(({ name }) => name === rule.name) ?? {};
  console.error(`${rule.name}: ${from} → ${to}\n    ${comment}`);
}
const ownModules = report.modules.filter(({ source }) => source.startsWith('src/')).length;
console.log(
  `import rules: ${ownModules} modules read, ${totalCruised} with what they import, ${violations.length} violations`,
);
if (ownModules < 20) {
  console.error('Too few modules were read: the rules were not really checked.');
  process.exit(1);
}
process.exit(violations.length > 0 ? 1 : 0);
