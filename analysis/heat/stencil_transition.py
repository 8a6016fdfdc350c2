"""analysis/heat/stencil_transition.py

Up to which time step can one softmax head be an explicit heat step, and what does it cost beyond?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.heat.equations import TRANSITION as EQUATIONS
from analysis.heat.transition_sweep import Sweep
from analysis.result_file import Absent

BAND = 0.01  # a referee's eye: one per cent about the floor, about the kink


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
        panel.plot([min(sweep.ratio.values.min(), 1), 1], [bound, bound], **drawing.LIMIT)
        panel.set_yscale("log")
        drawing.decades(panel.yaxis, 9)
        drawing.mark_floor(panel, floor, sweep.loss.values[d])
    axes[0, 0].set_ylabel(drawing.label("loss of the trained head", sweep.loss))
    entries = [*sweep.looks.items(), (f"claimed below 1: at most {bound:.0e}", drawing.LIMIT)]
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


KINK = (
    "Top: the square root of the loss rises from zero at 2 D r = 1 in a straight line. Bottom: loss over the"
    " floor that white noise has in the mean, with the floor of the very boundary; the points scatter because"
    " every field is a finite sample. One seed makes the same noise for every ratio and boundary: its points"
    " move together."
)


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
    return KINK, figure


CENTRE = (
    "Weight that the trained head gives to the cell itself, periodic axes and white noise, one point a seed."
    " Above 2 D r = 1 the best weight is zero, which a softmax only approaches. Right, how far it has come."
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
    return CENTRE, figure


ROLLOUT = (
    "The head of the first seed stepped many times: measured distance from the heat equation's solution"
    " (points) on the closed form for the very weights it has learned (lines). Beyond 2 D r = 1 the explicit"
    " step itself is unstable; the head stays within the range of its start, but follows the heat equation"
    " less, and relative to a solution that fades its distance may grow."
)


def rollout(result):
    dimensions, ratios = result.values("dimension").astype(int), result.values("rollout_ratio")
    figure, axes = drawing.panels(
        len(ratios), len(dimensions), 2.2, legend_lines=2, sharex=True, sharey="row"
    )
    tables = rollouts.Tables(result)
    for i, ratio in enumerate(ratios):
        for d, D in enumerate(dimensions):
            tables.draw(axes[i, d], f"D = {D}, 2 D r = {ratio:g}", (d, slice(None), i))
    tables.label(figure, axes)
    return ROLLOUT, figure


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
    apart = rollouts.worst_disagreement(result)
    text.append(
        f"Over {int(result.values('step')[-1])} steps measured and predicted distances differ by at most"
        f" {apart:.2g} relative."
    )
    return " ".join(text)
