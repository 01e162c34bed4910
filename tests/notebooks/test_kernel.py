#!/usr/bin/python3
"""The Debian kernel as Jupyter sees it: cells, errors, interrupt, completion, pictures. JUPYTER_PATH says where its kernel.json is."""

import os
import re
import sys
import threading
import time

from jupyter_client.manager import KernelManager

passed, failed = 0, 0


def check(what, wanted, got):
    global passed, failed
    good = bool(re.search(wanted, got, re.DOTALL))
    passed, failed = passed + good, failed + (not good)
    if not good:
        print("%s: wanted\n    %s\n  got\n    %s" % (what, wanted, got))


class Session:
    def __init__(self, **env):
        self.manager = KernelManager(kernel_name="xcpp17")
        self.manager.kernel_spec.env.update(env)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code, interrupt_after=None):
        """Everything that a cell said, as one text: what was printed, <mime types>, [evalue]."""
        said = []

        def take(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                said.append(content["text"])
            elif message["msg_type"] == "display_data":
                said.append("<" + " ".join(sorted(content["data"])) + ">" + content["data"].get("image/svg+xml", "")[:4])
            elif message["msg_type"] == "error":
                said.append("[" + content["evalue"] + "]")

        if interrupt_after:
            threading.Timer(interrupt_after, self.manager.interrupt_kernel).start()
        self.client.execute_interactive(code, timeout=60, output_hook=take, stop_on_error=False)  # or what is sent at once is aborted
        return "".join(said)

    def complete(self, code):
        self.client.complete(code)
        return " ".join(self.client.get_shell_msg(timeout=30)["content"]["matches"])

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


begin = time.time()
s = Session()
first = s.run("#include <iostream>\n#include <qkv/notebook.h>\n#include <qkv/show/display.h>\n")
first += s.run('using namespace qkv;\nstd::cout << "first output";')
print("start to first output: %.2f s" % (time.time() - begin))
check("first cells", r"^first output$", first)
check("several lines", r"^7\n$",
      s.run("int seven() {\n  return 7;\n}\n") + s.run("int x = seven();\nstd::cout << x << std::endl;\n"))
check("the library", r"0\.2689", s.run("Tensor a = tensor({{1, 2}, {3, 4}});\nstd::cout << softmax(a);"))
check("an exception", r"^before\[matmul: \(2, 2\) @ \(1, 3\): inner sizes 2 and 1 differ\]$",
      s.run('std::cout << "before";\nmatmul(a, tensor({{1, 2, 3}}));'))
check("another exception", r"^\[an exception that is not a std::exception\]$", s.run("throw 7;"))
check("a syntax error", r"expected ';'.*\[\]$", s.run("int y = 3\nint z = 4;"))
check("a failed cell leaves nothing", r"^3$", s.run("int y = 3;\nstd::cout << y;"))
check("a name twice", r"redefinition of 'x'.*can be defined once", s.run("int x = 8;"))
check("nothing by that name", r"use of undeclared identifier 'nothing'", s.run("nothing();"))
check("a crash", r"the cell crashed: Segmentation fault", s.run("*(volatile int*)8 = 1;"))
check("exit", r"the cell ended the program", s.run("#include <cstdlib>\n") + s.run("std::exit(0);"))
begin = time.time()
check("an endless loop", r"^\[interrupted\]$", s.run("for (;;) {}", interrupt_after=0.5))
check("an endless loop that prints", r"here.*\[interrupted\]$", s.run('for (;;) std::cout << "here" << std::endl;', interrupt_after=0.5))
check("reading finds nothing", r"^eof$", s.run('int in = 5;\nif (!(std::cin >> in)) std::cout << "eof";'))
check("earlier names", r"^7 3$", s.run('std::cout << x << " " << y;'))
check("Chinese and order", r"^注意力\nbefore<image/svg\+xml text/plain><svgafter$",
      s.run('std::cout << "注意力\\nbefore";\ndisplay(show::HeatMap{softmax(a), {"a", "b"}, {"我", "c"}, "T"});\nstd::cout << "after";'))
check("a table", r"^<text/html text/plain>$", s.run('display(show::Table({"a", "b"}).add_row({"1.5", "x"}));'))
check("much output", r"^(0123456789\n){20000}$", s.run('for (int i = 0; i < 20000; ++i) std::cout << "0123456789\\n";'))
check("stderr", r"^wrong$", s.run('std::cerr << "wrong";'))
check("completion", r"^seven$", s.complete("int q = 3;\nseve"))
check("completion of a member", r"^width$",
      s.run("struct Box {\n  int width() const { return 3; }\n};") + s.run("Box box;") + s.complete("box.wi"))
check("declared only", r"declared but defined nowhere", s.run("void later();") + s.run("later();"))
check("an empty cell", r"^$", s.run("  \n"))
s.close()

s = Session(QKV_LIBRARY="/nowhere/libqkv.so")
check("no library", r"the qkv library cannot be loaded: /nowhere/libqkv.so.*make lib.*restart the kernel",
      s.run("#include <qkv/notebook.h>"))
check("not loaded", r"If #include <qkv/notebook.h> has not been run",
      s.run("#include <qkv/qkv.h>\n") + s.run("qkv::Tensor t = qkv::zeros({2});"))
s.close()

s = Session(QKV_ENGINE=" ".join(re.sub(r"^-I.*/src$", "-I/nowhere", flag) for flag in os.environ["QKV_ENGINE"].split()))
check("no headers", r"headers of qkv are not where this kernel looks", s.run("#include <qkv/notebook.h>"))
s.close()

s = Session(QKV_ENGINE=os.environ["QKV_ENGINE"].replace("c++17", "c++14"))
check("an old C\\+\\+", r"qkv needs C\+\+17", s.run("#include <qkv/notebook.h>"))
s.close()

print("%d passed, %d failed" % (passed, failed))
sys.stdout.flush()
os._exit(failed > 0)  # jupyter_client's own end complains
