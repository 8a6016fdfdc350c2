"""analysis/heat/stencil_positive_map.py

Over which time steps and windows is one softmax head a heat step of order 2, 4, 6 or 8, and does training find it?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import POSITIVE_MAP as EQUATIONS

LAST = {2: lambda W: W**2 / 2, 4: lambda W: W**2 / 6}  # r at which the order ends, in closed form
BOUND = {6: 2 * (3 + 6**0.5), 8: 2 * (5 + 10**0.5)}  # W^2 / r of the necessary bounds
THEORY = {"linestyle": "-", "color": style.INK}


class Windows:
    """The cases (D, W), the orders and how they look."""

    def __init__(self, result):
        self.dimensions = result.values("case_dimension").astype(int)
        self.reach = result.values("case_reach").astype(int)
        self.orders = result.values("order").astype(int)
        self.looks = style.named([f"order {order}" for order in self.orders])

    def look(self, o):
        return list(self.looks.values())[o]

    def lift(self, o):
        return 0.3 - 0.17 * o


MAP = (
    "Where positive weights of an order exist: bars by linear programmes, ends measured by training as markers. Lines:"
    " r = 1/6, W²/6 and W²/2 in closed form; dashed: the necessary bounds of orders 6 and 8. Below the bars, heads"
    " trained on the heat equation itself, coloured by how far their loss is from the least of the simplex, the"
    " farthest boundary and seed."
)


def draw_lines(panel, orders, reach):
    low, high = max(0.5, reach.min() - 0.45), reach.max() + 0.45
    W = np.linspace(low, high, 200)
    for order, last in LAST.items():
        if order in orders:
            panel.plot(last(W), W, color=style.INK, linewidth=0.8, zorder=1)
    if any(order >= 4 for order in orders):
        panel.axvline(1 / 6, color=style.INK, linewidth=0.8, zorder=1)
    for order, divisor in BOUND.items():
        if order in orders:
            panel.plot(W**2 / divisor, W, color=style.FAINT, linewidth=0.8, linestyle=style.DASHED, zorder=1)


def draw_bars(panel, windows, cases, trained, theory, first):
    for c in cases:
        for o in range(len(windows.orders)):
            look, y = windows.look(o), windows.reach[c] + windows.lift(o)
            start, end = theory[c, o]
            if np.isfinite(end):
                panel.plot([max(start, first), end], [y, y], color=look["color"], linewidth=3.2, alpha=0.45, zorder=2)
            ends = trained[c, o][np.isfinite(trained[c, o])]
            panel.plot(ends, np.full(ends.shape, y), linestyle="none", zorder=3, **{**look, "markersize": 3.2})


def feasible(result):
    windows = Windows(result)
    trained, theory = result.values("edge_trained"), result.values("edge_theory")
    rate, loss, least = result.values("map_rate"), result.values("map_loss"), result.values("map_least")
    apart = np.log10(np.maximum(np.abs(loss / least - 1).max(axis=(1, 3)), 1e-16))
    first = 0.7 * min(result.values("scan_time").min(), rate.min())
    present = sorted(set(windows.dimensions))
    rows = [len(set(windows.reach[windows.dimensions == D])) for D in present]
    height = 0.3 + 0.62 * sum(max(2, n) for n in rows) / len(rows)
    figure, axes = drawing.panels(len(present), 1, height, sharex=True, height_ratios=[max(2, n) for n in rows])
    for panel, D in zip(axes[:, 0], present):
        cases = np.flatnonzero(windows.dimensions == D)
        draw_lines(panel, windows.orders, windows.reach[cases])
        draw_bars(panel, windows, cases, trained, theory, first)
        x, y = np.meshgrid(rate, windows.reach[cases] - 0.38)
        dots = panel.scatter(x.ravel(), y.ravel(), c=apart[cases].ravel(), s=13, vmin=-16, vmax=0, cmap="viridis_r", zorder=3, linewidths=0)
        panel.set_xscale("log")
        panel.set_yticks(sorted(set(windows.reach[cases])))
        panel.set_ylim(windows.reach[cases].min() - 0.55, windows.reach[cases].max() + 0.5)
        panel.set_xlim(first, 1.4 * max(rate.max(), np.nanmax(theory)))
        panel.set_ylabel(f"W [cells], D = {D}")
        panel.grid(False, axis="y")
    drawing.plain_ticks(axes[-1, 0].xaxis, [v for v in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if v >= first])
    axes[-1, 0].set_xlabel("r = κ Δt / h² [1]")
    bar = figure.colorbar(dots, ax=list(axes[:, 0]), shrink=0.8, pad=0.01, aspect=30)
    bar.set_label("log₁₀ |loss / least − 1| [1]")
    entries = [*windows.looks.items(), ("closed form", THEORY)]
    drawing.legend(figure, [*entries, ("bound", {"linestyle": style.DASHED, "color": style.FAINT})])
    return MAP, figure


CONVERGENCE = (
    "Heads run as solvers to a fixed time on grids refined by two at fixed r, past the limit 1/(2D) of the explicit"
    " step: distance from the heat equation, every boundary. Filled: weights of least norm; hollow: trained on heat"
    " polynomials. Lines: what the symbol of the weights of least norm foresees; grey: slopes of the order."
)


def convergence(result):
    windows = Windows(result)
    errors, cells = result.quantity("error_l2"), result.quantity("level_cells")
    foreseen = result.values("error_foreseen")
    dimensions = result.values("dimension").astype(int)
    rates, reaches = result.values("run_rate"), result.values("run_reach").astype(int)
    figure, axes = drawing.panels(1, len(dimensions), 3.1, legend_lines=2, sharey=True)
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for o, order in enumerate(windows.orders):
            look = windows.look(o)
            there = np.isfinite(foreseen[d, o, 0])
            x = cells.values[d, there]
            panel.plot(x, foreseen[d, o, 0, there], color=look["color"], linewidth=1.0)
            slope = 0.4 * foreseen[d, o, 0, there][-1] * (x[-1] / x[-2:]) ** order
            panel.plot(x[-2:], slope, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
            for b in range(errors.values.shape[1]):
                filled, trained = errors.values[d, b, o][:, there]
                panel.plot(x, filled, linestyle="none", **look)
                hollow = {**look, "markerfacecolor": "none", "markersize": look["markersize"] + 3}
                panel.plot(x, trained, linestyle="none", **hollow)
        panel.set(xscale="log", yscale="log", title=f"D = {D}", xlabel=drawing.label("cells along each axis", cells))
        drawing.plain_ticks(panel.xaxis, cells.values[d][np.isfinite(cells.values[d])])
        drawing.decades(panel.yaxis, 9)
    axes[0, 0].set_ylabel(drawing.label("distance from the heat equation", errors))
    entries = [
        (f"{name}: W = {W}, r = {r:g}", look) for (name, look), W, r in zip(windows.looks.items(), reaches, rates)
    ]
    drawing.legend(figure, [*entries, ("symbol's", THEORY)], columns=3)
    return CONVERGENCE, figure


MISFIT = (
    "Misfit of heads trained on heat polynomials, D = 1: points trained, lines the least of the simplex by nonnegative"
    " least squares at the same r. It falls to round-off where weights of the order exist and nowhere else."
)


def misfit(result):
    windows = Windows(result)
    time, trained, least = result.values("scan_time"), result.quantity("trained_misfit"), result.values("least_misfit")
    cases = np.flatnonzero(windows.dimensions == windows.dimensions.min())[:6]
    columns = min(3, len(cases))
    figure, axes = drawing.panels(-(-len(cases) // columns), columns, 2.1, sharey=True)
    floor = 1e-13
    for panel in axes.flat[len(cases) :]:
        panel.set_visible(False)
    for panel, c in zip(axes.flat, cases):
        for o in range(len(windows.orders)):
            look = windows.look(o)
            line = np.where(least[c, o] > floor, least[c, o], np.nan)
            panel.plot(time[c], line, color=look["color"], linewidth=0.9)
            drawing.scatter_log(panel, time[c], trained.values[c, o], floor, **{**look, "markersize": 2.6})
        panel.set(xscale="log", yscale="log", title=f"W = {windows.reach[c]}", xlabel="r [1]")
        panel.set_ylim(floor / 3, 10)
        drawing.decades(panel.yaxis, 8)
    for row in axes:
        row[0].set_ylabel(drawing.label("misfit", trained))
    drawing.legend(figure, [*windows.looks.items(), ("least of the simplex", THEORY)])
    return MISFIT, figure


BANDS = (
    "Left: heads trained on the heat equation with the same waves on finer grids; points trained, lines the least of"
    " the simplex, p the largest order that has positive weights: the loss falls as h^(2 (p + 2)). Right: heads trained"
    " as semi-discrete Laplacians: distance from each order, over what the certificate allows any positive weights;"
    " order 2 is reached, no higher one is."
)


def bands(result):
    windows = Windows(result)
    cells, loss, least = result.quantity("band_cells"), result.quantity("band_loss"), result.values("band_least")
    reach, rate, order = (result.values(name) for name in ("band_reach", "band_rate", "band_order"))
    figure, axes = drawing.panels(1, 2, 3.0)
    left, right = axes[0]
    for n in range(len(rate)):
        color, marker = style.PALETTE[n % 6], style.MARKERS[n % 6]
        name = f"W = {reach[n]:g}, r = {rate[n]:g}, p = {order[n]:g}"
        left.plot(cells.values, least[n], color=color, linewidth=0.9)
        left.plot(cells.values, loss.values[n], color=color, marker=marker, linestyle="none", label=name)
    left.set(xscale="log", yscale="log", xlabel=drawing.label("cells", cells))
    left.set_ylabel(drawing.label("loss over mean square", loss))
    drawing.plain_ticks(left.xaxis, cells.values)
    drawing.decades(left.yaxis, 9)
    left.legend(fontsize=6.5, handlelength=1.0, loc="lower left")
    misfits, bound = result.values("rate_misfit"), result.values("rate_bound")
    places = np.arange(len(windows.reach))
    for o in range(len(windows.orders)):
        barred = bound[:, o] > 0
        if barred.any():
            shift = 0.18 * (o - (len(windows.orders) - 1) / 2)
            right.plot(places[barred] + shift, (misfits / np.where(bound > 0, bound, 1))[barred, o], linestyle="none",
                       **windows.look(o))
    right.axhline(1, color=style.INK)
    right.set_xticks(places, [f"{D}d\n{W}" for D, W in zip(windows.dimensions, windows.reach)], fontsize=6.5)
    right.set(xlabel="D, W [cells]", ylabel="distance / certified distance [1]")
    drawing.legend(figure, [*windows.looks.items(), ("theory", THEORY)])
    return BANDS, figure


def figures(result):
    return drawing.draw_all(result, (feasible, convergence, misfit, bands))


def summary(result):
    trained, theory = result.values("edge_trained"), result.values("edge_theory")
    both = np.isfinite(trained) & np.isfinite(theory) & (theory > 0)
    edges = np.abs(trained[both] / theory[both] - 1).max()
    orders, seen = result.values("order"), result.values("seen_order")
    apart = np.abs(seen - orders[None, None, :, None]).max()
    worst = np.abs(result.values("map_loss") / result.values("map_least") - 1).max()
    return (
        f"The {np.count_nonzero(both)} ends of the feasible times that training shows are those of the linear programmes"
        f" to {edges:.1g}. Heads of order {', '.join(f'{order:g}' for order in orders)}, with weights of least norm and"
        f" trained, converge at their order to {apart:.2g}. On the heat equation's own fields training reaches the least"
        f" loss of the simplex to {worst:.1g}."
    )
