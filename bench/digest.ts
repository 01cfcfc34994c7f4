import { spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { PEERS, ROOT, WHOHUNGUP } from './peers.ts';

/** Captures besides the workloads whose verdicts must stay as they are: the second folder need not be there. */
export const FOLDERS = ['fixtures', '../shared/captures/dev'];
const CAPTURE = /\.(?:pcap|pcapng|cap|snoop)(?:\.\w+)?$/;
/** Connection records, and in them the field that differs from machine to machine. */
const RECORD_START = '{"type":"connection"';
const FILE_FIELD = /"file":"(?:[^"\\]|\\.)*",/;
/** Processes at a time, for folders of small captures: starting them is most of the work. */
const AT_ONCE = 2;

/** SHA-256 of whohungup's connection records for a capture, in their order, without the file's name. */
export async function digestOfWorkload(path: string): Promise<string> {
  const hash = createHash('sha256');
  await addRecords(hash, path);
  return hash.digest('hex');
}

/** SHA-256 of the digests of all captures in a folder (relative to the repository) and those below it, with their names. */
export async function digestOfFolder(folder: string): Promise<string> {
  const root = join(ROOT, folder);
  if (!existsSync(root)) return 'not there';
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => CAPTURE.test(name))
    .sort()
    .map((name) => join(root, name));
  const digests: string[] = [];
  for (let i = 0; i < paths.length; i += AT_ONCE)
    digests.push(...(await Promise.all(paths.slice(i, i + AT_ONCE).map(digestOfWorkload))));
  const hash = createHash('sha256');
  paths.forEach((path, i) => {
    hash.update(`${relative(root, path)} ${digests[i]}\n`);
  });
  return `${hash.digest('hex')} (${paths.length} captures)`;
}

async function addRecords(hash: Hash, path: string): Promise<void> {
  const [program, ...args] = PEERS.find(({ name }) => name === WHOHUNGUP)!.command(path);
  const child = spawn(program!, [...args, '--format', 'jsonl'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  await addLines(hash, child.stdout);
  hash.update(`exit code ${await closed}\n`);
}

async function addLines(hash: Hash, output: Readable): Promise<void> {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith(RECORD_START)) hash.update(`${withoutFile(line)}\n`);
  }
}

/** A connection record without the name of its file. */
export function withoutFile(line: string): string {
  return line.replace(FILE_FIELD, '');
}
