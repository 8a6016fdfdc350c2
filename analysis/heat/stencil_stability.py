"""analysis/heat/stencil_stability.py

Is a stencil that was fitted to smooth data stable on data it has never seen?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import STABILITY as EQUATIONS

DASH = {"marker": "_", "markersize": 9, "linestyle": "none", "zorder": 1}


class Cases:
    """Titles of the cases (D, r, W), the looks of the contestants, and a grid of panels, one a case."""

    def __init__(self, result):
        self.dimensions = result.values("case_dimension").astype(int)
        self.r, self.reach = result.values("case_fourier"), result.values("case_reach").astype(int)
        self.titles = [f"D = {D}, r = {r:g}, W = {W}" for D, r, W in zip(self.dimensions, self.r, self.reach)]
        self.looks = style.named(result.values("contestant"))

    def grid(self, height, columns=3, legend_lines=1, **shared):
        columns = min(columns, len(self.titles))
        rows = -(-len(self.titles) // columns)
        figure, axes = drawing.panels(rows, columns, height, legend_lines, **shared)
        for panel in axes.flat[len(self.titles) :]:
            panel.set_visible(False)
        for panel, title in zip(axes.flat, self.titles):
            panel.set_title(title)
        return figure, axes


SYMBOLS = (
    "Growth a step of the wave of angle θ along every axis, first seed, over the angles of the grid. Shaded: the"
    " band of the training fields; black: the heat equation, exp(−r D θ²). All fit it on the band; beyond it the"
    " heads of one sign stay below 1 (dashed) whatever they have learned, the free convolution does not."
)


def symbols(result):
    cases, symbol = Cases(result), result.quantity("symbol")
    angle, band = result.quantity("angle"), result.parameter("band")
    figure, axes = cases.grid(2.1, sharey=True, sharex=True)
    lowest, top = 1e-3, 2 * np.abs(symbol.values).max()
    for c, panel in zip(range(len(cases.titles)), axes.flat):
        panel.axvspan(0, band / np.pi, color="#eeeeee", linewidth=0)
        panel.axhline(1, **drawing.LIMIT)
        heat = np.exp(-cases.r[c] * cases.dimensions[c] * angle.values**2)
        for n, look in enumerate(cases.looks.values()):
            size = np.maximum(np.abs(symbol.values[c, n]), lowest / 2)
            panel.plot(angle.values / np.pi, size, color=look["color"], linewidth=1.3)
        panel.plot(angle.values / np.pi, heat, color=style.INK, linewidth=0.9)
        panel.set(yscale="log", ylim=(lowest, top), xlim=(0, 1))
        drawing.decades(panel.yaxis, 6)
    for row in axes:
        row[0].set_ylabel(drawing.label("|g(θ)|", symbol))
    for panel in axes.flat:
        panel.set_xlabel("θ / π [1]")
        panel.label_outer()
    entries = [(name, {"color": look["color"], "linestyle": "-"}) for name, look in cases.looks.items()]
    drawing.legend(figure, [*entries, ("heat equation", {"linestyle": "-", "linewidth": 0.9})])
    return SYMBOLS, figure


NOISE = (
    "The largest value of a field that starts as white noise, which none was trained on, over that of the start;"
    " points measured, lines max |g|ⁿ of the test grid through the last point. A rollout ends where the field has"
    " blown up. No value of a softmax or Gaussian head leaves the range of the data, the dashed line."
)


def noise(result):
    cases, largest = Cases(result), result.quantity("largest")
    step, growth = result.quantity("step"), result.values("growth_on_grid")
    figure, axes = cases.grid(2.1)
    for c, panel in zip(range(len(cases.titles)), axes.flat):
        panel.axhline(1, **drawing.LIMIT)
        for n, look in enumerate(cases.looks.values()):
            sizes = largest.values[c, 0, n]
            last = np.flatnonzero(np.isfinite(sizes))[-1:]
            if growth[c, n] > 1 + 1e-9 and last.size:
                until = np.minimum(step.values, step.values[last])
                line = sizes[last] * growth[c, n] ** (until - step.values[last])
                here = (step.values <= step.values[last]) & (line > 1e-3)
                panel.plot(step.values[here], line[here], color=look["color"], linewidth=0.9)
            panel.plot(step.values, sizes, linestyle="none", **look)
        panel.set(xscale="log", yscale="log")
        panel.set_xlim(0.8, 1.25 * step.values[-1])
        drawing.decades(panel.yaxis, 5)
    for panel in axes.flat:
        panel.set_xlabel(drawing.label("time steps", step))
    for row in axes:
        row[0].set_ylabel(drawing.label("max |u| / max |u₀|", largest))
    drawing.legend(figure, [*cases.looks.items(), ("max |g|ⁿ", {"linestyle": "-", "linewidth": 0.9})])
    return NOISE, figure


AXES = (
    "What each stencil does with data unlike those it was trained on: distance from the heat equation after the last"
    " step, relative, for one change at a time. Points measured, dashes the closed form; hollow on the top line: the"
    " field has blown up. \u201cband\u201d: new fields like those of training, where the long time alone is new."
)


def other_data(result):
    cases, error = Cases(result), result.quantity("rollout_error")
    predicted, largest = result.values("rollout_error_predicted"), result.values("largest")
    names, kinds = result.values("variant"), list(result.values("variant_axis"))
    x = np.arange(len(names)) + 0.7 * np.array([len(set(kinds[: k + 1])) - 1 for k in range(len(kinds))])
    figure, axes = cases.grid(2.3, columns=2)
    for c, panel in zip(range(len(cases.titles)), axes.flat):
        last = error.values[c, :, :, -1]
        finite = last[np.isfinite(last)]
        top = 10.0 ** np.ceil(np.log10(finite.max()) + 0.3)
        for n, look in enumerate(cases.looks.values()):
            at = x + 0.2 * (n - 1.5)
            panel.plot(at, predicted[c, :, n, -1], **{**DASH, "color": look["color"]})
            panel.plot(at, last[:, n], linestyle="none", **look)
            gone = ~np.isfinite(largest[c, :, n, -1])
            panel.plot(
                at[gone],
                np.full(np.count_nonzero(gone), top),
                linestyle="none",
                **{**look, "markerfacecolor": "white", "clip_on": False, "in_layout": False},
            )
        panel.axhline(top, color=style.FAINT, linewidth=0.7, linestyle=":")
        panel.set(yscale="log")
        panel.set_ylim(None, top)
        panel.grid(False, axis="x")
        panel.set_xticks(x, names, rotation=90, fontsize=6.5)
        drawing.decades(panel.yaxis, 6)
    for row in axes:
        row[0].set_ylabel(drawing.label("relative error", error))
    drawing.legend(figure, [*cases.looks.items(), ("closed form", {**DASH, "color": style.INK})])
    return AXES, figure


HORIZON = (
    "New fields of the training band, far beyond the one step of training: distance from the heat equation, relative,"
    " points measured, lines in closed form. Where max |g| > 1 the round-off of the field, which no training fixes,"
    " grows until it is the field."
)


def horizon(result):
    cases, error = Cases(result), result.quantity("rollout_error")
    predicted, step = result.values("rollout_error_predicted"), result.quantity("step")
    names = list(result.values("variant"))
    v = names.index("band") if "band" in names else 0
    figure, axes = cases.grid(2.1)
    for c, panel in zip(range(len(cases.titles)), axes.flat):
        for n, look in enumerate(cases.looks.values()):
            panel.plot(step.values, predicted[c, v, n], color=look["color"], linewidth=0.9)
            panel.plot(step.values, error.values[c, v, n], linestyle="none", **look)
        panel.set(xscale="log", yscale="log")
        drawing.decades(panel.yaxis, 5)
    for panel in axes.flat:
        panel.set_xlabel(drawing.label("time steps", step))
    for row in axes:
        row[0].set_ylabel(drawing.label("relative error", error))
    drawing.legend(figure, [*cases.looks.items(), ("closed form", {"linestyle": "-", "linewidth": 0.9})])
    return HORIZON, figure


TRAINING = (
    "Left: root mean square error on the training fields, one point a seed, on the least that weights of one sign"
    " (long dash) and of any sign (short dash) reach on the same field, by theory. Right: max |g| of what was learned,"
    " measured on white noise (points, first seed) and certified from the weights before any step (dashes, all seeds)."
)


def training(result):
    cases, rms = Cases(result), result.quantity("train_rms")
    positive, signed = result.values("positive_optimum"), result.values("signed_optimum")
    measured, certificate = result.quantity("growth_measured"), result.values("growth_certificate")
    x = np.arange(len(cases.titles))
    figure, axes = drawing.panels(1, 2, 3.0)
    left, right = axes[0]
    for optimum, width in ((positive, 15), (signed, 9)):
        left.plot(x[:, None] + 0 * optimum, optimum, **{**DASH, "color": style.FAINT, "markersize": width})
    for n, look in enumerate(cases.looks.values()):
        at = x + 0.18 * (n - 1.5)
        left.plot(at[:, None] + 0 * rms.values[:, n], rms.values[:, n], linestyle="none", alpha=0.8, **look)
        right.plot(at[:, None] + 0 * certificate[:, n], certificate[:, n], **{**DASH, "color": look["color"]})
        right.plot(at, measured.values[:, n], linestyle="none", **look)
    right.axhline(1, **drawing.LIMIT)
    for panel in (left, right):
        panel.set(yscale="log")
        panel.grid(False, axis="x")
        panel.set_xticks(x, [t.replace(", ", "\n") for t in cases.titles], fontsize=6.5)
    left.set_ylabel(drawing.label("error of training", rms))
    right.set_ylabel(drawing.label("growth a step", measured))
    dash = {**DASH, "color": style.FAINT}
    drawing.legend(figure, [*cases.looks.items(), ("theory", dash)])
    return TRAINING, figure


def figures(result):
    return drawing.draw_all(result, (symbols, noise, other_data, horizon, training))


def summary(result):
    cases, names = Cases(result), list(result.values("contestant"))
    softmax, free = names.index("softmax"), names.index("free convolution")
    growth, rms = result.values("growth_certificate"), result.values("train_rms")
    certified, measured = result.values("growth_on_grid"), result.values("growth_measured")
    worst = int(np.argmax(growth[:, free].mean(axis=1)))
    ratio = (rms[:, softmax] / rms[:, free]).mean(axis=1)
    unstable = np.count_nonzero(growth[:, free].mean(axis=1) > 1 + 1e-9)
    return (
        f"On its band the free convolution errs {ratio.min():.3g} to {ratio.max():.3g} times less than softmax. Beyond"
        f" it {unstable} of {len(cases.titles)} free fits amplify noise, the worst ({cases.titles[worst]}) by"
        f" {growth[worst, free].mean():.4g} a step; softmax and Gaussian heads by at most"
        f" {growth[:, :2].max():.15g}. White noise grows as certified to {np.abs(measured / certified - 1).max():.2g}."
    )
