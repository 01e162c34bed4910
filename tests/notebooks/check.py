#!/usr/bin/python3
"""check.py [--update] [--times] [--rules-only] [--kernel=NAME] [NOTEBOOK...]: runs notebooks from a clean state, in the engine of the Debian kernel, and
holds every cell's output to the stored one; keeps the rules for cells (rules.py) and what the pages say. --update stores the outputs
instead; --rules-only runs nothing. NOTEBOOK is how a name begins ("31"); none: all.
--kernel runs them through Jupyter in the kernel of that name instead, such as an xcpp17 of xeus-cling's or xeus-cpp's.
  Words must be the same and numbers nearly so (compare.py). A cell whose numbers come out of training has metadata
  {"qkv": {"tolerance": 0.03}}.
  A cell with "// ... change ..." is for changing and running again: it runs twice, and must say the same; {"qkv": {"continues": true}} is for
one that goes on training.
  Anything on stderr is a failure."""

import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import sys
import time

os.environ.setdefault("JPY_PARENT_PID", "1")  # as in a kernel that Jupyter has started
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(ROOT / "notebooks" / "kernel")]

from answers import answered  # noqa: E402
from compare import outputs_differ  # noqa: E402
from engine import Engine, EngineDied, explain  # noqa: E402
from rules import CHANGE, faults_of_notebook, source  # noqa: E402

KERNEL = next((flag.split("=")[1] for flag in sys.argv if flag.startswith("--kernel=")), "")
LIMIT = 30.0  # seconds of processor time that a notebook may take: a busy machine is no fault


class KernelEngine:
    """A kernel that Jupyter knows, as an Engine."""

    def __init__(self):
        from jupyter_client.manager import KernelManager  # only who asks for a kernel needs Jupyter

        paths = {"CPLUS_INCLUDE_PATH": str(ROOT / "src"), "LD_LIBRARY_PATH": str(pathlib.Path(os.environ["QKV_LIBRARY"]).parent)}
        env = {name: os.pathsep.join(filter(None, [path, os.environ.get(name)])) for name, path in paths.items()}
        self.manager = KernelManager(kernel_name=KERNEL)
        self.manager.start_kernel(env={**os.environ, **env, "OPENBLAS_NUM_THREADS": "1"}, cwd=str(ROOT / "notebooks"))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)

    def run(self, code, show):
        def take(message):
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                show(content["name"], content["text"])
            elif kind in ("display_data", "update_display_data", "execute_result"):
                if set(content["data"]) == {"text/plain"}:
                    show("stdout", content["data"]["text/plain"])
                else:
                    name = content.get("transient", {}).get("display_id", "")
                    show("picture", (name, kind == "update_display_data", content["data"]))

        try:
            reply = self.client.execute_interactive(code, timeout=120, output_hook=take, stop_on_error=False)["content"]
        except (RuntimeError, TimeoutError) as death:
            raise EngineDied(str(death)) from None
        return None if reply["status"] == "ok" else reply.get("evalue", "it failed")

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        return 0.0  # unknown


class Report:
    """Of one notebook: how many checks passed, and what is wrong."""

    def __init__(self):
        self.passed, self.lines, self.times = 0, [], ""

    def check(self, where, wrong):
        if wrong:
            self.lines.append("%s: %s" % (where, wrong))
        else:
            self.passed += 1


def run_cell(engine, code):
    """The outputs as Jupyter stores them, and what went wrong or None."""
    outputs, errors, named = [], [], {}

    def show(kind, data):
        if kind == "stderr":
            errors.append(data)
        elif kind == "picture":
            name, again, bundle = data
            picture = {mime: text.splitlines(True) for mime, text in bundle.items() if mime != "text/plain"}
            if again:
                named[name]["data"] = picture
            else:
                outputs.append({"data": picture, "metadata": {}, "output_type": "display_data"})
                named[name] = outputs[-1]
        elif outputs and outputs[-1]["output_type"] == "stream":
            outputs[-1]["text"] += data
        else:
            outputs.append({"name": "stdout", "output_type": "stream", "text": data})

    try:
        message = engine.run(code, show)
    except EngineDied as death:
        message = str(death)
    for output in outputs:
        if output["output_type"] == "stream":
            output["text"] = written_over(output["text"]).splitlines(True)
    outputs = [output for output in outputs if output.get("text") != []]
    if message is not None:
        return outputs, "%s\n%s" % (explain(message, "".join(errors)), "".join(errors))
    return outputs, "on stderr: " + "".join(errors) if errors else None


def written_over(text):
    """What a page shows of a text in which a carriage return goes back to the beginning of its line: Progress does that, and wipes itself."""
    lines = []
    for line in text.split("\n"):
        shown = ""
        for part in line.split("\r"):
            shown = part + shown[len(part):]
        lines.append(shown.rstrip() if "\r" in line else line)
    return "\n".join(lines)


