"""analysis/traffic/sumo_peer.py

Does an independent simulator, SUMO, drive the same ring the same way?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        r"D^2 = (P + c\,\Delta t\,Q)\,D + Q,\quad c = 1,\ \frac{1}{2},\qquad \sigma = \ln|1 + \Delta t\,D| / \Delta t",
        "D^2 = (P + c dt Q) D + Q, c = 1 (semi-implicit), 1/2 (ballistic); growth = ln|1 + dt D| / dt",
    ),
)
SCHEMES = {"semi_implicit": "semi-implicit", "ballistic": "ballistic"}
LOOKS = ({"color": style.BLUE, "marker": "o"}, {"color": style.VERMILION, "marker": "s"})


def scheme_names(result):
    return [SCHEMES[str(name)] for name in result.values("scheme")]


def growth(result):
    time, amplitude = result.quantity("wave_time"), result.quantity("wave_amplitude")
    rate = result.values("growth_expected")
    fit_from = result.parameter("fit_from")
    figure, axes = drawing.panels(1, 2, 2.7, sharey=True)
    for s, (panel, name) in enumerate(zip(axes[0], scheme_names(result))):
        own, start = amplitude.values[s, 1], np.searchsorted(time.values, fit_from)
        theory = own[start] * np.exp(rate[s] * (time.values - time.values[start]))
        panel.plot(time.values, theory, color=style.INK, linewidth=0.9)
        thin = slice(None, None, max(1, len(time.values) // 40))
        hollow = {**LOOKS[0], "markersize": 5.5, "markerfacecolor": "white", "linestyle": "none"}
        panel.plot(time.values[thin], own[thin], **hollow)
        peer = amplitude.values[s, 0][thin]
        panel.plot(time.values[thin], peer, **{**LOOKS[1], "markersize": 2.6, "linestyle": "none"})
        panel.set(yscale="log", title=name, xlabel=drawing.label("time", time))
    axes[0, 0].set_ylabel(drawing.label("amplitude", amplitude))
    own_look = {**LOOKS[0], "markerfacecolor": "white"}
    drawing.legend(figure, [("Attune", own_look), ("SUMO", LOOKS[1]), ("theory", {"linestyle": "-"})])
    caption = (
        "The wave that grows fastest, from a small start. The line has the slope of the discrete dispersion relation and"
        " passes through our own amplitude where the fit begins."
    )
    return caption, figure


def apart(result):
    time, distance = result.quantity("time"), result.quantity("apart")
    figure, axes = drawing.panels(1, 1, 2.6)
    panel = axes[0, 0]
    for values, name, look in zip(distance.values, scheme_names(result), LOOKS):
        panel.plot(time.values[1:], np.maximum(values[1:], 1e-14), color=look["color"], label=name)
    drawing.limit(panel, drawing.tolerance(result, "trajectories_"))
    panel.set(yscale="log", xlabel=drawing.label("time", time))
    panel.set_ylabel(drawing.label("largest distance", distance))
    drawing.decades(panel.yaxis)
    entries = [(name, {"linestyle": "-", "color": look["color"]}) for name, look in zip(scheme_names(result), LOOKS)]
    drawing.legend(figure, [*entries, ("bound of the claim", drawing.LIMIT)])
    caption = (
        "Largest distance between SUMO's vehicles and ours that started alike, in the same steps. Once vehicles come to a"
        " stop, the distance also shows where within a step they are taken to stand."
    )
    return caption, figure


def space_time(result):
    time, place, speed = result.quantity("time"), result.values("place"), result.quantity("mean_speed")
    circumference = result.parameter("circumference")
    figure, axes = drawing.panels(1, 3, 2.9, legend_lines=0, width_ratios=(1, 1, 1))
    span = min(time.values[-1], 600)
    for panel, driver, name in ((axes[0, 0], 0, "SUMO"), (axes[0, 1], 1, "Attune")):
        shown = time.values <= span
        for vehicle in range(place.shape[3]):
            x = np.mod(place[0, driver, shown, vehicle], circumference)
            t = time.values[shown].copy()
            x[1:][np.diff(x) < -circumference / 2] = np.nan
            panel.plot(t, x, color=style.VERMILION if vehicle == 0 else style.BLUE, linewidth=0.35)
        panel.set(title=f"{name}, semi-implicit", xlabel=drawing.label("time", time), ylim=(0, circumference))
        panel.grid(False)
    axes[0, 0].set_ylabel("place on the ring [m]")
    panel = axes[0, 2]
    for s, look in enumerate(LOOKS):
        panel.plot(time.values, speed.values[s, 1], color=look["color"], linewidth=2.2, alpha=0.35)
        panel.plot(time.values, speed.values[s, 0], color=look["color"], linewidth=0.8)
    panel.axhline(result.values("uniform_speed"), color=style.FAINT, linewidth=0.7, linestyle=":")
    panel.set(xlabel=drawing.label("time", time), title="mean speed")
    panel.set_ylabel(drawing.label("mean speed", speed))
    caption = (
        "Vehicles on the ring after a small kick of one of them (orange), and the mean speed: SUMO thin, ours wide and"
        " pale, semi-implicit blue, ballistic orange; dotted, uniform flow."
    )
    return caption, figure


def figures(result):
    """Where SUMO is not installed our own growth alone is shown, and the summary says so."""
    drove = np.any(np.isfinite(result.values("apart")))
    return drawing.draw_all(result, (growth, apart, space_time) if drove else (growth,))


def summary(result):
    version = str(np.atleast_1d(result.values("peer_version"))[0])
    rate, expected = result.values("growth"), result.values("growth_expected")
    if not np.any(np.isfinite(rate[:, 0])):
        return "SUMO was not installed where this was run: nothing is said of it."
    off = np.nanmax(np.abs(rate[:, 0] / expected - 1))
    speeds = result.values("saturated_speed")
    compared = result.parameter("compared")
    near = np.nanmax(result.values("apart")[:, result.values("time") <= compared])
    return (
        f"{version}: a small wave grows as the dispersion relation of its steps says to {100 * off:.2g} %, vehicles stay"
        f" within {near:.2g} m of ours over {compared:g} s, and the jam has a mean speed of {speeds[0, 0]:.4g} m/s"
        f" (ours {speeds[0, 1]:.4g} m/s, semi-implicit)."
    )
