"""analysis/heat/stencil_boundaries.py

What does an attention stencil do at a wall: mask the keys beyond it, or reflect the field?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import BOUNDARIES as EQUATIONS

ORDER = (
    "Error of the head against the heat equation at a fixed time, first mode, on grids refined by two. Masking the"
    " keys beyond a wall is of first order in h, whatever the head is inside; reflecting ghosts are of second. Grey:"
    " slopes -1 and -2."
)


def order(result):
    errors, cells = result.quantity("error_l2"), result.quantity("level_cells")
    dimensions = result.values("dimension").astype(int)
    looks = style.named(result.values("treatment"))
    figure, axes = drawing.panels(1, len(dimensions), 2.6, sharey=True)
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for t, look in enumerate(looks.values()):
            panel.plot(cells.values, errors.values[d, t], **{**look, "linestyle": "-"})
        for t, power in ((0, 1), (1, 2)):
            line = 0.6 * errors.values[d, t, -1] * (cells.values[-1] / cells.values) ** power
            panel.plot(cells.values, line, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
        panel.set(
            xscale="log", yscale="log", title=f"D = {D}", xlabel=drawing.label("cells along each axis", cells)
        )
        drawing.plain_ticks(panel.xaxis, cells.values)
        drawing.decades(panel.yaxis, 6)
    axes[0, 0].set_ylabel(drawing.label("root mean square error", errors))
    drawing.legend(figure, looks.items())
    return ORDER, figure


SHORTER = (
    "Left: how much too fast the first mode of a masked line of N cells decays, points measured, line (N / (N - 2"
    " r))^2: the wall acts as if it stood r cells further in. Right: change of the sum of the field, relative, after"
    " many steps; a masked head keeps the sum weighted by what the mask has left of each row."
)


def shorter(result):
    cells, measured = result.quantity("line_cells"), result.values("decay_ratio")
    r = result.parameter("stability") / 2
    dimensions = result.values("dimension").astype(int)
    looks = style.named([str(name) for name in result.values("treatment")] + ["mask, sum of Z u"])
    figure, axes = drawing.panels(1, 2, 2.7)
    left, right = axes[0]
    fine = np.geomspace(cells.values.min(), cells.values.max(), 200)
    left.plot(fine, (fine / (fine - 2 * r)) ** 2 - 1, color=style.INK)
    left.plot(cells.values, measured - 1, linestyle="none", marker="o")
    left.set(xscale="log", yscale="log", xlabel=drawing.label("cells of the line", cells))
    left.set_ylabel("decay / decay of the step − 1 [1]")
    drawing.plain_ticks(left.xaxis, cells.values)
    tables = [*result.values("drift_of_sum").T, result.values("drift_of_weighted_sum")]
    floor = drawing.floor_below(np.concatenate(tables), 1e-18)
    for (n, look), table in zip(enumerate(looks.values()), tables):
        drawing.scatter_log(right, dimensions + 0.1 * (n - 1.5), table, floor, **look)
    right.set_yscale("log")
    right.set_xticks(dimensions, [str(D) for D in dimensions])
    right.set_xlabel("D [1]")
    right.set_ylabel("|change of the sum| [1]")
    drawing.decades(right.yaxis, 8)
    drawing.legend(figure, [*looks.items(), ("theory", {"linestyle": "-"})])
    return SHORTER, figure


def figures(result):
    return drawing.draw_all(result, (order, shorter))


def summary(result):
    orders = result.values("order")
    apart = np.abs(result.values("decay_ratio") - result.values("decay_ratio_expected"))
    slow = np.abs(result.values("masked_decay_rate") / result.values("masked_decay_rate_expected") - 1)
    return (
        f"A masked wall converges at order {orders[:, 0].min():.2f} to {orders[:, 0].max():.2f}, reflecting ghosts at"
        f" {orders[:, 1:].min():.2f} to {orders[:, 1:].max():.2f}. The first mode of a masked line decays as on one"
        f" shorter by 2 r cells, to {apart.min():.1g} on the longest line; in every dimension it is the second eigenvalue"
        f" of the masked operator, to {slow.max():.1g} relative."
    )
