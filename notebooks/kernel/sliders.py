"""Sliders for numbers of a cell:

    reach(1.0);  // slider: rho from 0 to 2

is a slider for the first number of its line. Moving it runs the cell with the new number, and shows what that gives in the place of what the
cell showed. A whole number between whole ends makes a slider of whole numbers; `step 0.1` at the end says how fine it is."""

import html
import re

from cells import without_text

COMMENT = re.compile(r"//.*?\bslider:\s*(?P<name>.*?)\s+from\s+(?P<low>-?[\d.]+)\s+to\s+(?P<high>-?[\d.]+)(?:\s+step\s+(?P<step>[\d.]+))?")
NUMBER = re.compile(r"(?<![\w.])(?:(?<=[(,={])-)?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])")


class Knob:
    """A number of a cell that can be turned."""

    def __init__(self, comment, at, text):
        self.name, self.at, self.end = comment["name"], at, at + len(text)
        self.whole = not any("." in t or "e" in t.lower() for t in (text, comment["low"], comment["high"], comment["step"] or ""))
        number = int if self.whole else float
        self.low, self.high, self.value = number(comment["low"]), number(comment["high"]), number(text)
        self.step = number(comment["step"]) if comment["step"] else 1 if self.whole else (self.high - self.low) / 100


def knobs(code):
    """The numbers of a cell that a comment gives a slider, from the first to the last."""
    found, begin, plain = [], 0, without_text(code)
    for line in code.split("\n"):
        comment = COMMENT.search(line)
        number = comment and NUMBER.search(plain[begin:begin + comment.start()])
        if number:
            found.append(Knob(comment, begin + number.start(), number[0]))
        begin += len(line) + 1
    return found


def turned(code, knobs_, values):
    """The cell with these numbers instead."""
    for knob, value in sorted(zip(knobs_, values), key=lambda pair: -pair[0].at):
        text = str(value) if knob.whole else "%.6g" % value
        code = code[:knob.at] + (text if knob.whole or re.search(r"[.e]", text) else text + ".0") + code[knob.end:]
    return code


class Page:
    """All that a run shows, as one piece that can be replaced."""

    def __init__(self):
        self.parts, self.named, self.plain = [], {}, ""

    def take(self, kind, data):
        if kind != "picture":
            self.parts.append(("pre", data))
            self.plain += data
            return
        name, again, bundle = data
        part = ("picture", bundle.get("image/svg+xml") or bundle.get("text/html") or "")
        if again:
            self.parts[self.named[name]] = part
        else:
            self.named[name] = len(self.parts)
            self.parts.append(part)
            self.plain += bundle["text/plain"]

    def bundle(self):
        text = "".join("<pre>%s</pre>" % html.escape(data) if kind == "pre" else "<div>%s</div>" % data for kind, data in self.parts)
        return {"text/html": text.replace("</pre><pre>", "") or "<div></div>", "text/plain": self.plain}


def sliders_for(knobs_, rerun, seconds):
    """The sliders as widgets; rerun(values) is called when one moves: while it moves if the cell is quick, else when it is let go."""
    import ipywidgets

    kinds = {True: ipywidgets.IntSlider, False: ipywidgets.FloatSlider}
    all_ = [kinds[k.whole](description=k.name, min=min(k.low, k.value), max=max(k.high, k.value), step=k.step, value=k.value,
                           continuous_update=seconds < 0.2) for k in knobs_]
    for slider in all_:
        slider.observe(lambda _: rerun([s.value for s in all_]), "value")
    return all_

