"""analysis/peers/torch_ways.py

What PyTorch can do of the benchmark's cases: every way that it offers, as functions without arguments. Tensors are made on
the default device in the default type. A way that returns a function has prepared what is not timed, a backward's forward.
"""

import math
import time

MOST_SAMPLES = 10  # of one way to do a case, after a warm-up


def bias_of(torch, case, n, wants_gradient):
    """The bias of a case: none, one for all heads (1, 1, N, N), or one a head (1, H, N, N)."""
    heads = {"shared": 1, "heads": int(case["H"])}.get(case["bias"])
    return None if heads is None else torch.randn(1, heads, n, n, requires_grad=wants_gradient)


def attention_ways(torch, case):
    """Forward of dense attention, or backward with the gradient of the bias."""
    b, h, n, d = (int(case[key]) for key in "BHND")
    wants_gradient = case["pass"] == "backward"
    q, k, v = (torch.randn(b, h, n, d, requires_grad=wants_gradient) for _ in range(3))
    bias = bias_of(torch, case, n, wants_gradient)

    def products():
        scores = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(d)
        return torch.matmul(torch.softmax(scores if bias is None else scores + bias, -1), v)

    ways = fused_ways(torch, q, k, v, bias) + [products] + flex_ways(torch, q, k, v, bias)
    if not wants_gradient:
        return ways
    d_o = torch.randn(b, h, n, d)
    inputs = [q, k, v] + ([] if bias is None else [bias])

    def backward(forward):
        o = forward()
        return lambda: torch.autograd.grad(o, inputs, d_o, retain_graph=True)

    return [lambda way=way: backward(way) for way in ways]


def fused_ways(torch, q, k, v, bias):
    """scaled_dot_product_attention; on a GPU by each library behind it."""

    def fused():
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)

    if q.device.type != "cuda":
        return [fused]
    from torch.nn.attention import SDPBackend, sdpa_kernel

    def by(library):
        with sdpa_kernel(library):
            return fused()

    libraries = (SDPBackend.FLASH_ATTENTION, SDPBackend.CUDNN_ATTENTION, SDPBackend.EFFICIENT_ATTENTION)
    return [lambda library=library: by(library) for library in libraries]


def flex_ways(torch, q, k, v, bias):
    """FlexAttention, which PyTorch compiles for a GPU."""
    if q.device.type != "cuda":
        return []
    from torch.nn.attention.flex_attention import flex_attention

    flex = torch.compile(flex_attention)

    def add_bias(score, b, h, i, j):
        return score + bias[0, h, i, j]

    return [lambda: flex(q, k, v, score_mod=None if bias is None else add_bias)]


def triangle_attention_ways(torch, case):
    """Around the starting node: forward, backward with the gradient of the bias, or both, which is the default."""
    n, h, d = (int(case[key]) for key in "NHD")
    asked = case.get("pass", "both")
    wants_gradient = asked != "forward"
    q, k, v = (torch.randn(n, n, h, d, requires_grad=wants_gradient) for _ in range(3))  # (i, j, h, d)
    bias = torch.randn(h, n, n, requires_grad=wants_gradient)
    d_o = torch.randn(n, n, h, d)

    def fused():
        rows = [x.transpose(1, 2) for x in (q, k, v)]
        return torch.nn.functional.scaled_dot_product_attention(*rows, attn_mask=bias[None]).transpose(1, 2)

    def einsum():
        scores = torch.einsum("ijhd,ikhd->ihjk", q, k) / math.sqrt(d) + bias
        return torch.einsum("ihjk,ikhd->ijhd", torch.softmax(scores, -1), v)

    def both(forward):
        return lambda: torch.autograd.grad(forward(), [q, k, v, bias], d_o)

    def backward(forward):
        o = forward()
        return lambda: torch.autograd.grad(o, [q, k, v, bias], d_o, retain_graph=True)

    ways = [fused, einsum]
    if asked == "forward":
        return ways
    if asked == "backward":
        return [lambda way=way: backward(way) for way in ways]
    return [both(way) for way in ways]


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


def of(torch, case):
    """The ways of a case."""
    return WAYS[case["operation"]](torch, case)


def samples_of(body, wait=lambda: None, least_seconds=1.0):
    """[s] of each repetition after a warm-up; `wait` returns when the device has done all it was given."""
    prepared = body()
    wait()
    if callable(prepared):  # a backward whose forward has been done
        body = prepared
        body()
        wait()
    seconds, start = [], time.perf_counter()
    while time.perf_counter() - start < least_seconds and len(seconds) < MOST_SAMPLES or not seconds:
        before = time.perf_counter()
        body()
        wait()
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


def read_cases(lines):
    """The cases of a list that PyTorch has a way to do."""
    return [case for case in map(read_case, filter(str.strip, lines)) if case["operation"] in WAYS]
