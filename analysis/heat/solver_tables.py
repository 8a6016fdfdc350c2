"""analysis/heat/solver_tables.py

Dot plots with a row a solver: orders against those expected, decay errors against their bounds.
"""

import numpy as np

from analysis import drawing, style

BAND = "#dfe8ef"
PRETTY = {
    "ftcs": "explicit step",
    "ftcs_blocked": "explicit, blocked",
    "positive_map": "positive map",
    "adi": "alternating directions",
    "lattice": "lattice propagator",
    "band_limited": "band-limited propagator",
    "variable": "harmonic faces",
    "variable_tr_bdf2": "harmonic, TR-BDF2",
    "anisotropic": "turning tensor",
    "nonlinear": "kappa(u)",
}
WORDS = {
    "backward_euler": "backward Euler",
    "euler": "Euler",
    "heun": "Heun",
    "rk4": "RK4",
    "rkl1": "RKL1",
    "rkl2": "RKL2",
    "rkc2": "RKC2",
    "crank_nicolson": "Crank–Nicolson",
    "tr_bdf2": "TR-BDF2",
    "_cg": ", CG",
    "_multigrid": ", multigrid",
    "_star": ", star ",
}


def pretty(name):
    """'rk4_star6' as a reader says it: 'RK4, star 6'."""
    if name in PRETTY:
        return PRETTY[name]
    for word, said in WORDS.items():
        name = name.replace(word, said)
    return name


def tolerances(result, prefix, dimension, boundaries):
    """The tolerances of the claims PREFIX_Dd_BOUNDARY; (boundary,), NaN where there is none."""
    known = {claim.id: claim.tolerance for claim in result.claims}
    return np.array([known.get(f"{prefix}_{dimension}d_{name}", np.nan) for name in boundaries])


class Order:
    """A row: what is measured, its expected order, orders (dimension, boundary), the ids of its claims."""

    def __init__(self, words, expected, values, claims):
        self.words, self.expected, self.values, self.claims = words, expected, values, claims


def order_rows(result):
    """Every order that the file has, those in h first."""
    stars = result.values("star_order")
    rows = [
        Order(f"star {int(p)}, in h", p, values, f"order_star{int(p)}")
        for p, values in zip(stars, result.values("star_order_observed"))
    ]
    rows.append(Order("explicit step, fixed r", 2, result.values("order"), "order_space"))
    rows.append(Order("positive map, fixed r", 4, result.values("order_positive"), "order_positive_map"))
    rows += [
        Order(f"{pretty(name)}, manufactured", p, values, f"manufactured_{name}")
        for name, p, values in zip(
            result.values("operator"), result.values("operator_order"), result.values("manufactured_order")
        )
    ]
    rows += [
        Order(f"{pretty(name)}, in dt", p, values, f"order_time_{name}")
        for name, p, values in zip(
            result.values("integrator"),
            result.values("integrator_order"),
            result.values("time_order_observed"),
        )
    ]
    return rows


def spread(places):
    """Shifts that keep the boundaries of a row apart."""
    return (np.arange(places) - (places - 1) / 2) * min(0.25, 0.6 / max(1, places))


ORDERS = (
    "Orders of every solver: measured minus expected, one row a solver, the expected order on the right. The"
    " bands are the tolerances of the claims. Stars: error of the Laplacian of a mode; fixed r: dt falls as"
    " the square of h; manufactured: against a chosen solution with its source; in dt: against the exact"
    " decay of the semi-discrete equation."
)


def orders(result):
    rows = order_rows(result)
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    figure, axes = drawing.panels(1, len(dimensions), 0.19 * len(rows) + 0.7, sharey=True)
    widest = 0
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for y, row in enumerate(rows):
            band = np.nanmax(tolerances(result, row.claims, D, list(looks)))
            panel.fill_betweenx([y - 0.42, y + 0.42], -band, band, color=BAND, linewidth=0, zorder=1)
            off = row.values[d] - row.expected
            widest = max(widest, band, np.nanmax(np.abs(off)))
            for shift, look, value in zip(spread(len(looks)), looks.values(), off):
                panel.plot([value], [y + shift], linestyle="none", **{**look, "markersize": 3.4}, zorder=3)
        panel.axvline(0, color=style.INK, linewidth=0.7, zorder=2)
        panel.set(title=f"D = {D}", xlabel="order − expected [1]", ylim=(len(rows) - 0.5, -0.5))
        panel.set_xlim(-1.1 * widest, 1.1 * widest)
        panel.grid(axis="y", visible=False)
    axes[0, 0].set_yticks(range(len(rows)), [row.words for row in rows], fontsize=7)
    right = axes[0, -1].secondary_yaxis("right")
    right.set_yticks(range(len(rows)), [f"{row.expected:g}" for row in rows], fontsize=7)
    right.tick_params(length=0)
    right.spines["right"].set_visible(False)
    drawing.legend(figure, [*looks.items(), ("tolerance", {"color": BAND, "linestyle": "-", "linewidth": 6})])
    return ORDERS, figure


DECAY = (
    "Relative error of the decay of single modes under every solver, the largest of the modes. Vertical"
    " marks: the bound of the claims, rounding and for implicit steps the tolerance of their linear systems"
    " besides. Hollow points lie at or below 1e-17, exact zeros among them."
)


def decay(result):
    names = [str(name) for name in result.values("solver")]
    errors, bounds = result.quantity("decay_error"), result.values("decay_bound")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    figure, axes = drawing.panels(1, len(dimensions), 0.175 * len(names) + 0.7, sharey=True)
    floor = 1e-17
    worst, most = errors.values.max(axis=3), bounds.max(axis=3)
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for b, (shift, look) in enumerate(zip(spread(len(looks)), looks.values())):
            small = {**look, "markersize": 3.2}
            y, x = np.arange(len(names)) + shift, worst[:, d, b]
            panel.plot(x[x > floor], y[x > floor], linestyle="none", **small)
            low = y[x <= floor]
            hollow = {**small, "markerfacecolor": "white"}
            panel.plot(np.full(low.size, floor), low, linestyle="none", **hollow)
        bound = most[:, d].max(axis=1)
        for y, x in enumerate(bound):
            panel.plot([x, x], [y - 0.4, y + 0.4], color=style.INK, linewidth=1.2)
        panel.set(xscale="log", title=f"D = {D}", xlabel=f"relative error [{errors.unit}]")
        panel.set(xlim=(floor / 2, 5 * max(most.max(), worst.max())), ylim=(len(names) - 0.5, -0.5))
        drawing.decades(panel.xaxis, 5)
    axes[0, 0].set_yticks(range(len(names)), [pretty(name) for name in names], fontsize=7)
    mark = {"color": style.INK, "marker": "|", "markersize": 8, "markeredgewidth": 1.2}
    drawing.legend(figure, [*looks.items(), ("bound", mark)])
    return DECAY, figure
