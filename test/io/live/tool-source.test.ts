import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { CaptureRequest } from '../../../src/io/live/capture-request.ts';
import { openTool } from '../../../src/io/live/tool-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'whohungup-tool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const request: CaptureRequest = { device: 'lo', filter: '', bufferMiB: 2, identity: null };

/** A program in the place of tcpdump. */
function install(script: string): void {
  writeFileSync(join(folder, 'tcpdump'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'tcpdump'), 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
}

describe('a tcpdump that', () => {
  test('hangs is ended, and that is said', async () => {
    install('exec sleep 1000');
    await expect(openTool('tcpdump', request, 200)).rejects.toThrow(
      'the capture on lo did not start: tcpdump has not opened it and does not say why',
    );
  });

  test('hangs is left at Ctrl-C', async () => {
    install('exec sleep 1000');
    const interrupt = new AbortController();
    setTimeout(() => interrupt.abort(), 100);
    const started = performance.now();
    await expect(openTool('tcpdump', { ...request, signal: interrupt.signal }, 3_000)).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test('dies at once is told from one that works', async () => {
    install('kill -9 $$');
    await expect(openTool('tcpdump', request)).rejects.toThrow('the capture on lo did not start');
  });

  test('is ended after it has opened the interface', async () => {
    install('echo "listening on lo" >&2; exec sleep 1000');
    const source = await openTool('tcpdump', request, 5_000);
    source.stop();
    expect(await source.ended).toBeNull();
  });
});
