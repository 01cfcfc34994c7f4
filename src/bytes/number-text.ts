/** Counts as a person reads them, whatever the machine's locale. */

/** 1234567 → "1,234,567". Rounded to a whole number. */
export function thousands(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1, 'file'` → "1 file"; `3, 'reply', 'replies'` → "3 replies". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}
