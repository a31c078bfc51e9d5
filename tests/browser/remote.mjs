// A Chromium that does what it is told by lines of JSON on stdin, and answers each with one:
//   [TAB, "press", "#name", "Tab"] calls page.press("#name", "Tab") in a tab; so does any name.
// The tabs are "plain", without JavaScript, and "scripted", with it.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";

import { AXE, COLOURS, RULES, broken } from "./access.mjs";
import { open } from "./chromium.mjs";

const browser = await open();
const axe = await readFile(AXE, "utf8");
const documents = []; // promises of what was answered to the tabs as pages
const tabs = {};
for (const [name, javaScriptEnabled] of [["plain", false], ["scripted", true]])
  tabs[name] = await tab(name, javaScriptEnabled);

async function tab(name, javaScriptEnabled) {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (said) => {
    // Chromium calls each answer of 400 and more an error.
    if (!/server responded with a status of 4/.test(said.text())) troubles.push(said.text());
  });
  page.on("response", (response) => {
    const isPage = response.headers()["content-type"]?.startsWith("text/html");
    if (isPage && response.request().isNavigationRequest()) documents.push(kept(response));
  });
  return { page, troubles };
}

async function kept(response) {
  const [url, status, headers] = [response.url(), response.status(), response.headers()];
  return { url, status, headers, body: await response.text().catch(() => "") };
}

// What a finger or a reader finds wanting, at a width. Runs in the page.
function wanting() {
  const targets = "button, summary, input:not([type=hidden], fieldset *), fieldset label, a";
  const isTarget = (element) =>
    element.checkVisibility() && getComputedStyle(element).display !== "inline";
  const low = [...document.querySelectorAll(targets)]
    .filter((element) => isTarget(element) && element.getBoundingClientRect().height < 44)
    .map((element) => `lower than 44 pixels: ${element.outerHTML.slice(0, 120)}`);
  const wide = document.scrollingElement.scrollWidth;
  return wide > innerWidth ? [...low, `${wide} pixels wide`] : low;
}

/** What is wrong with a page that was answered, light and dark, narrow and wide. */
async function look({ page }, answer) {
  await page.route(answer.url, (route) => route.fulfill(answer));
  await page.goto(answer.url);
  await page.unroute(answer.url);
  await page.evaluate(axe);
  const found = [];
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const [colorScheme, rules] of [["light", RULES], ["dark", COLOURS]]) {
      await page.emulateMedia({ colorScheme });
      const faults = [...(await broken(page, rules)), ...(await page.evaluate(wanting))];
      found.push(...faults.map((fault) => `${width} ${colorScheme}: ${fault}`));
    }
  }
  return found;
}

const own = {
  look,
  documents: () => Promise.all(documents),
  troubles: ({ troubles }) => troubles.splice(0),
  // Press a key and wait for the page that comes of it.
  async follow({ page }, key) {
    await Promise.all([page.waitForEvent("load"), page.keyboard.press(key)]);
  },
  // Press a key and tell the file that comes of it.
  async take({ page }, key) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.keyboard.press(key),
    ]);
    return readFile(await download.path(), "utf8");
  },
};

async function done([name, call, ...given]) {
  const path = call.split(".");
  const method = path.pop();
  if (own[call]) return own[call](tabs[name], ...given);
  const target = path.reduce((part, each) => part[each], tabs[name].page);
  const value = await target[method](...given);
  return value?.status ? value.status() : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { value: (await done(JSON.parse(line))) ?? null };
  } catch (error) {
    answer = { error: String(error) };
  }
  console.log(JSON.stringify(answer));
}
await browser.close();
