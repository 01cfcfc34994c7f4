import { defineConfig } from 'vitest/config';

/** For `npm run bench:stages` alone; the tests have their own. */
export default defineConfig({
  test: {
    include: [],
    benchmark: { include: ['bench/*.bench.ts'] },
    coverage: { enabled: false },
    // The built modules are run by Node as they are.
    server: { deps: { external: [/\/dist\//] } },
  },
});
