"""analysis/traffic/traffic_calibration.py

What does a fit to trajectories tell of a car-following law: its parameters, its errors on what it has not seen, its
stability?
"""

import numpy as np
from matplotlib.colors import LogNorm

from analysis import drawing, style
from analysis.result_file import Absent

EQUATIONS = (
    (
        r"\min_p\ \frac{1}{n}\sum_{k\leq n}\left(x_p(t_k) - x(t_k)\right)^2",
        "min over parameters p of the mean of (x_p - x)^2 over the first half of a record",
    ),
    (
        r"E = f_l^2 + 2 f_s - f_v^2,\qquad \lambda = \mathrm{i}\lambda_1\theta + \lambda_2\theta^2 + \dots",
        "E = f_l^2 + 2 f_s - f_v^2; lambda = i lambda_1 theta + lambda_2 theta^2 + ...",
    ),
)
LEAST = 1e-2  # [m] a fit that errs less than a centimetre is as good as exact in the colours


def names_of(result, axis):
    return [str(name).replace("_", " ") for name in result.values(axis)]


def error_words(value):
    """An error [m] in a field of the matrix."""
    if not np.isfinite(value):
        return "–"
    if value < 5e-4:
        return "0"
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"


def mismatch(result):
    error, laws = result.quantity("held_out_error"), names_of(result, "law")
    shown = np.maximum(error.values, LEAST)
    figure, axes = drawing.panels(1, 1, 4.3, legend_lines=0)
    panel = axes[0, 0]
    image = panel.imshow(shown, norm=LogNorm(LEAST, 100), cmap="cividis_r")
    for (row, column), value in np.ndenumerate(error.values):
        words = error_words(value)
        dark = np.isfinite(value) and value > 2
        panel.text(column, row, words, ha="center", va="center", fontsize=7, color="white" if dark else style.INK)
    panel.set_xticks(range(len(laws)), laws, rotation=40, ha="right", rotation_mode="anchor")
    panel.set_yticks(range(len(laws)), laws)
    panel.set(xlabel="law that was fitted", ylabel="law that made the trajectory")
    panel.grid(False)
    panel.tick_params(length=0)
    figure.colorbar(image, ax=panel, label=drawing.label("held-out spacing error", error), extend="both")
    caption = (
        "Every law fitted to a trajectory of every law, by the same optimiser from the same number of starts: error of the"
        " spacing on the half of the record that no fit has seen. On the diagonal a law is fitted to its own"
        " trajectory, and errs only where the first half does not tell a parameter that the second depends on; laws that"
        " contain another one follow that closely too. A dash: no finite answer."
    )
    return caption, figure


def stability(result):
    fitted, true = result.quantity("fitted_long_wave"), result.values("true_long_wave")
    error, close = result.values("held_out_error"), result.parameter("close")
    laws = names_of(result, "data")
    figure, axes = drawing.panels(1, 1, 3.0)
    panel, span = axes[0, 0], 1.3 * np.nanmax(np.abs(true))
    for row in range(len(laws)):
        others = np.arange(len(laws)) != row
        near = others & (error[row] < close)
        values = np.clip(fitted.values[row], -span, span)
        panel.plot(np.full(near.sum(), row), values[near], linestyle="none", marker="o", color=style.BLUE, alpha=0.8)
        panel.plot([row - 0.3, row + 0.3], [true[row]] * 2, color=style.INK, linewidth=1.6, zorder=3)
        panel.plot([row], [values[row]], linestyle="none", marker="D", color=style.VERMILION, markersize=4, zorder=4)
    panel.axhline(0, **drawing.LIMIT)
    panel.set_yscale("symlog", linthresh=0.1)
    panel.set_ylim(-2.5 * span, 2.5 * span)
    panel.set_xticks(range(len(laws)), laws, rotation=30, ha="right", rotation_mode="anchor")
    panel.set(xlabel="law that made the trajectory", ylabel="λ₂ [1/s], stable below 0")
    drawing.legend(
        figure,
        [
            ("truth", {"linestyle": "-", "linewidth": 1.6}),
            ("its own law, fitted", {"marker": "D", "color": style.VERMILION}),
            (f"other laws that follow to {close:g} m", {"marker": "o", "color": style.BLUE}),
        ],
    )
    caption = (
        "Growth of long waves at the mean speed of the record. A law that follows a trajectory well need not have its"
        " string stability: points on the other side of the dashed line than the bar have the wrong verdict."
    )
    return caption, figure


