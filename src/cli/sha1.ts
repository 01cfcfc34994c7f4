import { createHash } from 'node:crypto';
import type { Sha1 } from '../report/community-id.ts';

export const sha1: Sha1 = (octets) => createHash('sha1').update(octets).digest();
