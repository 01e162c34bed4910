"""What can be seen of a cell without compiling it: its brackets, its definitions, and whether it ends with a value."""

import re

CONTROL = ("if", "for", "while", "do", "switch", "try", "return", "throw", "delete", "else", "catch")
TOKEN = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?\*/)
                     | R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
                     | "(?:\\.|[^"\\\n])*"
                     | (?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'
                     | (?P<open>/\*|"|(?<![0-9A-Fa-f])')""", re.DOTALL | re.VERBOSE)
CLOSING = {"(": ")", "[": "]", "{": "}"}


def without_text(code):
    """The code with comments and the insides of strings blanked, as long as before."""
    def blank(match):
        if match["open"]:
            return match[0]
        blanks = re.sub(r"[^\n]", " ", match[0])
        return blanks if match["comment"] is not None else '"' + blanks[1:-1] + '"'
    return TOKEN.sub(blank, code)


def unbalanced(code):
    """None, or what is open or closed too much: the compiler would wait for the rest, or complain about another line."""
    plain = without_text(code)
    line = lambda at: code.count("\n", 0, at) + 1  # noqa: E731
    open_, at = [], 0
    for at, c in enumerate(plain):
        if plain.startswith("/*", at):
            return "line %d: /* is never closed" % line(at)
        if c in CLOSING:
            open_.append(at)
        elif c in ")]}":
            if not open_:
                return "line %d: this %s closes nothing" % (line(at), c)
            wanted = CLOSING[plain[open_[-1]]]
            if c != wanted:
                return "line %d: %s where %s is due, for the %s in line %d" % (line(at), c, wanted, plain[open_[-1]], line(open_[-1]))
            open_.pop()
    if open_:
        return "line %d: this %s is never closed" % (line(open_[-1]), plain[open_[-1]])
    for number, text in enumerate(plain.split("\n")):
        if text.count('"') % 2 and not text.lstrip().startswith("#"):
            return "line %d: a string is never closed" % (number + 1)
    return None


def spans(plain, begin=0, end=None):
    """Where the declarations and statements of the top level stand: (begin, end) each. `plain` is without text and preprocessor lines."""
    found, start, depth = [], begin, 0
    end = len(plain) if end is None else end
    for i in range(begin, end):
        c = plain[i]
        depth += (c in "([{") - (c in ")]}")
        if depth or c not in ";}":
            continue
        rest = plain[i + 1:end].lstrip()
        if c == "}" and (re.match(r"[;,).\[(*+/<>=&|?-]", rest) or re.match(r"(else|catch)\b", rest)):
            continue
        if c == "}" and re.match(r"do\b", plain[start:i].lstrip()) and rest.startswith("while"):
            continue
        found.append((start, i + 1))
        start = i + 1
    found.append((start, end))
    trimmed = ((b + len(plain[b:e]) - len(plain[b:e].lstrip()), b + len(plain[b:e].rstrip())) for b, e in found)
    return [(b, e) for b, e in trimmed if b < e]


def items(plain):
    """The declarations and statements at the top level, one text each."""
    return [plain[b:e] for b, e in spans(plain)]


def kind_and_names(item):
    """("type" | "function" | "namespace" | "variable" | "using" | "statement", the names it defines)."""
    first = re.match(r"\w*", item)[0]
    if first == "namespace":
        return "namespace", []
    if first in ("using", "typedef"):
        match = re.match(r"using\s+(\w+)\s*=", item) or re.match(r"typedef\b[^;]*?(\w+)\s*;", item)
        return "using", [match[1]] if match else []
    head = re.sub(r"^template\s*<[^{}]*?>\s*(?=\w)", "", item)
    match = re.match(r"(?:struct|class|enum(?:\s+class)?|union)\s+(\w+)[^;()]*\{", head)
    if match:
        return "type", [match[1]]
    if first in CONTROL or not first:
        return "statement", []
    match = re.match(r"[\w:<>,&*\s\[\]]*?[\s&*](\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*(?:const\s*)?(?:noexcept\s*)?(?:->[^{]*)?\{", head)
    if match and item.endswith("}"):
        return "function", [match[1]]
    match = re.match(r"(?:(?:const|constexpr|static|unsigned|auto)\s+)*[\w:]+(?:<[^;={}]*>)?[\s&*]+(\w+)\s*(?=[=({;,\[])", item)
    match = match or re.match(r"(?:const\s+)?auto\s*&*\s*(\w+)\s*(?==)", item)
    if not match:
        return "statement", []
    names, depth, rest = [match[1]], 0, item[match.end():]
    for i, c in enumerate(rest):
        depth += (c in "([{") - (c in ")]}")
        if c == "," and not depth:
            names += re.findall(r"^\s*[&*]*(\w+)", rest[i + 1:])
    return "variable", names


def without_directives(plain):
    return re.sub(r"(?m)^[ \t]*#(?:.*\\\n)*.*$", lambda m: re.sub(r"[^\n]", " ", m[0]), plain)


def definitions(code):
    """(begin, end, names) of each part that defines something: a name in a namespace as "lesson::draw". Between begin and end an
    `inline namespace x { }` may be put around it."""
    plain = without_directives(without_text(code))

    def inside(begin, end, scope):
        for b, e in spans(plain, begin, end):
            opened = re.match(r"namespace\s+([\w:]+)\s*\{", plain[b:e])
            if opened:
                names = [name for _, _, names in inside(b + opened.end(), e - 1, scope + opened[1] + "::") for name in names]
                yield b + opened.end(), e - 1, names
            else:
                yield b, e, [scope + name for name in kind_and_names(plain[b:e])[1]]
    return [part for part in inside(0, len(plain), "") if part[2]]


def value_shown(code):
    """The cell with a last expression without a semicolon turned into one that shows it; other cells as they are."""
    plain = without_directives(without_text(code))
    parts = spans(plain)
    if not parts:
        return code
    begin, end = parts[-1]
    last = plain[begin:end]
    first = re.match(r"\w*", last)[0]
    if last[-1] == ";" or first in CONTROL + ("using", "typedef", "namespace", "template", "struct", "class", "enum", "union"):
        return code
    if last[-1] == "}" and (not first or kind_and_names(last)[0] != "statement"):
        return code
    if re.match(r"[\w:]+(<[^;={}]*>)?[\s&*]+\w+\s*=(?!=)", last):  # int y = 3: a semicolon is missing, as the compiler will say
        return code
    return code[:begin] + "(void)(::qkv_kernel::show_next(), (" + code[begin:end] + "));" + code[end:]
