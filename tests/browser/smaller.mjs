// Makes pictures of mails three times smaller, in place: node tests/browser/smaller.mjs FILE.png ...
import { readFile, writeFile } from "node:fs/promises";

import UPNG from "upng-js";

const COLOURS = 128; // text on a few grounds looks the same in these

for (const file of process.argv.slice(2)) {
  const picture = UPNG.decode(await readFile(file));
  const pixels = UPNG.toRGBA8(picture);
  await writeFile(file, Buffer.from(UPNG.encode(pixels, picture.width, picture.height, COLOURS)));
}
