"""analysis/heat/stencil_propagator.py

Which heat kernel does an attention stencil become: the Gaussian, the lattice's, or the band-limited one?
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis import drawing, style
from analysis.heat import rollouts, theory

EQUATIONS = (
    (
        (
            r"u_i' = \sum_o p_o\,u_{i+o},\quad p = \mathrm{softmax}(\mathrm{bias}),\quad |o_a| \leq"
            r" \mathrm{reach}"
        ),
        "u' = sum_o p_o u_(i+o), p = softmax(bias) on the offsets |o_a| <= reach",
    ),
    (
        r"\mathrm{(a)\ untrained:}\ \mathrm{bias} = -\frac{|o|^2}{4r} \qquad "
        r"\mathrm{(b)\ trained\ on}\ e^{r\nabla_h^2}\mathrm{:}\ \mathrm{bias} = \log\prod_a"
        r" \frac{I_{o_a}(2r)}{I_0(2r)}",
        (
            "(a) untrained, bias -|o|^2 / (4 r); (b) trained on exp(r laplace_h), bias log prod I_(o_a)(2 r)"
            " / I_0(2 r)"
        ),
    ),
    (
        r"\mathrm{(c)\ trained\ on}\ e^{-r\theta^2}\mathrm{:\ its\ negative\ weights\ are\ out\ of\ reach;}\ "
        r"p = \mathrm{argmin}_{p \geq 0,\ \sum p = 1}\ \Vert p - t \Vert_{C}",
        (
            "(c) trained on exp(-r theta^2): its negative weights are out of reach, p is its projection on"
            " the simplex"
        ),
    ),
)


class Cases:
    """D, r and reach (case,), their names, and the boundaries."""

    def __init__(self, result):
        self.dimensions = result.values("case_dimension").astype(int)
        self.r, self.reach = result.values("case_fourier"), result.values("case_reach").astype(int)
        self.looks = style.named(result.values("boundary"))
        self.titles = [f"D = {D}, r = {r:g}" for D, r in zip(self.dimensions, self.r)]
        self.places = np.arange(len(self.r))

    def dodged(self, b, width=0.5):
        return self.places + width * ((b + 0.5) / len(self.looks) - 0.5)

    def grid(self, height, legend_lines=1, **shared):
        columns = 2 if len(self.r) == 4 else min(3, len(self.r))
        figure, axes = drawing.panels(-(-len(self.r) // columns), columns, height, legend_lines, **shared)
        for panel in axes.flat[len(self.r) :]:
            panel.set_visible(False)
        return figure, axes

    def name(self, axes):
        axes.set_xticks(self.places, [title.replace(", ", "\n") for title in self.titles])
        axes.set_xlim(-0.5, len(self.r) - 0.5)
        axes.grid(False, axis="x")


LATTICE = {"color": style.BLUE, "marker": "o", "markersize": 5.5}
BAND = {"color": style.VERMILION, "marker": "s", "markersize": 3.8}


def weights(result):
    cases, offset = Cases(result), result.quantity("offset")
    lattice, bessel = result.quantity("profile_lattice"), result.values("profile_bessel")
    band, projection = result.values("profile_band"), result.values("profile_projection")
    figure, axes = cases.grid(2.5, legend_lines=2)
    for c, panel in enumerate(axes.flat[: len(cases.r)]):
        inside = np.abs(offset.values) <= cases.reach[c]
        x = offset.values[inside]
        gaussian = theory.gaussian_weights(x, cases.r[c], cases.dimensions[c])
        floor = drawing.floor_below(bessel[c, inside], 1e-12) / 10
        fine = np.linspace(x.min(), x.max(), 300)
        panel.plot(
            fine,
            theory.gaussian_weights(fine, cases.r[c], cases.dimensions[c]),
            color=style.FAINT,
            linestyle=(0, (4, 2)),
        )
        panel.plot(x, np.maximum(bessel[c, inside], floor), color=style.BLUE)
        panel.plot(x, np.maximum(projection[c, inside], floor), color=style.VERMILION)
        drawing.scatter_log(panel, x, lattice.values[c, inside], floor, **LATTICE)
        drawing.scatter_log(panel, x, band[c, inside], floor, **BAND)
        panel.set(yscale="log", title=cases.titles[c], xlabel=drawing.label("offset along x", offset))
        panel.set_ylim(floor / 2, 3 * max(gaussian.max(), np.nanmax(lattice.values[c])))
        panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        drawing.mark_floor(
            panel, floor, np.concatenate([lattice.values[c, inside], band[c, inside], projection[c, inside]])
        )
        drawing.decades(panel.yaxis, 7)
    for row in axes:
        row[0].set_ylabel(drawing.label("weight", lattice))
    drawing.legend(
        figure,
        [
            ("(b) trained on the lattice propagator", LATTICE),
            ("its Bessel weights", {"color": style.BLUE, "linestyle": "-"}),
            ("(c) trained on the band-limited one", BAND),
            ("its projection on the simplex", {"color": style.VERMILION, "linestyle": "-"}),
            ("(a) Gaussian", {"color": style.FAINT, "linestyle": (0, (4, 2))}),
        ],
        columns=3,
    )
    return (
        (
            "Weights along the x axis, first seed and first boundary: trained heads as points, what they"
            " should be as lines through the integers, the untrained Gaussian dashed."
        ),
        figure,
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
        right.plot(x[:, None] * np.ones(band_theory.shape[-1]), band_theory[:, b], **dash)
        right.plot(
            x[:, None] * np.ones(band_theory.shape[-1]),
            band.values[:, b],
            linestyle="none",
            alpha=0.75,
            **look,
        )
    right.hlines(supremum, cases.places - 0.4, cases.places + 0.4, color=style.FAINT, linestyle=(0, (4, 2)))
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
            ("Gaussian, all angles", {"color": style.FAINT, "linestyle": (0, (4, 2))}),
            ("theory: theta function (a), projection (c)", {**dash, "markersize": 10}),
        ],
        columns=3,
    )
    return (
        (
            "Largest distance of the symbol from that of the heat equation, exp(−r |θ|²), over the modes of"
            " the grid. Left: the untrained Gaussian head, measured on the theta function's value. Right: the"
            " head trained on the band-limited propagator, one point a seed, on that of the projection for"
            " the same field, and the Gaussian's over all angles for comparison."
        ),
        figure,
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
        drawing.limit(panel, bound, f"claimed: at most {bound:.0e}")
        panel.set(yscale="log", title=title)
        drawing.mark_floor(panel, floor, table.values)
        drawing.decades(panel.yaxis)
        cases.name(panel)
        panel.tick_params(axis="x", labelsize=6.5)
    axes[0, 0].set_ylabel(drawing.label("error", result.quantity("lattice_bias_error")))
    drawing.legend(figure, cases.looks.items())
    return (
        (
            "How far training came, one point a case, boundary and seed: biases against those of the Bessel"
            " weights where the weight counts; weights and symbol against the projection for the field's own"
            " spectrum. Dashed: the bounds of the claims."
        ),
        figure,
    )


def rollout(result):
    cases, step = Cases(result), result.quantity("step")
    measured, predicted = result.quantity("rollout_error"), result.quantity("rollout_error_predicted")
    starts = list(result.values("start"))
    figure, axes = cases.grid(2.2, legend_lines=2)
    for c, panel in enumerate(axes.flat[: len(cases.r)]):
        rollouts.draw_panel(panel, step.values, measured.values[c], predicted.values[c], cases.looks, starts)
        panel.set(title=cases.titles[c], xlabel=drawing.label("time steps", step))
    for row in axes:
        row[0].set_ylabel(drawing.label("relative distance\nfrom the heat equation", measured))
    rollouts.legend(figure, cases.looks, starts, columns=4)
    return (
        (
            "The head of (c) with the weights of the first seed, stepped many times: measured distance from"
            " the heat equation's solution (points) on the closed form for those weights (lines)."
        ),
        figure,
    )


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
