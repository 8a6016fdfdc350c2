"""analysis/peers/torch_gpu.py

PyTorch on the GPU, on the shapes and biases of the benchmark: scaled_dot_product_attention with each of its backends,
FlexAttention, and plain products.

    attune_bench --list | python3 -m analysis.peers.torch_gpu --out results/gpu/torch.txt

reads the cases from the standard input, a line each (NAME PRECISION OPERATION KEY=WORD ...), and writes seconds in the
words of bench/record.hpp. A way that PyTorch refuses, or for which memory is short, is left out; the fastest of the others
counts. Exit codes: 0 done, 2 usage, 8 no PyTorch with a GPU.
"""

import argparse
import statistics
import sys

from analysis.peers import torch_ways

DTYPES = {"bfloat16": "bfloat16", "float": "float32"}
LEAST_SECONDS = 0.2  # of one way to do a case, after a warm-up


def samples_of_case(torch, case):
    """[s] of each repetition, a list for every way that works."""
    samples = []
    torch.set_default_dtype(getattr(torch, DTYPES[case["precision"]]))
    for number in range(len(torch_ways.of(torch, case))):
        try:
            samples.append(torch_ways.samples_of(torch_ways.of(torch, case)[number], torch.cuda.synchronize, LEAST_SECONDS))
        except Exception as refusal:  # each library behind a way has exceptions of its own
            print(f"{case['name']}: way {number} left out: {str(refusal).splitlines()[0][:120]}", flush=True)
        torch.cuda.empty_cache()
    return samples


def main():
    parser = argparse.ArgumentParser(prog="python3 -m analysis.peers.torch_gpu", description=__doc__.split("\n")[2])
    parser.add_argument("--out", required=True, metavar="FILE", help="where the seconds go")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        torch = None
    if torch is None or not torch.cuda.is_available():
        print("analysis.peers.torch_gpu: no PyTorch here that reaches a GPU", file=sys.stderr)
        return 8
    torch.set_default_device("cuda")
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    with open(options.out, "w", encoding="utf-8") as out:
        out.write(f"program PyTorch {torch.__version__}, {torch.cuda.get_device_name()}\nthreads 1\n")
        # In the order of DTYPES: what has bars against a peer comes first, should the time of the machine run out.
        cases = [case for case in torch_ways.read_cases(sys.stdin) if case["precision"] in DTYPES]
        for case in sorted(cases, key=lambda one: list(DTYPES).index(one["precision"])):
            samples = samples_of_case(torch, case)
            if not samples:
                continue
            best = min(samples, key=statistics.median)
            told = ", ".join(f"{1e3 * statistics.median(seconds):.3f}" for seconds in samples)
            print(f"{case['name']:32}{case['precision']:9}{1e3 * statistics.median(best):12.3f} ms, of {told}", flush=True)
            out.write(f"case {case['name']} {case['precision']}\nseconds {' '.join(map(repr, best))}\n")
            out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
