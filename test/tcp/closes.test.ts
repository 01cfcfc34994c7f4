import { describe, expect, test } from 'vitest';
import { ACK, FIN, RST } from '../../src/model/segment.ts';
import { ladder } from '../support/ladder.ts';
import { runTcp } from '../support/tcp-run.ts';

describe('a close', () => {
  test('by FIN sees the payload before it, in both directions', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK').ack('client').fin('server');
    story.fin('client').ack('server');
    const [facts] = runTcp(story.segments).connections;
    expect(facts!.closes.map(({ from, kind, frame }) => [from, kind, frame])).toEqual([
      ['server', 'FIN', 7],
      ['client', 'FIN', 8],
    ]);
    expect(facts!.closes[0]!.app.firstOctets).toBe('GET|OK$');
    expect(facts!.closes[0]!.hasSeenPeerFin).toBeNull();
    expect(facts!.closes[1]!.hasSeenPeerFin).toBe(true);
    expect(facts!.end.reason).toBe('closed');
  });

  test('captured before the payload below it still sees that payload', () => {
    const story = ladder().handshake().send('server', 'body').fin('server').ack('client');
    const [payload, fin] = [story.segments[3]!, story.segments[4]!];
    const swapped = [...story.segments.slice(0, 3), fin, payload, story.segments[5]!];
    swapped.forEach((segment, place) => {
      segment.frameNumber = place + 1;
    });
    const [facts] = runTcp(swapped).connections;
    expect(facts!.closes[0]!.frame).toBe(4);
    expect(facts!.closes[0]!.app.firstOctets).toBe('|body$');
  });

  test('by the client sees the octets it acknowledges even when they are captured after it', () => {
    const story = ladder().handshake().send('server', 'body').fin('client');
    const [payload, fin] = [story.segments[3]!, story.segments[4]!];
    fin.frameNumber = 4;
    payload.frameNumber = 5;
    const [facts] = runTcp([...story.segments.slice(0, 3), fin, payload]).connections;
    expect(facts!.closes[0]!.app.firstOctets).toBe('$|body');
  });

  test('by both at once: neither had seen the FIN of the other', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK').ack('client');
    const ack = story.next('client');
    story.fin('client').fin('server', { ack }).ack('server').ack('client');
    const [facts] = runTcp(story.segments).connections;
    expect(facts!.closes.map((close) => close.hasSeenPeerFin)).toEqual([null, false]);
    expect(facts!.end.reason).toBe('closed');
  });

  test('by FIN that is sent again is listed once', () => {
    const story = ladder().handshake().fin('client').again({ after: 0.2 }).again({ after: 0.4 });
    const [facts] = runTcp(story.segments).connections;
    expect(facts!.closes).toHaveLength(1);
    expect(facts!.client.retransmittedSegments).toBe(2);
  });
});

describe('a reset', () => {
  test('by an open socket has form active and is effective', () => {
    const story = ladder()
      .handshake()
      .send('client', 'GET')
      .send('server', 'part')
      .ack('client')
      .abort('client');
    const [facts] = runTcp(story.segments).connections;
    const close = facts!.closes[0]!;
    expect([close.form, close.effect, close.from, close.seqMinusNext]).toEqual([
      'active',
      'effective',
      'client',
      0,
    ]);
    expect(close.before.ttlMin).toBe(57);
    expect(close.ttl).toBe(57);
    expect(close.serverAckedOffset).toBe(4);
    expect(close.peerBytesUnacked).toBe(0);
    expect(facts!.end.reason).toBe('closed');
  });

  test('that answers late data carries its trigger', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'one').fin('client');
    story.send('server', 'two').replyReset('client', { seq: story.next('client') });
    const [facts] = runTcp(story.segments).connections;
    const close = facts!.closes[1]!;
    expect([close.form, close.triggerFrame, close.isAfterOwnFin, close.effect]).toEqual([
      'reply',
      7,
      true,
      'effective',
    ]);
  });

  test('that answers the SYN is a refusal', () => {
    const [facts] = runTcp(ladder().syn().refuse().segments).connections;
    const close = facts!.closes[0]!;
    expect([close.form, close.effect, close.from]).toEqual(['refusal', 'effective', 'server']);
    expect(facts!.handshake.state).toBe('partial');
  });

  test('ten octets ahead is ignored: a challenge ACK answers it and the connection goes on', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'one');
    story.raw('client', RST, '', { seq: story.next('client') + 10, ipId: 0x1234, ttl: 61 });
    story
      .ack('server', { after: 0.0001 })
      .send('client', 'more', { after: 0.2 })
      .send('server', 'two')
      .ack('client');
    const [facts] = runTcp(story.segments).connections;
    const close = facts!.closes[0]!;
    expect(close.effect).toBe('ignored');
    expect(close.challengeAckFrame).toBe(7);
    expect(close.senderContinuedFrame).toBe(8);
    expect(close.peerContinuedFrame).toBe(9);
    expect(facts!.end.reason).toBe('capture-end');
  });

  test('that bears a signature the connection does not use is ignored', () => {
    const story = ladder().handshake().send('client', 'GET').raw('client', RST, '', { seq: 1004 });
    story.segments[4]!.options |= 0x20;
    const [facts] = runTcp(story.send('server', 'OK', { after: 1 }).ack('client').segments).connections;
    expect(facts!.closes[0]!.effect).toBe('ignored');
  });

  test('after which its supposed sender goes on is shown as such', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'part').ack('client');
    story.replyReset('client', { seq: story.next('client'), ttl: 64 }).send('client', 'next', { after: 0.3 });
    const [facts] = runTcp(story.segments).connections;
    const close = facts!.closes[0]!;
    expect([close.senderContinuedFrame, close.peerContinuedFrame, close.effect]).toEqual([
      8,
      null,
      'effective',
    ]);
  });

  test('seen twice because the capture saw the packet before and behind a router counts once', () => {
    const story = ladder().handshake().send('client', 'GET').abort('client');
    const copy = Object.assign(Object.create(Object.getPrototypeOf(story.segments[4])), story.segments[4]);
    copy.frameNumber = 6;
    copy.timeNs += 20_000;
    copy.ttl -= 1;
    const [facts] = runTcp([...story.segments, copy]).connections;
    expect(facts!.closes).toHaveLength(1);
    expect(facts!.closes[0]!.copies).toBe(1);
    expect(facts!.duplicateFrames).toBe(1);
  });
});

