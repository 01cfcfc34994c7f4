import { spawnSync } from 'node:child_process';
import { type Identity, LiveCaptureError } from './capture-request.ts';

const UNPRIVILEGED_USER = 'nobody';
/** Bit of CAP_NET_RAW in a capability set (linux/capability.h). */
export const CAP_NET_RAW_BIT = 13n;

/**
 * The user that the analyser becomes: the one asked for, else the one who called sudo, else nobody. Throws
 * {@link LiveCaptureError}.
 */
export function unprivilegedIdentity(
  asked: string | null,
  env: { readonly [name: string]: string | undefined },
): Identity {
  const { SUDO_UID, SUDO_GID, SUDO_USER } = env;
  const uid = numberOf(SUDO_UID);
  const gid = numberOf(SUDO_GID);
  if (asked === null && uid !== null && gid !== null && uid > 0)
    return { name: SUDO_USER ?? String(uid), uid, gid };
  return lookUp(asked ?? UNPRIVILEGED_USER);
}

function lookUp(name: string): Identity {
  const uid = askId('-u', name);
  const gid = askId('-g', name);
  if (uid === null || gid === null) throw new LiveCaptureError('other', `-Z: there is no user "${name}"`);
  if (uid === 0)
    throw new LiveCaptureError('other', '-Z: the analyser does not run as root; name another user');
  return { name, uid, gid };
}

/** id(1) knows users from wherever the system has them, not only from /etc/passwd. */
function askId(flag: string, name: string): number | null {
  const { status, stdout } = spawnSync('id', [flag, '--', name], { encoding: 'utf8' });
  return status === 0 ? numberOf(stdout.trim()) : null;
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Gives up root for good. Throws when the system does not let go of it. */
export function becomeUnprivileged({ uid, gid }: Identity): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
  if (process.getuid?.() === 0 || process.geteuid?.() === 0) throw new Error('root could not be given up');
}

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}
