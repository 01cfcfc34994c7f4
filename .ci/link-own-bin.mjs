// npm links the commands of the packages it installs, but not those of the package itself: without this link,
// `npx whohungup` in the checkout would first install the checkout into npm's cache and build it once more.
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';

const folder = new URL('../node_modules/.bin/', import.meta.url);
const link = new URL('whohungup', folder);
// Windows needs a script instead of a link, and npx's slow way works there too.
if (process.platform !== 'win32') {
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../bin/whohungup.js', link);
}
