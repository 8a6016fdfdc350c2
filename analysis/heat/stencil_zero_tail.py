"""analysis/heat/stencil_zero_tail.py

How fast does a softmax head forget the keys that the heat step does not read?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import ZERO_TAIL as EQUATIONS

HEADS = {"fitting": "softmax, the step's own offsets", "wide": "softmax, wider star", "sparse": "sparsemax, wider star"}

COURSE = (
    "Loss against steps of plain gradient descent: median of all boundaries and seeds, band from the least to the"
    " largest. On a window wider than the step a softmax has to send weights to zero, which it does as 1 / t"
    " (dashed: slope -1); on the step's own offsets it falls geometrically; a sparsemax gets there and stops."
)


def course(result):
    loss, iteration = result.quantity("loss"), result.quantity("iteration")
    dimensions = result.values("dimension").astype(int)
    names = [str(name) for name in result.values("head")]
    looks = style.named([HEADS[name] for name in names])
    figure, axes = drawing.panels(1, len(dimensions), 2.9, legend_lines=2, sharey=True)
    t = iteration.values[1:]
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for h, look in enumerate(looks.values()):
            runs = loss.values[d, :, h].reshape(-1, len(iteration.values))[:, 1:]
            there = np.isfinite(runs).all(axis=0)
            if not there.any():
                continue
            low, middle, high = np.quantile(runs[:, there], (0, 0.5, 1), axis=0)
            panel.fill_between(t[there], low, high, color=look["color"], alpha=0.25, linewidth=0)
            panel.plot(t[there], middle, **{**look, "marker": "none", "linestyle": "-"})
            if names[h] == "wide":
                panel.plot(t[there], 0.3 * middle[-1] * t[there][-1] / t[there], **drawing.LIMIT)
        panel.set(
            xscale="log", yscale="log", title=f"D = {D}", xlabel=drawing.label("steps of descent", iteration)
        )
        drawing.decades(panel.yaxis, 8)
    axes[0, 0].set_ylabel(drawing.label("loss", loss))
    lines = [(name, {**look, "marker": "none", "linestyle": "-"}) for name, look in looks.items()]
    drawing.legend(figure, [*lines, ("slope −1", drawing.LIMIT)])
    return COURSE, figure


RATE = (
    "Left: slope of log loss over log t in the last decade of the wide softmax. Right: rate at which the loss of the"
    " fitting softmax falls, over that of the least curvature of the loss at the target, for each field's own spectrum."
    " In three dimensions two curvatures tell the axes apart and lie close together: descent falls at a rate between"
    " theirs, and the claim takes the range of both."
)


def rates(result):
    slopes = result.quantity("tail_slope")
    ratio = result.values("rate_measured") / result.values("rate_predicted")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    figure, axes = drawing.panels(1, 2, 2.6)
    for panel, values, expected in ((axes[0, 0], slopes.values, -1), (axes[0, 1], ratio, 1)):
        for b, look in enumerate(looks.values()):
            places = dimensions[:, None] + 0.12 * (b - 1) + 0 * values[:, b]
            panel.plot(places, values[:, b], linestyle="none", alpha=0.75, **look)
        panel.axhline(expected, color=style.INK)
        panel.set_xticks(dimensions, [str(D) for D in dimensions])
        panel.set_xlabel("D [1]")
    for panel, prefix, expected in ((axes[0, 0], "tail_slope_", -1), (axes[0, 1], "interior_rate_", 1)):
        bound = abs(drawing.tolerance(result, prefix) - (expected if prefix == "tail_slope_" else 0))
        panel.axhspan(expected - bound, expected + bound, color="#dddddd", zorder=0, linewidth=0)
    axes[0, 0].set_ylabel(drawing.label("slope of the tail", slopes))
    axes[0, 1].set_ylabel("rate / curvature's [1]")
    drawing.legend(figure, [*looks.items(), ("theory", {"linestyle": "-"})])
    return RATE, figure


def figures(result):
    return drawing.draw_all(result, (course, rates))


def summary(result):
    slopes = result.values("tail_slope")
    ratio = result.values("rate_measured") / result.values("rate_predicted")
    outside = result.values("weight_outside")[:, :, list(result.values("head")).index("wide")]
    return (
        f"The loss of a softmax that has to forget keys falls with slope {np.nanmin(slopes):.3f} to"
        f" {np.nanmax(slopes):.3f} (-1 expected) and leaves weights of {outside.min():.2g} to"
        f" {outside.max():.2g} beyond the step; without such keys it falls at"
        f" {np.nanmin(ratio):.4f} to {np.nanmax(ratio):.4f} of the rate of its least curvature."
    )
