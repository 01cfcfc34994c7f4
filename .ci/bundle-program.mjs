// Puts the command-line program into few files: Node takes longer to find and link 290 small modules than to run them on
// a small capture. The modules that tsc has written next to it stay as they are, for whoever imports the library.
// Usage: node .ci/bundle-program.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = resolve(root, process.argv[2] ?? 'dist/program');

/** Packages that cost milliseconds when they are loaded, and that a run hardly ever calls. Each exports one function. */
const LAZY = /^(string-width|cliui)$/;

/** What packages load for parts of theirs that are never used here, and what is enough instead. */
const INSTEAD = {
  // chalk looks whether output is a terminal, by way of tty and net; cli/chalk.ts always tells it what to do.
  '#supports-color': 'export default { stdout: false, stderr: false };',
  // yargs checks with it what it was called with.
  assert: `export const strictEqual = (actual, expected, ...rest) =>
      Object.is(actual, expected) || require('node:assert').strictEqual(actual, expected, ...rest);
    export const notStrictEqual = (actual, expected, ...rest) =>
      Object.is(actual, expected) && require('node:assert').notStrictEqual(actual, expected, ...rest);`,
  // yargs would load modules named in a configuration file with it.
  'node:module': 'export const createRequire = () => require;',
};

/** Puts a function in the place of a package that loads it at its first call, and others' words in that of some modules. */
const lazyPackages = {
  name: 'lazy-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LAZY }, ({ path, kind, resolveDir }) =>
      kind === 'import-statement'
        ? { path, namespace: `lazy:${resolveDir}`, pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: LAZY }, ({ path, namespace, pluginData }) =>
      namespace.startsWith('lazy:')
        ? {
            contents: `let real; export default (...given) => (real ??= require('${path}').default)(...given);`,
            resolveDir: pluginData,
          }
        : undefined,
    );
    onResolve({ filter: /^(#supports-color|assert|node:module)$/ }, ({ path, importer }) =>
      /node_modules.(chalk|yargs|yargs-parser)\b/.test(importer) ? { path, namespace: 'instead' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'instead' }, ({ path }) => ({ contents: INSTEAD[path] }));
  },
};

mkdirSync(outdir, { recursive: true });
// What was compiled for an earlier build is of no use.
for (const name of readdirSync(outdir)) if (name.includes('.cache')) rmSync(join(outdir, name));
const { metafile } = await build({
  absWorkingDir: root,
  // All in one folder, so that what looks for a file beside itself (script-command.ts) or two folders up (package.json)
  // finds it from here as it does from its source.
  entryPoints: [
    { in: 'src/cli/main.ts', out: 'program' },
    'src/cli/jobs/follow-job.ts',
    'src/io/live/cap-child.ts',
    'src/io/live/cap-keeper.ts',
  ],
  outdir,
  entryNames: '[name]',
  bundle: true,
  // Not modules: their code cannot be kept compiled (load-program.cjs). And imports of Node's own modules would come
  // first in them, whether the command that needs them runs or not.
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // What V8 has kept has lost who would import for it.
  supported: { 'dynamic-import': false },
  // One octet a character is read faster, and V8 keeps it so.
  charset: 'ascii',
  banner: { js: "var bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'bundleUrl' },
  // Optional, or loaded by few commands.
  external: ['cap', '@opentelemetry/*', 'prom-client', 'cli-progress'],
  plugins: [lazyPackages],
  // Names stay, so that stack traces can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
});
// Files of an earlier build that had others.
const written = new Set([
  'main.js',
  'package.json',
  ...Object.keys(metafile.outputs).map((path) => basename(path)),
]);
for (const name of readdirSync(outdir)) if (!written.has(name)) rmSync(join(outdir, name), { force: true });
writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
copyFileSync(new URL('load-program.cjs', import.meta.url), join(outdir, 'main.js'));
try {
  execFileSync(process.execPath, [fileURLToPath(new URL('keep-compiled.mjs', import.meta.url)), outdir], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
} catch (error) {
  console.error(
    `The program will start slower, because its compiled form could not be kept: ${error.message}`,
  );
}
