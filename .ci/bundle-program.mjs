// Puts the command-line program into one script, and what V8 compiles of it beside it: Node takes longer to find, link and
// compile 250 small modules than to run them on a small capture. The modules that tsc has written next to it stay as they are, for
// whoever imports the library.
// Usage: node .ci/bundle-program.mjs [FOLDER]
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = resolve(root, process.argv[2] ?? 'dist/program');

/** Packages that cost milliseconds when they are loaded, and that a run hardly ever calls. Each exports one function. */
const LAZY = /^(string-width|cliui)$/;

/** Puts a function in the place of such a package that loads it at its first call. */
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
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Optional, or loaded by few commands.
  external: ['cap', '@opentelemetry/*', 'prom-client', 'cli-progress'],
  plugins: [lazyPackages],
  // Names stay, so that stack traces can be read.
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: 'warning',
};
/** In a script, which is no module. */
const script = {
  ...common,
  format: 'cjs',
  define: { 'import.meta.url': 'import_meta_url' },
  // Those of packages that are ES modules stay.
  supported: { 'dynamic-import': true },
};
const fileUrl = `const import_meta_url = require('node:url').pathToFileURL(__filename).href;`;

const outputs = [
  // All in one folder, so that what looks for a file beside itself (script-command.ts) or two folders up (package.json)
  // finds it from here as it does from its source.
  await build({
    ...script,
    entryPoints: ['src/cli/main.ts'],
    outfile: join(outdir, 'whohungup.cjs'),
    banner: { js: `(function (require, __filename) {${fileUrl}` },
    footer: { js: '})' },
  }),
  await build({
    ...script,
    entryPoints: ['src/cli/start.ts'],
    outfile: join(outdir, 'start.cjs'),
    banner: { js: fileUrl },
  }),
  await build({
    ...common,
    format: 'esm',
    stdin: {
      contents: `import { createRequire } from 'node:module'; createRequire(import.meta.url)('./start.cjs');`,
    },
    outfile: join(outdir, 'main.js'),
  }),
  // Other threads and processes.
  await build({
    ...common,
    format: 'esm',
    splitting: true,
    entryPoints: ['src/cli/jobs/follow-job.ts', 'src/io/live/cap-child.ts', 'src/io/live/cap-keeper.ts'],
    outdir,
    entryNames: '[name]',
  }),
].flatMap(({ metafile }) => Object.keys(metafile.outputs));
// Chunks are named by their content: those of an earlier build would stay.
const written = new Set(outputs.map((path) => basename(path)));
for (const name of readdirSync(outdir)) if (!written.has(name)) rmSync(join(outdir, name));

const capture = 'fixtures/06-curl-sigkill-unread/capture.pcap';
execFileSync(process.execPath, ['.ci/make-code-cache.mjs', outdir, capture], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
