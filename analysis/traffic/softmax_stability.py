"""analysis/traffic/softmax_stability.py

How strongly does attention answer its logits, and at which temperature most?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        (
            r"a = \mathrm{softmax}(z/\tau),\qquad \frac{\partial a}{\partial z} = \frac{1}{\tau}M,\qquad"
            r" M = \mathrm{diag}(a) - a\,a^{\mathsf{T}}"
        ),
        "a = softmax(z / tau), da/dz = M / tau, M = diag(a) - a a^T",
    ),
    (
        (
            r"x_2 \leq \lambda_{\max}(M) \leq \min\left(x_1,\; x_1(1 - x_1 + x_2),\; \frac{1}{2}\right),\qquad"
            r" \max_z\left[\max z - a\cdot z\right] = \tau\,W_0\left(\frac{n-1}{e}\right)"
        ),
        (
            "x_2 <= l_max(M) <= min(x_1, x_1 (1 - x_1 + x_2), 1/2), x_1 >= x_2 the largest weights; the largest"
            " regret max z - a z is tau W0((n - 1) / e)"
        ),
    ),
)

BOUNDS = (
    "Largest eigenvalue of M against the largest weight, random logits of many spreads; a point a softmax. Grey: where"
    " the bounds leave room, from x₂ = (1 − x₁) / (n − 1), all other weights alike, to x₂ = min(x₁, 1 − x₁), no other"
    " weight. No point may lie outside, nor above 1/2, which two equal weights reach."
)


def edges(x, n):
    """Least and largest l_max at the largest weight x of n: one weight above equal ones; two that share all."""
    least = np.where(x < 1, n * x * (1 - x) / (n - 1), 0.0)
    second = np.minimum(x, 1 - x)
    return least, np.minimum.reduce((x, x * (1 - x + second), np.full_like(x, 0.5)))


def bounds(result):
    first, found = result.values("first_weight"), result.quantity("eigenvalue")
    lengths = result.values("length").astype(int)
    shown = sorted({0, len(lengths) // 2, len(lengths) - 1})
    figure, axes = drawing.panels(1, len(shown), 2.8, sharey=True)
    for panel, row in zip(axes[0], shown):
        n = lengths[row]
        x = np.linspace(1 / n, 1, 400)
        least, most = edges(x, n)
        panel.fill_between(x, least, most, color="#dddddd", linewidth=0)
        panel.plot(x, most, **drawing.LIMIT)
        panel.plot(first[row], found.values[row], linestyle="none", marker="o", markersize=2.2, color=style.BLUE)
        panel.set(title=f"n = {n}", xlabel="largest weight x₁ [1]", xlim=(-0.03, 1.03), ylim=(-0.02, 0.55))
    axes[0, 0].set_ylabel(drawing.label("largest eigenvalue of M", found))
    drawing.legend(
        figure,
        [
            ("random softmax", {"marker": "o", "markersize": 3, "color": style.BLUE}),
            ("what the bounds allow", {"marker": "s", "markersize": 7, "color": "#dddddd"}),
            ("upper bound", drawing.LIMIT),
        ],
    )
    return BOUNDS, figure


TEMPERATURE = (
    "Left: how strongly the weights answer the logits, against temperature. Two logits d apart: points measured, line"
    " theory; attention is the most sensitive at τ = 0.648 d (dotted), and calm when colder and when hotter. Random"
    " logits of standard deviation d do the same, each crowd where the gap of its largest logits says. Right: the"
    " largest regret of attention against picking the maximum; points driven up over logits, line τ W₀((n − 1) / e)."
)


def lambert(x):
    """W0 of x > 0, by Newton's steps."""
    w = np.log1p(x)
    for _ in range(60):
        w = w - (w * np.exp(w) - x) / (np.exp(w) * (w + 1))
    return w


