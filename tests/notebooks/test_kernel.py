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
            elif message["msg_type"] in ("display_data", "update_display_data"):
                said.append("again " if message["msg_type"].startswith("update") else "")
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

    def describe(self, code, position=None):
        self.client.inspect(code, len(code) if position is None else position)
        return self.client.get_shell_msg(timeout=30)["content"]["data"].get("text/plain", "")

    def times(self, code):
        """When each piece of a cell's output arrived, in seconds."""
        begin, when = time.time(), []
        self.client.execute_interactive(code, timeout=60, output_hook=lambda m: m["msg_type"] == "stream" and when.append(time.time() - begin))
        return when

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
try:
    import ipywidgets  # noqa: F401
    s.run('void square(double x) {\n  std::cout << "square " << x * x;\n}')
    opened = []
    s.client.execute_interactive("square(1.0);  // slider: x from 0.0 to 4.0 step 0.5", timeout=60, output_hook=opened.append)
    shown = [m["content"] for m in opened if m["msg_type"] == "display_data"]
    slider = [m["content"]["comm_id"] for m in opened if "FloatSliderModel" in str(m["content"])]
    check("a slider's cell runs", r"^square 1$", shown[0]["data"]["text/plain"])
    state = {"value": 2.0}
    move = {"comm_id": slider[0], "data": {"method": "backbone", "sync_data": state, "state": state}}  # of ipywidgets 6, and since 7 "update"
    if ipywidgets.version_info[0] >= 7:
        move["data"] = {"method": "update", "state": state, "buffer_paths": []}
    s.client.shell_channel.send(s.client.session.msg("comm_msg", move))
    again = {}
    while again.get("msg_type") != "update_display_data":
        again = s.client.get_iopub_msg(timeout=20)
    check("a slider moved", r"^square 4 True$", "%s %s" % (again["content"]["data"]["text/plain"], again["content"]["transient"] == shown[0]["transient"]))
except ImportError:
    print("skipped: sliders need python3-ipywidgets")
check("stderr", r"^wrong$", s.run('std::cerr << "wrong";'))
check("a value", r"^15\n$", s.run("seven() + 8"))
check("a value before a comment", r"^7\n$", s.run("seven()  // a comment"))
check("a tensor as a table", r"^<text/html text/plain>$", s.run("a"))
check("a picture", r"^<image/svg\+xml text/plain><svg$", s.run('show::HeatMap{a, {}, {}, "T"}'))
check("values of the standard library", r"^\{1, 2.5\}\n\{\(\"a\", 1\)\}\ntrue\n$",
      s.run("std::vector<double>{1, 2.5}") + s.run('std::map<std::string, int>{{"a", 1}}') + s.run("1 < 2"))
check("what has no <<", r"^\(a value that cannot be printed", s.run("struct Bare {\n  int x;\n};") + s.run("Bare{3}"))
check("no value", r"^$", s.run("void nothing_to_say() {}") + s.run("nothing_to_say()") + s.run("int five = 5;"))
check("a stream has spoken", r"^5$", s.run("std::cout << five"))
check("a semicolon missing", r"expected ';'", s.run("int six = 6"))
check("the line of an error", r"input_line_\d+:2:", s.run("// one\nunknown"))

check("never closed", r"^\[The cell was not run. line 1: this \{ is never closed\]$", s.run("for (;;) {\n"))
check("closed twice", r"line 2: this \} closes nothing", s.run("int ok = 1;\n}"))
check("closed wrongly", r"line 2: \} where \) is due, for the \( in line 1", s.run("f(1\n}"))
check("a string without end", r"line 1: a string is never closed", s.run('std::cout << "abc;'))
check("brackets in text", r"^\(\{$", s.run("std::cout << \"(\" << '{';  // ["))
check("a missing header", r"^\[The cell was not run. 'nowhere.h' file not found", s.run("#include <nowhere.h>\nint nowhere = 1;"))
check("a missing header that is asked for", r"^none$",
      s.run('#if __has_include(<nowhere.h>)\n#include <nowhere.h>\n#endif\nstd::cout << "none";'))

check("a function again", r"^8\n9\n$",
      s.run("int seven() {\n  return 8;\n}") + s.run("seven()") + s.run("int seven() {\n  return 9;\n}") + s.run("seven()"))
check("with other arguments", r"^3\n.*no matching function",
      s.run("int seven(int k) {\n  return k;\n}") + s.run("seven(3)") + s.run("seven()"))
