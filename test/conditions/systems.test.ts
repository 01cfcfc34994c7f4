import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeConditions } from '../support/analyze-conditions.ts';
import { capturePath, truthCaptures } from '../support/truth.ts';

/** What User-Agent and Server headers of real captures say about the systems: client of a connection, then server. */
const TOLD: readonly (readonly [string, number, string | null, string | null])[] = [
  ['arkime__80211http.pcap', 0, 'Linux', null],
  ['arkime__http-500-head.pcap', 0, 'Windows', null],
  ['arkime__http-no-length.pcap', 0, 'Windows', null],
  ['arkime__http-wrapped-header.pcap', 0, 'Windows', null],
  ['arkime__nflog.pcap', 0, 'Linux', null],
  ['gopacket__test301.pcapng', 0, 'Linux', null],
  ['ndpi__6in4tunnel.pcap', 4, 'Linux', 'Linux'],
  ['quantuminsert__qi_internet_SYNACK_curl_jsonip.pcap', 0, 'OpenBSD', null],
  ['suricata-verify__base64-decode-5885.pcap', 16, 'Windows', null],
  ['suricata-verify__bug-3286-01-no-evasion.pcap', 0, 'Linux', null],
  ['suricata-verify__bug-3286-03-windows-evasion.pcap', 0, 'Windows', null],
  ['suricata-verify__decode-chdlc-01.pcap', 0, 'Windows', null],
  ['zeek__http-qinq-0.pcap', 0, 'macOS or iOS', 'Linux'],
  ['zeek__http__connect-with-header.pcap', 0, 'macOS or iOS', null],
  ['zeek__http__docker-http-upgrade.pcap', 0, 'Linux', 'Linux'],
  ['zeek__http__entity_gap.pcap', 0, 'macOS or iOS', null],
  ['zeek__http__pipelined-requests.pcap', 0, 'Windows', null],
  ['zeek__http__websocket.pcap', 0, 'macOS or iOS', null],
  ['zeek__tcp__handshake-reorder.pcap', 0, 'macOS or iOS', 'Linux'],
];

const hasReal = truthCaptures().length > 0;
if (!hasReal) console.warn('systems of real captures: skipped, they are not beside this checkout');

describe.skipIf(!hasReal)('systems that real captures name in their headers', () => {
  test.each(TOLD)('%s, connection %i: %s, %s', async (name, id, client, server) => {
    const conditions = (await analyzeConditions(capturePath(name))).of(id);
    if (client !== null) expect(conditions.client.os.family).toBe(client);
    if (server !== null) expect(conditions.server.os.family).toBe(server);
  });

  test('all captures give whole numbers and parts that are no more than the whole', async () => {
    for (const name of truthCaptures()) {
      const run = await analyzeConditions(capturePath(name)).catch(() => null);
      expect(run?.summary.checklist?.answers.length ?? 11).toBe(11);
      for (const { facts, conditions } of run?.connections ?? []) {
        if (conditions === undefined) throw new Error(`${name} ${facts.id} was not measured`);
        const { pace } = conditions;
        const parts = pace.serverGapNs + pace.networkNs + pace.windowNs + pace.lossNs;
        expect(parts, `${name} ${facts.id}`).toBeLessThanOrEqual(pace.spreadNs * 1.000001 + 1);
        expect(pace.tinyNetworkNs).toBeLessThanOrEqual(pace.networkNs);
      }
    }
  });
});

/** Everything staged by the lab runs on Linux. Staged captures are made by `npm run lab` and may be absent. */
const LAB = process.env['WHOHUNGUP_LAB'] ?? join(import.meta.dirname, '../../.lab/captures');
const hasLab = existsSync(LAB);
if (!hasLab)
  console.warn('systems of staged captures: only those of fixtures/, npm run lab has not been run');
/** One capture of so many: all of them take a quarter of a minute. */
const EVERY = 7;

function captures(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.pcap(?:ng)?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

describe('staged captures are all of Linux', () => {
  const staged = captures(join(import.meta.dirname, '../../fixtures'));
  const lab = hasLab ? captures(LAB).filter((_path, index) => index % EVERY === 0) : [];

  test('no other system is claimed, and nearly every SYN is known', async () => {
    const claimed = new Map<string, number>();
    for (const path of [...staged, ...lab]) {
      const { connections } = await analyzeConditions(path);
      for (const { conditions } of connections)
        for (const os of [conditions?.client.os, conditions?.server.os]) {
          if (os === undefined || os.frame === null || os.source.includes('not in the capture')) continue;
          const label = `${os.family} ${os.certainty}`;
          claimed.set(label, (claimed.get(label) ?? 0) + 1);
        }
    }
    const known = claimed.get('Linux likely') ?? 0;
    const all = [...claimed.values()].reduce((sum, count) => sum + count, 0);
    expect([...claimed.keys()].filter((label) => !/^(?:Linux|null|a scanning tool) /.test(label))).toEqual(
      [],
    );
    expect(known / all).toBeGreaterThan(0.9);
  }, 60_000);
});
