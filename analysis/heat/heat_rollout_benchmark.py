"""analysis/heat/heat_rollout_benchmark.py

How do learned attention stencils roll out beside classical solvers of the same cost, and does unrolled training help?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import ROLLOUT_BENCHMARK as EQUATIONS

LOOKS = {  # of what is always there; unrolled heads are hollow, dashed where there are lines
    "softmax": 0,
    "signed": 1,
    "gaussian": 2,
    "sparsemax": 3,
    "free convolution": 4,
}
SOLVERS = {"ftcs": "-", "backward_euler": "--", "adi": "-.", "persistence": ":"}
WORDS = {"ftcs": "explicit sub-steps", "backward_euler": "backward Euler", "adi": "alternating directions"}


def look_of(name):
    head = name.split(",")[0]
    if head not in LOOKS:
        return None
    place = LOOKS[head]
    return {
        "color": style.PALETTE[place],
        "marker": style.MARKERS[place],
        "markersize": style.SIZES[place],
        "fillstyle": "none" if "," in name else "full",
    }


def label_of(name):
    return WORDS.get(name, name)


def cases_of(result, difficulty=0):
    """[(title, place)] of dimension and boundary at one difficulty."""
    return [
        (f"D = {int(D)}, {boundary}", (d, b, difficulty))
        for d, D in enumerate(result.values("dimension"))
        for b, boundary in enumerate(result.values("boundary"))
    ]


def grid_of_panels(result, height, legend_lines, **shared):
    rows, columns = len(result.values("dimension")), len(result.values("boundary"))
    return drawing.panels(rows, columns, height, legend_lines, **shared)


ROLLOUT = (
    "Error nRMSE over the steps of a rollout from starts that nobody learned from. Points: measured, mean over the test"
    " set, middle seed, the band from the lowest to the highest seed; coloured lines under them: the closed form of the"
    " trained weights. Grey lines: classical solvers, measured. The curve ends where a rollout is given up."
)


def rollout(result):
    nrmse, predicted = result.quantity("nrmse"), result.values("nrmse_predicted")
    step, names = result.quantity("step"), list(result.values("contestant"))
    figure, axes = grid_of_panels(result, 2.1, 3, sharex=True)
    shown = [name for name in names if look_of(name)]
    few = np.unique(np.round(np.geomspace(1, step.values[-1], 14)).astype(int))
    for panel, (title, place) in zip(axes.flat, cases_of(result)):
        for c, name in enumerate(names):
            curves, lines = nrmse.values[place][c], predicted[place][c]
            if name in SOLVERS:
                panel.plot(step.values[1:], curves[0, 1:], color=style.FAINT, linestyle=SOLVERS[name], linewidth=1)
            elif name in shown:
                look = look_of(name)
                middle = curves.shape[0] // 2
                panel.fill_between(
                    step.values[1:], curves[:, 1:].min(axis=0), curves[:, 1:].max(axis=0), color=look["color"], alpha=0.2
                )
                line = np.where(np.isfinite(curves[middle]), lines[middle], np.nan)
                panel.plot(step.values[1:], line[1:], color=look["color"], linewidth=0.9)
                panel.plot(few, curves[middle, few], linestyle="none", **look)
        panel.set(xscale="log", yscale="log", title=title)
        lowest = np.nanmin(nrmse.values[place][:, :, 1:])
        panel.set_ylim(max(lowest / 3, 1e-16), 3)
        drawing.decades(panel.yaxis, 6)
        panel.label_outer() if panel is not axes[0, 0] else None
    for panel in axes[:, 0]:
        panel.set_ylabel(drawing.label("nRMSE", nrmse))
        panel.yaxis.set_tick_params(labelleft=True)
    for panel in axes.flat:
        panel.yaxis.set_tick_params(labelleft=True)
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("steps", step))
    entries = [(name, look_of(name)) for name in shown]
    entries += [(label_of(n), {"linestyle": s, "color": style.FAINT}) for n, s in SOLVERS.items() if n in names]
    drawing.legend(figure, entries, -(-len(entries) // 3))
    return ROLLOUT, figure


MEANS = (
    "Geometric mean of nRMSE over the first steps, as APEBench aggregates: one row a contestant, one point a seed."
    " Hollow: trained through several steps. A contestant without a point was given up within these steps. Behind the"
    " names of solvers and stencils: multiplications a cell and step in one, two and three dimensions."
)


def geometric_means(result):
    means, cost = result.quantity("nrmse_geometric_mean"), result.values("cost")
    names, boundaries = list(result.values("contestant")), result.values("boundary")
    looks = style.named(boundaries)
    dimensions = result.values("dimension").astype(int)
    figure, axes = drawing.panels(1, len(dimensions), 0.24 * len(names) + 0.7, sharey=True)
    rows = np.arange(len(names))[::-1]
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for b, look in enumerate(looks.values()):
            for c, row in enumerate(rows):
                points = means.values[d, b, 0, c]
                fill = {"fillstyle": "none"} if "," in names[c] else {}
                panel.plot(points, np.full(points.size, row + 0.2 * (1 - b)), linestyle="none", **look, **fill)
        panel.set(xscale="log", title=f"D = {D}", xlabel=drawing.label("geometric mean", means))
        drawing.decades(panel.xaxis, 5)
        panel.set_ylim(-0.6, len(names) - 0.4)
    costs = ["/".join(f"{cost[d, 0, c]:.0f}" for d in range(len(dimensions))) for c in range(len(names))]
    axes[0, 0].set_yticks(rows, [f"{label_of(n)}  {k}" for n, k in zip(names, costs)], fontsize=7)
    drawing.legend(figure, looks.items())
    return MEANS, figure


SUPERIORITY = (
    "Error of a softmax head over the error of the solver whose trajectories it learned from, both against the exact"
    " solution. Below 1 the pupil is better than its teacher. Points: measured, every seed; lines: known before"
    " training, from the projection on the simplex and the teacher's symbol."
)


def superiority(result):
    xi, foretold = result.quantity("xi"), result.values("xi_predicted")
    step, teachers = result.quantity("step"), result.values("teacher")
    looks = style.named(result.values("boundary"))
    dimensions = result.values("dimension").astype(int)
    figure, axes = drawing.panels(len(teachers), len(dimensions), 1.9, sharex=True)
    few = np.unique(np.round(np.geomspace(1, step.values[-1], 12)).astype(int))
    for t, teacher in enumerate(teachers):
        for d, D in enumerate(dimensions):
            panel = axes[t, d]
            for b, look in enumerate(looks.values()):
                for k in range(xi.values.shape[4]):
                    panel.plot(step.values, foretold[d, b, 0, t, k], color=look["color"], linewidth=0.9)
                    panel.plot(few, xi.values[d, b, 0, t, k, few], linestyle="none", **look)
            panel.axhline(1, color=style.FAINT, linewidth=0.7, linestyle=":")
            panel.set(xscale="log", title=f"D = {D}")
            least, most = np.nanmin(xi.values[d, :, 0, t]), np.nanmax(xi.values[d, :, 0, t])
            if most > 10:
                panel.set_yscale("log")
                drawing.decades(panel.yaxis, 5)
            elif most - least < 0.1:  # nothing to be seen is drawn as nothing
                panel.set_ylim(min(least, 1) - 0.05, max(most, 1) + 0.05)
    for panel, teacher in zip(axes[:, 0], teachers):
        panel.set_ylabel(drawing.label(f"ξ, teacher:\n{label_of(teacher)}", xi))
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("steps", step))
    drawing.legend(figure, [*looks.items(), ("before training", {"linestyle": "-"})])
    return SUPERIORITY, figure


BANDS = (
    "Root mean square of the error in three bands of wave numbers at the last record: below 4, 4 to 12 and from 12 cycles"
    " over the box (DFT, DCT or DST). The starts hold no mode beyond the fifth, so the highest band is round-off, unless"
    " a stencil makes it grow. First boundary, every seed."
)


def bands(result):
    tables = [result.quantity(f"frmse_{band}") for band in ("low", "middle", "high")]
    names = list(result.values("contestant"))
    dimensions = result.values("dimension").astype(int)
    looks = style.named(["k < 4", "4 ≤ k < 12", "k ≥ 12"])
    figure, axes = drawing.panels(1, len(dimensions), 0.24 * len(names) + 0.7, sharey=True)
    rows = np.arange(len(names))[::-1]
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        floor = 1e-18
        for table, look in zip(tables, looks.values()):
            for c, row in enumerate(rows):
                values = table.values[d, 0, 0, c, :, -1]
                values = values[np.isfinite(values) & (values > floor)]
                panel.plot(values, np.full(values.size, row), linestyle="none", **look)
        panel.set(xscale="log", title=f"D = {D}", xlabel=drawing.label("fRMSE", tables[0]))
        drawing.decades(panel.xaxis, 5)
        panel.set_ylim(-0.6, len(names) - 0.4)
    axes[0, 0].set_yticks(rows, [label_of(name) for name in names], fontsize=7)
    drawing.legend(figure, looks.items())
    return BANDS, figure


LASTING = (
    "Steps till the Pearson correlation with the true field falls below 0.9, lowest, middle and highest seed. Points on"
    " the right edge: not within the rollout. Diffusion leaves the slowest mode to all, so correlation is lost only by"
    " what does not diffuse, diffuses at another rate along other modes, or grows."
)


def correlation_times(result):
    times, steps = result.quantity("correlation_time"), result.values("step")
    names = list(result.values("contestant"))
    dimensions = result.values("dimension").astype(int)
    looks = style.named(result.values("boundary"))
    figure, axes = drawing.panels(1, len(dimensions), 0.24 * len(names) + 0.7, sharey=True)
    rows = np.arange(len(names))[::-1]
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for b, look in enumerate(looks.values()):
            for c, row in enumerate(rows):
                values = times.values[d, b, 0, c, :, 0]
                lasts = np.where(np.isfinite(values), values, steps[-1])
                inside = np.isfinite(values)
                place = np.full(values.size, row + 0.2 * (1 - b))
                panel.plot(lasts[inside], place[inside], linestyle="none", **look)
                panel.plot(lasts[~inside], place[~inside], linestyle="none", fillstyle="none", clip_on=False, in_layout=False, **look)
        panel.set(xlim=(0, steps[-1]), title=f"D = {D}", xlabel=drawing.label("steps", times))
        panel.set_ylim(-0.6, len(names) - 0.4)
    axes[0, 0].set_yticks(rows, [label_of(name) for name in names], fontsize=7)
    drawing.legend(figure, [*looks.items(), ("beyond the rollout", {"marker": "o", "fillstyle": "none"})])
    return LASTING, figure


def figures(result):
    return drawing.draw_all(result, (rollout, geometric_means, superiority, correlation_times, bands))


def summary(result):
    means, names = result.values("nrmse_geometric_mean"), list(result.values("contestant"))
    difficulties = result.values("difficulty")
    rate = result.values("rate")[:, 0]
    lines = [
        "Difficulty γ₂ = "
        + ", ".join(f"{g:g}" for g in difficulties)
        + "; at the first r = "
        + ", ".join(f"{r:.3g}" for r in rate)
        + " for D = "
        + ", ".join(f"{int(D)}" for D in result.values("dimension"))
        + "."
    ]
    middle = np.nanmedian(np.where(np.isfinite(means), means, np.inf), axis=4)[:, :, 0]
    for d, D in enumerate(result.values("dimension").astype(int)):
        order = np.argsort(np.median(middle[d], axis=0))[:2]
        lines.append(
            f"D = {D}: smallest geometric means of nRMSE by "
            + " and ".join(f"{label_of(names[c])} ({np.median(middle[d, :, c]):.2g})" for c in order)
            + "."
        )
    helped = [claim for claim in result.claims if claim.id.startswith("unrolling_helps") and claim.stored in (0, 1)]
    lines.append(f"Unrolled training lowers it in {sum(c.stored for c in helped)} of {len(helped)} comparisons.")
    return " ".join(lines)
