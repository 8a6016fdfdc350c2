"""analysis/traffic/automated_vehicle.py

What do automated vehicles make of a jam that human drivers are caught in?
"""

import numpy as np

from analysis import drawing, style
from analysis.traffic import rings

EQUATIONS = (
    (
        r"\mathrm{rate} = \frac{\max(0,\ P_0 + v\,[m a + c_r m g + \frac{1}{2} c_d\rho A v^2])}{\eta\,w}",
        "fuel rate max(0, P0 + v [m a + c_r m g + c_d rho A v^2 / 2]) / (efficiency energy)",
    ),
)

NAMES = {"acc": "ACC, large time gap", "bilateral": "bilateral control", "follower_stopper": "FollowerStopper"}
ORBITS = (
    "One automated vehicle takes over at t = 0 in a ring caught in a jam; each line is a vehicle on its way round,"
    " coloured by its speed, the automated one black."
)


def orbits(result):
    names = [str(name) for name in result.values("controller")]
    time, place, speed = (result.quantity(name) for name in ("shown_time", "shown_place", "shown_speed"))
    length = float(result.parameter("ring_length"))
    figure, axes = drawing.panels(len(names), 1, 1.9, legend_lines=0, sharex=True)
    top = speed.values.max()
    for c, (panel, name) in enumerate(zip(axes[:, 0], names)):
        lines = rings.trajectories(panel, time.values, place.values[c], speed.values[c], length, top)
        own, laps = rings.folded(place.values[c, :, :1], length)
        own = own[:, 0].copy()
        own[1:][laps[:, 0] != 0] = np.nan
        panel.plot(time.values, np.where(time.values >= 0, own, np.nan), color=style.INK, linewidth=0.8)
        panel.axvline(0, color=style.INK, linewidth=0.9)
        panel.set_title(NAMES.get(name, name), fontsize=8)
        panel.set_ylabel(drawing.label("place", place))
    axes[-1, 0].set_xlabel(drawing.label("time", time))
    rings.speed_bar(figure, lines, axes[:, 0], speed.unit)
    return ORBITS, figure


CHANGES = (
    "What automated vehicles change, over the same ring without them: standard deviation of speeds, fuel over the way,"
    " and throughput. Dashed: the field experiment with one vehicle in 22, −80.8 % and −42.5 %. Several FollowerStoppers"
    " may share a jam and keep it, though uniform flow with them is stable."
)
PUBLISHED = {"speed_deviation": -0.808, "fuel": -0.425}
WORDS = {"speed_deviation": "deviation of speeds", "fuel": "fuel", "throughput": "throughput"}


def changes(result):
    names = [str(name) for name in result.values("controller")]
    counts = result.values("automated")
    looks = {NAMES.get(name, name): look for name, look in style.named(names).items()}
    figure, axes = drawing.panels(1, len(WORDS), 2.5)
    for panel, (name, words) in zip(axes[0], WORDS.items()):
        table = result.values(name)
        for c, look in enumerate(looks.values()):
            panel.plot(counts, 100 * (table[c, :, 1] / table[c, :, 0] - 1), **look)
        panel.axhline(0, color=style.INK, linewidth=0.6)
        if name in PUBLISHED:
            drawing.limit(panel, 100 * PUBLISHED[name])
        panel.set(xlabel="automated vehicles [1]", ylabel=f"change of {words} [%]", xscale="log")
        drawing.plain_ticks(panel.xaxis, counts)
    drawing.legend(figure, [*looks.items(), ("field experiment", drawing.LIMIT)])
    return CHANGES, figure


SPECTRA = (
    "Growth of the fastest small wave. Left: of each controller against how many vehicles it drives: lines and small"
    " points by the eigenvalues of the ring of unlike vehicles, rings measured on the nonlinear ring. Right: of ACC"
    " against its time gap. Below zero uniform flow is stable; dashed: humans alone."
)


def spectra(result):
    names = [str(name) for name in result.values("controller")]
    counts, rate, seen = result.values("automated"), result.quantity("abscissa"), result.values("growth")
    gaps, of_gap = result.quantity("time_gap"), result.values("abscissa_of_time_gap")
    human = float(result.values("human_abscissa"))
    looks = {NAMES.get(name, name): look for name, look in style.named(names).items()}
    figure, axes = drawing.panels(1, 2, 2.6, legend_lines=2)
    left, right = axes[0]
    for c, look in enumerate(looks.values()):
        left.plot(counts, rate.values[c], **{**look, "markersize": 2.5})
        hollow = {**look, "markersize": 7, "markerfacecolor": "none"}
        left.plot(counts, seen[c], linestyle="none", **hollow)
    left.set(xscale="log", xlabel="automated vehicles [1]", ylabel=drawing.label("growth", rate))
    drawing.plain_ticks(left.xaxis, counts)
    shades = np.linspace(0.75, 0.1, len(counts))
    grey = [{"color": str(shade), "marker": style.MARKERS[k % 6], "markersize": 3} for k, shade in enumerate(shades)]
    for k, look in enumerate(grey):
        right.plot(gaps.values, of_gap[k], **look)
    right.set(xlabel=drawing.label("time gap of ACC", gaps))
    for panel in axes[0]:
        panel.axhline(0, color=style.INK, linewidth=0.6)
        drawing.limit(panel, human)
    entries = [*looks.items(), *((f"{count:g} with ACC", {**look, "linestyle": "-"}) for count, look in zip(counts, grey))]
    drawing.legend(figure, [*entries, ("humans", drawing.LIMIT)], columns=4)
    return SPECTRA, figure


def figures(result):
    return drawing.draw_all(result, (orbits, changes, spectra))


def summary(result):
    names = [str(name) for name in result.values("controller")]
    deviation, fuel = result.values("speed_deviation")[:, 0], result.values("fuel")[:, 0]
    said = [
        f"{NAMES.get(name, name)}: deviation of speeds {100 * (d[1] / d[0] - 1):+.0f} %, fuel {100 * (f[1] / f[0] - 1):+.0f} %"
        for name, d, f in zip(names, deviation, fuel)
    ]
    return f"With {int(result.values('automated')[0])} automated of the vehicles. " + "; ".join(said) + "."
