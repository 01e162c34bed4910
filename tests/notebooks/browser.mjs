// A reader's visit: opens notebook 31, runs all cells, changes a number, runs again.   node browser.mjs URL TOKEN FOLDER-FOR-SCREENSHOTS
import { existsSync } from "node:fs";
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
  await page.goto(`${url}/notebooks/31_additive.ipynb?token=${token}`, { timeout: 90000 });
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

  const add = () => page.evaluate(() => Jupyter.notebook.insert_cell_at_bottom("code"));
  const last = page.locator(".code_cell").last();
  const say = async (code, text) => {
    await add();
    await runLast(code);
    if (text) await last.locator(".output", { hasText: text }).waitFor({ timeout: 20000 });
    else await page.waitForFunction(() => typeof Jupyter.notebook.get_cell(Jupyter.notebook.ncells() - 1).input_prompt_number === "number", null, { timeout: 20000 });
  };
  await say("softmax(q)", "Tensor (2,)");
  check("a value is shown as a table with colours", (await last.locator("td").evaluateAll((all) => all.filter((td) => td.style.background).length)) === 2);
  await say("int again() { return 1; }\n", "");
  await say("again()", "1");
  await say("int again() { return 2; }\n", "");
  await say("again()", "2");
  check("a function is defined again", true);
  await say("std::cout << (1;", "is never closed");
  check("an open bracket is refused", true);

  // A curve that grows: how many points does it have, while the cell runs?
  await say("#include <unistd.h>\n", "");
  await say('void grow() {\n  show::LiveChart chart({"It grows", "x", "y", {}});\n  for (int i = 0; i < 20; ++i) {\n    chart.add("", i, i % 5);\n    usleep(100000);\n  }\n}\n', "");
  await add();
  await runLast("grow();");
  const counts = new Set();
  for (let i = 0; i < 14; ++i) {
    const line = last.locator(".output_area svg polyline").first();
    if (await line.count()) counts.add((await line.getAttribute("points")).split(" ").length);
    await page.waitForTimeout(150);
  }
  check("a curve grows", counts.size >= 3, `numbers of points seen: ${[...counts]}`);
  check("in its place", (await last.locator(".output_area svg").count()) === 1, "several pictures");
  await last.scrollIntoViewIfNeeded();
  await page.screenshot({ path: `${folder}/growing.png` });

  // Completion and Shift+Tab.
  await add();
  const type = async (text) => {
    await page.evaluate(() => { Jupyter.notebook.get_cell(Jupyter.notebook.ncells() - 1).set_text(""); });
    await last.locator(".CodeMirror").click();
    await page.keyboard.type(text);
  };
  await type("q.back");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => Jupyter.notebook.get_cell(Jupyter.notebook.ncells() - 1).get_text() === "q.backward", null, { timeout: 10000 });
  check("a member is completed", true);
  await type("nn::Multi");
  await page.keyboard.press("Tab");
  await page.locator(".completions option", { hasText: "MultiheadAttention" }).first().waitFor({ timeout: 10000 });
  check("several are offered", true);
  await page.screenshot({ path: `${folder}/completion.png` });
  await page.keyboard.press("Escape");
  await type("softmax");
  await page.keyboard.press("Shift+Tab");
  await page.locator("#tooltip", { hasText: "They are positive and sum to 1" }).waitFor({ timeout: 10000 });
  check("a comment is shown", true);
  await page.screenshot({ path: `${folder}/comment.png` });
  await page.keyboard.press("Escape");

  // A slider: two steps to the right.
  if (existsSync("/usr/lib/python3/dist-packages/ipywidgets")) {
    await say('void square(double x) { std::cout << "square " << x * x << "\\n"; }\n', "");
    await say("square(1.0);  // slider: x from 0.0 to 4.0 step 0.5", "square 1");
    const handle = last.locator(".ui-slider-handle").first();
    await handle.waitFor({ timeout: 20000 });
    await handle.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await last.locator(".output", { hasText: "square 4" }).waitFor({ timeout: 20000 });
    check("a slider runs the cell with its number", true);
    check("in the place of the old output", !(await last.locator(".output").innerText()).includes("square 1"), "the old output is there");
    await last.scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${folder}/slider.png` });
  } else console.log("skipped: sliders need python3-ipywidgets");

  const exercise = page.locator(".code_cell", { hasText: "MY_ANSWER" });
  check("the exercise says how far one is", (await exercise.locator(".output").innerText()).includes("0 of 3 are right."));

  await add();
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
console.log(`screenshots: ${folder}/*.png`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