def temperature_and_regret(result):
    tau, norm = result.quantity("temperature"), result.quantity("norm_at_temperature")
    crowd, lengths = result.values("crowd_norm"), result.values("length").astype(int)
    n, regret = result.quantity("regret_length"), result.quantity("regret")
    figure, axes = drawing.panels(1, 2, 3.0)
    left, right = axes[0]
    chosen = [row for row in range(len(lengths)) if lengths[row] > 2][::2][:3]
    looks = style.named(["two logits"] + [f"{lengths[row]} random logits" for row in chosen])
    names = list(looks)
    left.plot(tau.values, result.values("norm_expected"), color=style.INK)
    left.plot(tau.values[::2], norm.values[::2], linestyle="none", **{**looks[names[0]], "markersize": 3.5})
    for name, row in zip(names[1:], chosen):
        left.plot(tau.values, crowd[row], color=looks[name]["color"], linestyle="-")
    left.axvline(0.5 / peak_x(), color=style.FAINT, linewidth=0.8, linestyle=":")
    left.set(xscale="log", xlabel=drawing.label("τ / d", tau), yscale="log")
    left.set_ylim(1e-3, 2 * max(norm.values.max(), crowd.max()))
    drawing.decades(left.yaxis, 6)
    left.set_ylabel(drawing.label("d ‖J‖₂", norm))
    fine = np.geomspace(n.values.min(), n.values.max(), 200)
    right.plot(fine, lambert((fine - 1) / np.e), color=style.INK)
    right.plot(n.values, regret.values, linestyle="none", marker="o", color=style.BLUE)
    right.set(xscale="log", xlabel=drawing.label("logits n", n), ylabel="largest regret / τ [1]")
    drawing.plain_ticks(right.xaxis, n.values)
    entries = [(names[0], looks[names[0]])]
    entries += [(name, {"linestyle": "-", "color": looks[name]["color"]}) for name in names[1:]]
    drawing.legend(figure, [*entries, ("theory", {"linestyle": "-"})])
    return TEMPERATURE, figure


def peak_x():
    """x tanh x = 1/2."""
    low, high = 0.0, 2.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if middle * np.tanh(middle) < 0.5 else (low, middle)
    return low


GAINS = (
    "What the attended mean B = Σ a φ of two values does when one of them rises, by the backward kernel; line:"
    " a (1 + (φ − B) / τ). Between equal values each counts half. Beyond a gap of 1.28 τ attention moves against the"
    " smaller value, and follows the larger by more than it rose: a driver who attends so brakes when a far leader"
    " speeds up."
)


def gains(result):
    gap = result.quantity("gap")
    pairs = (("larger value", "gain_leading"), ("smaller value", "gain_trailing"))
    looks = style.named([name for name, _ in pairs])
    figure, axes = drawing.panels(1, 1, 2.6)
    panel = axes[0, 0]
    y = np.linspace(gap.values.min(), gap.values.max(), 400)
    a = 1 / (1 + np.exp(-y))
    for (name, data), line in zip(pairs, (a * (1 + (1 - a) * y), (1 - a) * (1 - a * y))):
        panel.plot(y, line, color=looks[name]["color"])
        panel.plot(gap.values[::2], result.values(data)[::2], linestyle="none", **{**looks[name], "markersize": 3.5})
    for level in (0, 1):
        panel.axhline(level, **drawing.LIMIT)
    panel.set(xlabel=drawing.label("gap of the two values over τ", gap), ylabel="dB / dφ [1]")
    drawing.legend(figure, [*looks.items(), ("theory", {"linestyle": "-"}), ("0 and 1", drawing.LIMIT)])
    return GAINS, figure


def figures(result):
    return drawing.draw_all(result, (bounds, temperature_and_regret, gains))


def summary(result):
    outside = max(result.values("below_second_weight").max(), result.values("above_bound").max())
    lengths, largest = result.values("length"), result.values("largest_eigenvalue")
    regret = np.abs(result.values("regret") / result.values("regret_expected") - 1).max()
    peak = result.values("temperature")[np.argmax(result.values("norm_at_temperature"))]
    return (
        f"Of {result.parameter('samples'):,} random softmaxes of {lengths.min():.0f} to {lengths.max():.0f} logits none"
        f" leaves the bounds of its Jacobian by more than {max(outside, 0):.0e}; the largest eigenvalue seen is"
        f" {largest.max():.6f}, and two equal logits have 1/2. Sensitivity is not monotone in temperature: of the"
        f" temperatures stored {peak:.2f} d is the most sensitive. Regret reaches τ W₀((n − 1) / e) to {regret:.0e}, and"
        f" attention follows a smaller value against its sense by up to {-result.values('gain_trailing').min():.3f}."
    )
