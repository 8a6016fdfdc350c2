"""analysis/traffic/ring_jam.py

What jam does a ring of optimal velocity drivers end in?
"""

import numpy as np

from analysis import drawing, style
from analysis.traffic import rings

EQUATIONS = (
    (
        r"\dot v_i = a\,[V(h_i) - v_i],\qquad V(h) = v_0\,[\tanh(w(h - c)) + b]",
        "v_i' = a [V(h_i) - v_i], V(h) = v_scale [tanh(width (h - centre)) + offset]",
    ),
    (
        r"v_i(t) = f(t + i\tau):\qquad f' = a\,[V(H) - f],\quad H'(t) = f(t + \tau) - f(t)",
        "v_i(t) = f(t + i tau): f' = a [V(H) - f], H'(t) = f(t + tau) - f(t)",
    ),
)

FORMATION = (
    "One vehicle of a uniform ring is shifted: each line is a vehicle on its way round, coloured by its speed. Waves grow,"
    " meet, and become jams that move against the traffic."
)


def formation(result):
    time, place, speed = (result.quantity(name) for name in ("early_time", "early_place", "early_speed"))
    length = float(result.parameter("vehicles")) * float(result.parameter("headway"))
    figure, axes = drawing.panels(1, 1, 3.0, legend_lines=0)
    lines = rings.trajectories(
        axes[0, 0], time.values, place.values, speed.values, length, speed.values.max(), 0.4
    )
    axes[0, 0].set(xlabel=drawing.label("time", time), ylabel=drawing.label("place on the ring", place))
    rings.speed_bar(figure, lines, axes[0, 0], speed.unit)
    return FORMATION, figure


LOOP = (
    "Left: a vehicle that drives through the only jam of a ring, in the plane of headway and speed: points from the"
    " simulation, line the travelling wave, which knows of no simulation; grey V(h). Braking runs above V, starting"
    " below. Right: headways of that wave along the ring, in vehicles."
)


def loop(result):
    headway, speed = result.quantity("orbit_headway"), result.quantity("orbit_speed")
    wave_h, wave_v = result.values("wave_headway"), result.values("wave_speed")
    figure, axes = drawing.panels(1, 2, 2.8)
    left, right = axes[0]
    h = np.linspace(0.9 * headway.values.min(), 1.03 * headway.values.max(), 300)
    scale, width = float(result.parameter("v_scale")), float(result.parameter("width"))
    optimal = scale * (
        np.tanh(width * (h - float(result.parameter("centre")))) + float(result.parameter("offset"))
    )
    left.plot(h, optimal, color=style.FAINT, linewidth=1.6)
    left.plot(
        np.append(wave_h, wave_h[0]), np.append(wave_v, wave_v[0]), color=style.VERMILION, linewidth=1.4
    )
    left.plot(
        headway.values[::3], speed.values[::3], linestyle="none", marker="o", markersize=2, color=style.BLUE
    )
    left.set(xlabel=drawing.label("headway", headway), ylabel=drawing.label("speed", speed))
    vehicles = int(result.parameter("vehicles"))
    phase = np.arange(wave_h.size) / wave_h.size * vehicles
    right.plot(phase, wave_h, color=style.VERMILION)
    right.set(xlabel="vehicles along the wave [1]", ylabel=drawing.label("headway", headway))
    drawing.legend(
        figure,
        [
            ("simulation", {"marker": "o", "markersize": 3, "color": style.BLUE}),
            ("travelling wave", {"linestyle": "-", "color": style.VERMILION}),
            ("V(h)", {"linestyle": "-", "color": style.FAINT, "linewidth": 1.6}),
        ],
    )
    return LOOP, figure


ONSET = (
    "Half the range of headways (left) and speed of the jam on the road (right) against the sensitivity of drivers:"
    " points from simulations, lines from the travelling wave, dashed the kink of weak nonlinearity, which holds near"
    " onset, the vertical line."
)


def onset(result):
    a, height, moves = (result.quantity(name) for name in ("sensitivity", "amplitude", "jam_speed"))
    at, line_h, line_c = (result.values("curve_" + name) for name in ("sensitivity", "amplitude", "jam_speed"))
    slope = float(result.parameter("v_scale")) * float(result.parameter("width"))
    critical = 2 * slope
    fine = np.linspace(at.min(), critical, 200)
    kink = np.sqrt(2.5 / float(result.parameter("width")) ** 2 * (critical / fine - 1))
    figure, axes = drawing.panels(1, 2, 2.6)
    for panel, points, line in zip(axes[0], (height, moves), (line_h, line_c)):
        panel.axvline(critical, color=style.FAINT, linewidth=0.8)
        panel.plot(at, line, color=style.VERMILION)
        panel.plot(a.values[2:], points.values[2:], linestyle="none", marker="o", color=style.BLUE)
        panel.plot(a.values[:1], points.values[:1], linestyle="none", marker="s", color=style.GREEN)
        panel.set_xlabel(drawing.label("sensitivity a", a))
    axes[0, 0].plot(fine, kink, color=style.INK, linestyle=style.DASHED)
    axes[0, 0].set_ylabel(drawing.label("amplitude of headways", height))
    axes[0, 1].set_ylabel(drawing.label("jam speed", moves))
    drawing.legend(
        figure,
        [
            ("simulation, half close at start", {"marker": "o", "color": style.BLUE}),
            ("one vehicle shifted", {"marker": "s", "color": style.GREEN}),
            ("travelling wave", {"linestyle": "-", "color": style.VERMILION}),
            ("kink", {"linestyle": style.DASHED}),
        ],
    )
    return ONSET, figure


def figures(result):
    return drawing.draw_all(result, (formation, loop, onset))


def summary(result):
    seen = {name: result.values(name)[0] for name in ("least_headway", "largest_headway", "jam_speed", "delay") if name in result.names}
    seen.setdefault("largest_headway", result.values("most_headway")[0])
    expected = result.values("jam_speed_expected")[0]
    return (
        f"One shifted vehicle of a ring at a = {result.values('sensitivity')[0]:g} /s ends in jams with headways from"
        f" {seen['least_headway']:.4f} to {seen['largest_headway']:.4f} m that move at {seen['jam_speed']:.4f} m/s; the"
        f" travelling wave, solved without a simulation, moves at {expected:.4f} m/s. A vehicle leaves the jam"
        f" {seen['delay']:.4f} s after the one ahead."
    )