def intervals(result):
    low, high, value = (result.values(name) for name in ("noisy_low", "noisy_high", "noisy_value"))
    true, parameters = result.values("true_value"), [str(name) for name in result.values("parameter")]
    if low.shape[0] == 0:
        raise Absent("no records with errors")
    rows = (len(parameters) + 1) // 2
    figure, axes = drawing.panels(1, 2, 0.125 * rows + 0.5)
    for half, panel in enumerate(axes[0]):
        chosen = range(half * rows, min((half + 1) * rows, len(parameters)))
        for place, n in enumerate(chosen):
            for r in range(low.shape[0]):
                y = place + 0.5 * ((r + 0.5) / low.shape[0] - 0.5)
                ends = np.array([low[r, n], value[r, n], high[r, n]]) / true[n] - 1
                if not np.all(np.isfinite(ends)):
                    continue
                covers = ends[0] <= 0 <= ends[2]
                color = style.BLUE if covers else style.VERMILION
                panel.plot(100 * ends[[0, 2]], [y, y], color=color, linewidth=0.9)
        panel.axvline(0, color=style.INK, linewidth=0.7)
        panel.set_yticks(range(len(chosen)), [parameters[n] for n in chosen], fontsize=5.5)
        panel.set_xscale("symlog", linthresh=1)
        panel.set(xlabel="off the truth [%]", ylim=(len(chosen) - 0.4, -0.6))
        panel.grid(False, axis="y")
    drawing.legend(
        figure,
        [
            ("interval that covers the truth", {"linestyle": "-", "color": style.BLUE}),
            ("one that does not", {"linestyle": "-", "color": style.VERMILION}),
        ],
    )
    error, coverage = result.parameter("error"), result.parameter("coverage")
    caption = (
        f"Each law fitted to its own trajectory with errors of {error:g} m in every place, anew for each line:"
        f" {100 * coverage:g} % intervals of a block bootstrap. Parameters that a record does not tell have no line."
    )
    return caption, figure


def course(result):
    time, spacing, fits = (result.quantity(name) for name in ("time", "shown_spacing", "shown_fits"))
    laws, shown = [str(name) for name in result.values("law")], result.parameter("shown")
    error = result.values("held_out_error")[laws.index(shown)]
    order = [n for n in np.argsort(error) if laws[n] != shown and np.isfinite(error[n])][:4]
    figure, axes = drawing.panels(1, 1, 2.7)
    panel = axes[0, 0]
    looks = style.named([laws[n] for n in order])
    panel.plot(time.values, spacing.values, color=style.INK, linewidth=1.8)
    for n in order:
        look = {**looks[laws[n]], "marker": "none", "linestyle": "-", "linewidth": 0.9}
        panel.plot(time.values, fits.values[n], **look)
    panel.set_xlabel(drawing.label("time in the held-out half", time))
    panel.set_ylabel(drawing.label("spacing", spacing))
    entries = [(f"{shown}, the truth", {"linestyle": "-", "linewidth": 1.8})]
    entries += [(laws[n], {**looks[laws[n]], "marker": "none", "linestyle": "-"}) for n in order]
    drawing.legend(figure, entries)
    return f"A trajectory of {shown} and the four other laws that follow it best where they were not fitted.", figure


def recordings(result):
    error, laws = result.quantity("recorded_held_out_error"), names_of(result, "law")
    usual = result.values("recorded_baseline")
    figure, axes = drawing.panels(1, 1, 2.8)
    panel = axes[0, 0]
    for n in range(len(laws)):
        ratio = error.values[:, n] / usual
        panel.plot(np.full(len(ratio), n), ratio, linestyle="none", marker="o", color=style.BLUE, alpha=0.6)
    panel.axhline(1, **drawing.LIMIT)
    panel.set(yscale="log", ylabel="held-out error / constant spacing's [1]")
    panel.set_xticks(range(len(laws)), laws, rotation=30, ha="right", rotation_mode="anchor")
    return "Recorded followers, one point each: below the line a law follows better than a constant spacing does.", figure


def figures(result):
    drawings = [mismatch, stability, course, intervals]
    try:
        result.quantity("recorded_held_out_error")
        drawings.append(recordings)
    except Absent:
        pass  # nobody gave it a recording
    return drawing.draw_all(result, drawings)


def summary(result):
    error, laws = result.values("held_out_error"), [str(name) for name in result.values("law")]
    others = error[~np.eye(len(laws), dtype=bool)]
    others = others[np.isfinite(others)]
    verdict = next((claim for claim in result.claims if claim.id == "verdict_of_good_fits"), None)
    words = (
        f"Fitted to their own trajectories the laws err by at most {np.nanmax(np.diag(error)):.2g} m where they were not"
        f" fitted, to those of others by {np.median(others):.2g} m in the median."
    )
    if verdict is not None and np.isfinite(verdict.value):
        close = result.parameter("close")
        words += (
            f" Of the other laws that follow to within {close:g} m, {100 * verdict.value:.0f} % have the truth's verdict on"
            " the stability of long waves: a small error does not tell string stability."
        )
    return words
