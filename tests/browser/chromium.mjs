// Debian's Chromium, quiet and alone, with a fresh profile each time.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", // CI runs as root, where Chromium's sandbox refuses to start
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const open = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
