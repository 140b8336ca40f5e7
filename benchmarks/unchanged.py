"""Grading again what has not changed, with feedback pages and without: the whole command, start included.

    python benchmarks/unchanged.py [N]

The class is that of benchmarks/grading.py, N students (1,000).  It is graded once without pages, then with them, then the same commands again, in turn.
The last line is a JSON object of the figures, medians of five.
"""
import importlib.util
import json
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("benchmark", HERE / "grading.py")
benchmark = importlib.util.module_from_spec(spec)
sys.path[0] = str(HERE)
spec.loader.exec_module(benchmark)


def main(n):
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        course = benchmark.write_course(base / "course", benchmark.EXERCISE)
        folder = benchmark.fresh(course, base, n)
        calls = {"without": "--no-feedback", "with": "--workers=2"}  # the second word changes nothing but that pages are made

        def grade(kind):
            args = [benchmark.TOOLS / "dlcourse", "grade", "--root", course, "--class", folder, "--workers", 2, calls[kind]]
            return benchmark.command(args, benchmark.CORES)[0]

        found = {"n": n, "first_s": grade("without"), "pages_s": grade("with")}
        benchmark.say(f"graded in {found['first_s']:.1f} s, pages made in {found['pages_s']:.1f} s")
        again = {kind: [] for kind in calls}
        for i in range(5):
            for kind in calls:
                again[kind].append(grade(kind))
            benchmark.say(f"round {i + 1}: " + ", ".join(f"{k} pages {v[-1]:.2f} s" for k, v in again.items()))
    found |= {f"again_{kind}_pages_s": statistics.median(v) for kind, v in again.items()}
    print(json.dumps(json.loads(json.dumps(found), parse_float=lambda x: float(f"{float(x):.3g}"))))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
