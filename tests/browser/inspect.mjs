// What a browser, axe and caniemail make of mails: a JSON list on stdout, one object a file.
// node tests/browser/inspect.mjs FILE.html ...
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { caniemail } from "caniemail";

import { AXE, COLOURS, RULES, broken } from "./access.mjs";
import { open } from "./chromium.mjs";
import { darkened } from "./darkened.mjs";

const CLIENTS = ["gmail.*", "outlook.*", "apple-mail.*"];

// What the markup says, whatever it looks like. Runs in the page.
function read() {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && !texts.currentNode.data.trim());
  const each = (selector, value) => [...document.querySelectorAll(selector)].map(value);
  const loaders =
    "[src],[srcset],[background],[poster],[data],link,script,iframe,object,embed,base";
  return {
    links: each("a:not([name])", (link) => link.getAttribute("href")),
    ids: each("[id]", (element) => element.id),
    headings: each("h1,h2,h3,h4,h5,h6", (heading) => Number(heading.tagName[1])),
    preview: texts.currentNode.data.trim(),
    loaders: each(loaders, (element) => element.outerHTML.slice(0, 100)),
    styles: [
      ...each("style", (style) => style.textContent),
      ...each("[style]", (element) => element.getAttribute("style")),
    ],
  };
}

async function view(page, name, runOnly) {
  const seen = await page.evaluate(() => ({
    width: innerWidth,
    wide: document.scrollingElement.scrollWidth,
    start: document.body.innerText.trim().slice(0, 200),
  }));
  return { name, ...seen, broken: await broken(page, runOnly) };
}

// Some clients drop what stands in the head: a dark scheme and narrow paddings. Runs in the page.
function behead() {
  const dropped = document.querySelectorAll("style,meta[name*=color-scheme]");
  dropped.forEach((element) => element.remove());
}

async function views(page) {
  const seen = [];
  for (const width of [320, 600, 1200]) {
    await page.setViewportSize({ width, height: 800 });
    for (const [colorScheme, rules] of [["light", RULES], ["dark", COLOURS]]) {
      await page.emulateMedia({ colorScheme });
      seen.push(await view(page, `${width} ${colorScheme}`, rules));
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 320, height: 800 });
  await page.evaluate(behead);
  return [...seen, await view(page, "320 without its head", COLOURS)];
}

// {feature: [client, ...]} of what a mail asks for and a client does not do at all.
function unsupported(html) {
  const features = {};
  for (const [client, found] of caniemail({ clients: CLIENTS, html }).issues.errors)
    for (const title of new Set(found.map(({ title }) => title)))
      (features[title] ??= []).push(client);
  return features;
}

async function inspect(page, file) {
  const requests = [];
  const note = (request) => requests.push(request.url());
  page.on("request", note);
  await page.goto(pathToFileURL(file).href);
  const facts = await page.evaluate(read);
  facts.unsupported = unsupported(await readFile(file, "utf8"));
  await page.addScriptTag({ path: AXE });
  facts.views = await views(page);
  facts.dark = await darkened(page);
  facts.requests = requests.slice(1); // the first is for the mail itself
  page.off("request", note);
  return facts;
}

const files = process.argv.slice(2);
const found = [];
const browser = await open();

async function work() {
  const page = await browser.newPage({ offline: true });
  while (found.length < files.length) {
    const at = found.push(null) - 1;
    found[at] = await inspect(page, files[at]);
  }
}

await Promise.all([work(), work()]);
await browser.close();
console.log(JSON.stringify(found));
