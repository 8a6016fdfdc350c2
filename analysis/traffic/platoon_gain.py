"""analysis/traffic/platoon_gain.py

What does a platoon make of a lead vehicle that swings, and where does a disturbance go?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        (
            r"G(p) = \frac{f_l\,p + f_s}{p^2 - f_v\,p + f_s},\qquad |G(i\omega)| > 1 \;\Leftrightarrow\;"
            r" 0 < \omega < \sqrt{E},\qquad E = f_l^2 + 2f_s - f_v^2"
        ),
        "G(p) = (f_l p + f_s) / (p^2 - f_v p + f_s); |G(i w)| > 1 for 0 < w < sqrt(E), E = f_l^2 + 2 f_s - f_v^2",
    ),
    (
        (
            r"\sigma(V) = \mathrm{Re}\left[\lambda(\theta) + i\,\theta\,\frac{V - v_e}{h}\right],\qquad"
            r" \lambda'(\theta) = -i\,\frac{V - v_e}{h}"
        ),
        "along the ray of road speed V a kick grows as exp(sigma t) / sqrt(t), sigma at the saddle theta",
    ),
)

GAIN = (
    "Gain from each vehicle to the next against frequency. Marked: the largest gain, by bisection of the Hamiltonian"
    " matrix, and the band edge √E, from which on nothing is amplified."
)


def gain(result):
    w, g = result.quantity("angular_frequency"), result.quantity("gain")
    looks = style.named([str(name) for name in result.values("case")])
    norm, edge = result.values("hinfinity_norm"), result.values("band_edge")
    figure, axes = drawing.panels(1, 1, 3.0, legend_lines=2)
    panel = axes[0, 0]
    for c, look in enumerate(looks.values()):
        panel.plot(w.values[c], g.values[c], color=look["color"])
        top = np.argmax(g.values[c])
        if norm[c] > 1 + 1e-9:
            panel.plot(w.values[c, top], norm[c], linestyle="none", **look)
            panel.plot(edge[c], 1, linestyle="none", **{**look, "markerfacecolor": "white"})
    panel.axhline(1, **drawing.LIMIT)
    panel.set(xlabel=drawing.label("angular frequency", w), ylabel=drawing.label("|G|", g))
    panel.set_xlim(0, 2.2 * max(edge.max(), 0.1))
    entries = [*looks.items(), ("band edge", {"marker": "o", "markerfacecolor": "white"}), ("1", drawing.LIMIT)]
    drawing.legend(figure, entries, columns=4)
    return GAIN, figure


PLATOON = (
    "Swing of car n over that of the lead, cars driven in time behind a lead whose speed is a sine: points; lines |G|ⁿ."
    " Each colour a frequency. What is amplified a little by each car is amplified without bound by the platoon."
)


def platoon(result):
    car, found = result.quantity("car"), result.quantity("driven_gain")
    expected, w = result.values("driven_gain_expected"), result.values("driven_frequency")
    names = [str(name) for name in result.values("case")]
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    figure, axes = drawing.panels(rows, columns, 2.3)
    least = result.parameter("least_gain")
    every = max(1, len(car.values) // 12)
    for panel in axes.flat[len(names) :]:
        panel.set_visible(False)
    for c, (panel, name) in enumerate(zip(axes.flat, names)):
        order = np.argsort(w[c])
        for rank, f in enumerate(order):
            color = shade(rank / max(1, len(order) - 1))
            there = np.isfinite(found.values[c, f]) & (expected[c, f] >= least)
            panel.plot(car.values[there], expected[c, f][there], color=color)
            panel.plot(
                car.values[there][::every],
                found.values[c, f][there][::every],
                linestyle="none",
                marker="o",
                markersize=2.8,
                color=color,
            )
        panel.set(yscale="log", title=name)
        drawing.decades(panel.yaxis, 6)
        if c % columns == 0:
            panel.set_ylabel(drawing.label("swing / lead's", found))
        if c + columns >= len(names):
            panel.set_xlabel(drawing.label("car n", car))
    looks = [("lowest frequency", {"marker": "o", "markersize": 3.5, "color": shade(0.0), "linestyle": "-"})]
    looks += [("highest", {"marker": "o", "markersize": 3.5, "color": shade(1.0), "linestyle": "-"})]
    drawing.legend(figure, [*looks, ("driven in time", {"marker": "o", "markersize": 3.5}), ("|G|ⁿ", {"linestyle": "-"})])
    return PLATOON, figure


def shade(share):
    """Blue to orange, dark to light, apart for the colour-blind."""
    stops = np.array([(0.0, 0.20, 0.45), (0.0, 0.45, 0.70), (0.0, 0.62, 0.45), (0.84, 0.37, 0.0), (0.90, 0.62, 0.0)])
    places = np.linspace(0, 1, len(stops))
    return tuple(float(np.interp(share, places, stops[:, channel])) for channel in range(3))


RAYS = (
    "Growth of a kick along rays of road speed V: points, cars driven in time; lines, the saddle of the dispersion"
    " relation. The disturbance fills the speeds of positive growth. Where V = 0 (dashed) lies among them the jam grows"
    " at its place, absolute; where all are negative it is carried upstream, convective."
)


def rays(result):
    speed, rate = result.quantity("ray_speed"), result.quantity("ray_growth")
    expected = result.values("ray_growth_expected")
    names = [str(name) for name in result.values("case")]
    shown = [c for c in range(len(names)) if np.isfinite(speed.values[c]).any()]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure, axes = drawing.panels(rows, columns, 2.1)
    for panel in axes.flat[len(shown) :]:
        panel.set_visible(False)
    for place, (panel, c) in enumerate(zip(axes.flat, shown)):
        V, theory = speed.values[c], expected[c]
        order = np.argsort(V)
        line = order[np.isfinite(V[order]) & np.isfinite(theory[order])]
        panel.plot(V[line], theory[line], color=style.INK)
        seen = line[np.isfinite(rate.values[c][line])]
        panel.plot(V[seen], rate.values[c][seen], linestyle="none", marker="o", markersize=2.6, color=style.BLUE)
        top = np.nanmax(theory)
        panel.axhline(0, color=style.FAINT, linewidth=0.8)
        panel.axvline(0, **drawing.LIMIT)
        panel.set(title=names[c], ylim=(-1.2 * top, 1.25 * top))
        if place % columns == 0:
            panel.set_ylabel(drawing.label("growth σ", rate))
        if place + columns >= len(shown):
            panel.set_xlabel(drawing.label("speed of the ray", speed))
    drawing.legend(
        figure,
        [
            ("kicked cars, in time", {"marker": "o", "markersize": 3.5, "color": style.BLUE}),
            ("saddle", {"linestyle": "-"}),
            ("roadside", drawing.LIMIT),
        ],
    )
    return RAYS, figure


def figures(result):
    return drawing.draw_all(result, (gain, platoon, rays))


def summary(result):
    found, expected = result.values("driven_gain"), result.values("driven_gain_expected")
    compared = np.isfinite(found) & (expected >= result.parameter("least_gain"))
    apart = np.abs(found[compared] / expected[compared] - 1).max()
    names = [str(name) for name in result.values("case")]
    edges = result.values("packet_edge")
    kinds = [
        f"{name}: {'in place' if low < 0 < high else 'upstream' if high <= 0 else 'downstream'}"
        for name, (low, high) in zip(names, edges)
        if np.isfinite(low)
    ]
    norms = ", ".join(f"{name} {value:.4f}" for name, value in zip(names, result.values("hinfinity_norm")))
    return (
        f"Largest gains: {norms}. Cars driven in time behind a swinging lead follow |G|ⁿ to {apart:.1e} relative. Where a"
        f" kick grows: {'; '.join(kinds) or 'nowhere'}."
    )
