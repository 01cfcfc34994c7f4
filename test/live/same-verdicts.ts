/** What a verdict says; frame numbers differ between captures, and confidence follows the clock's quality. */
const FIELDS = ['outcome', 'group', 'closedBy', 'kind', 'position'] as const;

type JsonRecord = Record<string, unknown>;

export interface Sameness {
  readonly compared: number;
  readonly same: number;
  /** One line for each connection that differs, or is missing on one side. */
  readonly differences: readonly string[];
}

/** Holds the connections of a live run against those of a capture file of the same traffic, by client port and order. */
export function compareVerdicts(live: readonly JsonRecord[], file: readonly JsonRecord[]): Sameness {
  const [ofLive, ofFile] = [byPort(live), byPort(file)];
  const differences: string[] = [];
  let compared = 0;
  for (const port of new Set([...ofLive.keys(), ...ofFile.keys()])) {
    const [a, b] = [ofLive.get(port) ?? [], ofFile.get(port) ?? []];
    for (let k = 0; k < Math.max(a.length, b.length); k++) {
      compared++;
      const difference = differenceOf(a[k], b[k]);
      if (difference !== null) differences.push(`${port} #${k}: ${difference}`);
    }
  }
  return { compared, same: compared - differences.length, differences };
}

function differenceOf(live: JsonRecord | undefined, file: JsonRecord | undefined): string | null {
  if (live === undefined) return 'not in the live run';
  if (file === undefined) return 'not in the file';
  const differing = FIELDS.filter((field) => live[field] !== file[field]);
  if (differing.length === 0) return null;
  return differing.map((field) => `${field} ${String(live[field])}, file ${String(file[field])}`).join('; ');
}

function byPort(records: readonly JsonRecord[]): Map<string, JsonRecord[]> {
  const connections = records.filter(({ type }) => type === 'connection');
  connections.sort((a, b) => Number(a['id']) - Number(b['id']));
  const map = new Map<string, JsonRecord[]>();
  for (const record of connections) {
    const { ip, port } = record['client'] as { ip: string; port: number };
    const key = `${ip}:${port}`;
    map.set(key, [...(map.get(key) ?? []), record]);
  }
  return map;
}
