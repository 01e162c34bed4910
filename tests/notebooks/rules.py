"""What a cell may hold so that every engine takes it: cling, xeus-cpp's clang-repl and clang 19's interpreter each stumble over something
else."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "notebooks" / "kernel"))

from cells import items, kind_and_names, without_text  # noqa: E402

CHANGE = re.compile(r"//.*\b[Cc]hange\b")  # a cell for changing and running again


def faults_of_cell(code, first, defined):
    """What is wrong with one cell. `defined` maps names to where they were defined before, and is added to."""
    faults = []
    plain = without_text(code)
    if max(map(len, code.split("\n"))) > 112:
        faults.append("a line of more than 112 columns is cut off in the page")
    for line in plain.split("\n"):
        if re.match(r"\s*#\s*include", line):
            if not first:
                faults.append("includes belong into the first cell")
            if not line.startswith("#include"):
                faults.append("an include must start at the beginning of its line")
        elif re.match(r"\s*#", line):
            faults.append("no preprocessor lines but includes: " + line.strip())
        elif re.match(r"\s*[%?]|![a-z]+ |\s*\.(x|L|q|U|I|rawInput|help|undo)\b", line):
            faults.append("no magics: " + line.strip())
    code_items = items("\n".join(line for line in plain.split("\n") if not line.lstrip().startswith("#")))
    if first:
        if "#include <qkv/notebook.h>" not in code:
            faults.append("the first cell includes <qkv/notebook.h>")
        if code_items:
            faults.append("the first cell holds includes and nothing else: the library is loaded when it has run")
    kinds = [kind_and_names(item) for item in code_items]
    definitions = [kind for kind, _ in kinds if kind in ("type", "function", "namespace")]
    if definitions and len(kinds) > 1:
        faults.append("a function, class or namespace stands alone in its cell (several: in one namespace)")
    for item, (kind, names) in zip(code_items, kinds):
        shown = " ".join(item.split())[:60]
        if not item.endswith((";", "}")):
            faults.append("ends without a semicolon (values are printed with std::cout): " + shown)
        if re.match(r"(static|inline)\b", item):
            faults.append("no static or inline at the top: " + shown)
        if kind == "function":
            head = item.split("{")[0]
            if re.search(r"\)\s*(const\s*)?->", head) or "noexcept" in head:
                faults.append("a plain signature: no trailing return type, no noexcept: " + shown)
        if kind in ("statement", "variable"):
            if re.search(r"(?<![\w\])])\[[^\[\]]*\]\s*(\([^()]*\)\s*)?(mutable\s*)?\{", item) and not re.match(r"auto \w+ = \[", item):
                faults.append("a lambda at the top level only as auto f = [...]: " + shown)
            if re.search(r"auto\s*&*\s*\[", item):
                faults.append("structured bindings only inside functions: " + shown)
        for name in names:
            if name in defined:
                faults.append("'%s' is defined a second time" % name)
            defined[name] = True
        if names and CHANGE.search(code):
            faults.append("a cell to be changed and run again defines nothing: " + shown)
    return faults


def source(cell):
    return "".join(cell["source"])


def faults_of_notebook(notebook):
    """(cell number or None, what is wrong) for each fault."""
    faults, defined, first = [], {}, True
    if notebook.get("metadata", {}).get("kernelspec", {}).get("name") != "xcpp17":
        faults.append((None, "the kernelspec must be xcpp17"))
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            faults += [(number, fault) for fault in faults_of_cell(source(cell), first, defined)]
            first = False
    if first:
        faults.append((None, "there is no code"))
    return faults
