import { hash } from 'node:crypto';
import type { Sha1 } from '../report/community-id.ts';

export const sha1: Sha1 = (octets) => hash('sha1', octets, 'base64');
