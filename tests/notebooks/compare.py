"""Is what a cell printed what is stored? Words must be the same and numbers nearly so, as in tests/lessons/compare.h."""

import re

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d+|\.\d+|\d+)(?:[eE][-+]?\d+)?")


def parse(text):
    """words, numbers: in turn, words[0] numbers[0] words[1] ... Runs of blanks count as one."""
    words, numbers, end = [], [], 0
    for match in NUMBER.finditer(text):
        words.append(" ".join(text[end:match.start()].split()))
        numbers.append(match[0])
        end = match.end()
    return words + [" ".join(text[end:].split())], numbers


def near(stored, got, tolerance):
    a, b = float(stored), float(got)
    if re.fullmatch(r"[-+]?\d+", stored) and re.fullmatch(r"[-+]?\d+", got):
        return abs(a - b) <= tolerance
    places = len(stored.lower().split("e")[0].partition(".")[2])
    unit = 10.0 ** (int((stored.lower().split("e") + ["0"])[1]) - places)
    allowed = 2e-5 * (1 + abs(a)) + (1.001 * unit if unit < 1.1e-4 else 0)  # the last of four places may round either way
    return abs(a - b) <= max(allowed, tolerance * (1 + 1e-9))


def text_differs(stored, got, tolerance):
    """None, or the first line that differs."""
    old, new = stored.rstrip().split("\n"), got.rstrip().split("\n")
    for i in range(max(len(old), len(new))):
        a, b = (lines[i] if i < len(lines) else None for lines in (old, new))
        if a is None or b is None:
            return "line %d: stored %r, now %r" % (i + 1, a, b)
        (words_a, numbers_a), (words_b, numbers_b) = parse(bars(a, tolerance)), parse(bars(b, tolerance))
        if words_a != words_b or not all(near(x, y, tolerance) for x, y in zip(numbers_a, numbers_b)):
            return "line %d:\n      stored %s\n      now    %s" % (i + 1, a, b)
    return None


def bars(line, tolerance):
    """Bars are as long as their numbers: where those may differ, so may the bars."""
    return re.sub(r"[█▏▎▍▌▋▊▉]+", "", line) if tolerance else line


def picture_differs(stored, got, tolerance):
    """SVG: the same elements and words; places may differ by half a pixel, colours by two shades, or as the tolerance says."""
    old, new = ([t for t in re.findall(r"<[^>]*>|[^<]+", s) if t.strip()] for s in (stored, got))
    if len(old) != len(new):
        return "a picture of %d parts, now %d" % (len(old), len(new))
    for a, b in zip(old, new):
        if not a.startswith("<"):
            if text_differs(a, b, tolerance):
                return "text in a picture: stored %r, now %r" % (a.strip(), b.strip())
            continue
        pattern = r"#[0-9a-f]{6}|-?\d+(?:\.\d+)?"
        if re.sub(pattern, "0", a) != re.sub(pattern, "0", b):
            return "a picture: stored %r, now %r" % (a, b)
        for x, y in zip(re.findall(pattern, a), re.findall(pattern, b)):
            if x[0] == "#" or y[0] == "#":
                far = x[0] != y[0] or any(abs(int(x[i:i + 2], 16) - int(y[i:i + 2], 16)) > 2 + 800 * tolerance for i in (1, 3, 5))
            else:
                far = abs(float(x) - float(y)) > 0.5 + 600 * tolerance
            if far:
                return "a picture: stored %r, now %r" % (a, b)
    return None


def outputs_differ(stored, got, tolerance):
    """Two lists of Jupyter outputs: None, or what differs."""
    if [o["output_type"] for o in stored] != [o["output_type"] for o in got]:
        return "stored %s, now %s" % tuple([o["output_type"] for o in outputs] or "nothing" for outputs in (stored, got))
    for a, b in zip(stored, got):
        if a["output_type"] == "stream":
            wrong = text_differs("".join(a["text"]), "".join(b["text"]), tolerance)
        else:
            (mime, new), = ((m, d) for m, d in b["data"].items() if m != "text/plain")
            if mime not in a["data"]:
                return "a picture of type %s is not stored" % mime
            old = "".join(a["data"][mime])
            wrong = (picture_differs if "svg" in mime else text_differs)(old, "".join(new), tolerance)
        if wrong:
            return wrong
    return None
