// Leads from an arXiv id, a DOI or a link to the paper: in a list of ids, on the page that finds a
// paper and in the search.

export const ROOT = new URL("../", import.meta.url);

export const json = async (path) => (await fetch(new URL(path, ROOT))).json();

const ARXIV =
  /(?:^|arxiv\.org\/(?:abs|pdf|html|format|e-print|src)\/|\barxiv[.:]|huggingface\.co\/papers\/)(\d\d(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?\/\d{7})(?:v\d+)?(?:\.pdf)?(?=$|[?#/])/;
const DOI = /(?:^|doi:|doi\.org\/|\/)(10\.\d{4,9}\/[^\s?#"<>]+)/;
const VIEW = /(?:\/(?:full|abstract|meta|e?pdf)|\.pdf)$/;
const PREPRINT = /^(10\.(?:1101|64898)\/[\d.]+)v\d+(?:\.[a-z.-]+)?$/;

/** The key of the paper that a text names by an id or a link, or null. */
function keyOf(text) {
  const name = text.trim().toLowerCase().replace(/^(arxiv|doi):\s+/, "$1:");
  if (/\s/.test(name)) return null;
  const arxiv = ARXIV.exec(name);
  if (arxiv) return `arxiv:${arxiv[1].replace(/\.[a-z]{2}\//, "/")}`;
  const doi = DOI.exec(name);
  if (!doi) return null;
  return `doi:${doi[1].replace(/[./,;)]+$/, "").replace(VIEW, "").replace(PREPRINT, "$1")}`;
}

/** The list that has a key, as digest/render/find_pages.py names it. */
function shardOf(key) {
  const id = key.slice(key.indexOf(":") + 1);
  if (key.startsWith("arxiv:")) return `arxiv/${id.slice(0, -3).replace("/", ".")}`;
  return `doi/${(crc32(id) & 0xfff).toString(16).padStart(3, "0")}`;
}

function crc32(text) {
  let crc = -1;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return crc ^ -1;
}

/** Go to the paper that a text names; whether there is one. */
export async function goTo(text) {
  const key = keyOf(text);
  if (!key) return false;
  const row = await json(`find/${shardOf(key)}.json`).then((rows) => rows[key], () => null);
  if (row) location.assign(new URL(row[0], ROOT));
  return Boolean(row);
}

/** Where the address names a paper of a list of ids, go on to it. */
function follow() {
  const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (row?.matches(".ids > *")) location.replace(row.querySelector("a").href);
}

/** The form of the page that finds a paper. */
function listen(form) {
  const status = document.querySelector("#status");
  document.querySelector("#scriptless").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = await goTo(form.elements.id.value);
    status.textContent = found ? "" : "No paper of this site has that id.";
  });
}

const form = document.querySelector("#find");
if (form) listen(form);
addEventListener("hashchange", follow);
follow();
