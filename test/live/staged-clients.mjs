// Staged clients: node staged-clients.mjs HOST CONNECTIONS RATE [SEED]. Makes so many connections, so many a second, which end in
// all ways that a client or the server of namespaces.ts can end them. Prints how many of each kind, as JSON.
import { connect } from 'node:net';

const [host = '10.91.0.2', total = '300', rate = '100', seed = '1'] = process.argv.slice(2);
let state = Number(seed) >>> 0;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const get = (path, connection = 'keep-alive') =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`;

/** Each: what is sent at once, and what is done when so many octets have been read or so many milliseconds have passed. */
const KINDS = {
  'one answer, server closes': { send: get('/small', 'close') },
  'two answers, idle until the server closes': { send: get('/small'), again: get('/small') },
  'client resets in the body': { send: get('/slow'), whenRead: 60_000, act: (s) => s.resetAndDestroy() },
  'client closes in the body, unread': { send: get('/slow'), whenRead: 20_000, act: (s) => s.destroy() },
  'client leaves while waiting': { send: get('/wait'), afterMs: 150, act: (s) => s.resetAndDestroy() },
  'client half-closes, is answered': { send: get('/small', 'close'), afterMs: 0, act: (s) => s.end() },
  'server cuts without an answer': { send: get('/cut') },
  refused: { port: 81 },
  'nothing asked, client closes': { afterMs: 30, act: (s) => s.end() },
  'upload broken off': {
    send: `POST /small HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(2000)}`,
    afterMs: 40,
    act: (s) => s.resetAndDestroy(),
  },
  'ended well by the client': { send: get('/small'), afterMs: 60, act: (s) => s.end() },
};
/** How often each: most connections of a server end well. */
const SHARES = [30, 10, 8, 8, 8, 5, 5, 5, 3, 5, 13];
const names = Object.keys(KINDS);
const sum = SHARES.reduce((a, b) => a + b);
const made = Object.fromEntries(names.map((name) => [name, 0]));
let open = 0;
let begun = 0;

function pick(at) {
  let upTo = 0;
  for (const [k, share] of SHARES.entries()) {
    upTo += share;
    if (at < upTo) return names[k];
  }
  return names[0];
}

function begin() {
  const name = pick(random() * sum);
  const { port = 80, send, again, whenRead, afterMs, act } = KINDS[name];
  made[name]++;
  open++;
  begun++;
  const socket = connect({ host, port, allowHalfOpen: name.includes('half-closes') });
  let read = 0;
  let acted = false;
  const once = () => {
    if (acted || act === undefined) return;
    acted = true;
    act(socket);
  };
  socket.on('connect', () => {
    if (send !== undefined) socket.write(send);
    if (afterMs !== undefined) setTimeout(once, afterMs);
  });
  socket.on('data', (octets) => {
    const isFirst = read === 0;
    read += octets.length;
    if (isFirst && again !== undefined) setTimeout(() => socket.write(again), 20);
    if (whenRead !== undefined && read > whenRead) once();
  });
  socket.on('end', () => socket.end());
  socket.on('error', () => {});
  socket.on('close', () => {
    open--;
  });
}

const startMs = Date.now();
const timer = setInterval(() => {
  const due = Math.min(Number(total), ((Date.now() - startMs) * Number(rate)) / 1000);
  while (begun < due) begin();
  if (begun < Number(total) || open > 0) return;
  clearInterval(timer);
  process.stdout.write(`${JSON.stringify(made)}\n`);
}, 10);
