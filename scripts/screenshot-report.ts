/**
 * Takes a picture of a report, to look at it.
 * Usage: tsx scripts/screenshot-report.ts report.html out.png|out.pdf [--width N] [--height N] [--dark] [--first-screen] [--letter]
 * The browser is `$POSTERN_CHROMIUM`, else /usr/bin/chromium.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const DESKTOP_WIDTH = 1280;
const DESKTOP_HEIGHT = 900;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string" },
    height: { type: "string" },
    dark: { type: "boolean", default: false },
    "first-screen": { type: "boolean", default: false },
    letter: { type: "boolean", default: false },
  },
});
const [report, picture] = positionals;
if (report === undefined || picture === undefined) {
  process.stderr.write(
    "usage: tsx scripts/screenshot-report.ts report.html out.png [--width N] [--dark] [--first-screen]\n",
  );
  process.exit(2);
}

const browser = await chromium.launch({
  executablePath: process.env["POSTERN_CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
});
try {
  const page = await browser.newPage({
    viewport: {
      width: Number(values.width ?? DESKTOP_WIDTH),
      height: Number(values.height ?? DESKTOP_HEIGHT),
    },
    colorScheme: values.dark ? "dark" : "light",
  });
  page.on("console", (message) => process.stderr.write(`${message.type()}: ${message.text()}\n`));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) process.stderr.write(`asked for ${request.url()}\n`);
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  const overflow = await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  process.stderr.write(`sideways scroll: ${String(overflow)} px, title: ${await page.title()}\n`);
  if (picture.endsWith(".pdf")) await page.pdf({ path: picture, format: values.letter ? "Letter" : "A4" });
  else await page.screenshot({ path: picture, fullPage: !values["first-screen"] });
} finally {
  await browser.close();
}
