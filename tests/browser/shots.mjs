// Pictures of a mail, light and dark, as OUTDIR/NAME-light.png and OUTDIR/NAME-dark.png:
// node tests/browser/shots.mjs FILE.html OUTDIR [MOST_PIXELS_HIGH [NAME=WIDTH ...]]
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { open } from "./chromium.mjs";

const [file, folder, most = "Infinity", ...asked] = process.argv.slice(2);
if (!folder) {
  console.error("usage: shots.mjs FILE.html OUTDIR [MOST_PIXELS_HIGH [NAME=WIDTH ...]]");
  process.exit(2);
}
const named = asked.length ? asked : ["320=320", "600=600", "1200=1200"];

await mkdir(folder, { recursive: true });
const browser = await open();
const page = await browser.newPage();
await page.goto(pathToFileURL(path.resolve(file)).href);
for (const [name, width] of named.map((each) => each.split("="))) {
  await page.setViewportSize({ width: Number(width), height: 800 });
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const whole = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.screenshot({
      path: path.join(folder, `${name}-${colorScheme}.png`),
      fullPage: true,
      clip: { x: 0, y: 0, width: Number(width), height: Math.min(whole, Number(most)) },
    });
  }
}
await browser.close();
