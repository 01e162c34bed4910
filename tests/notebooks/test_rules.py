#!/usr/bin/python3
"""The rules for cells and the comparison of outputs: each must find what it is there for, and nothing else."""

import sys

from compare import outputs_differ, picture_differs, text_differs
from rules import faults_of_cell, items, kind_and_names, without_text

passed, failed = 0, 0


def check(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print("wrong: " + what)


FAULTY = {
    "#include <vector>\nint x = 1;": "includes belong into the first cell",
    "  #include <vector>": "beginning of its line",
    "#pragma omp parallel": "no preprocessor lines",
    "%%timeit\nf();": "no magics",
    "int f() { return 1; }\nint g() { return 2; }": "stands alone",
    "int f() { return 1; }\nint x = f();": "stands alone",
    "struct A { int x; };\nA a;": "stands alone",
    "auto f(int x) -> int { return x; }": "plain signature",
    "int f() noexcept { return 1; }": "plain signature",
    "static std::vector<int> f() { return {}; }": "no static",
    "call([](int x) { return x; });": "lambda",
    "auto [a, b] = pair();": "structured bindings",
    "int twice = 3;": "second time",
    "double y = 1, twice = 2;": "second time",
    "f(3)": "without a semicolon",
    "x": "without a semicolon",
    "int z = 3;  // change me": "defines nothing",
    "f();  // " + 112 * "x": "cut off",
}
for cell, fault in FAULTY.items():
    found = faults_of_cell(cell, False, {"twice": True})
    check("%r: wanted %r, got %r" % (cell, fault, found), any(fault in f for f in found))

SOUND = [
    "f(3);",
    "for (int i = 0; i < 3; ++i) {\n  f(i);\n}\nf(4);",
    "if (x) {\n  f(1);\n} else {\n  f(2);\n}",
    "try {\n  f();\n} catch (const Error& e) {\n  g(e);\n}",
    "do { f(); } while (x);",
    "auto f = [](int x) { return x; };",
    "auto g = [&x](int y) {\n  return x + y;\n};\ng(3);",
    'std::cout << "auto [a, b] = 3; }" << x[1] << "\\n";  // no fault: [](int) { }',
    "Tensor a = tensor({{1, 2}, {3, 4}});\nstd::vector<std::string> words{\"a\", \"b\"};",
    "void f(const std::vector<Index>& order, double x = 3) {\n  auto [a, b] = pair();\n  call([&](int i) { return i; });\n}",
    "namespace lesson {\n\nint one() { return 1; }\nstruct Two {\n  int x = 2;\n};\n\n}  // namespace lesson",
    "template <class T>\nT same(const T& x) {\n  return x;\n}",
    "struct Box {\n  int width() const { return 3; }\n};",
    "x = 4;\nf(x);  // change it and run again",
    "matrix(0, 1) = {1, 2};",
]
for cell in SOUND:
    found = faults_of_cell(cell, False, {})
    check("%r: %r" % (cell, found), not found)

check("first cell without the header", faults_of_cell("#include <iostream>", True, {}))
check("first cell", not faults_of_cell("#include <iostream>\n#include <qkv/notebook.h>", True, {}))
check("first cell with a call", faults_of_cell("#include <qkv/notebook.h>\nf();", True, {}))
check("names", kind_and_names("const std::vector<int> a = {1, 2}, b{3}")[1] == ["a", "b"])
check("functions", kind_and_names("std::map<int, int> f(const T& a, U b) {\n}") == ("function", ["f"]))
check("items", len(items(without_text("int a = f({1, 2}); g(); // h();\nfor (;;) { k(); } m();"))) == 4)

check("equal", text_differs("a 1.5 b", "a  1.5  b", 0) is None)
check("other words", text_differs("a 1.5 b", "a 1.5 c", 0))
check("the last of four places", text_differs("0.1234", "0.1235", 0) is None)
check("the last of two", text_differs("0.12", "0.13", 0))
check("two off", text_differs("0.1234", "0.1236", 0))
check("whole numbers", text_differs("16 of 16", "15 of 16", 0))
check("tolerance", text_differs("0.87", "0.90", 0.03) is None and text_differs("0.87", "0.91", 0.03))
check("tolerance of bars", text_differs("0.87 ████", "0.90 █████", 0.05) is None)
check("a line less", text_differs("a\nb", "a", 0))
svg = '<rect x="1" width="10" fill="#102030"/><text x="3">0.50</text>'
check("the same picture", picture_differs(svg, svg.replace("#102030", "#112131"), 0) is None)
check("another colour", picture_differs(svg, svg.replace("#102030", "#902030"), 0))
check("another place", picture_differs(svg, svg.replace('x="1"', 'x="3"'), 0))
check("another number in a picture", picture_differs(svg, svg.replace("0.50", "0.52"), 0))
check("within the tolerance", picture_differs(svg, svg.replace("0.50", "0.52").replace('x="1"', 'x="9"'), 0.03) is None)
check("a part more", picture_differs(svg, svg + svg, 0))
stream = {"output_type": "stream", "text": ["a\n"]}
check("outputs", outputs_differ([stream], [stream], 0) is None and outputs_differ([stream], [], 0) and outputs_differ([], [stream], 0))

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed > 0)
