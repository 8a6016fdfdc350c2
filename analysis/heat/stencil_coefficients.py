"""analysis/heat/stencil_coefficients.py

What does attention make of a conductivity that varies, and how far may a tensor be stretched before nonnegative
weights give out?
"""

import numpy as np
from matplotlib.colors import LogNorm

from analysis import drawing, style
from analysis.heat.equations import COEFFICIENTS as EQUATIONS

CONTRAST = (
    "Left: change of the sum of the field after all steps, relative, without Dirichlet walls; right: distance to a"
    " reference on finer cells at the end, over the way that the field has gone. Worst of all maps and boundaries,"
    " by the contrast of the map. Row-softmaxes of pairwise logits lose heat; the flux form and Sinkhorn's"
    " normalisation keep it, and of these two only the flux form can be the step."
)


def contrast(result):
    contrasts, drift, error = (result.quantity(name) for name in ("contrast", "drift_of_sum", "error"))
    dimensions = result.values("dimension").astype(int)
    looks = style.named(result.values("contestant"))
    figure, axes = drawing.panels(2, len(dimensions), 2.3, sharex=True, sharey="row")
    floor = drawing.floor_below(drift.values, 1e-18)
    for d, (top, bottom, D) in enumerate(zip(axes[0], axes[1], dimensions)):
        worst_drift = np.nanmax(drift.values[d], axis=(0, 1)) if np.any(drift.values[d] >= 0) else None
        worst_error = np.nanmax(error.values[d], axis=(0, 1))
        for c, look in enumerate(looks.values()):
            if worst_drift is not None:
                drawing.scatter_log(top, contrasts.values, worst_drift[:, c], floor, **look)
            bottom.plot(contrasts.values, worst_error[:, c], linewidth=0.8, **look)
        drawing.limit(top, drawing.tolerance(result, "flux_keeps_sum"))
        top.set(xscale="log", yscale="log", title=f"D = {D}")
        bottom.set(xscale="log", yscale="log", xlabel=drawing.label("contrast", contrasts))
        drawing.decades(top.yaxis, 8)
        drawing.decades(bottom.xaxis, 4)
    axes[0, 0].set_ylabel(drawing.label("|change of the sum|", drift))
    axes[1, 0].set_ylabel(drawing.label("error / way", error))
    drawing.legend(figure, [*looks.items(), ("bound", {**drawing.LIMIT})])
    return CONTRAST, figure


RATES = (
    "Left: the rate of the step that pairwise logits z_ij = log r, z_ii = 0 make on a constant conductivity, points"
    " measured from an impulse, lines r / (1 + 2 D r); dotted the rate that was asked for. Right: error on a smooth"
    " conductivity under refinement, D = the largest visited, first boundary; grey: slopes 0 and -2."
)


def rates(result):
    rate, seen = result.quantity("rate"), result.values("effective_rate")
    dimensions = result.values("dimension").astype(int)
    figure, axes = drawing.panels(1, 2, 2.8)
    left, right = axes[0]
    fine = np.geomspace(rate.values.min(), rate.values.max(), 200)
    left.plot(fine, fine, color=style.FAINT, linestyle=(0, (1, 1.5)), linewidth=0.9)
    for d, D in enumerate(dimensions):
        left.plot(fine, fine / (1 + 2 * D * fine), color=style.INK, linewidth=0.9)
        left.plot(rate.values, seen[d], linestyle="none", marker=style.MARKERS[d], color=style.PALETTE[d])
        drawing.note(left, f"D = {D}", (fine[-1], fine[-1] / (1 + 2 * D * fine[-1])), shift=(-2, 3), ha="right")
    left.set(xscale="log", yscale="log", xlabel=drawing.label("r", rate), ylim=(seen.min() / 2, 2))
    left.set_ylabel("effective rate [1]")
    looks = style.named(result.values("contestant"))
    d = len(dimensions) - 1
    cells = np.asarray(result.parameter(f"order_cells_{dimensions[d]}d"), float)
    errors = result.quantity("order_error")
    for c, look in enumerate(looks.values()):
        right.plot(cells, errors.values[d, 0, c, : len(cells)], linewidth=0.8, **look)
    for power in (0, 2):
        start = np.nanmax(errors.values[d, 0, :, 0]) if power == 0 else errors.values[d, 0, 1, 0]
        right.plot(
            cells,
            (1.3 if power == 0 else 0.7) * start * (cells[0] / cells) ** power,
            color=style.FAINT,
            linewidth=0.9,
            linestyle=(0, (1, 1.5)),
        )
    right.set(xscale="log", yscale="log", xlabel="cells along each axis [1]")
    right.set_ylabel(drawing.label("root mean square error", errors))
    drawing.plain_ticks(right.xaxis, cells)
    drawing.legend(figure, looks.items())
    return RATES, figure


