"""Talks to the host (host.cpp): starts it, sends it cells, reads what they print and show. Needs nothing but Python."""

import os
import pathlib
import re
import select
import subprocess
import time

from cells import definitions, unbalanced, value_shown

VALUE = '#include "%s"\n#line 1\n' % (pathlib.Path(__file__).resolve().parent / "value.h")
FRAME = b"\x1b]qkv;"  # a picture among what is printed: see qkv_kernel_display in host.cpp


class EngineDied(Exception):
    pass


class Engine:
    """One interpreter. `command` starts the host; see kernel.json, which make writes."""

    def __init__(self, command, cwd=None):
        answers, answers_write = os.pipe()
        # Each cell runs in a fork, where a thread pool's threads do not follow: one thread, unless someone knows better.
        env = {"QKV_THREADS": "1", **os.environ}
        self.process = subprocess.Popen(
            [command[0], str(answers_write), *command[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, pass_fds=[answers_write], env=env, cwd=cwd)
        os.close(answers_write)
        self.answers = answers
        self.received = b""
        self.started = False  # it says "ok" when it is ready for cells; until then there is other work to do

    def run(self, cell, show):
        """Runs a cell. show(kind, data) is called while it runs: ("stdout" | "stderr", text), ("picture", (name,
        again, {mime: data})): one with a name may be shown again, in its old place.
        Returns None, or what went wrong: the what() of an exception, or "" if the compiler has spoken on stderr."""
        wrong = unbalanced(cell)
        if wrong:
            return "The cell was not run. " + wrong
        self._start()
        shown = value_shown(cell)
        before = VALUE if shown != cell else ""
        parts = ["%d %d %s\n" % (len((before + cell[:begin]).encode()), len((before + cell[:end]).encode()), " ".join(names))
                 for begin, end, names in definitions(cell)]
        word, text = self._ask("run", "".join(parts) + "\n" + before + shown, show)
        return None if word == "ok" else text

    def complete(self, text):
        """What could stand where the text ends: (name, "function" | "class" | ..., how it is declared), the declaration a line."""
        begin = re.search(r"\w*$", text).start()
        _, names = self._ask("complete", text[begin:] + "\n" + text[:begin], lambda *_: None)
        return sorted({tuple(line.split("\t")) for line in names.splitlines()})

    def describe(self, text):
        """What the name at the end of the text is: how it is declared, and the comment above that."""
        begin = re.search(r"\w*$", text).start()
        return self._ask("describe", text[begin:] + "\n" + text[:begin], lambda *_: None)[1]

    def _ask(self, what, body, show):
        self._start()
        data = body.encode()
        return self._wait(show, b"%s %d\n" % (what.encode(), len(data)) + data)

    def _start(self):
        if not self.started:
            self._wait(lambda *_: None, b"")
            self.started = True

    def close(self):
        """Returns how many seconds of processor time all its processes have taken."""
        self.process.stdin.close()
        _, self.process.returncode, used = os.wait4(self.process.pid, 0)
        for stream in (self.process.stdout, self.process.stderr):
            stream.close()
        os.close(self.answers)
        return used.ru_utime + used.ru_stime

    def _wait(self, show, request):
        """Sends a request; hands on what arrives until the answer is there and the pipes are empty."""
        try:
            self.process.stdin.write(request)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise EngineDied("the engine has ended") from None
        out, err = self.process.stdout.fileno(), self.process.stderr.fileno()
        printed, answer, last = Printed(show), None, 0.0
        while True:
            ready = select.select([out, err, self.answers], [], [], 0 if answer else None)[0]
            if out in ready or err in ready:  # a flood of output comes in a few large pieces, not in thousands of messages
                time.sleep(max(0.0, last + 0.02 - time.monotonic()))
                last = time.monotonic()
            if not ready:
                printed.end()
                return answer
            for file in ready:
                chunk = os.read(file, 1 << 16)
                if not chunk:
                    printed.end()
                    raise EngineDied("the engine has ended")
                if file == self.answers:
                    self.received += chunk
                    head, newline, body = self.received.partition(b"\n")
                    if newline and len(body) >= int(head.split()[1]):
                        answer, self.received = (head.split()[0].decode(), body.decode(errors="replace")), b""
                elif file == out:
                    printed.add(chunk)
                else:
                    show("stderr", chunk.decode(errors="replace"))


class Printed:
    """Takes what a cell prints apart into text and pictures; both may arrive in pieces."""

    def __init__(self, show):
        self.show = show
        self.waiting = b""

    def add(self, chunk):
        self.waiting += chunk
        while self.waiting:
            start = self.waiting.find(FRAME[:1])
            if start:  # text before the next picture, or no picture at all
                text = self.waiting if start < 0 else self.waiting[:start]
                whole = len(text) if start >= 0 else whole_characters(text)
                if not whole:
                    return
                self.show("stdout", text[:whole].decode(errors="replace"))
                self.waiting = self.waiting[whole:]
            elif self.waiting.startswith(FRAME):
                head, newline, rest = self.waiting.partition(b"\n")
                if not newline:
                    return
                mime, picture, text, name, again = head[len(FRAME):].decode().split(";")
                picture, text = int(picture), int(text)
                if len(rest) < picture + text:
                    return
                bundle = {mime: rest[:picture].decode(), "text/plain": rest[picture:picture + text].decode()}
                self.show("picture", (name, bool(again), bundle))
                self.waiting = rest[picture + text:]
            elif FRAME.startswith(self.waiting):
                return
            else:  # another escape: colours
                self.show("stdout", "\x1b")
                self.waiting = self.waiting[1:]

    def end(self):
        if self.waiting:
            self.show("stdout", self.waiting.decode(errors="replace"))
            self.waiting = b""


def whole_characters(data):
    """How many bytes do not end inside a UTF-8 character?"""
    for back in range(1, min(4, len(data) + 1)):
        if data[-back] & 0xC0 == 0xC0:  # the first byte of a character
            needs = 2 if data[-back] < 0xE0 else 3 if data[-back] < 0xF0 else 4
            return len(data) - back if needs > back else len(data)
        if data[-back] & 0x80 == 0:
            break
    return len(data)


def explain(message, errors):
    """Adds to a failed cell's messages what to do about it."""
    if re.search(r"'qkv/.*' file not found", message + errors):
        return ("The headers of qkv are not where this kernel looks: start Jupyter with make notebook,"
                " or set CPLUS_INCLUDE_PATH to qkv's src/.")
    missing = re.search(r"Symbols not found: \[(.*)\]", errors)
    if missing and "3qkv" in missing[1]:
        return ("A function of qkv is declared but not loaded."
                " If #include <qkv/notebook.h> has not been run, run it, alone in the first cell;"
                " if it has, the library is older than the headers: make build/lib/libqkv.so, and restart the kernel.")
    if missing:
        return "A function is declared but defined nowhere: " + missing[1].strip()
    if "redefinition of" in errors:
        return "A name can be defined once. To change it, assign to it, choose another name, or restart the kernel and run all cells."
    return message
