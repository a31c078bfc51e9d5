// Searches the site by Pagefind, whose files are in folders beside this script.

import { goTo, json, ROOT } from "../find/find.js";

const PAGE = 10; // results at a time
const PAUSE = 250; // milliseconds after a key, before what was typed is searched
const NAMES = 5; // authors of a result
const WEIGHTS = { title: 5, authors: 3, also: 3 }; // beside 1 for the abstract

const count = (number) => `${number.toLocaleString("en")} paper${number === 1 ? "" : "s"}`;

function made(tag, ...inside) {
  const element = document.createElement(tag);
  element.append(...inside);
  return element;
}

/** The bundles that hold the papers of "" (the last 12 months), "all", a year or a month. */
function within(bundles, when) {
  if (when === "all") return bundles;
  if (when) return bundles.filter(({ months }) => Object.keys(months).some((one) => one.startsWith(when)));
  const newest = bundles[0]?.until ?? "";
  const since = newest && newest.slice(0, 4) - 1 + newest.slice(4);
  return bundles.filter(({ until }) => until > since);
}

function papersOf(bundles, start = "") {
  const months = bundles.flatMap(({ months }) => Object.entries(months));
  return months.reduce((sum, [month, size]) => (month.startsWith(start) ? sum + size : sum), 0);
}

const inWords = (month) =>
  new Date(`${month}-01T00:00Z`).toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });

function dayInWords(day) {
  const options = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Date(`${day}T00:00Z`).toLocaleDateString("en-GB", options);
}

const instances = new Map(); // what was loaded, by what it searches

/** What searches bundles, which are newest first. */
function engine(bundles, newest) {
  const key = [newest, ...bundles.map(({ name }) => name)].join();
  if (!instances.has(key)) {
    const loading = load(bundles, newest);
    loading.catch(() => instances.delete(key)); // and the next search tries again
    instances.set(key, loading);
  }
  return instances.get(key);
}

async function load(bundles, newest) {
  const pagefind = await import("./engine/pagefind.js");
  const path = (name) => new URL(`search/${name}/`, ROOT).pathname;
  // Where all weigh nothing, results stay as they come: bundle by bundle, each in order.
  const options = { indexWeight: newest ? 0 : 1, ranking: { metaWeights: WEIGHTS } };
  const instance = pagefind.createInstance({ ...options, basePath: path("engine") });
  await instance.init();
  await Promise.all(
    bundles.map(({ name, mark }) => instance.mergeIndex(path(name), { ...options, metaCacheTag: mark })),
  );
  return instance;
}

// The page of the search

class Search {
  constructor(form, bundles) {
    this.form = form;
    this.fields = form.elements;
    this.bundles = bundles;
    this.list = document.querySelector("#results");
    this.status = document.querySelector("#status");
    this.more = document.querySelector("#more");
    this.older = document.querySelector("#older");
    this.turn = 0;
    this.results = [];
  }

