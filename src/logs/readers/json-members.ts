import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS } from '../limits.ts';

export type JsonScalar = string | number | boolean;

/** A JSON object's scalars by their dotted, lower-case names: `req.remoteaddress`. Null: no JSON object. */
export function jsonMembers(text: string): ReadonlyMap<string, JsonScalar> | null {
  if (!text.startsWith('{') || !text.trimEnd().endsWith('}')) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const members = new Map<string, JsonScalar>();
  collect(parsed, '', 0, members);
  return members;
}

function collect(value: unknown, prefix: string, depth: number, into: Map<string, JsonScalar>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > MAX_JSON_DEPTH) return;
  for (const [name, member] of Object.entries(value)) {
    if (into.size >= MAX_JSON_MEMBERS) return;
    const path = prefix + name.toLowerCase();
    if (typeof member === 'string' || typeof member === 'number' || typeof member === 'boolean')
      into.set(path, member);
    else collect(member, `${path}.`, depth + 1, into);
  }
}
