import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressBook, MAX_UNHELD } from '../../src/bytes/address-book.ts';
import { ip6, u32 } from '../support/packet-builder.ts';

function intern(book: AddressBook, address: readonly number[]): number {
  return book.intern(new DataView(Uint8Array.from(address).buffer), 0);
}

function numbered(number: number): number[] {
  return [...ip6('2001:db8::').slice(0, 12), ...u32(number)];
}

test('one address has one index, two addresses have two', () => {
  const book = new AddressBook();
  const first = intern(book, ip6('2001:db8::1'));
  expect(intern(book, ip6('2001:db8::2'))).not.toBe(first);
  expect(intern(book, ip6('2001:db8::1'))).toBe(first);
  expect(book.size).toBe(2);
});

test.each([
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['fe80:0:0:0:0:0:0:0', 'fe80::'],
  ['0:0:0:0:0:ffff:c000:201', '::ffff:c000:201'],
])('writes %s as %s (RFC 5952)', (address, text) => {
  const book = new AddressBook();
  expect(book.format(intern(book, ip6(address)), 6)).toBe(text);
});

test('writes IPv4 addresses, which need no entry', () => {
  const book = new AddressBook();
  expect(book.format(-1062731519, 4)).toBe('192.168.1.1');
  expect(book.format(0x0a000001, 4)).toBe('10.0.0.1');
  expect(book.size).toBe(0);
});

test('copies octets in network order', () => {
  const book = new AddressBook();
  const target = new Uint8Array(16);
  expect(book.copyOctets(0x01020304, 4, target)).toBe(4);
  expect([...target.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
  expect(book.copyOctets(intern(book, ip6('2001:db8::ff00:42:8329')), 6, target)).toBe(16);
  expect([...target]).toEqual(ip6('2001:db8::ff00:42:8329'));
});

test('a flood of addresses that nobody holds costs constant memory', () => {
  const book = new AddressBook();
  let largest = 0;
  for (let number = 0; number < 50_000; number++) largest = Math.max(largest, intern(book, numbered(number)));
  expect(book.size).toBe(MAX_UNHELD);
  expect(largest).toBe(MAX_UNHELD - 1);
});

test('a held address outlives the flood and is forgotten some time after its release', () => {
  const book = new AddressBook();
  const held = intern(book, ip6('2001:db8:1::1'));
  book.retain(held);
  book.retain(held);
  for (let number = 0; number < 3 * MAX_UNHELD; number++) intern(book, numbered(number));
  expect(book.format(held, 6)).toBe('2001:db8:1::1');
  book.release(held);
  for (let number = 0; number < 3 * MAX_UNHELD; number++) intern(book, numbered(number));
  expect(intern(book, ip6('2001:db8:1::1'))).toBe(held);
  book.release(held);
  for (let number = 0; number < 3 * MAX_UNHELD; number++) intern(book, numbered(number));
  expect(book.format(held, 6)).not.toBe('2001:db8:1::1');
  expect(book.size).toBe(MAX_UNHELD);
});

test('an address in use by the present frames is not the one that goes', () => {
  const book = new AddressBook();
  const busy = intern(book, ip6('2001:db8:1::1'));
  for (let number = 0; number < 2 * MAX_UNHELD; number++) {
    intern(book, numbered(number));
    expect(intern(book, ip6('2001:db8:1::1'))).toBe(busy);
  }
});

test('a release too many changes nothing', () => {
  const book = new AddressBook();
  const index = intern(book, ip6('2001:db8::1'));
  book.release(index);
  book.retain(index);
  book.release(index);
  book.release(index);
  expect(intern(book, ip6('2001:db8::1'))).toBe(index);
  expect(book.size).toBe(1);
});

test('behaves as a plain Map does, in any order of use', () => {
  const step = fc.record({ address: fc.nat(9000), action: fc.constantFrom('intern', 'retain', 'release') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const book = new AddressBook();
      const held = new Map<number, { index: number; count: number }>();
      for (const { address, action } of steps) {
        const index = intern(book, numbered(address));
        const known = held.get(address) ?? { index, count: 0 };
        if (known.count > 0) expect(index).toBe(known.index);
        if (action === 'retain') book.retain(index);
        if (action === 'release') book.release(index);
        const count = Math.max(0, known.count + (action === 'retain' ? 1 : action === 'release' ? -1 : 0));
        held.set(address, { index, count });
        expect(book.format(index, 6)).toBe(textOf(address));
      }
    }),
    { numRuns: 30 },
  );
});

function textOf(number: number): string {
  return number === 0 ? '2001:db8::' : `2001:db8::${number.toString(16)}`;
}

test('releasing many at once leaves the addresses of the frame in hand alone', () => {
  const book = new AddressBook();
  const held = Array.from({ length: 3 * MAX_UNHELD }, (_, number) => {
    const index = intern(book, numbered(number));
    book.retain(index);
    return index;
  });
  const present = intern(book, ip6('2001:db8:1::1'));
  for (const index of held) book.release(index);
  expect(book.format(present, 6)).toBe('2001:db8:1::1');
  book.retain(present);
  intern(book, ip6('2001:db8:1::2'));
  expect(book.size).toBeLessThanOrEqual(MAX_UNHELD + 1);
  expect(intern(book, ip6('2001:db8:1::1'))).toBe(present);
});