  begin() {
    this.offerMonths();
    this.readAddress();
    this.form.addEventListener("input", ({ target }) => this.soon(target === this.fields.q ? PAUSE : 0));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.enter();
    });
    this.more.addEventListener("click", () => this.showMore(true));
    this.older.addEventListener("click", () => {
      this.fields.month.value = "all";
      this.soon(0);
      this.fields.q.focus();
    });
    document.addEventListener("keydown", (event) => this.press(event));
    const [{ type }] = performance.getEntriesByType("navigation");
    if (type === "back_forward") this.search(); // not on again to a paper one came back from
    else this.enter();
  }

  offerMonths() {
    const recent = papersOf(within(this.bundles, ""));
    const all = papersOf(this.bundles);
    this.fields.month.options[0].append(` (${count(recent)})`);
    this.fields.month.options[1].append(` (${count(all)})`);
    const months = [...new Set(this.bundles.flatMap((one) => Object.keys(one.months).reverse()))];
    for (const year of new Set(months.map((month) => month.slice(0, 4)))) {
      const group = made("optgroup");
      group.label = year;
      group.append(new Option(`All ${year} (${count(papersOf(this.bundles, year))})`, year));
      for (const month of months.filter((one) => one.startsWith(year)))
        group.append(new Option(`${inWords(month)} (${count(papersOf(this.bundles, month))})`, month));
      this.fields.month.append(group);
    }
  }

  readAddress() {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = this.fields.namedItem(name);
      if (field?.name !== name) continue;
      if (field.tagName === "SELECT") this.option(field, value);
      field.value = value;
    }
  }

  writeAddress(asked) {
    const told = Object.entries(asked).filter(([, value]) => value);
    const query = new URLSearchParams(told).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
  }

  /** The option of a select with a value, made where there is none. */
  option(select, value) {
    const found = [...select.options].find((one) => one.value === value);
    if (found) return found;
    const added = new Option(value, value);
    added.name = value;
    select.append(added);
    return added;
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), pause);
  }

  /** What Enter asks for: the paper that is named, else a search. */
  async enter() {
    clearTimeout(this.timer);
    if (!(await goTo(this.fields.q.value))) this.search();
  }

  async search() {
    const asked = Object.fromEntries(new FormData(this.form));
    asked.q = asked.q.trim();
    this.writeAddress(asked);
    const turn = ++this.turn;
    if (!asked.q && !asked.theme && !asked.source && !asked.month) return this.show([], "");
    this.list.setAttribute("aria-busy", "true");
    try {
      await this.answer(asked, () => turn === this.turn);
    } catch {
      if (turn === this.turn) this.show([], "The search could not be loaded. Try again in a moment.");
    }
    this.list.removeAttribute("aria-busy");
  }

  async answer(asked, current) {
    const bundles = within(this.bundles, asked.month);
    const newest = asked.sort === "newest" || !asked.q;
    const instance = await engine(bundles, newest);
    const options = { filters: this.filters(asked, bundles), sort: newest ? { date: "desc" } : {} };
    const found = await instance.search(asked.q || null, options);
    if (!current()) return;
    this.older.hidden = Boolean(asked.month) || bundles.length === this.bundles.length;
    this.show(found.results, `${count(found.results.length)} ${this.range(asked.month, bundles)}`);
    await instance.filters(); // how many papers each has is known from here on
    const { totalFilters } = await instance.search(asked.q || null, options);
    if (current()) this.tell(totalFilters);
  }

  filters({ theme, source, month }, bundles) {
    const isMonth = month.length === 7;
    const some = isMonth && papersOf(bundles) !== papersOf(bundles, month);
    return { ...(theme && { theme }), ...(source && { source }), ...(some && { month }) };
  }

  range(month, bundles) {
    if (month === "all") return "in all years";
    if (month) return `in ${month.length === 7 ? inWords(month) : month}`;
    return bundles.length ? `since ${dayInWords(bundles.at(-1).name)}` : "";
  }

  /** How many papers with the words each theme and source has. */
  tell(totals) {
    for (const field of [this.fields.theme, this.fields.source]) {
      const papers = totals[field.name] ?? {};
      for (const value of Object.keys(papers).sort()) this.option(field, value);
      for (const one of [...field.options].slice(1)) {
        one.dataset.name ??= one.text;
        one.text = `${one.dataset.name} (${papers[one.value] ?? 0})`;
        one.hidden = !papers[one.value] && !one.selected;
      }
    }
  }

  show(results, status) {
    this.results = results;
    this.status.textContent = status;
    this.older.hidden ||= !status;
    this.list.replaceChildren();
    return this.showMore(false);
  }

  async showMore(focus) {
    const [turn, start] = [this.turn, this.list.childElementCount];
    const next = await Promise.all(this.results.slice(start, start + PAGE).map((one) => one.data()));
    if (turn !== this.turn || start !== this.list.childElementCount) return;
    this.list.append(...next.map((found) => this.item(found)));
    this.more.hidden = this.list.childElementCount >= this.results.length;
    if (focus) this.links()[start]?.focus();
  }

  /** A result. Whatever a paper says becomes text, never HTML. */
  item({ raw_url, excerpt, meta, filters }) {
    const link = made("a", meta.title);
    link.href = new URL(raw_url, ROOT);
    const names = meta.authors.split(", ");
    const others = names.length > NAMES ? ` and ${names.length - NAMES} more` : "";
    const theme = this.option(this.fields.theme, filters.theme[0]);
    const label = theme.dataset.name ?? theme.text;
    const item = made(
      "li",
      made("h2", link),
      made("p", names.slice(0, NAMES).join(", ") + others),
      made("p", ...marked(excerpt)),
      made("p", `${dayInWords(raw_url.slice(0, 10).replaceAll("/", "-"))} · ${label}`),
    );
    for (const part of item.children) part.dir = "auto";
    return item;
  }

  links() {
    return [...this.list.querySelectorAll("h2 a")];
  }

  press(event) {
    const typing = event.target.closest("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      this.fields.q.select();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.fields.q, ...this.links()];
    const at = stops.indexOf(event.target);
    if (step && stops[at + step] && at >= 0) {
      event.preventDefault();
      stops[at + step].focus();
    }
  }
}

/** The text and marks of an excerpt, whose only HTML is its marks and the escapes of < and >. */
function marked(excerpt) {
  const parts = excerpt.split(/<\/?mark>/);
  const texts = parts.map((part) => part.replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
  return texts.map((text, at) => (at % 2 ? made("mark", text) : text));
}

const { bundles } = await json("search/bundles.json");
const form = document.querySelector("#search");
document.querySelector("#scriptless").hidden = true;
form.hidden = false;
new Search(form, bundles).begin();
