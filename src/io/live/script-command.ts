import { fileURLToPath } from 'node:url';

/** How to start a sibling script of this folder as a process of its own: built, or as source under a loader. */
export function scriptCommand(name: string, argument: string): [string, ...string[]] {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const script = fileURLToPath(new URL(`./${name}${extension}`, import.meta.url));
  const loader = extension === '.ts' ? process.execArgv : [];
  return [process.execPath, ...loader, script, argument];
}