check("a variable of another type", r"^text\n$", s.run('std::string five = "text";') + s.run("five"))
check("a class, and an object of before", r"^1\n2\n$",
      s.run("struct Box {\n  int depth() const { return 1; }\n};") + s.run("Box box;")
      + s.run("struct Box {\n  int depth() const { return 2; }\n};") + s.run("box.depth()") + s.run("Box box;") + s.run("box.depth()"))
check("what was compiled before keeps the old one", r"^1\n2\n$",
      s.run("int inner() { return 1; }") + s.run("int outer() { return inner(); }") + s.run("int inner() { return 2; }")
      + s.run("outer()") + s.run("inner()"))
check("a part of a namespace", r"^33\n$",
      s.run("namespace lesson {\nint one() { return 1; }\nstruct Two { int x = 2; };\n}")
      + s.run("namespace lesson {\nint three() { return one() + 2; }\n}")
      + s.run("namespace lesson {\nint one() { return 10; }\nstruct Two { int x = 20; };\n}")
      + s.run("lesson::one() + lesson::Two().x + lesson::three()"))
check("a lambda, a template, an enum, a name for a type", r"^3\n4\n1\n2.5\n$",
      s.run("auto plus = [](int k) { return k + 1; };") + s.run("auto plus = [](int k) { return k + 2; };") + s.run("plus(1)")
      + s.run("template <class T>\nT same(T t) { return t; }") + s.run("template <class T>\nT same(T t) { return t + t; }") + s.run("same(2)")
      + s.run("enum Colours { red, green };") + s.run("enum Colours { green, red };") + s.run("static_cast<int>(red)")
      + s.run("using Number = int;") + s.run("using Number = double;") + s.run("Number(2.5)"))
check("a failed cell replaces nothing", r"^.*\[\]2\n$", s.run("int inner() { return unknown; }") + s.run("inner()"))
check("twice in one cell is an error", r"redefinition of 'twice'", s.run("int twice = 1;\nint twice = 2;"))

when = s.times("#include <unistd.h>\n" 'for (int i = 0; i < 5; ++i) {\n  std::cout << i << "\\n";\n  usleep(200000);\n}')
check("line by line", r"^5 True$", "%d %s" % (len(when), when[-1] - when[0] > 0.6))
check("a chart that grows", r"^<text/html text/plain>(again <image/svg\+xml text/plain><svg){2,8}$",
      s.run("#include <qkv/show/live_chart.h>\n") + s.run("void grow() {\n  show::LiveChart chart({\"T\", \"x\", \"y\", {}});\n"
                                                         "  for (int i = 0; i < 10; ++i) {\n    chart.add(\"\", i, i);\n    usleep(100000);\n  }\n}")
      + s.run("grow();"))
check("progress, wiped", r"^\rtraining +█.*\r +\r$",
      s.run('void work() {\n  show::Progress progress(10, "training");\n  for (int i = 0; i < 10; ++i) {\n    usleep(50000);\n    progress.step();\n  }\n}')
      + s.run("work();"))

check("completion", r"^seven$", s.complete("int q = 3;\nseve"))
check("completion of qkv's names", r"^softmax softplus$", s.complete("sof"))
check("completion in a namespace", r"^MultiheadAttention MultiheadAttentionOptions MultiheadMasks$", s.complete("nn::Multi"))
check("completion after a dot", r"^clone copy_from$", s.complete("a.c"))
check("all members", r"^T abs argmax argmin at backward clone .* norm operation .* unsqueeze var zero_grad$", s.complete("std::cout << a."))
check("completion of what the cell itself defines", r"^columns$", s.complete('void f() {\n  show::HeatMap map;\n  map.co'))
check("nothing fits", r"^$", s.complete("a.nothing"))
check("a name's comment", r"^Tensor softmax\(const Tensor &x, Integer axis = -1\)\nScores to weights along `axis`", s.describe("softmax"))
check("among the arguments", r"^Tensor softmax", s.describe("softmax(a, "))
check("inside a name", r"^Tensor softmax", s.describe("softmax(a)", 3))
check("a member's comment", r"^void backward.*Fills grad\(\) of every leaf", s.describe("a.backward"))
check("a class's comment", r"num_heads attentions in parallel", s.describe("nn::MultiheadAttention"))
check("one's own", r"^int inner\(\)\n$", s.describe("inner"))
check("nothing by this name", r"^$", s.describe("no_such_name"))
check("completion of a member", r"^depth$", s.complete("box.de"))
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