describe('a 4-tuple', () => {
  test('used again with another SYN number is a second connection', () => {
    const first = ladder({ client: 10 }).handshake().abort('client');
    const second = ladder({ client: 90_000 }).syn().refuse();
    second.segments.forEach((segment) => {
      segment.timeNs += 1e9;
    });
    const { connections } = runTcp([...first.segments, ...second.segments]);
    expect(connections.map(({ id, end }) => [id, end.reason])).toEqual([
      [0, 'closed'],
      [1, 'closed'],
    ]);
  });

  test('whose refused SYN is repeated with the same number is one connection, as Wireshark counts', () => {
    const story = ladder().syn().refuse();
    story.raw('client', 2, '', { seq: 1000, after: 0.5 }).refuse();
    const { connections } = runTcp(story.segments);
    expect(connections).toHaveLength(1);
    expect(connections[0]!.handshake.synCount).toBe(2);
  });

  test('is remembered after the end: a straggler is no new connection', () => {
    const story = ladder().handshake().fin('client').fin('server').ack('client').wait(600);
    const { connections } = runTcp(story.raw('server', FIN | ACK, '', { seq: 700_001 }).segments);
    expect(connections).toHaveLength(1);
  });
});

describe('roles', () => {
  test('come from the SYN+ACK when the SYN was not captured', () => {
    const story = ladder().handshake().send('client', 'GET');
    const [facts] = runTcp(story.segments.slice(1)).connections;
    expect([facts!.client.port, facts!.server.port, facts!.rolesFrom]).toEqual([41_259, 80, 'syn']);
  });

  test('come from the ports as a last resort', () => {
    const story = ladder().handshake().send('server', 'x');
    const [facts] = runTcp(story.segments.slice(3)).connections;
    expect([facts!.client.port, facts!.server.port, facts!.rolesFrom]).toEqual([41_259, 80, 'ports']);
  });
});

describe('time', () => {
  test('of one damaged frame far in the future ends nothing', () => {
    const story = ladder().handshake().send('client', 'GET');
    story.segments[3]!.timeNs += 1e18;
    const { connections } = runTcp(story.send('server', 'OK').fin('server').segments);
    expect(connections).toHaveLength(1);
    expect(connections[0]!.closes).toHaveLength(1);
  });

  test('of a capture that was idle for hours ends what was open', () => {
    const story = ladder().handshake().send('client', 'GET').send('server', 'OK').ack('client').wait(20_000);
    const later = ladder({ client: 5 }).handshake();
    for (let k = 0; k < 16; k++) later.ack('client');
    for (const segment of later.segments) {
      segment.timeNs += 20_000e9;
      segment.srcPort += segment.srcPort === 80 ? 0 : 1;
      segment.dstPort += segment.dstPort === 80 ? 0 : 1;
    }
    const { connections } = runTcp([...story.segments, ...later.segments]);
    expect(connections.map(({ end }) => end.reason)).toEqual(['idle', 'capture-end']);
  });
});
