"""analysis/peers/torch_cpu.py

PyTorch on the processor, on the shapes, biases and threads of the benchmark.

    attune_bench --list | python3 -m analysis.peers.torch_cpu --threads 1,2 --out results/kernels/torch.txt

reads the cases from the standard input, a line each (NAME PRECISION OPERATION KEY=WORD ...), and writes seconds in the
words of bench/record.hpp, which `attune bench --peers FILE` takes. Every way that PyTorch offers to do a case is timed,
and the fastest one counts. Exit codes: 0 done, 2 usage, 8 no PyTorch.
"""

import argparse
import re
import statistics
import sys

from analysis.peers import torch_ways

DTYPES = {"float": "float32", "double": "float64"}


def blas_of(torch):
    """The library that matrix products go to."""
    named = re.search(r"\bBLAS_INFO=(\w+)", torch.__config__.show())
    return named[1] if named else "unknown BLAS"


def write_record(torch, cases, threads, out):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    program = f"PyTorch {torch.__version__}, {blas_of(torch)}, {torch.backends.cpu.get_cpu_capability()}"
    print(f"{program}, {torch.get_num_threads()} threads")
    out.write(f"program {program}\nthreads {threads}\n")
    for case in cases:
        torch.set_default_dtype(getattr(torch, DTYPES[case["precision"]]))
        ways = torch_ways.of(torch, case)
        samples = [torch_ways.samples_of(way) for way in ways]
        best = min(samples, key=statistics.median)
        told = ", ".join(f"{1e3 * statistics.median(seconds):.3f}" for seconds in samples)
        print(f"{case['name']:32}{case['precision']:8}{1e3 * statistics.median(best):12.3f} ms, of {told}", flush=True)
        out.write(f"case {case['name']} {case['precision']}\nseconds {' '.join(map(repr, best))}\n")


def main():
    parser = argparse.ArgumentParser(prog="python3 -m analysis.peers.torch_cpu", description=__doc__.split("\n")[2])
    parser.add_argument("--threads", default="1", help="numbers of threads, with commas between them")
    parser.add_argument("--out", required=True, metavar="FILE", help="where the seconds go")
    options = parser.parse_args()
    try:
        threads = [int(word) for word in options.threads.split(",")]
    except ValueError:
        parser.error("--threads must be numbers with commas between them")
    try:
        import torch
    except ImportError:
        print("analysis.peers.torch_cpu: no PyTorch here; 'python3 -m pip install torch' brings it", file=sys.stderr)
        return 8
    cases = [case for case in torch_ways.read_cases(sys.stdin) if case["precision"] in DTYPES]
    with open(options.out, "w", encoding="utf-8") as out:
        for number in threads:
            write_record(torch, cases, number, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
