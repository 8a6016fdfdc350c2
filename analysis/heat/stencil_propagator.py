"""analysis/heat/stencil_propagator.py

Which heat kernel does an attention stencil become: the Gaussian, the lattice's, or the band-limited one?
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.heat.equations import PROPAGATOR as EQUATIONS
from analysis.heat.propagator_cases import Cases

LATTICE = {"color": style.BLUE, "marker": "o", "markersize": 5.5}
BAND = {"color": style.VERMILION, "marker": "s", "markersize": 3.8}


WEIGHTS = (
    "Weights along the x axis, first seed and first boundary: trained heads as points, what they should be as"
    " lines through the integers, the untrained Gaussian dashed."
)


def draw_weights(panel, cases, c, x, lattice, bessel, band, projection):
    """One case c; x and the weights (offset,)."""
    r, D, fine = cases.r[c], cases.dimensions[c], np.linspace(x.min(), x.max(), 300)
    floor = drawing.floor_below(bessel, 1e-12) / 10
    panel.plot(fine, theory.gaussian_weights(fine, r, D), color=style.FAINT, linestyle=style.DASHED)
    panel.plot(x, np.maximum(bessel, floor), color=style.BLUE)
    panel.plot(x, np.maximum(projection, floor), color=style.VERMILION)
    drawing.scatter_log(panel, x, lattice, floor, **LATTICE)
    drawing.scatter_log(panel, x, band, floor, **BAND)
    panel.set(yscale="log", title=cases.titles[c])
    panel.set_ylim(floor / 2, 3 * max(theory.gaussian_weights(0, r, D), np.nanmax(lattice)))
    drawing.mark_floor(panel, floor, np.concatenate([lattice, band, projection]))
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    drawing.decades(panel.yaxis, 7)


def weights(result):
    cases, offset = Cases(result), result.quantity("offset")
    tables = [result.quantity("profile_" + name) for name in ("lattice", "bessel", "band", "projection")]
    figure, axes = cases.grid(2.5, legend_lines=2)
    for c, panel in enumerate(axes.flat[: len(cases.r)]):
        inside = np.abs(offset.values) <= cases.reach[c]
        draw_weights(panel, cases, c, offset.values[inside], *(table.values[c, inside] for table in tables))
        panel.set_xlabel(drawing.label("offset along x", offset))
    for row in axes:
        row[0].set_ylabel(drawing.label("weight", tables[0]))
    drawing.legend(
        figure,
        [
            ("(b) trained on the lattice propagator", LATTICE),
            ("its Bessel weights", {"color": style.BLUE, "linestyle": "-"}),
            ("(c) trained on the band-limited one", BAND),
            ("its projection on the simplex", {"color": style.VERMILION, "linestyle": "-"}),
            ("(a) Gaussian", {"color": style.FAINT, "linestyle": style.DASHED}),
        ],
        columns=3,
    )
    return WEIGHTS, figure


SYMBOLS = (
    "Largest distance of the symbol from that of the heat equation, exp(−r |θ|²), over modes of the grid."
    " Left: the untrained Gaussian head, measured on the theta function's value. Right: the head trained on"
    " the band-limited propagator, one point a seed, on that of the projection for the same field, and the"
    " Gaussian's over all angles for comparison."
)


def symbols(result):
    cases = Cases(result)
    gaussian, gaussian_theory = result.quantity("gaussian_sup"), result.values("gaussian_sup_theory")
    band, band_theory = result.quantity("band_sup"), result.values("band_sup_theory")
    supremum = [theory.gaussian_supremum(r, D) for r, D in zip(cases.r, cases.dimensions)]
    figure, axes = drawing.panels(1, 2, 2.9, legend_lines=2, sharey=True)
    left, right = axes[0]
    dash = {"marker": "_", "markersize": 11, "linestyle": "none", "color": style.INK, "zorder": 1}
    for b, look in enumerate(cases.looks.values()):
        x = cases.dodged(b)
        left.plot(x, gaussian_theory[:, b], **dash)
        left.plot(x, gaussian.values[:, b], linestyle="none", **look)
        x = x[:, None] * np.ones(band_theory.shape[-1])
        right.plot(x, band_theory[:, b], **dash)
        right.plot(x, band.values[:, b], linestyle="none", alpha=0.75, **look)
    right.hlines(supremum, cases.places - 0.4, cases.places + 0.4, color=style.FAINT, linestyle=style.DASHED)
    for panel, title in (
        (left, "(a) untrained Gaussian"),
        (right, "(c) trained on the band-limited propagator"),
    ):
        panel.set(yscale="log", title=title)
        drawing.decades(panel.yaxis)
        cases.name(panel)
    left.set_ylabel(drawing.label("largest symbol error", gaussian))
    drawing.legend(
        figure,
        [
            *cases.looks.items(),
            ("Gaussian, all angles", {"color": style.FAINT, "linestyle": style.DASHED}),
            ("theory: theta function (a), projection (c)", {**dash, "markersize": 10}),
        ],
        columns=3,
    )
    return SYMBOLS, figure


ERRORS = (
    "How far training came, one point a case, boundary and seed: biases against those of the Bessel weights"
    " where the weight counts; weights and symbol against the projection for the field's own spectrum."
    " Dashed: the bounds of the claims."
)


def errors(result):
    cases = Cases(result)
    tables = (
        ("lattice_bias_error", "lattice_bias_", "(b) largest error of a bias"),
        ("band_weight_error", "band_weights_", "(c) largest error of a weight"),
        ("band_symbol_error", "band_symbol_", "(c) largest error of the symbol"),
    )
    figure, axes = drawing.panels(1, len(tables), 2.9, sharey=True)
    everything = np.concatenate([result.values(name).ravel() for name, _, _ in tables])
    floor = drawing.floor_below(everything[np.isfinite(everything)], 1e-17)
    for panel, (name, claims, title) in zip(axes[0], tables):
        table = result.quantity(name)
        for b, look in enumerate(cases.looks.values()):
            drawing.scatter_log(
                panel, cases.dodged(b, 0.6)[:, None], table.values[:, b], floor, alpha=0.75, **look
            )
        bound = drawing.tolerance(result, claims)
        drawing.limit(panel, bound)
        panel.set(yscale="log", title=f"{title}\nclaimed: at most {bound:.0e}")
        drawing.mark_floor(panel, floor, table.values)
        drawing.decades(panel.yaxis)
        cases.name(panel)
        panel.tick_params(axis="x", labelsize=6.5)
    axes[0, 0].set_ylabel(drawing.label("error", result.quantity("lattice_bias_error")))
    drawing.legend(figure, [*cases.looks.items(), ("bound of the claim", drawing.LIMIT)])
    return ERRORS, figure


ROLLOUT = (
    "The head of (c) with the weights of the first seed, stepped many times: measured distance from the heat"
    " equation's solution (points) on the closed form for those weights (lines)."
)


def rollout(result):
    cases = Cases(result)
    figure, axes = cases.grid(2.2, legend_lines=2)
    tables = rollouts.Tables(result)
    for c, title in enumerate(cases.titles):
        tables.draw(axes.flat[c], title, (c,))
    tables.label(figure, axes)
    return ROLLOUT, figure


def figures(result):
    return drawing.draw_all(result, (weights, symbols, errors, rollout))


def summary(result):
    gaussian = np.abs(result.values("gaussian_sup") - result.values("gaussian_sup_theory")).max()
    bias, weight = result.values("lattice_bias_error"), result.values("band_weight_error")
    floor, loss = result.values("band_floor"), result.values("band_loss")
    cases = Cases(result)
    sup = np.nanmax(result.values("band_sup"), axis=(1, 2))
    better = sum(s < theory.gaussian_supremum(r, D) for s, r, D in zip(sup, cases.r, cases.dimensions))
    return (
        f"(a) The untrained Gaussian's symbol error is the theta function's to {gaussian:.2g}. (b) Biases"
        f" differ from log I_d(2r)/I_0(2r) by {bias.min():.2g} to {bias.max():.2g}. (c) Weights differ from"
        f" the projection by {weight.min():.2g} to {weight.max():.2g}, the loss from its floor by at most"
        f" {np.max(loss - floor):.2g}; the largest symbol error of any seed and boundary is below the"
        f" Gaussian's in {better} of {len(cases.r)} cases."
    )
