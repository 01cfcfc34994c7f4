// The arrows of ARCHITECTURE.md as rules. Each comment tells whoever breaks one what to do instead.
const STAGES =
  'capture|decode|tcp|tls|http|verdict|conditions|pair|patterns|compare|logs|explain|codes|report';

export default {
  forbidden: [
    {
      name: 'bytes-is-the-floor',
      comment: 'bytes/ knows octets only. What needs more belongs in a stage.',
      severity: 'error',
      from: { path: '^src/bytes/' },
      to: { pathNot: '^src/bytes/' },
    },
    {
      name: 'statistics-is-a-floor-too',
      comment: 'statistics/ is mathematics: numbers in, numbers out.',
      severity: 'error',
      from: { path: '^src/statistics/' },
      to: { pathNot: '^src/statistics/' },
    },
    {
      name: 'model-is-types',
      comment: 'model/ holds what stages hand to each other. Put the logic in the stage that makes it.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { pathNot: '^src/(model|bytes)/' },
    },
    {
      name: 'stages-meet-in-the-model',
      comment: 'A stage imports no other stage: hand it a type of model/ and let analyze.ts do the wiring.',
      severity: 'error',
      from: { path: `^src/(${STAGES})/` },
      to: { path: '^src/', pathNot: '^src/($1|model|bytes|statistics)/' },
    },
    {
      name: 'app-wires-protocols',
      comment: 'app/ chooses between http/ and tls/ and knows nothing else.',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { path: '^src/', pathNot: '^src/(app|http|tls|model|bytes)/' },
    },
    {
      name: 'no-operating-system-in-a-stage',
      comment: 'Only io/ and cli/ may use node: modules. Pass what the stage needs in.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(io|cli)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'packages-at-the-edge',
      comment: 'npm packages belong in io/ and cli/; report/ may have chalk and string-width.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(io|cli|report)/' },
      to: { dependencyTypes: ['npm', 'npm-optional'] },
    },
    {
      name: 'report-packages',
      comment: 'report/ makes text: chalk and string-width are all it needs.',
      severity: 'error',
      from: { path: '^src/report/' },
      to: { dependencyTypes: ['npm', 'npm-optional'], pathNot: 'node_modules/(chalk|string-width)/' },
    },
    {
      name: 'nobody-imports-the-cli',
      comment: 'cli/ is the top: move what you need down.',
      severity: 'error',
      from: { pathNot: '^(src/cli|bin)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-tests-in-src',
      comment: 'src/ ships; test/, bench/ and fixtures/ do not.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { path: '^(test|bench|fixtures)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Break the cycle with a type in model/, or join the two files.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
  },
};
