// A reader's visit: opens notebook 31, runs all cells, changes a number, runs again.   node browser.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS
import { chromium } from "playwright-core";

const [url, token, folder] = process.argv.slice(2);
let passed = 0, failed = 0;
function check(what, good, got = "") {
  if (good) ++passed;
  else { ++failed; console.log(`${what}: ${got}`); }
}

async function reachable(until) {
  while (Date.now() < until) {
    try { return await fetch(`${url}/api`); } catch { await new Promise((done) => setTimeout(done, 200)); }
  }
  throw new Error("Jupyter did not start");
}

await reachable(Date.now() + 30000);
const refused = await fetch(`${url}/api/contents`);
check("without the token nothing is shown", refused.status === 403, `status ${refused.status}`);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
const runLast = (code) => page.evaluate((text) => {
  const last = Jupyter.notebook.ncells() - 1;
  Jupyter.notebook.get_cell(last).set_text(text);
  Jupyter.notebook.select(last);
  Jupyter.notebook.execute_cell();
}, code);
const failures = [];
page.on("pageerror", (error) => failures.push(error.message));
try {
  await page.goto(`${url}/notebooks/31_additive.ipynb?token=${token}`);
  await page.waitForSelector(".kernel_idle_icon", { timeout: 60000 });
  const name = (await page.textContent(".kernel_indicator_name")).trim();
  check("the kernel's name", name === "C++17", name);

  await page.evaluate(() => Jupyter.notebook.clear_all_output());
  const begin = Date.now();
  await page.click("#celllink");
  await page.click("#run_all_cells");
  const finished = () => Jupyter.notebook.get_cells().every((c) => c.cell_type !== "code" || typeof c.input_prompt_number === "number");
  await page.waitForFunction(finished, null, { timeout: 60000 });
  await page.waitForSelector(".kernel_idle_icon");
  console.log(`all cells ran in ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  check("no cell failed", (await page.locator(".output_error").count()) === 0, "there is an error in the page");
  const pictures = await page.locator(".output_area svg").evaluateAll((all) => all.map((svg) => svg.getBoundingClientRect().width));
  check("pictures are visible", pictures.length >= 3 && pictures.every((width) => width > 200), `widths ${pictures}`);
  const map = page.locator(".output_area svg", { hasText: "Who looks at whom" });
  const colours = await map.locator("rect").evaluateAll((all) => new Set(all.map((rect) => rect.getAttribute("fill"))).size);
  check("a heat map with its colours", colours > 20, `${colours} colours`);
  await map.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}/heat_map.png` });

  const cell = page.locator(".code_cell", { hasText: "// change the two numbers" });
  const before = await cell.locator(".output").innerText();
  await cell.locator(".CodeMirror").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("attend(tensor({-2, 1}));");
  await page.keyboard.press("Control+Enter");
  const changed = page.locator(".code_cell", { hasText: "attend(tensor({-2, 1" });
  await changed.locator(".output", { hasText: "context" }).filter({ hasNotText: "0.6114" }).waitFor({ timeout: 20000 });
  const after = await changed.locator(".output").innerText();
  check("the lesson's numbers before", before.includes("0.6114"), before);
  check("other numbers after", /\d\.\d{4}/.test(after) && !after.includes("0.6114"), after);
  await changed.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}/changed.png` });

  await page.evaluate(() => Jupyter.notebook.insert_cell_at_bottom("code"));
  await runLast("for (;;) {}");
  await page.waitForSelector(".kernel_busy_icon", { timeout: 10000 });
  await page.click("#kernellink");
  await page.click("#int_kernel");
  await page.waitForFunction(() => document.body.innerText.includes("interrupted"), null, { timeout: 20000 });
  check("an endless loop can be interrupted", true);
  await runLast('std::cout << "still here: " << words[1];');
  await page.waitForFunction(() => document.body.innerText.includes("still here: cat"), null, { timeout: 20000 });
  check("and earlier names are there", true);
  check("no error in the page's own code", failures.length === 0, failures.join("; "));
} catch (error) {
  check("the visit", false, error.message);
  await page.screenshot({ path: `${folder}/failed.png` });
} finally {
  await browser.close();
}
console.log(`screenshots: ${folder}/heat_map.png, ${folder}/changed.png`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
