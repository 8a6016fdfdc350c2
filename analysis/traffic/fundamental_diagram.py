"""analysis/traffic/fundamental_diagram.py

How much flows at which density, and does it matter whether the road filled or emptied?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        r"q = \rho\,\langle v\rangle,\qquad \mathrm{uniform:}\ q = \rho\,v_e(1/\rho),\qquad"
        r" \mathrm{jam:}\ q = c\,\rho + \frac{1}{\tau}",
        "q = rho <v>; uniform flow q = rho v_e(1 / rho); a jam that moves at c and passes a vehicle every tau: q = c rho + 1 / tau",
    ),
)

LOOKS = {
    "equilibrium": {"linestyle": "-", "color": style.INK},
    "the road fills": {"color": style.BLUE, "marker": "o", "markersize": 3.4, "linestyle": "-", "linewidth": 0.6},
    "the road empties": {
        "color": style.VERMILION,
        "marker": "v",
        "markersize": 3.4,
        "linestyle": "-",
        "linewidth": 0.6,
    },
    "uniform flow unstable": {"marker": "s", "color": "#f1dccd", "markersize": 7},
}
FLOWS = (
    "Flow against density on rings whose density rises and falls in small changes. Line: vehicles that all do the same;"
    " shaded: densities at which a mode of the ring grows, by theory at the step of the run. While the road fills, uniform flow"
    " holds up to that edge; while it empties, jams outlive it: a loop. Krauss's drivers dawdle at random."
)


def grid(count):
    columns = min(3, count)
    return -(-count // columns), columns


def shade(panel, density, growth, lower, upper):
    """Densities at which uniform flow is unstable."""
    if np.any(growth > 0):
        start = lower if np.isfinite(lower) else density[0]
        end = upper if np.isfinite(upper) and upper > start else density[-1]
        panel.axvspan(1000 * start, 1000 * end, color="#f1dccd", zorder=0, linewidth=0)


def flows(result):
    names = [str(name) for name in result.values("law")]
    density, flow = result.quantity("vehicle_density"), result.quantity("flow")
    uniform, growth = result.values("flow_equilibrium"), result.values("growth")
    lower, upper = result.values("lower_edge"), result.values("upper_edge")
    dawdling = result.parameter("dawdling")
    rows, columns = grid(len(names))
    figure, axes = drawing.panels(rows, columns, 2.3)
    for c, panel in enumerate(axes.flat):
        if c >= len(names):
            panel.set_visible(False)
            continue
        if not dawdling[c] > 0:
            shade(panel, density.values[c], growth[c], lower[c], upper[c])
        x = 1000 * density.values[c]
        panel.plot(x, 3600 * uniform[c], **LOOKS["equilibrium"])
        panel.plot(x, 3600 * flow.values[c, 0], **LOOKS["the road fills"])
        panel.plot(x, 3600 * flow.values[c, 1], **LOOKS["the road empties"])
        panel.set_ylim(0, None)
        panel.set_title(names[c] + (f", sigma = {dawdling[c]:g}" if dawdling[c] > 0 else ""), fontsize=8)
    for panel in axes[:, 0]:
        panel.set_ylabel("flow [vehicles/h]")
    for panel in axes[-1]:
        panel.set_xlabel("density [vehicles/km]")
    drawing.legend(figure, LOOKS.items())
    return FLOWS, figure


JAMS = (
    "Left: speed of jams on the road against density while the road empties, followed from vehicle to vehicle; negative is"
    " against the traffic. Right: the flow that a jam moving at c and passing on a vehicle every tau would have, over the"
    " flow counted. Hollow: jams that changed while they were followed."
)


def jams(result):
    names = [str(name) for name in result.values("law")]
    density, flow = result.quantity("vehicle_density"), result.values("flow")[:, 1]
    moves, delay = result.quantity("jam_speed"), result.values("delay")[:, 1]
    changed = result.values("unsteadiness")[:, 1] >= result.parameter("steady")
    looks = style.named(names)
    figure, axes = drawing.panels(1, 2, 2.6)
    drawn = []
    for c, (name, look) in enumerate(looks.items()):
        x, speed = 1000 * density.values[c], moves.values[c, 1]
        if result.parameter("dawdling")[c] > 0 or not np.any(np.isfinite(speed)):
            continue
        drawn.append((name, look))
        passed = (speed * density.values[c] + 1 / delay[c]) / flow[c]
        for panel, y in zip(axes[0], (speed, passed)):
            for chosen, face in ((~changed[c], look["color"]), (changed[c], "white")):
                panel.plot(
                    x[chosen],
                    y[chosen],
                    linestyle="none",
                    **{**look, "markersize": 4, "markerfacecolor": face},
                )
    axes[0, 0].set(xlabel="density [vehicles/km]", ylabel=drawing.label("jam speed", moves))
    axes[0, 1].set(xlabel="density [vehicles/km]", ylabel="(c ρ + 1 / τ) / q [1]")
    drawing.legend(figure, drawn)
    return JAMS, figure


def figures(result):
    return drawing.draw_all(result, (flows, jams))


def summary(result):
    names = [str(name) for name in result.values("law")]
    lower, width = 1000 * result.values("lower_edge"), 1000 * result.values("loop_width")
    said = [
        f"{name} loses uniform flow at {edge:.1f} vehicles/km and keeps jams {wide:.1f} below"
        for name, edge, wide in zip(names, lower, width)
        if np.isfinite(edge)
    ]
    return "; ".join(said) + "." if said else "No law loses uniform flow in these sweeps."
