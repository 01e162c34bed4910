"""The Debian kernel: Jupyter on one side (python3-ipykernel), the engine on the other. Jupyter starts it as kernel.json says, which
notebooks/kernel/start writes."""

import os
import re
import shlex
import signal
import time
from importlib.util import find_spec

from engine import Engine, EngineDied, explain
from sliders import Page, knobs, sliders_for, turned

COMMAND = shlex.split(os.environ["QKV_ENGINE"])
first_engine = Engine(COMMAND)  # starts while Python reads the rest

from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.kernelbase import Kernel  # noqa: E402


def name_at(code, position):
    """The text up to the end of the name that the cursor is on, or of the function whose arguments it is among."""
    end = position + len(re.match(r"\w*", code[position:])[0])
    if re.search(r"\w$", code[:end]):
        return code[:end]
    depth = 0
    for at in range(position - 1, -1, -1):
        depth += (code[at] in ")]}") - (code[at] in "([{")
        if depth < 0:
            return code[:at].rstrip() if code[at] == "(" else ""
    return ""


class CppKernel(Kernel):
    implementation = "qkv"
    implementation_version = "0.1"
    banner = "C++17, by clang 19's interpreter"
    language_info = {"name": "c++", "version": "17", "mimetype": "text/x-c++src",
                     "codemirror_mode": "text/x-c++src", "file_extension": ".cpp"}
    engine = first_engine
    shell = None  # widgets ask for IPython's

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.sliders = find_spec("ipywidgets") is not None
        self.drawn = 0  # displays that sliders change
        if not self.sliders:
            return
        import ipywidgets
        from ipykernel.comm import CommManager
        self.widgets_since_7 = ipywidgets.version_info[0] >= 7
        self.comm_manager = CommManager(parent=self, kernel=self)
        ipywidgets.register_comm_target(self)
        for message in ("comm_open", "comm_msg", "comm_close"):
            self.shell_handlers[message] = getattr(self.comm_manager, message)

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False):
        turnable = knobs(code) if self.sliders and not silent else []
        if turnable:
            error = self._with_sliders(code, turnable)
        else:
            error = self._execute(code, lambda kind, data: silent or self._show(kind, data))
        if error is None:
            return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}
        if not silent:
            self.send_response(self.iopub_socket, "error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}

    def _execute(self, code, show):
        """None, or the error as Jupyter wants it."""
        errors = []

        def listen(kind, data):
            if kind == "stderr":
                errors.append(data)
            show(kind, data)

        message = self._run(code, listen) if code.strip() else None
        if message is None:
            return None
        message = explain(message, "".join(errors))
        return {"ename": "error" if errors else "exception", "evalue": message, "traceback": [message or "The cell does not compile."]}

    def _with_sliders(self, code, turnable):
        """Runs the cell, and again whenever a slider moves."""
        self.drawn += 1
        name = "qkv-sliders-%d-%d" % (os.getpid(), self.drawn)

        def run(text, again):
            page = Page()
            error = self._execute(text, page.take)
            if error and again:
                page.take("stderr", error["evalue"])
            self._display(name, again, page.bundle())
            return error

        begin = time.monotonic()
        error = run(code, False)
        if error is None:
            for slider in sliders_for(turnable, lambda values: run(turned(code, turnable, values), True), time.monotonic() - begin):
                if self.widgets_since_7:
                    view = {"application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": slider.model_id}}
                    self._display("", False, {**view, "text/plain": slider.description})
                else:
                    slider._send({"method": "display"})
        return error

    def _show(self, kind, data):
        if kind == "picture":
            self._display(*data)
        else:
            self.send_response(self.iopub_socket, "stream", {"name": kind, "text": data})

    def _display(self, name, again, bundle):
        content = {"data": bundle, "metadata": {}, "transient": {"display_id": name} if name else {}}
        self.send_response(self.iopub_socket, "update_display_data" if again else "display_data", content)

    def _run(self, code, show):
        """The engine's answer, also when it is interrupted: the signal goes to all processes of the kernel, and ends the cell's alone."""
        signal.signal(signal.SIGINT, lambda *_: None)
        try:
            if self.engine is None:
                self.engine = Engine(COMMAND)
            return self.engine.run(code, show)
        except EngineDied as reason:
            self.engine = None
            return "%s; the next cell starts a new one, in which nothing is defined" % reason

    def do_complete(self, code, cursor_pos):
        begin = re.search(r"\w*$", code[:cursor_pos]).start()
        found = self._ask("complete", code[:cursor_pos], [])
        types = [{"start": begin, "end": cursor_pos, "text": name, "type": kind, "signature": how} for name, kind, how in found]
        return {"status": "ok", "matches": sorted({name for name, _, _ in found}), "cursor_start": begin, "cursor_end": cursor_pos,
                "metadata": {"_jupyter_types_experimental": types}}

    def do_inspect(self, code, cursor_pos, detail_level=0, omit_sections=()):
        text = self._ask("describe", name_at(code, cursor_pos), "")
        return {"status": "ok", "found": bool(text), "data": {"text/plain": text} if text else {}, "metadata": {}}

    def _ask(self, what, text, nothing):
        try:
            return getattr(self.engine, what)(text) if self.engine and text.strip() else nothing
        except EngineDied:
            self.engine = None
            return nothing

    def do_is_complete(self, code):
        return {"status": "unknown"}

    def do_shutdown(self, restart):
        if self.engine:
            self.engine.close()
            self.engine = None
        return {"status": "ok", "restart": restart}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=CppKernel)
