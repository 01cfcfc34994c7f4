import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TlsConnection } from '../../src/tls/tls-connection.ts';

const CCS = [20, 3, 3, 0, 1, 1];
const FINISHED = record(22, new Array<number>(40).fill(0xee));

function record(type: number, body: readonly number[], minor = 3): number[] {
  return [type, 3, minor, body.length >> 8, body.length & 0xff, ...body];
}

function word(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function sized(body: readonly number[]): number[] {
  return [...word(body.length), ...body];
}

function message(type: number, body: readonly number[]): number[] {
  return [type, 0, ...sized(body)];
}

function extension(type: number, body: readonly number[]): number[] {
  return [...word(type), ...sized(body)];
}

function clientHello(name: string, protocols: readonly string[]): number[] {
  const sni = extension(0, sized([0, ...sized(ascii(name))]));
  const alpn = extension(16, sized(protocols.flatMap((each) => [each.length, ...ascii(each)])));
  const random = new Array<number>(32).fill(7);
  return message(1, [3, 3, ...random, 0, ...sized([0x13, 0x01]), 1, 0, ...sized([...sni, ...alpn])]);
}

function serverHello(version: '1.2' | '1.3'): number[] {
  const extensions = version === '1.3' ? extension(43, [3, 4]) : extension(16, sized([2, ...ascii('h2')]));
  return message(2, [3, 3, ...new Array<number>(32).fill(9), 0, 0x13, 0x01, 0, ...sized(extensions)]);
}

type Step =
  | readonly ['client' | 'server', readonly number[]]
  | readonly ['client-gap' | 'server-gap', number];

function feed(steps: readonly Step[], pieceLen = Number.POSITIVE_INFINITY): TlsConnection {
  const tls = new TlsConnection(0, null);
  let frame = 0;
  for (const [what, value] of steps) {
    const half = what.startsWith('client') ? 0 : 1;
    if (typeof value === 'number') {
      tls.gap(half, value);
      continue;
    }
    const octets = Uint8Array.from(value);
    // The first octets come together: whoever chose TLS has seen the record header.
    for (let at = 0; at < octets.length; ) {
      const end = Math.min(octets.length, at + Math.max(1, frame === 0 ? Math.max(5, pieceLen) : pieceLen));
      tls.data(half, octets, at, end, 0, ++frame);
      at = end;
    }
  }
  return tls;
}

const HELLOS: Step[] = [
  ['client', record(22, clientHello('www.example.test', ['h2', 'http/1.1']), 1)],
  ['server', record(22, serverHello('1.3'))],
];

describe('a TLS 1.3 handshake', () => {
  test.each([1, 2, 3, 7, 10_000])('in pieces of %i octets', (pieceLen) => {
    const tls = feed(
      [
        ...HELLOS,
        ['server', [...CCS, ...record(23, new Array<number>(900).fill(1))]],
        ['client', [...CCS, ...record(23, new Array<number>(53).fill(2))]],
        ['server', record(23, new Array<number>(19).fill(3))],
      ],
      pieceLen,
    );
    expect(tls.oddities).toEqual([]);
    expect(tls.state()).toMatchObject({
      sni: 'www.example.test',
      alpnOffered: ['h2', 'http/1.1'],
      version: '1.3',
      isHandshakeComplete: true,
      clientApplicationBytes: 53,
      serverApplicationBytes: 919,
      isServerCloseNotifyLikely: true,
      isClientCloseNotifyLikely: false,
      isServerRecordCut: false,
    });
  });

  test('is not complete before the client has finished', () => {
    const tls = feed([...HELLOS, ['server', record(23, [1, 2, 3])]]);
    expect(tls.isHandshakeComplete).toBe(false);
  });

  test('a ClientHello over two records', () => {
    const hello = clientHello('split.example.test', ['h2']);
    const tls = feed([['client', [...record(22, hello.slice(0, 50)), ...record(22, hello.slice(50))]]]);
    expect(tls.state().sni).toBe('split.example.test');
  });

  test('a ClientHello cut by the snaplen still tells the name', () => {
    const octets = record(22, clientHello('cut.example.test', ['h2', 'http/1.1']), 1);
    const keep = octets.length - 12;
    const tls = feed([
      ['client', octets.slice(0, keep)],
      ['client-gap', 12],
      ['server', record(22, serverHello('1.3'))],
    ]);
    expect(tls.state()).toMatchObject({ sni: 'cut.example.test', isClientHelloSeen: true, version: '1.3' });
  });
});

test('a name that the snaplen cut is not told: it would be another host', () => {
  const octets = record(22, clientHello('www.example.test', ['h2']), 1);
  const name = String.fromCharCode(...octets).indexOf('www.');
  const sniOf = (len: number) =>
    feed([
      ['client', octets.slice(0, len)],
      ['client-gap', 99],
    ]).state().sni;
  expect(sniOf(name + 'www.example.test'.length)).toBe('www.example.test');
  expect(sniOf(name + 'www.example'.length)).toBeNull();
});

describe('a TLS 1.2 handshake', () => {
  const steps: Step[] = [HELLOS[0]!, ['server', record(22, serverHello('1.2'))]];
  test('is complete when both have finished', () => {
    const half = feed([...steps, ['client', [...CCS, ...FINISHED]]]);
    expect(half.isHandshakeComplete).toBe(false);
    const whole = feed([...steps, ['client', [...CCS, ...FINISHED]], ['server', [...CCS, ...FINISHED]]]);
    expect(whole.state()).toMatchObject({ isHandshakeComplete: true, version: '1.2', alpnChosen: 'h2' });
  });

  test('an application record as small as a TLS 1.3 alert is no close_notify', () => {
    const tls = feed([
      ...steps,
      ['client', [...CCS, ...FINISHED]],
      ['server', [...CCS, ...FINISHED, ...record(23, new Array<number>(19).fill(1))]],
    ]);
    expect(tls.state().isServerCloseNotifyLikely).toBe(false);
  });

  test('an encrypted alert is', () => {
    const tls = feed([
      ...steps,
      ['client', [...CCS, ...FINISHED, ...record(21, new Array<number>(26).fill(1))]],
    ]);
    expect(tls.state().isClientCloseNotifyLikely).toBe(true);
    expect(tls.state().alerts).toEqual([{ from: 'client', frame: 3, level: null, description: null }]);
  });
});

test('a plain fatal alert is told, and is no close_notify', () => {
  const tls = feed([HELLOS[0]!, ['server', record(21, [2, 40])]]);
  expect(tls.state().alerts).toEqual([{ from: 'server', frame: 2, level: 2, description: 40 }]);
  expect(tls.state().isServerCloseNotifyLikely).toBe(false);
  expect(tls.isHandshakeComplete).toBe(false);
});

test('a server that does not speak TLS is named', () => {
  expect(feed([HELLOS[0]!, ['server', ascii('HTTP/1.1 400 Bad Request\r\n\r\n')]]).oddities).toEqual([
    'server-not-tls',
  ]);
});

test.each([1, 4, 10_000])('a hello in SSLv2 format, in pieces of %i', (pieceLen) => {
  const hello = [1, 3, 1, 0, 3, 0, 0, 0, 16, 1, 0, 0x80, ...new Array<number>(16).fill(5)];
  const tls = feed(
    [
      ['client', [0x80, hello.length, ...hello]],
      ['server', record(22, serverHello('1.2'))],
    ],
    pieceLen,
  );
  expect(tls.oddities).toEqual([]);
  expect(tls.state()).toMatchObject({ isClientHelloSeen: true, isServerHelloSeen: true, version: '1.2' });
});

describe('part of a connection', () => {
  test('data from the first record on: the handshake was before the capture', () => {
    expect(feed([['server', record(23, [1, 2, 3])]]).isHandshakeComplete).toBe(true);
  });

  test('the client only: its data say that the handshake is over', () => {
    const tls = feed([HELLOS[0]!, ['client', [...CCS, ...record(23, new Array<number>(80).fill(1))]]]);
    expect(tls.isHandshakeComplete).toBe(true);
  });

  test('the server hello lost in a gap: data from both sides say it', () => {
    const tls = feed([
      HELLOS[0]!,
      ['server-gap', 1_400],
      ['client', [...CCS, ...record(23, new Array<number>(80).fill(1))]],
      ['server', record(23, new Array<number>(80).fill(1))],
    ]);
    expect(tls.isHandshakeComplete).toBe(true);
  });

  test('a record that never ends is cut', () => {
    const octets = record(23, new Array<number>(100).fill(1));
    expect(feed([...HELLOS, ['server', octets.slice(0, 40)]]).state().isServerRecordCut).toBe(true);
    expect(
      feed([...HELLOS, ['server', octets.slice(0, 40)], ['server-gap', 65]]).state().isServerRecordCut,
    ).toBe(false);
  });

  test('a message after a gap inside a record is not taken for the beginning of one', () => {
    const hello = record(22, clientHello('a.example.test', ['h2']), 1);
    const tls = feed([
      ['client', hello],
      ['server', record(22, serverHello('1.2')).slice(0, 30)],
      ['server-gap', 20],
      ['server', record(22, serverHello('1.2')).slice(50)],
      ['server', [...CCS, ...FINISHED]],
      ['client', [...CCS, ...FINISHED]],
    ]);
    expect(tls.state()).toMatchObject({ isHandshakeComplete: true, sni: 'a.example.test' });
  });
});

test('hostile octets behind any valid beginning never throw', () => {
  const valid = Uint8Array.from(HELLOS[0]![1] as number[]);
  fc.assert(
    fc.property(
      fc.nat(valid.length),
      fc.uint8Array({ maxLength: 300, size: 'max' }),
      fc.array(fc.nat(20_000), { maxLength: 4 }),
      (cut, noise, gaps) => {
        const tls = new TlsConnection(0, null);
        tls.data(0, valid, 0, cut, 0, 1);
        gaps.forEach((gap, k) => {
          tls.gap(k & 1, gap);
          tls.data(k & 1, noise, 0, noise.length, k, k + 2);
        });
        tls.data(1, noise, 0, noise.length, 0, 9);
        expect(tls.state().alerts.length).toBeLessThanOrEqual(8);
      },
    ),
  );
});
