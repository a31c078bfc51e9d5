// How well text can be read where a client turns a light mail dark by itself, as Gmail and Outlook
// do. Their ways are not public; Chromium's own forced dark mode stands in for them. It changes
// what is painted and not what styles say, so that colours are read from pixels.

// Leaves the longest text of each look that text has, in its place. Runs in the page.
function thin() {
  const looks = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || !text.parentElement.checkVisibility()) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(text.parentElement);
    let under = text.parentElement;
    const ground = () => getComputedStyle(under).backgroundColor;
    while (under.parentElement && ground() === "rgba(0, 0, 0, 0)") under = under.parentElement;
    const look = `${color} on ${ground()}, ${fontSize}, ${fontWeight}`;
    if (text.length > (looks.get(look)?.length ?? 0)) looks.set(look, text);
  }
  const kept = [...looks.values()];
  for (const element of document.body.querySelectorAll("*"))
    if (!kept.some((text) => element.contains(text))) element.remove();
  return [...looks].map(([look, text]) => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const [{ x, y, width, height }] = range.getClientRects(); // its first line
    const box = [x + 1, y + scrollY + 1, width - 2, height - 2]; // and nothing beside it
    return { look, text: text.data.trim().slice(0, 40), box: box.map(Math.round) };
  });
}

// The ratios (WCAG 2.1) between the commonest colour in a box of a picture and the one farthest
// from it, box by box. Runs in the page.
async function contrasts({ png, boxes }) {
  const file = await fetch(`data:image/png;base64,${png}`);
  const picture = await createImageBitmap(await file.blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
  canvas.drawImage(picture, 0, 0);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const channel = (pixel, at) => linear(((pixel >>> (8 * at)) & 255) / 255);
  const luminance = (pixel) =>
    0.2126 * channel(pixel, 0) + 0.7152 * channel(pixel, 1) + 0.0722 * channel(pixel, 2);
  return boxes.map((box) => {
    const counts = new Map();
    for (const pixel of new Uint32Array(canvas.getImageData(...box).data.buffer))
      counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const [[commonest]] = [...counts].sort((one, other) => other[1] - one[1]);
    const ground = luminance(commonest);
    const ratio = (light) => (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05);
    return Math.max(...[...counts.keys()].map((pixel) => ratio(luminance(pixel))));
  });
}

/** [{look, text, ratio}], one for each look of text; most of the page is gone after it. */
export async function darkened(page) {
  const found = await page.evaluate(thin);
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setAutoDarkModeOverride", { enabled: true });
  const png = (await page.screenshot({ fullPage: true })).toString("base64");
  await session.detach();
  const ratios = await page.evaluate(contrasts, { png, boxes: found.map(({ box }) => box) });
  return found.map(({ look, text }, at) => ({ look, text, ratio: ratios[at] }));
}
