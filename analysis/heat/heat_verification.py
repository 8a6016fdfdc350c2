"""analysis/heat/heat_verification.py

Do the explicit heat step and the exact propagators decay every mode as theory says, at the order it says?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.heat.equations import VERIFICATION as EQUATIONS
from analysis.heat.photograph import picture

METHODS = (
    ("ftcs_decay_error", "explicit steps", "decay_ftcs_"),
    ("lattice_decay_error", "lattice propagator", "decay_lattice_"),
    ("band_limited_decay_error", "band-limited propagator", "decay_band_limited_"),
)


def slope(axes, cells, through, order):
    """A line of that order, a little under the lowest curve; through (level,)."""
    line = 0.55 * through[-1] * (cells[-1] / cells) ** order
    axes.plot(cells, line, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
    middle = len(cells) // 2
    drawing.note(
        axes,
        f"slope −{order}",
        (cells[middle], line[middle]),
        shift=(-6, -2),
        ha="right",
        va="top",
        color=style.FAINT,
    )


ORDER = (
    "Error of the explicit step against the heat equation at a fixed time, mode 1 on every axis, on grids"
    " refined by two. Points are measured, lines are the closed form. At fixed r the error falls as the"
    " square of h; at r = 1/6 in one dimension the two leading errors cancel and it falls as the fourth"
    " power."
)


def order(result):
    errors, sixth = result.quantity("error_l2"), result.quantity("error_l2_sixth")
    cells = result.quantity("level_cells")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    stability = result.parameter("stability")
    steps = result.parameter("coarsest_steps") * (cells.values / cells.values[0]) ** 2
    tables = [
        (f"D = {D}, r = {stability / (2 * D):.3g}", D, stability / (2 * D), errors.values[d], 2)
        for d, D in enumerate(dimensions)
    ]
    tables.append(("D = 1, r = 1/6", 1, 1 / 6, sixth.values, 4))

    figure, axes = drawing.panels(1, len(tables), 2.5)
    for panel, (title, D, r, table, power) in zip(axes[0], tables):
        for (name, look), row in zip(looks.items(), table):
            panel.plot(
                cells.values, theory.explicit_error(cells.values, r, D, name, steps), color=look["color"]
            )
            drawing.scatter_log(panel, cells.values, row, 1e-17, **look)
        slope(panel, cells.values, table.min(axis=0), power)
        panel.set(
            xscale="log", yscale="log", title=title, xlabel=drawing.label("cells along each axis", cells)
        )
        drawing.plain_ticks(panel.xaxis, cells.values)
        drawing.decades(panel.yaxis, 5)
    axes[0, 0].set_ylabel(drawing.label("root mean square error", errors))
    drawing.legend(figure, [*looks.items(), ("closed form", {"linestyle": "-"})])
    return ORDER, figure


ROLLOUT = (
    "A photograph (a line of it, the picture, a block of it) diffuses by explicit steps. Points: measured"
    " distance from the heat equation's solution, relative to that solution. Lines: the same in closed form,"
    " a sum over the modes of the start. Nothing is fitted."
)


def rollout(result):
    dimensions = result.values("dimension").astype(int)
    figure, axes = drawing.panels(1, len(dimensions), 2.6, sharey=True)
    tables = rollouts.Tables(result, starts=["picture"])
    for d, D in enumerate(dimensions):
        tables.draw(axes[0, d], f"D = {D}", (d, slice(None), None))
    tables.label(figure, axes)
    return ROLLOUT, figure


DECAY = (
    "Relative error of the decay of single modes under each of the three solvers, boundaries set a little"
    " apart. The dashed line is the bound that the claims set; hollow points on the dotted line are at or"
    " below it, exact zeros among them."
)


def decay(result):
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    mode = result.quantity("mode")
    figure, axes = drawing.panels(len(METHODS), len(dimensions), 1.75, sharex=True, sharey=True)
    floor, largest = 1e-17, max(np.nanmax(result.values(name)) for name, _, _ in METHODS)
    for row, (name, words, claims) in zip(axes, METHODS):
        errors = result.quantity(name)
        for d, (panel, D) in enumerate(zip(row, dimensions)):
            for b, look in enumerate(looks.values()):
                shift = 1 + 0.05 * (b - (len(looks) - 1) / 2)
                drawing.scatter_log(panel, mode.values * shift, errors.values[d, b], floor, **look)
            panel.set(xscale="log", yscale="log")
            bound = drawing.tolerance(result, claims)
            drawing.limit(panel, bound)
            panel.set_ylim(floor / 3, 30 * max(bound, largest))
            drawing.mark_floor(panel, floor, errors.values[d])
            drawing.plain_ticks(panel.xaxis, mode.values)
            drawing.decades(panel.yaxis, 6)
        row[0].set_ylabel(f"{words}\nrelative error [{errors.unit}]")
    for panel, D in zip(axes[0], dimensions):
        panel.set_title(f"D = {D}")
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("wave number m on every axis", mode))
        panel.set_xlim(mode.values.min() / 1.25, mode.values.max() * 1.25)
    drawing.legend(figure, [*looks.items(), (f"claimed: at most {bound:.0e}", drawing.LIMIT)])
    return DECAY, figure


def figures(result):
    return drawing.draw_all(result, (order, rollout, decay, picture))


def summary(result):
    decays = max(np.nanmax(result.values(name)) for name, _, _ in METHODS)
    orders, sixth = result.values("order"), result.values("error_l2_sixth")
    fourth = np.log2(sixth[:, -2] / sixth[:, -1])
    apart = rollouts.worst_disagreement(result)
    return (
        f"Largest relative error of any mode's decay: {decays:.2g}. Order in h on the two finest grids:"
        f" {orders.min():.4f} to {orders.max():.4f} (2 expected), at r = 1/6 in one dimension"
        f" {fourth.min():.4f} to {fourth.max():.4f} (4 expected). Over {int(result.values('step')[-1])} steps"
        " from the photograph the measured distance from the heat equation and the predicted one differ by"
        f" at most {apart:.2g} relative."
    )
