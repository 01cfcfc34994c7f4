import { defineConfig } from 'vitest/config';

/** Where .ci/run finds the number of tests for its closing line. */
const results = 'node_modules/.cache/test-results.json';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: results }]] : ['default'],
    coverage: {
      // In CI the one run of the tests measures it too; elsewhere `npm run coverage` asks for it.
      enabled: process.env['CI'] !== undefined,
      provider: 'v8',
      include: ['src/**'],
      // Re-exports, and what tests run as processes of their own: the one line that starts the program, whatever
      // captures on an interface (test/live), and the threads of --jobs (test/cli/jobs.test.ts).
      exclude: [
        'src/index.ts',
        'src/cli/main.ts',
        'src/cli/jobs/**',
        'src/cli/live-{command,start}.ts',
        'src/io/live/{cap-child,cap-keeper,cap-source,tool-source,open-capture,identity,privilege,script-command}.ts',
      ],
      reporter: ['text-summary'],
      thresholds: { statements: 94, lines: 95, functions: 95, branches: 90 },
    },
  },
});
