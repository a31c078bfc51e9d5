// What axe finds in a page, contrast included.
import { createRequire } from "node:module";

export const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
export const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
export const COLOURS = ["color-contrast", "link-in-text-block"]; // all that a scheme can change

/** Which of axe's rules an element breaks, or leaves undecided where colours are concerned. */
export async function broken(page, runOnly) {
  const wanted = { runOnly, resultTypes: ["violations", "incomplete"] };
  const { violations, incomplete } = await page.evaluate((wanted) => axe.run(wanted), wanted);
  const undecided = incomplete.filter((rule) => rule.id === "color-contrast");
  return [...violations, ...undecided].flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 120)}: ${node.failureSummary}`),
  );
}