def check_pages(path, notebook, check):
    """Links lead somewhere; decimals in `code spans` were printed."""
    said = json.dumps([cell.get("outputs") for cell in notebook["cells"]], ensure_ascii=False)
    text = "\n".join(source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    for link in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in link:
            check(path.name, None if (path.parent / link).exists() else "the link %s leads nowhere" % link)
    for span in re.findall(r"`([^`]*)`", text):
        for number in re.findall(r"(?<![\w.])-?\d+\.\d{3,}\b", span):
            check(path.name, None if number in said else "`%s` is not among the stored outputs" % number)
    lesson = re.search(r"\]\(\.\./lessons/(\d\d)_", text)
    check(path.name, None if lesson and path.name.startswith(lesson[1]) else "no link to its lesson's page")


def check_notebook(path, run, update):
    report = Report()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    faults = faults_of_notebook(notebook)
    report.check(path.name, None if not faults else "breaks rules for cells")
    for number, fault in faults:
        report.check("%s%s" % (path.name, "" if number is None else ", cell %d" % number), fault)
    if run:
        run_cells(path, notebook, update, report)
    if update:
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    check_pages(path, notebook, report.check)
    return report


def solution_fails(engine, path, cell):
    """None, or what the exercise's cell says of the lesson's own solution."""
    folder, = (ROOT / "lessons").glob(path.name[:2] + "_*")
    outputs, wrong = run_cell(engine, answered(cell, (folder / "solution.cpp").read_text(), (folder / "exercise_cell.h").read_text()))
    said = "".join("".join(output.get("text", [])) for output in outputs)
    right = re.search(r"\n(\d+) of \1 are right\.\n$", said)
    return "the lesson's solution: %s" % (wrong or said) if wrong or not right else None


def run_cells(path, notebook, update, report):
    begin, slowest = time.time(), []
    engine = KernelEngine() if KERNEL else Engine(shlex.split(os.environ["QKV_ENGINE"]), cwd=str(ROOT / "notebooks"))
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        where = "%s, cell %d" % (path.name, number)
        tolerance = cell["metadata"].get("qkv", {}).get("tolerance", 0)
        cell_begin = time.time()
        outputs, wrong = run_cell(engine, source(cell))
        slowest.append((time.time() - cell_begin, number))
        if not wrong and update:
            if not cell["outputs"] or outputs_differ(cell["outputs"], outputs, tolerance):
                cell["outputs"] = outputs
            cell["execution_count"] = len(slowest)
        elif not wrong:
            wrong = outputs_differ(cell["outputs"], outputs, tolerance)
        if not wrong and CHANGE.search(source(cell)):
            again, wrong = run_cell(engine, source(cell))
            continues = cell["metadata"].get("qkv", {}).get("continues", False)
            wrong = wrong or (None if continues else outputs_differ(outputs, again, 0))
            wrong = wrong and "run a second time: " + wrong
        report.check(where, wrong)
        if "namespace MY_ANSWER" in source(cell):
            report.check(where, solution_fails(engine, path, source(cell)))
    seconds = time.time() - begin
    used = engine.close()
    report.check(path.name, "took %.1f s, more than %.0f" % (used, LIMIT) if used > LIMIT else None)
    ordinary = sorted(t for t, _ in slowest[1:])
    report.times = ("%-28s %5.1f s   first cell %4.2f, median of the others %5.3f, slowest %5.2f (cell %d)"
                    % (path.name, seconds, slowest[0][0], ordinary[len(ordinary) // 2], *max(slowest[1:])))


def main():
    flags = [a for a in sys.argv[1:] if a.startswith("-")]
    names = [a for a in sys.argv[1:] if not a.startswith("-")]
    paths = [p for p in sorted((ROOT / "notebooks").glob("*.ipynb")) if not names or any(p.name.startswith(n) for n in names)]
    if not paths:
        sys.exit("no notebook begins with " + " or ".join(names))
    run = "--rules-only" not in flags
    if KERNEL:
        print("run in the kernel " + KERNEL)
    with concurrent.futures.ThreadPoolExecutor(1 if "--times" in flags or KERNEL else os.cpu_count()) as pool:
        reports = []
        for report in pool.map(lambda path: check_notebook(path, run, "--update" in flags), paths):
            for line in report.lines + ([report.times] if "--times" in flags else []):
                print(line, flush=True)
            reports.append(report)
    failed = sum(len(report.lines) for report in reports)
    if not run:
        print("skipped: notebooks were not run: make notebooks installs what that needs")
    print("%d passed, %d failed%s" % (sum(report.passed for report in reports), failed, "" if run else ", %d skipped" % len(paths)))
    sys.exit(failed > 0)


main()
