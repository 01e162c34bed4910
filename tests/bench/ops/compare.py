"""tests/bench/ops/compare.py PROGRAM [--rounds N] [--json FILE] [TEXT...]: single operations of qkv beside NumPy, in float, one thread.

PROGRAM is qkv.cpp, which runs what it is told over a pipe; NumPy's side (numpy_ops.py) runs here. First both must come to the same result.
Then they take turns, so that a disturbance hits both, and medians are compared. With a TEXT, only operations whose names hold it."""

import argparse
import ctypes
import json
import os
import re
import statistics
import subprocess
import sys
import time

blas_settings = {name: value for name, value in os.environ.items() if re.match("(OPENBLAS|GOTO|OMP|GOMP|MKL|BLIS)_", name)}
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):  # before NumPy loads what reads them
    os.environ[name] = "1"

import numpy as np  # noqa: E402
import numpy_ops  # noqa: E402

enough = 0.005  # seconds that a measurement must take
too_slow = 1.2


class Qkv:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.names = list(iter(lambda: self.process.stdout.readline().rstrip("\n"), ""))

    def ask(self, command, number):
        print(command, number, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"bench: qkv's side ended at '{command} {number}'")
        return answer

    def start(self, name):
        return [float(number) for number in self.ask("start", self.names.index(name)).split()]

    def time(self, runs):
        return float(self.ask("time", runs))


class NumPy:
    names = [name for name, _, _ in numpy_ops.rows]

    def start(self, name):
        _, self.operands, self.run = numpy_ops.rows[self.names.index(name)]
        self.inputs = numpy_ops.make(self.operands)
        return numpy_ops.fingerprint(self.run(*self.inputs))

    def time(self, runs):
        run, inputs = self.run, self.inputs
        start = time.process_time()
        for _ in range(runs):
            run(*inputs)
        return time.process_time() - start


def names_of(qkv, numpy):
    """What both have. Everything in qkv's table must be in NumPy's, in the same order."""
    shared = [name for name in numpy.names if name in qkv.names]
    if shared != qkv.names:
        wrong = [name for name in qkv.names if name not in numpy.names] or "the order"
        sys.exit(f"bench: qkv.cpp and numpy_ops.py differ in {wrong}")
    return shared


def check(name, ours, theirs):
    """The same count; sums that differ by no more than 1e-5 of the sum of sizes."""
    # NumPy adds the million numbers of a narrow column in a running float, and loses so much itself.
    scale = max(ours[2], theirs[2]) * (1e-4 if name == "sum axis 0, narrow" else 1e-5)
    if ours[0] != theirs[0] or not all(abs(a - b) <= scale for a, b in zip(ours[1:], theirs[1:])):
        sys.exit(f"bench: '{name}' differs (count, sum, sum of sizes, weighted sum):\n  qkv   {ours}\n  NumPy {theirs}")


def runs_for(side):
    runs = 1
    while (seconds := side.time(runs)) < enough:
        runs = max(2 * runs, int(1.2 * enough / max(seconds, 1e-9) * runs)) if seconds > enough / 100 else 10 * runs
    return runs


def measure(qkv, numpy, name, rounds):
    """Seconds of processor time (what else runs on the machine does not count) that one run takes, qkv's and NumPy's."""
    check(name, qkv.start(name), numpy.start(name))
    sides = [(side, runs_for(side), []) for side in (qkv, numpy)]
    for _ in range(rounds):
        for side, runs, seconds in sides:
            seconds.append(side.time(runs) / runs)
        sides.reverse()
    return [statistics.median(seconds) for side in (qkv, numpy) for each, _, seconds in sides if each is side]


def blas_core():
    """What NumPy's products run on, asked of the library that is loaded."""
    try:
        with open("/proc/self/maps") as maps:
            paths = sorted({line.split()[-1] for line in maps if "blas" in line})
    except OSError:
        paths = []
    for path in paths:
        library = ctypes.CDLL(path)
        for name in ("openblas_get_corename", "openblas_get_corename64_", "scipy_openblas_get_corename64_"):
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return "OpenBLAS, core " + function().decode()
    return "a BLAS that is not OpenBLAS" if paths else "a BLAS that does not say which"


def main():
    parser = argparse.ArgumentParser(description="single operations of qkv beside NumPy")
    parser.add_argument("program")
    parser.add_argument("names", nargs="*", help="only operations whose names hold one of these")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json")
    options = parser.parse_intermixed_args()

    qkv, numpy = Qkv(options.program), NumPy()
    names = [name for name in names_of(qkv, numpy) if not options.names or any(text in name for text in options.names)]
    core = blas_core()
    kept = " ".join(f"{name}={value}" for name, value in sorted(blas_settings.items()))
    print(f"NumPy {np.__version__} on {core}; float, one thread, processor time, medians of {options.rounds} rounds, load {os.getloadavg()[0]:.1f} before")
    print(f"The environment is left as it is, with {kept or 'nothing set for BLAS'}; only its threads are set to 1.\n")
    print(f"{'operation':<25} {'on':<30} {'qkv':>10} {'NumPy':>10} {'ratio':>6}")
    results = []
    for name in names:
        ours, theirs = measure(qkv, numpy, name, options.rounds)
        ratio, on = ours / theirs, ", ".join(map(str, numpy.operands))
        mark = "  slow" if ratio > too_slow else ""
        print(f"{name:<25} {on:<30} {ours * 1e6:7.0f} us {theirs * 1e6:7.0f} us {ratio:6.2f}{mark}", flush=True)
        results.append({"operation": name, "on": on, "qkv_us": ours * 1e6, "numpy_us": theirs * 1e6, "ratio": ratio})
    slow = [each["operation"] for each in results if each["ratio"] > too_slow]
    named = ": " + "; ".join(slow) if slow else ""
    print(f"\n{len(slow)} of {len(results)} operations take more than {too_slow} times as long as NumPy's{named}.")
    missing = [name for name in numpy.names if name not in qkv.names]
    if missing:
        print(f"Not in qkv's table: {'; '.join(missing)}.")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"numpy": np.__version__, "blas": core, "environment": blas_settings, "results": results}, file, indent=1)


if __name__ == "__main__":
    main()