STRETCH = (
    "Left: the ratio of eigenvalues up to which a trained softmax head is consistent with div(K grad u), by the angle"
    " of the long axis (points), and by a linear programme (lines); dashed, (W + sqrt(1 + W²))². Right: the reach of"
    " Selling's offsets, worst of all angles (points), and the half-width of the smallest window that serves every"
    " angle (line)."
)


def stretch(result):
    angle = np.degrees(result.values("angle"))
    head, theory = result.values("threshold_head"), result.values("threshold_theory")
    reaches, bound = result.values("reach").astype(int), result.values("worst_threshold_expected")
    figure, axes = drawing.panels(1, 2, 2.9)
    left, right = axes[0]
    looks = style.named([f"W = {W}" for W in reaches])
    for w, look in enumerate(looks.values()):
        left.plot(angle, theory[w], color=look["color"], linewidth=0.9)
        left.plot(angle, head[w], linestyle="none", **look)
        left.axhline(bound[w], color=look["color"], linewidth=0.8, linestyle=style.DASHED)
    left.set(yscale="log", xlabel="angle of the long axis [°]", ylim=(0.8 * bound.min(), 5 * bound.max()))
    left.set_ylabel("largest consistent λ [1]")
    ratio = result.quantity("ratio")
    right.plot(ratio.values, result.values("needed_reach"), color=style.INK, linewidth=0.9, drawstyle="steps-mid")
    right.plot(ratio.values, result.values("selling_reach"), linestyle="none", marker="o", color=style.BLUE)
    right.set(xscale="log", yscale="log", xlabel=drawing.label("λ", ratio), ylabel="reach [cells]")
    drawing.plain_ticks(right.yaxis, [1, 2, 4, 8, 16])
    drawing.legend(figure, [*looks.items(), ("Selling", {"marker": "o", "color": style.BLUE})])
    return STRETCH, figure


WEIGHTS = (
    "Weights of trained heads at the worst angle, one percent below where their window gives out: what is left are the"
    " two directions next to the long axis, and what the short one needs."
)


def weights(result):
    reaches = result.values("reach").astype(int)
    table = result.values("worst_weights")
    most, least = float(np.nanmax(table)), 1e-6
    figure, axes = drawing.panels(1, len(reaches), 2.5, legend_lines=0)
    side = table.shape[1] // 2
    for w, (panel, W) in enumerate(zip(axes[0], reaches)):
        part = table[w, side - W : side + W + 1, side - W : side + W + 1]
        shown = panel.imshow(
            np.maximum(part, least),
            origin="lower",
            norm=LogNorm(least, most),
            extent=(-W - 0.5, W + 0.5, -W - 0.5, W + 0.5),
        )
        panel.grid(False)
        phi = np.arctan(1 / W) / 2
        panel.plot([-W * np.cos(phi), W * np.cos(phi)], [-W * np.sin(phi), W * np.sin(phi)], color="white", linewidth=0.8)
        panel.set(title=f"W = {W}", xlabel="x offset [cells]")
        panel.set_xticks(range(-W, W + 1))
        panel.set_yticks(range(-W, W + 1))
    axes[0, 0].set_ylabel("y offset [cells]")
    figure.colorbar(shown, ax=list(axes[0]), label="weight [1]", shrink=0.8)
    return WEIGHTS, figure


def figures(result):
    return drawing.draw_all(result, (rates, contrast, stretch, weights))


def summary(result):
    names = [str(name) for name in result.values("contestant")]
    drift, measured = result.values("drift_of_sum"), result.values("worst_threshold")
    by_name = {name: np.nanmax(drift[..., c]) if np.any(drift[..., c] >= 0) else np.nan for c, name in enumerate(names)}
    limits = ", ".join(f"{value:.4g} (W = {W})" for W, value in zip(result.values("reach").astype(int), measured))
    return (
        f"A row-softmax of learned logits loses up to {100 * by_name['row']:.2g} % of the heat, the flux form"
        f" {by_name['flux']:.1g}, Sinkhorn's normalisation {by_name['sinkhorn']:.1g}. Trained heads give out at ratios of"
        f" {limits}."
    )
