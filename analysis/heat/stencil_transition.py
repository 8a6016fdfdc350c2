"""analysis/heat/stencil_transition.py

Up to which time step can one softmax head be an explicit heat step, and what does it cost beyond?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.result_file import Absent

EQUATIONS = (
    (
        r"\mathrm{target:}\ u_i' = (1-2Dr)\,u_i + r\sum_{j\sim i} u_j \qquad "
        r"\mathrm{head:}\ u_i' = \sum_o p_o\,u_{i+o},\quad p = \mathrm{softmax}(\mathrm{bias})",
        (
            "target u' = (1 - 2 D r) u_i + r sum of the 2 D neighbours; head u' = sum_o p_o u_(i+o), p ="
            " softmax(bias)"
        ),
    ),
    (
        r"p_o > 0,\ \sum_o p_o = 1\ \Rightarrow\ \mathrm{exact\ iff}\ 2Dr < 1;\qquad "
        r"\mathrm{beyond:}\ \mathrm{loss} = (2Dr-1)^2\left(1+\frac{1}{2D}\right)",
        (
            "p > 0 and sum p = 1, so the head is exact iff 2 D r < 1; beyond, the loss is (2 D r - 1)^2 (1 +"
            " 1 / 2D)"
        ),
    ),
)

BAND = 0.01  # a referee's eye: one per cent about the floor, about the kink


class Sweep:
    """The tables (dimension, boundary, ratio, seed) and their axes."""

    def __init__(self, result):
        self.loss, self.ratio = result.quantity("loss"), result.quantity("ratio")
        self.dimensions = result.values("dimension").astype(int)
        self.looks = style.named(result.values("boundary"))
        self.above, self.below = self.ratio.values > 1, self.ratio.values < 1
        self.seeds = self.loss.values.shape[-1]
        self.white = result.parameters.get("spectrum") == "white"

    def places(self, which=slice(None)):
        """ratio (n, seed)."""
        return self.ratio.values[which][:, None] * np.ones(self.seeds)

    def panels(self, rows, height, **shared):
        figure, axes = drawing.panels(rows, len(self.dimensions), height, sharex=True, **shared)
        for panel, D in zip(axes[0], self.dimensions):
            panel.set_title(f"D = {D}")
        for panel in axes.flat:
            panel.axvline(1, color=style.FAINT, linewidth=0.8, linestyle=(0, (1, 1.5)))
        for panel in axes[-1]:
            panel.set_xlabel(drawing.label("2 D r of the step to learn", self.ratio))
        return figure, axes

    def curve(self, start=1.0):
        return np.linspace(start, max(1.0, self.ratio.values.max()), 200)


def loss(result):
    sweep = Sweep(result)
    figure, axes = sweep.panels(1, 3.0, sharey=True)
    floor = drawing.floor_below(sweep.loss.values, 1e-34)
    bound = drawing.tolerance(result, "loss_below_")
    for d, (panel, D) in enumerate(zip(axes[0], sweep.dimensions)):
        for b, look in enumerate(sweep.looks.values()):
            drawing.scatter_log(panel, sweep.places(), sweep.loss.values[d, b], floor, alpha=0.75, **look)
        if sweep.white:
            fine = sweep.curve(1.002)
            panel.plot(fine, theory.star_floor(fine, D), color=style.INK)
        panel.plot(
            [min(sweep.ratio.values.min(), 1), 1],
            [bound, bound],
            color=style.INK,
            linewidth=0.9,
            linestyle=(0, (5, 2)),
        )
        panel.set_yscale("log")
        drawing.decades(panel.yaxis, 9)
        drawing.mark_floor(panel, floor, sweep.loss.values[d])
    axes[0, 0].set_ylabel(drawing.label("loss of the trained head", sweep.loss))
    entries = [*sweep.looks.items(), (f"claimed below 1: at most {bound:.0e}", {"linestyle": (0, (5, 2))})]
    drawing.legend(
        figure, entries + ([("theory: floor of white noise", {"linestyle": "-"})] if sweep.white else [])
    )
    return (
        (
            f"Loss of one softmax head trained on the explicit step, one point a seed ({sweep.seeds}),"
            " against 2 D r. Below 2 D r = 1 the head becomes the step to round-off; above it no training"
            " can: the line is the squared distance of the stencil from the simplex."
        ),
        figure,
    )


def floor_ratio(sweep, population, d, b):
    with np.errstate(divide="ignore", invalid="ignore"):
        return (sweep.loss.values / population[..., None])[d, b][sweep.above]


def kink(result):
    sweep = Sweep(result)
    population = result.values("population_floor")
    if not np.any(sweep.above):
        raise Absent("no ratio above 1")
    figure, axes = sweep.panels(2, 2.1, sharey="row")
    for d, D in enumerate(sweep.dimensions):
        top, bottom = axes[:, d]
        for b, look in enumerate(sweep.looks.values()):
            top.plot(sweep.places(), np.sqrt(sweep.loss.values[d, b]), linestyle="none", alpha=0.75, **look)
            bottom.plot(
                sweep.places(sweep.above),
                floor_ratio(sweep, population, d, b),
                linestyle="none",
                alpha=0.75,
                **look,
            )
        fine = np.concatenate([[min(1.0, sweep.ratio.values.min())], sweep.curve()])
        if sweep.white:
            top.plot(fine, np.sqrt(theory.star_floor(fine, D)), color=style.INK)
        bottom.axhspan(1 - BAND, 1 + BAND, color="#dddddd", zorder=0, linewidth=0)
        bottom.axhline(1, color=style.INK)
    axes[0, 0].set_ylabel(f"√loss [√({sweep.loss.unit})]" if sweep.loss.unit != "1" else "√loss [1]")
    axes[1, 0].set_ylabel("loss / floor of\nwhite noise [1]")
    drawing.legend(
        figure,
        [
            *sweep.looks.items(),
            ("theory", {"linestyle": "-"}),
            (f"± {BAND:.0%}", {"color": "#dddddd", "linestyle": "-", "linewidth": 7}),
        ],
    )
    return (
        (
            "Top: the square root of the loss rises from zero at 2 D r = 1 in a straight line. Bottom: loss"
            " over the floor that white noise has in the mean, with the floor of the very boundary; the"
            " points scatter because every field is a finite sample, most where the field has fewest cells."
        ),
        figure,
    )


def centre(result):
    sweep = Sweep(result)
    weight = result.quantity("centre_weight")
    if not sweep.white or "periodic" not in sweep.looks:
        raise Absent("theory is drawn for white noise and periodic axes, which this run does not have")
    periodic = weight.values[:, list(sweep.looks).index("periodic")]
    theory_line = theory.star_centre(sweep.ratio.values)[:, None]
    apart, floor = np.abs(periodic - theory_line), 1e-17
    looks = style.named([f"D = {D}" for D in sweep.dimensions])
    figure, axes = drawing.panels(1, 2, 2.7)
    left, right = axes[0]
    fine = np.linspace(min(0.5, sweep.ratio.values.min()), sweep.ratio.values.max(), 400)
    left.plot(fine, theory.star_centre(fine), color=style.INK)
    for d, look in enumerate(looks.values()):
        x = sweep.places()
        left.plot(x, periodic[d], linestyle="none", alpha=0.75, **look)
        drawing.scatter_log(right, x, apart[d], floor, alpha=0.75, **look)
    right.set_yscale("log")
    drawing.decades(right.yaxis, 8)
    drawing.mark_floor(right, floor, apart)
    left.set_ylabel(drawing.label("weight of the cell itself", weight))
    right.set_ylabel(f"|weight − max(0, 1 − 2 D r)| [{weight.unit}]")
    for panel in (left, right):
        panel.axvline(1, color=style.FAINT, linewidth=0.8, linestyle=(0, (1, 1.5)))
        panel.set_xlabel(drawing.label("2 D r of the step to learn", sweep.ratio))
    drawing.legend(figure, [*looks.items(), ("theory: max(0, 1 − 2 D r)", {"linestyle": "-"})])
    return (
        (
            "Weight that the trained head gives to the cell itself, periodic axes and white noise, one point"
            " a seed. Above 2 D r = 1 the best weight is zero, which a softmax only approaches; right, how"
            " far it has come."
        ),
        figure,
    )


def rollout(result):
    measured, predicted = result.quantity("rollout_error"), result.quantity("rollout_error_predicted")
    step, ratios = result.quantity("step"), result.values("rollout_ratio")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    starts = list(result.values("start"))
    figure, axes = drawing.panels(
        len(ratios), len(dimensions), 2.2, legend_lines=2, sharex=True, sharey="row"
    )
    for i, row in enumerate(axes):
        for d, panel in enumerate(row):
            rollouts.draw_panel(
                panel, step.values, measured.values[d, :, i], predicted.values[d, :, i], looks, starts
            )
            panel.set_title(f"D = {dimensions[d]}, 2 D r = {ratios[i]:g}")
        row[0].set_ylabel(drawing.label("relative distance\nfrom the heat equation", measured))
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("time steps", step))
    rollouts.legend(figure, looks, starts, columns=4)
    return (
        (
            "The head of the first seed stepped many times: measured distance from the heat equation's"
            " solution (points) on the closed form for the very weights it has learned (lines). Beyond 2 D r"
            " = 1 the explicit step itself is unstable; the head stays within the range of its start, but"
            " follows the heat equation less, and relative to a solution that fades its distance may grow."
        ),
        figure,
    )


def figures(result):
    return drawing.draw_all(result, (loss, kink, centre, rollout))


def summary(result):
    sweep = Sweep(result)
    text = []
    if np.any(sweep.below):
        text.append(
            "Below 2 D r = 1 the largest loss of any dimension, boundary, ratio and seed is "
            f"{sweep.loss.values[:, :, sweep.below].max():.2g}."
        )
    if np.any(sweep.above):
        against_sample = np.abs(sweep.loss.values / result.values("sample_floor") - 1)[
            :, :, sweep.above
        ].max()
        text.append(
            f"Above it the loss differs from the floor of each very field by at most {against_sample:.2g}"
            " relative"
        )
        mean = (
            sweep.loss.values[:, :, sweep.above].mean(axis=-1)
            / result.values("population_floor")[:, :, sweep.above]
        )
        if np.any(np.isfinite(mean)):
            text.append(
                f"and its mean over seeds is {np.nanmin(mean):.4f} to {np.nanmax(mean):.4f} of the floor of"
                " white noise"
            )
        text[-1] += "."
    kinks = result.values("kink")
    if np.any(np.isfinite(kinks)):
        text.append(
            f"The kink of √loss lies at 2 D r = {np.nanmin(kinks):.5f} to {np.nanmax(kinks):.5f} (1"
            " expected)."
        )
    apart = rollouts.worst_disagreement(
        result.values("rollout_error"), result.values("rollout_error_predicted")
    )
    text.append(
        f"Over {int(result.values('step')[-1])} steps measured and predicted distances differ by at most"
        f" {apart:.2g} relative."
    )
    return " ".join(text)
