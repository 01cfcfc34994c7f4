import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NEEDED = ['ip', 'nginx', 'curl', 'tcpdump', 'dumpcap', 'setpriv'];
export const SERVER_IP = '10.91.0.2';
const BIG_LEN = 20_000_000;

/** Why the tests cannot run here; null when they can. */
export function whyNotHere(): string | null {
  if (process.platform !== 'linux') return 'network namespaces are Linux';
  if (process.getuid?.() !== 0) return 'making network namespaces needs root';
  const missing = NEEDED.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(' ')}`;
  if (spawnSync('ip', ['netns', 'list']).status !== 0) return 'ip netns does not work here';
  return null;
}

/** A client and a server host on one cable, with nginx on the server. */
export class TwoHosts {
  readonly client: string;
  readonly server: string;
  readonly #directory: string;
  #nginx: number | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    this.client = `whul${process.pid}c`;
    this.server = `whul${process.pid}s`;
  }

  start(): void {
    const { client, server } = this;
    const ip = (...words: string[]): void => void execFileSync('ip', words);
    for (const name of [client, server]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', 'eth0', 'netns', client, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', server);
    ip('-n', client, 'addr', 'add', '10.91.0.1/24', 'dev', 'eth0');
    ip('-n', server, 'addr', 'add', `${SERVER_IP}/24`, 'dev', 'eth0');
    ip('-n', client, 'link', 'set', 'eth0', 'up');
    ip('-n', server, 'link', 'set', 'eth0', 'up');
    this.#startNginx();
    this.inClient('curl', '-s', '--retry', '20', '--retry-delay', '0', '--retry-connrefused', url('/small'));
  }

  #startNginx(): void {
    const root = join(this.#directory, 'www');
    mkdirSync(root);
    writeFileSync(join(root, 'small'), 'hello\n');
    writeFileSync(join(root, 'big'), Buffer.alloc(BIG_LEN, 'x'));
    const file = join(this.#directory, 'nginx.conf');
    writeFileSync(
      file,
      `daemon off; master_process off; user root; pid ${this.#directory}/nginx.pid; error_log ${this.#directory}/nginx.log;
      events {} http { access_log off; keepalive_timeout 1; client_body_temp_path ${this.#directory}/body;
      server { listen 80; root ${root}; location /cut { return 444; }
      location /wait { proxy_pass http://10.91.0.99; proxy_connect_timeout 2; }
      location /slow { limit_rate 100k; alias ${root}/big; } } }`,
    );
    const nginx = spawn('ip', ['netns', 'exec', this.server, 'nginx', '-c', file], { stdio: 'ignore' });
    this.#nginx = nginx.pid;
  }

  /** Ends well, aborted by the client, cut by the server, refused, ends well: five connections. */
  traffic(): void {
    this.#curl(url('/small'));
    this.#curl('-m', '0.3', url('/slow'));
    this.#curl(url('/cut'));
    this.#curl(`http://${SERVER_IP}:81/`);
    this.#curl(url('/small'));
  }

  /** One connection, which the client aborts. */
  abort(): void {
    this.#curl('-m', '0.2', url('/slow'));
  }

  setLink(state: 'up' | 'down'): void {
    execFileSync('ip', ['-n', this.server, 'link', 'set', 'eth0', state]);
  }

  /** Processes on the server host, nginx left out. */
  processes(): number[] {
    const { stdout } = spawnSync('ip', ['netns', 'pids', this.server], { encoding: 'utf8' });
    return stdout
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== this.#nginx);
  }

  inClient(...command: string[]): void {
    spawnSync('ip', ['netns', 'exec', this.client, ...command]);
  }

  /** As {@link inClient}, but other things may happen meanwhile. */
  async inClientMeanwhile(...command: string[]): Promise<void> {
    const child = spawn('ip', ['netns', 'exec', this.client, ...command], { stdio: 'ignore' });
    await new Promise((resolve) => child.on('close', resolve));
  }

  stop(): void {
    if (this.#nginx !== undefined) process.kill(this.#nginx, 'SIGKILL');
    for (const name of [this.client, this.server]) spawnSync('ip', ['netns', 'del', name]);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #curl(...words: string[]): void {
    this.inClient('curl', '-s', '-o', '/dev/null', ...words);
  }
}

function url(path: string): string {
  return `http://${SERVER_IP}${path}`;
}
