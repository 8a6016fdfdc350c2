"""analysis/heat/stencil_sign_barrier.py

What does a softmax head lose on a step of high order, and do two heads of opposite sign have it back?
"""

import numpy as np

from analysis import drawing, style
from analysis.heat.equations import SIGN_BARRIER as EQUATIONS

ERROR = (
    "Error of one softmax head over the size of the update it should make, one point a seed, against D r. Lines:"
    " the distance of the target's stencil from the simplex, for white noise and periodic axes. At small steps it"
    " does not depend on r: what the head cannot have is a fixed part of every update."
)


def one_head(result):
    error, white = result.quantity("one_head_error"), result.values("white_floor")
    rates, orders = result.quantity("rate"), result.values("order").astype(int)
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    figure, axes = drawing.panels(len(orders), len(dimensions), 2.2, sharex=True, sharey="row")
    seeds = error.values.shape[-1]
    for o, order in enumerate(orders):
        for d, D in enumerate(dimensions):
            panel = axes[o, d]
            panel.set_title(f"D = {D}, order {order}")
            for b, look in enumerate(looks.values()):
                places = rates.values[:, None] * np.ones(seeds)
                panel.plot(places, 100 * error.values[d, b, o], linestyle="none", alpha=0.75, **look)
            if "periodic" in looks:
                line = 100 * white[d, list(looks).index("periodic"), o]
                panel.plot(rates.values, line, color=style.INK)
            panel.set_ylim(0, 115 * np.nanmax(error.values[:, :, o]))
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("D r of the step", rates))
    for row in axes:
        row[0].set_ylabel("error / update [%]")
    drawing.legend(figure, [*looks.items(), ("theory: projection on the simplex", {"linestyle": "-"})])
    return ERROR, figure


HEADS = (
    "One head (left of each order) and two heads of opposite sign (right) on the same targets and fields, every rate"
    " and seed; two heads for every amount a above the sum of the target's negative weights. The dashed line is what"
    " the claim allows."
)


def heads(result):
    one, two = result.values("one_head_error"), result.values("two_heads_error")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    orders = result.values("order").astype(int)
    figure, axes = drawing.panels(1, len(dimensions), 2.7, sharey=True)
    floor = drawing.floor_below(np.concatenate([one.ravel(), two.ravel()]), 1e-17)
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        for b, look in enumerate(looks.values()):
            for o, order in enumerate(orders):
                for place, values in ((order - 0.4, one[d, b, o]), (order + 0.4, two[d, b, o])):
                    values = values.ravel()
                    x = np.full(values.shape, place) + 0.12 * (b - 1)
                    drawing.scatter_log(panel, x, values, floor, alpha=0.6, **look)
        panel.set(title=f"D = {D}", yscale="log", xlabel="order of the star [1]")
        panel.set_xticks(orders, [str(order) for order in orders])
        panel.axhline(drawing.tolerance(result, "two_heads_"), **drawing.LIMIT)
        drawing.decades(panel.yaxis, 8)
    axes[0, 0].set_ylabel("error / update [1]")
    drawing.legend(figure, [*looks.items(), ("claimed of two heads", drawing.LIMIT)])
    return HEADS, figure


def figures(result):
    return drawing.draw_all(result, (one_head, heads))


def summary(result):
    one, two = result.values("one_head_error"), result.values("two_heads_error")
    dimensions, orders = result.values("dimension").astype(int), result.values("order").astype(int)
    text = [
        f"Order {order}, D = {D}: one head errs by {100 * one[d, :, o].mean():.2f} % of the update."
        for o, order in enumerate(orders)
        for d, D in enumerate(dimensions)
        if np.nanmax(result.values("negative_weight")[d, o]) > 0
    ]
    if np.any(np.isfinite(two)):
        text.append(f"Two heads of opposite sign err by at most {np.nanmax(two):.2g} of it.")
    return " ".join(text)
