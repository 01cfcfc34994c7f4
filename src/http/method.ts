/** Registered methods that are common enough to be believed without seeing the rest of the line. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'] as const;

/** The common method that octets `start … end` spell, or null. Gives the constant, so that no string is made. */
export function commonMethod(bytes: Uint8Array, start: number, end: number): string | null {
  const len = end - start;
  for (let index = 0; index < METHODS.length; index++) {
    const method = METHODS[index]!;
    if (method.length === len && spells(bytes, start, method)) return method;
  }
  return null;
}

function spells(bytes: Uint8Array, start: number, method: string): boolean {
  for (let k = 0; k < method.length; k++) if (bytes[start + k] !== method.charCodeAt(k)) return false;
  return true;
}
