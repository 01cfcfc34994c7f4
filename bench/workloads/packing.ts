import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { isInstalled } from '../programs.ts';

export type Packing = 'gz' | 'zst';

/** Node has it since 22.15; null before. */
const createZstdCompress = (Reflect.get(zlib, 'createZstdCompress') as (() => Transform) | undefined) ?? null;

/** Why a file cannot be packed here, or null when it can. */
export function packingAbsence(packing: Packing): string | null {
  if (packing === 'gz' || createZstdCompress !== null || isInstalled('zstd')) return null;
  return 'neither the zstd program nor a Node that can compress with it';
}

/** Packs a file with the usual level; `FILE.gz` or `FILE.zst` beside it is taken as it is when it is there. */
export async function pack(path: string, packing: Packing): Promise<string> {
  const packed = `${path}.${packing}`;
  if (existsSync(packed)) return packed;
  const unfinished = `${packed}.part`;
  // One and the same program wherever it is there, so that the octets do not depend on Node's version.
  if (packing === 'zst' && isInstalled('zstd')) {
    const { status } = spawnSync('zstd', ['-q', '-f', '--single-thread', path, '-o', unfinished]);
    if (status !== 0) throw new Error(`zstd failed on ${path}`);
  } else {
    const packer = packing === 'gz' ? zlib.createGzip() : createZstdCompress!();
    await pipeline(createReadStream(path), packer, createWriteStream(unfinished));
  }
  renameSync(unfinished, packed);
  return packed;
}
