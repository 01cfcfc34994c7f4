import { describe, expect, test } from 'vitest';
import { faultOf, meaningOf } from '../../../src/io/live/fault-words.ts';

const request = { device: 'eth0', filter: 'tcp prt 80', bufferMiB: 1, identity: null };

describe('what libpcap says', () => {
  test.each([
    ['socket: Operation not permitted', 'permission'],
    ["tcpdump: eth0: You don't have permission to perform this capture on that device", 'permission'],
    ['No such device exists', 'interface'],
    ["tcpdump: can't parse filter expression: syntax error", 'filter'],
    ['libpcap.so.0.8: cannot open shared object file: No such file or directory', 'missing'],
    ['something new', 'other'],
  ] as const)('%s', (said, kind) => {
    expect(meaningOf(said)).toBe(kind);
  });

  test('becomes a line that says what to type', () => {
    expect(faultOf('permission', '', request).message).toBe(
      "capturing on eth0 needs root: sudo whohungup live -i eth0 -f 'tcp prt 80'",
    );
    expect(faultOf('filter', "tcpdump: can't parse filter expression: syntax error\n", request).message).toBe(
      `-f: "tcp prt 80" is no capture filter (can't parse filter expression: syntax error); e.g. -f 'tcp port 8080', see pcap-filter(7)`,
    );
  });

  test("is dumpcap's within parentheses", () => {
    const said = "That string isn't a valid capture filter (can't parse filter expression: syntax error).";
    expect(faultOf('filter', said, request).message).toContain(
      "(can't parse filter expression: syntax error); e.g.",
    );
    expect(faultOf('other', 'the capture process ended (SIGKILL)', request).message).toBe(
      'the capture on eth0 did not start: the capture process ended (SIGKILL)',
    );
  });

  test('comes escaped', () => {
    const { message } = faultOf('other', 'a\u001b]0;x\u0007', { ...request, device: 'e\u001b[31m' });
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});
