"""analysis/heat/varied_conductivity.py

Conductivities that vary: errors against manufactured solutions, fronts, layers; what multigrid leaves.
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.solver_tables import pretty

MANUFACTURED = (
    "Root mean square error against manufactured solutions with conductivities that vary in space, with"
    " direction and with the temperature, on grids refined by two; explicit steps at fixed dt / h²,"
    " implicit ones at fixed dt / h. Dotted: second order."
)


def manufactured(result):
    errors, cells = result.quantity("manufactured_error"), result.quantity("manufactured_cells")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    names = [str(name) for name in result.values("operator")]
    figure, axes = drawing.panels(len(names), len(dimensions), 1.55, sharex="col", sharey="row")
    for o, name in enumerate(names):
        for d, D in enumerate(dimensions):
            panel, grid = axes[o, d], cells.values[d]
            for row, look in zip(errors.values[o, d], looks.values()):
                panel.plot(grid, row, **{**look, "linewidth": 0.8})
            guide = 0.6 * errors.values[o, d].min(axis=0)[-1] * (grid[-1] / grid) ** 2
            panel.plot(grid, guide, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
            panel.set(xscale="log", yscale="log")
            drawing.plain_ticks(panel.xaxis, grid)
            drawing.decades(panel.yaxis, 4)
        axes[o, 0].set_ylabel(f"{pretty(name)}\nerror [{errors.unit}]")
    for panel, D in zip(axes[0], dimensions):
        panel.set_title(f"D = {D}")
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("cells along each axis", cells))
    drawing.legend(
        figure, [*looks.items(), ("slope −2", {"color": style.FAINT, "linestyle": (0, (1, 1.5))})]
    )
    return MANUFACTURED, figure


LIMITS = (
    "Left: exponent with which the front of heat moves in a conductivity u^m, by explicit steps and (crosses)"
    " by implicit ones over Newton's method; lines are 1 / (2 + m D). Middle: the largest heat that a cell"
    " gains in the exact steady state of layers in series, against the contrast of conductivities. Right:"
    " what a cycle of multigrid leaves of the residual, for systems (I − a L) x = b and every boundary."
    " Dashed: bounds of the claims."
)


def fronts(panel, result, looks):
    power, measured = result.quantity("power"), result.values("front_exponent")
    m = np.linspace(0, 1.15 * power.values.max(), 60)
    for d, (look, D) in enumerate(zip(looks.values(), result.values("dimension"))):
        panel.plot(m, 1 / (2 + m * D), color=look["color"])
        explicit, newton = measured[:, d]
        panel.plot(power.values, explicit, linestyle="none", **look)
        panel.plot(power.values, newton, **{**look, "linestyle": "none", "marker": "x", "markersize": 7})
    panel.set(xlabel=drawing.label("power m", power), ylabel="d log R / d log t [1]", ylim=(0, 0.55))


def layers(panel, result, looks):
    contrast, imbalance = result.quantity("contrast"), result.quantity("layers_imbalance")
    floor, bound = 1e-17, drawing.tolerance(result, "steady_flux_")
    for look, row in zip(looks.values(), imbalance.values):
        drawing.scatter_log(panel, contrast.values, row, floor, **look)
    panel.set(xscale="log", yscale="log", xlabel=drawing.label("contrast", contrast))
    panel.set_ylim(floor / 3, 30 * max(bound, imbalance.values.max()))
    panel.set_ylabel(drawing.label("imbalance", imbalance))
    drawing.limit(panel, bound)
    drawing.mark_floor(panel, floor, imbalance.values)


def cycles(panel, result, looks):
    step, reduction = result.quantity("system_step"), result.quantity("multigrid_reduction")
    for d, look in enumerate(looks.values()):
        for row in reduction.values[d]:
            panel.plot(step.values, row, linestyle="none", **look)
    bound = drawing.tolerance(result, "multigrid_reduction")
    drawing.limit(panel, bound)
    panel.set(xscale="log", xlabel=drawing.label("a", step))
    panel.set_ylim(0, 1.4 * max(bound, reduction.values.max()))
    panel.set_ylabel(drawing.label("residual left by a cycle", reduction))
    panel.margins(x=0.15)


def limits(result):
    looks = style.named([f"D = {int(D)}" for D in result.values("dimension")])
    figure, axes = drawing.panels(1, 3, 2.3)
    for panel, draw in zip(axes[0], (fronts, layers, cycles)):
        draw(panel, result, looks)
    drawing.legend(figure, list(looks.items()))
    return LIMITS, figure
