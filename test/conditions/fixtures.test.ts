import { describe, expect, test } from 'vitest';
import { analyzeConditions, fixturePath } from '../support/analyze-conditions.ts';

const kinds = (found: readonly { readonly kind: string }[]): string[] => found.map(({ kind }) => kind);

describe('what the conditions of staged connections are', () => {
  test('small writes against delayed ACKs: three stalls, found with their time', async () => {
    const run = await analyzeConditions(fixturePath('80-nagle-delayed-ack'));
    const { pace } = run.of(0);
    expect(pace.answers).toBe(4);
    expect(pace.stalls).toBe(3);
    expect(pace.stallNs / 1e6).toBeGreaterThan(120);
    expect(pace.stallNs / 1e6).toBeLessThan(140);
    expect(pace.stallFrame).toBe(13);
    expect(pace.serverGapNs).toBe(0);
    expect(run.answer('tiny-segments').answer).toContain('3 small segments waited for a delayed ACK');
    expect(run.answer('buffering').answer).toContain('waiting for delayed ACKs (Nagle)');
  });

  test('tiny writes that fill the congestion window wait for the network, and need not', async () => {
    const run = await analyzeConditions(fixturePath('81-tiny-writes'));
    const { pace, path } = run.of(0);
    expect(pace).toMatchObject({ answers: 1, segments: 11, writes: 11, tinyAnswers: 1, worstSegments: 11 });
    expect(pace.networkNs / 1e6).toBeCloseTo(41, 0);
    expect(pace.tinyNetworkNs).toBe(pace.networkNs);
    expect(pace.serverGapNs).toBeLessThan(1e6);
    expect(path.roundTripNs! / 1e6).toBeCloseTo(43.5, 0);
    expect(run.answer('tiny-segments').answer).toMatch(
      /^Yes, in the only response: the worst took 11 segments/,
    );
    expect(run.answer('buffering').answer).toContain('ACKs of tiny segments that fill the congestion window');
  });

  test('a slow template: only the server is waited for', async () => {
    const run = await analyzeConditions(fixturePath('101-slow-template-client-leaves'));
    const { pace, toClient, moments } = run.of(0);
    expect(pace.serverGapNs).toBeGreaterThan(0.95 * pace.spreadNs);
    expect(pace.spreadNs / 1e9).toBeGreaterThan(0.3);
    expect(toClient.overfull).toEqual([]);
    expect(moments).toEqual([{ frame: 34, openConnections: 1, busyConnections: 1, isBusy: true }]);
    expect(run.answer('buffering').answer).toContain("waiting for the server's next write");
    expect(run.answer('buffering').answer).toContain(
      'Of 1 response that clients cut, hardly any would still be cut',
    );
    expect(run.answer('in-flight').answer).toContain('At early ends 1');
  });

  test('a window without room, though never shut', async () => {
    const run = await analyzeConditions(fixturePath('102-window-limited'));
    const { pace, toClient } = run.of(0);
    expect(toClient).toMatchObject({ zeroWindows: 0, overfull: ['receiver'], peakInFlight: 5_840 });
    expect(toClient.windowLimitedNs).toBeGreaterThan(0.9 * pace.spreadNs);
    expect(toClient.windowAtPeak).toBe(5_840);
    expect(pace.windowNs).toBe(toClient.windowLimitedNs);
    expect(run.answer('overfull').answer).toMatch(/^Yes, in the only connection: the receiver/);
    expect(run.answer('buffering').answer).toMatch(/^It would hardly: .*the client's window, 9\d %\.$/);
  });

  test('a shut window', async () => {
    const { toClient, pace } = (await analyzeConditions(fixturePath('40-nginx-send-timeout'))).of(0);
    expect(toClient).toMatchObject({ zeroWindows: 1, zeroWindowFrame: 19, overfull: ['receiver'] });
    expect(pace.windowNs).toBeGreaterThan(0.99 * pace.spreadNs);
  });

  test('an MSS lowered on the way, and the system is still told', async () => {
    const run = await analyzeConditions(fixturePath('103-mss-clamped'));
    const { client, server, optimisations } = run.of(0);
    expect(client).toMatchObject({
      mss: 1_360,
      mssMeaning: 'MTU 1400: VPN or mobile network, or lowered on the way',
    });
    expect(client.os).toMatchObject({ family: 'Linux', certainty: 'likely' });
    expect(server.mssMeaning).toBe('MTU 1500: Ethernet');
    expect(optimisations.find(({ kind }) => kind === 'mss-clamped')).toMatchObject({ frames: [1] });
    expect(run.answer('optimisations').answer).toMatch(/^MSS lowered on the way\./);
  });

  test('options blanked on the way', async () => {
    const { client, optimisations } = (await analyzeConditions(fixturePath('104-options-blanked'))).of(0);
    expect(kinds(optimisations)).toEqual(
      expect.arrayContaining([
        'option-blanked',
        'sack-not-offered',
        'timestamps-not-offered',
        'window-scaling',
      ]),
    );
    expect(client.os.signature).toContain('options M N N N N N N N N N N N N N W');
    expect(client.os.doubts[0]).toContain('something on the way blanked it');
  });

  test('options that the server does not take', async () => {
    const { server, optimisations } = (await analyzeConditions(fixturePath('105-no-sack-no-timestamps'))).of(
      0,
    );
    expect(kinds(optimisations)).toEqual(['sack-refused', 'timestamps-refused', 'window-scaling']);
    expect(server.os.doubts).toEqual([]);
  });

  test('a SYN sent again, and no round trip told from it', async () => {
    const run = await analyzeConditions(fixturePath('106-syn-sent-again'));
    expect(run.of(0).path.synRetransmissions).toBe(0);
    expect(run.of(1).path).toMatchObject({ synRetransmissions: 1, roundTripNs: null });
    expect(run.answer('in-flight').answer).toContain('SYNs sent again for 1 connection');
    expect(run.summary.checklist?.connections).toBe(2);
  });

  test('loss', async () => {
    const run = await analyzeConditions(fixturePath('107-lossy-path'));
    const { path, toClient, optimisations } = run.of(0);
    expect(path.fromServer).toMatchObject({ dataSegments: 42, retransmitted: 4 });
    expect(toClient.overfull).toEqual(['loss']);
    expect(kinds(optimisations)).toContain('sack-used');
    expect(run.answer('network').answer).toContain('% of data segments sent again');
  });

  test('segments larger than the MSS, and unfinished checksums', async () => {
    const { optimisations } = (await analyzeConditions(fixturePath('93-offload'))).of(0);
    expect(kinds(optimisations)).toEqual(
      expect.arrayContaining(['segmentation-offload', 'checksum-offload']),
    );
  });

  test('what the packets were wrapped in', async () => {
    const tunnel = await analyzeConditions(fixturePath('94b-vxlan'));
    expect(tunnel.of(0).path).toMatchObject({ isVlan: false, tunnelDepth: 1 });
    expect(tunnel.of(0).server.mssMeaning).toContain('VXLAN');
    expect(tunnel.answer('network').answer).toContain('a tunnel (headers around the packets)');
    const tagged = await analyzeConditions(fixturePath('94-vlan-copies'));
    expect(tagged.of(0).path).toMatchObject({ isVlan: true, tunnelDepth: 0 });
    expect(tagged.answer('network').answer).toContain('VLAN tags');
  });

  test('a SYN proxy in front', async () => {
    const { server } = (await analyzeConditions(fixturePath('67-synproxy-then-client-abort'))).of(0);
    expect(server.os.certainty).toBe('perhaps');
    expect(server.os.doubts.join()).toContain('SYN proxy');
  });

  test('a proxy by its headers, and what is in between without them', async () => {
    const behind = await analyzeConditions(fixturePath('72-nginx-499-at-backend'));
    expect(behind.answer('http-aware-box').answer).toMatch(/^Yes: a proxy or gateway in the client's place/);
    const plain = await analyzeConditions(fixturePath('01-plain-get'));
    expect(plain.answer('http-aware-box').answer).toMatch(/^No sign of it/);
    const encrypted = await analyzeConditions(fixturePath('19-tls-certificate-rejected'));
    expect(encrypted.answer('http-aware-box')).toMatchObject({
      isAnswered: false,
      answer: 'Cannot tell, because the traffic is encrypted.',
    });
  });

  test('a refused connection', async () => {
    const run = await analyzeConditions(fixturePath('45-closed-port'));
    expect(run.of(0).path.isRefused).toBe(true);
    expect(run.answer('in-flight').answer).toContain('1 connection refused');
  });

  test('several ends at once: each sees one less', async () => {
    const run = await analyzeConditions(fixturePath('83-deploy-kills-all'));
    const busy = run.connections
      .map(({ conditions, verdict }) =>
        conditions?.moments.find(({ frame }) => frame === verdict.killerFrame),
      )
      .map((moment) => moment?.busyConnections)
      .sort();
    expect(busy).toEqual([1, 2, 3, 4, 5, 6]);
    expect(run.answer('who').answer).toBe('All 6 connections ended early, by the server.');
    expect(run.answer('where').answer).toContain('A pattern: ');
  });

  test('what the capture lacks is not answered', async () => {
    const late = await analyzeConditions(fixturePath('87-starts-mid-stream'));
    expect(late.answer('os').isAnswered).toBe(false);
    expect(late.answer('overfull').isAnswered).toBe(false);
    expect(late.of(0).toClient.windowAtPeak).toBeNull();
    const oneSided = await analyzeConditions(fixturePath('86-one-direction'));
    expect(oneSided.of(0).path).toMatchObject({ roundTripNs: null, toServerNs: null });
    expect(oneSided.of(0).server.os).toMatchObject({ family: null, frame: null, signature: 'nothing' });
    expect(oneSided.answer('tiny-segments').isAnswered).toBe(false);
  });

  test.each([
    [
      '43-keepalive-late-request',
      'The only connection ended early, by the server just before a request came.',
    ],
    ['79-mtu-black-hole', 'The only connection ended early; nobody can be named.'],
    [
      '46-syn-rejected-by-router',
      '1 of 2 connections ended early, by something in between. Of the rest, the server closed first.',
    ],
    ['01-plain-get', 'Nobody hung up early: the server closed first.'],
  ])('%s: %s', async (name, answer) => {
    expect((await analyzeConditions(fixturePath(name))).answer('who').answer).toBe(answer);
  });
});
