// Runs what the README shows and holds the output against what it says: the first command, its -v, and the program.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language,
  text,
}));
const capture = /^ {4}npm ci && npx whohungup (fixtures\/\S+\/capture\.pcap)$/m.exec(readme)?.[1];
const pair = /^ {4}npx whohungup pair (fixtures\/\S+) (fixtures\/\S+)$/m.exec(readme)?.slice(1);
const pairShown = blocks.find(({ text }) => text.includes(' in both captures;'));
const asked = /^ {4}npx whohungup --checklist (fixtures\/\S+)$/m.exec(readme)?.[1];
const answered = blocks.find(({ text }) => text.startsWith(' 9  '));
const explain = /^ {4}npx whohungup explain (fixtures\/\S+) --log '(.+)'$/m.exec(readme)?.slice(1);
const explainShown = blocks.find(({ text }) => text.startsWith('Line 1: '));
const program = blocks.findIndex(({ language }) => language === 'js');
const examples = [capture, pair, pairShown, asked, answered, explain, explainShown];
if (program < 2 || examples.some((each) => each === undefined))
  throw new Error('README.md: the examples are not where they were');

const node = (args, input = '') => execFileSync(process.execPath, args, { input, encoding: 'utf8' });
const shown = [
  ['the command', node(['bin/whohungup.js', capture]), blocks[0].text],
  ['-v', node(['bin/whohungup.js', '-v', capture]), blocks[1].text],
  ['pair', node(['bin/whohungup.js', 'pair', ...pair]), pairShown.text],
  ['--checklist', node(['bin/whohungup.js', '--checklist', asked]), answered.text],
  ['explain', node(['bin/whohungup.js', 'explain', explain[0], '--log', explain[1]]), explainShown.text],
  ['the program', node(['--input-type=module'], blocks[program].text), blocks[program + 1].text],
];
for (const [what, actual, claimed] of shown) {
  if (actual.includes(claimed)) continue;
  console.error(`README.md: the output of ${what} is not what is shown. It is:\n${actual}`);
  process.exitCode = 1;
}
if (process.exitCode === undefined) console.log(`README.md: ${shown.length} examples ran as shown`);
