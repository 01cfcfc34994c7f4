export type Compression = 'gzip' | 'zstd' | 'lz4';

/** Octets needed to tell: the xz magic is the longest. */
export const SNIFF_LEN = 6;

const COMPRESSIONS: readonly { readonly kind: Compression; readonly prefix: readonly number[] }[] = [
  { kind: 'gzip', prefix: [0x1f, 0x8b] },
  { kind: 'zstd', prefix: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'lz4', prefix: [0x04, 0x22, 0x4d, 0x18] },
];

/** Kinds that the tool does not read, and the program that unpacks them to a pipe. */
const FOREIGN: readonly {
  readonly name: string;
  readonly tool: string;
  readonly prefix: readonly number[];
}[] = [
  { name: 'xz', tool: 'xz -dc', prefix: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', tool: 'bzip2 -dc', prefix: [0x42, 0x5a, 0x68] },
  { name: 'old LZ4', tool: 'lz4 -dc', prefix: [0x02, 0x21, 0x4c, 0x18] },
];

export function findCompression(head: Uint8Array): Compression | null {
  return COMPRESSIONS.find(({ prefix }) => hasPrefix(head, prefix))?.kind ?? null;
}

/** What to do about a compression that cannot be read, as a clause that follows the file's name; null when it is none. */
export function describeForeignCompression(head: Uint8Array): string | null {
  const found = FOREIGN.find(({ prefix }) => hasPrefix(head, prefix));
  if (found === undefined) return null;
  return `is compressed with ${found.name}: unpack it into a pipe (${found.tool} FILE | whohungup -)`;
}

function hasPrefix(head: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((octet, at) => head[at] === octet);
}
