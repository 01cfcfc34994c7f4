import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../fixtures/lab/run.py', import.meta.url));
const ROOT_USER = 0;

/** What stands in the way of staging, and what to type; null when nothing is known to. */
export function stagingObstacle(): string | null {
  if (process.platform !== 'linux')
    return 'The lab needs Linux (network namespaces). `npm run lab -- --no-stage` scores captures that are there.';
  if (process.getuid?.() !== ROOT_USER) {
    return 'The lab makes network namespaces and needs root: `sudo npm run lab`. `npm run lab -- --no-stage` scores captures that are there.';
  }
  if (spawnSync('python3', ['--version']).error !== undefined) {
    return 'The lab needs python3 and its other programs: `sudo sh fixtures/lab/setup.sh` installs them.';
  }
  return null;
}

/** Stages the scenarios that fit into `folder`; its output goes to ours. True when each of them worked. */
export function stageScenarios(folder: string, pattern: string | undefined): boolean {
  const argv = [SCRIPT, '--out', folder, ...(pattern === undefined ? [] : [pattern])];
  return spawnSync('python3', argv, { stdio: 'inherit' }).status === 0;
}
