"""The Debian kernel: Jupyter on one side (python3-ipykernel), the engine on the other. Jupyter starts it as kernel.json says, which
notebooks/kernel/start writes."""

import os
import shlex
import signal

from engine import Engine, EngineDied, explain

COMMAND = shlex.split(os.environ["QKV_ENGINE"])
first_engine = Engine(COMMAND)  # starts while Python reads the rest

from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from ipykernel.kernelbase import Kernel  # noqa: E402


class CppKernel(Kernel):
    implementation = "qkv"
    implementation_version = "0.1"
    banner = "C++17, by clang 19's interpreter"
    language_info = {"name": "c++", "version": "17", "mimetype": "text/x-c++src",
                     "codemirror_mode": "text/x-c++src", "file_extension": ".cpp"}
    engine = first_engine

    def do_execute(self, code, silent, store_history=True, user_expressions=None, allow_stdin=False):
        errors = []

        def show(kind, data):
            if kind == "stderr":
                errors.append(data)
            if silent:
                return
            if kind == "picture":
                self.send_response(self.iopub_socket, "display_data", {"data": data, "metadata": {}, "transient": {}})
            else:
                self.send_response(self.iopub_socket, "stream", {"name": kind, "text": data})

        if not code.strip():
            message = None
        else:
            message = self._run(code, show)
        if message is None:
            return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}
        message = explain(message, "".join(errors))
        error = {"ename": "error" if errors else "exception", "evalue": message, "traceback": [message or "The cell does not compile."]}
        if not silent:
            self.send_response(self.iopub_socket, "error", error)
        return {"status": "error", "execution_count": self.execution_count, **error}

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
        text = code[:cursor_pos].rpartition("\n")[2]  # the interpreter completes a single line only
        start = len(text)
        while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
            start -= 1
        matches = self.engine.complete(text) if self.engine and text.strip() else []
        begin = cursor_pos - len(text) + start
        return {"status": "ok", "matches": matches, "cursor_start": begin, "cursor_end": cursor_pos, "metadata": {}}

    def do_is_complete(self, code):
        return {"status": "unknown"}

    def do_shutdown(self, restart):
        if self.engine:
            self.engine.close()
            self.engine = None
        return {"status": "ok", "restart": restart}


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=CppKernel)
