"""analysis/peers/torch_cpu.py

PyTorch on the processor, on the shapes, biases and threads of the benchmark.

    attune_bench --list | python3 -m analysis.peers.torch_cpu --threads 1,2 --out results/kernels/torch.txt

reads the cases from the standard input, a line each (NAME PRECISION OPERATION KEY=WORD ...), and writes seconds in the
words of bench/record.hpp, which `attune bench --peers FILE` takes. Every way that PyTorch offers to do a case is timed,
and the fastest one counts. Exit codes: 0 done, 2 usage, 8 no PyTorch.
"""

import argparse
import math
import re
import statistics
import sys
import time

LEAST_SECONDS, MOST_SAMPLES = 1.0, 10  # of one way to do a case, after a warm-up


def attention_ways(torch, case):
    """Forward of dense attention, or backward with the gradient of a bias that the heads share."""
    b, h, n, d = (int(case[key]) for key in "BHND")
    wants_gradient = case["pass"] == "backward"
    q, k, v = (torch.randn(b, h, n, d, requires_grad=wants_gradient) for _ in range(3))
    bias = torch.randn(1, 1, n, n, requires_grad=wants_gradient) if case["bias"] == "shared" else None

    def fused():
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)

    def products():
        scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(d)
        return torch.matmul(torch.softmax(scores if bias is None else scores + bias, -1), v)

    if not wants_gradient:
        return [fused, products]
    d_o = torch.randn(b, h, n, d)
    inputs = [q, k, v] + ([] if bias is None else [bias])

    def backward(forward):
        o = forward()
        return lambda: torch.autograd.grad(o, inputs, d_o, retain_graph=True)

    return [lambda: backward(fused), lambda: backward(products)]


def triangle_attention_ways(torch, case):
    """Around the starting node, forward and backward with the gradient of the bias."""
    n, h, d = (int(case[key]) for key in "NHD")
    q, k, v = (torch.randn(n, n, h, d, requires_grad=True) for _ in range(3))  # (i, j, h, d)
    bias = torch.randn(h, n, n, requires_grad=True)
    d_o = torch.randn(n, n, h, d)

    def fused():
        rows = [x.transpose(1, 2) for x in (q, k, v)]
        return torch.nn.functional.scaled_dot_product_attention(*rows, attn_mask=bias[None]).transpose(1, 2)

    def einsum():
        scores = torch.einsum("ijhd,ikhd->ihjk", q, k) / math.sqrt(d) + bias
        return torch.einsum("ihjk,ikhd->ijhd", torch.softmax(scores, -1), v)

    def both(forward):
        return lambda: torch.autograd.grad(forward(), [q, k, v, bias], d_o)

    return [both(fused), both(einsum)]


def triangle_multiply_ways(torch, case):
    """Outgoing sums of the multiplicative update, channels last."""
    n, c = int(case["N"]), int(case["C"])
    a, b = torch.randn(n, n, c), torch.randn(n, n, c)
    return [
        lambda: torch.einsum("ikc,jkc->ijc", a, b),
        lambda: torch.matmul(a.permute(2, 0, 1), b.permute(2, 1, 0)).permute(1, 2, 0).contiguous(),
    ]


WAYS = {
    "attention": attention_ways,
    "triangle_attention": triangle_attention_ways,
    "triangle_multiply": triangle_multiply_ways,
}


def samples_of(body):
    """[s] of each repetition after a warm-up."""
    prepared = body()
    if callable(prepared):  # a backward whose forward has been done
        body = prepared
        body()
    seconds, start = [], time.perf_counter()
    while time.perf_counter() - start < LEAST_SECONDS and len(seconds) < MOST_SAMPLES or not seconds:
        before = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - before)
    return seconds


def read_case(line):
    name, precision, operation, *settings = line.split()
    return {
        "name": name,
        "precision": precision,
        "operation": operation,
        **dict(setting.split("=", 1) for setting in settings),
    }


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
        torch.set_default_dtype(getattr(torch, "float32" if case["precision"] == "float" else "float64"))
        ways = WAYS[case["operation"]](torch, case)
        samples = [samples_of(way) for way in ways]
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
    cases = [read_case(line) for line in sys.stdin if line.strip()]
    with open(options.out, "w", encoding="utf-8") as out:
        for number in threads:
            write_record(torch, [case for case in cases if case["operation"] in WAYS], number, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
