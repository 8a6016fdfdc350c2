"""analysis/heat/heat_verification.py

Does every heat solver decay every mode as theory says, at the order it says, whatever the boundaries,
the dimension and the conductivity?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.heat.equations import VERIFICATION as EQUATIONS
from analysis.heat.photograph import picture
from analysis.heat.solver_tables import decay, order_rows, orders
from analysis.heat.varied_conductivity import limits, manufactured

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


def figures(result):
    return drawing.draw_all(result, (orders, decay, order, manufactured, limits, rollout, picture))


def summary(result):
    errors, bounds = result.values("decay_error"), result.values("decay_bound")
    rows = order_rows(result)
    off, words = max((np.abs(row.values - row.expected).max(), row.words) for row in rows)
    sixth = result.values("error_l2_sixth")
    fourth = np.log2(sixth[:, -2] / sixth[:, -1])
    apart = rollouts.worst_disagreement(result)
    return (
        f"{errors.shape[0]} solvers: the decay of every mode lies within {np.max(errors / bounds):.2g} of its"
        f" bound. {len(rows)} orders: the farthest from the expected one is off by {off:.2g} ({words}); at"
        f" r = 1/6 in one dimension the explicit step has order {fourth.min():.4f} to {fourth.max():.4f}"
        f" (4 expected). A cycle of multigrid leaves at most {result.values('multigrid_reduction').max():.3f}"
        f" of the residual. Over {int(result.values('step')[-1])} steps from the photograph the measured"
        f" distance from the heat equation and the predicted one differ by at most {apart:.2g} relative."
    )
