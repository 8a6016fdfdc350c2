"""analysis/traffic/ring_growth.py

Does a ring of vehicles amplify small waves as linear theory says, whatever law and integrator drive it?
"""

import numpy as np
from matplotlib.ticker import MaxNLocator

from analysis import drawing, style
from analysis.traffic import rings

EQUATIONS = (
    (
        r"\lambda^2 = P\lambda + Q,\quad P = f_v + \sum_k g_k z^k,\quad Q = \sum_k f_k (z^k - 1),\quad z = e^{2\pi i m / N}",
        "lambda^2 = P lambda + Q, P = f_v + sum g_k z^k, Q = sum f_k (z^k - 1), z = exp(2 pi i m / N)",
    ),
    (
        r"D^2 = (P + c\,Q)\,D + Q,\qquad \mathrm{rate} = \frac{\ln(1 + \Delta t\,D)}{\Delta t},\qquad"
        r" c = \Delta t\ \mathrm{or}\ \frac{\Delta t}{2}",
        "D^2 = (P + c Q) D + Q, rate = ln(1 + dt D) / dt, c = dt (semi-implicit) or dt / 2 (ballistic)",
    ),
)

NAMES = {"semi_implicit": "semi-implicit", "ballistic": "ballistic", "runge_kutta": "Runge–Kutta"}


def looks_of(names):
    return {NAMES.get(name, name): look for name, look in style.named(names).items()}


DISPERSION = (
    "Growth of every mode of each ring: points measured on the nonlinear ring, lines by the discrete relation of the"
    " integrator, at the largest step of each so that they differ; grey: dt → 0. A mode above zero grows into a jam."
)


def dispersion(result):
    cases, names = result.values("case"), [str(name) for name in result.values("integrator")]
    measured, expected = result.quantity("growth"), result.values("growth_expected")
    limit, mode = result.values("growth_continuous"), result.quantity("mode")
    steps = result.values("step_size")
    looks = looks_of(names)
    columns = min(3, len(cases))
    rows = -(-len(cases) // columns)
    figure, axes = drawing.panels(rows, columns, 2.1)
    for c, panel in enumerate(axes.flat):
        if c >= len(cases):
            panel.set_visible(False)
            continue
        panel.axhline(0, color=style.INK, linewidth=0.6)
        panel.plot(mode.values, limit[c], color=style.FAINT, linewidth=2.2)
        for i, look in enumerate(looks.values()):
            panel.plot(mode.values, expected[c, i, 0], color=look["color"])
            panel.plot(mode.values, measured.values[c, i, 0], linestyle="none", **{**look, "markersize": 3})
        lowest = np.nanmin(np.concatenate([limit[c], measured.values[c, :, 0].ravel()]))
        highest = np.nanmax(measured.values[c, :, 0])
        bottom = max(lowest, -4 * abs(highest)) * 1.05
        panel.set_ylim(bottom, highest + 0.15 * abs(highest))
        seen = mode.values[np.any(measured.values[c, :, 0] > bottom, axis=0)]
        panel.set_xlim(0.5, seen.max() + 0.5)
        panel.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        panel.set_title(str(cases[c]), fontsize=8)
    for panel in axes[:, 0]:
        panel.set_ylabel(drawing.label("growth", measured))
    for panel in axes[-1]:
        panel.set_xlabel("mode m [1]")
    labels = [(f"{name}, dt = {steps[i, 0]:g} s", look) for i, (name, look) in enumerate(looks.items())]
    drawing.legend(figure, [*labels, ("dt → 0", {"linestyle": "-", "color": style.FAINT, "linewidth": 2.2})])
    return DISPERSION, figure


ORDERS = (
    "Distance of the measured rate of the fastest mode (growth + i frequency) from that of continuous time, against"
    " the step. Dotted: slopes 1 and 4. At small steps Runge–Kutta meets the round-off of the fit."
)


def orders(result):
    cases, names = result.values("case"), [str(name) for name in result.values("integrator")]
    steps, errors = result.quantity("step_size"), result.quantity("rate_error")
    looks = looks_of(names)
    columns = min(3, len(cases))
    rows = -(-len(cases) // columns)
    figure, axes = drawing.panels(rows, columns, 2.1, sharey=True)
    for c, panel in enumerate(axes.flat):
        if c >= len(cases):
            panel.set_visible(False)
            continue
        for i, look in enumerate(looks.values()):
            panel.plot(steps.values[i], errors.values[c, i], **{**look, "markersize": 3.5})
            power = 4 if i == len(looks) - 1 else 1
            guide = 1.8 * errors.values[c, i, 0] * (steps.values[i] / steps.values[i, 0]) ** power
            if i != 1:
                panel.plot(steps.values[i], guide, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
        panel.set(xscale="log", yscale="log")
        panel.set_title(str(cases[c]), fontsize=8)
        drawing.plain_ticks(panel.xaxis, [0.025, 0.1, 0.4])
        drawing.decades(panel.yaxis, 6)
    for panel in axes[:, 0]:
        panel.set_ylabel(drawing.label("|rate − λ|", errors))
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("dt", steps))
    drawing.legend(figure, looks.items())
    return ORDERS, figure


JAM = (
    "The first ring, one vehicle shifted at the start: each line is a vehicle on its way round, coloured by its"
    " speed. The fastest mode grows out of the shift and ends in a jam that moves against the traffic."
)


def jam(result):
    time, place, speed = (result.quantity(name) for name in ("shown_time", "shown_place", "shown_speed"))
    length = float(result.parameter("ring_lengths")[0])
    figure, axes = drawing.panels(1, 1, 2.9, legend_lines=0)
    lines = rings.trajectories(axes[0, 0], time.values, place.values, speed.values, length, speed.values.max())
    axes[0, 0].set(xlabel=drawing.label("time", time), ylabel=drawing.label("place on the ring", place))
    rings.speed_bar(figure, lines, axes[0, 0], speed.unit)
    return JAM, figure


def figures(result):
    return drawing.draw_all(result, (dispersion, orders, jam))


def summary(result):
    growth, expected = result.values("growth"), result.values("growth_expected")
    fastest = result.values("fastest_mode").astype(int) - 1
    off = [np.nanmax(np.abs(growth[c, :, :, m] / expected[c, :, :, m] - 1)) for c, m in enumerate(fastest)]
    mean, spread = result.values("saturated_mean")[0, 0], result.values("saturated_deviation")[0, 0]
    uniform = result.values("case_speed")[0]
    return (
        f"The fastest mode of {len(off)} rings grows as the discrete relation of its integrator says, to {max(off):.1g}"
        f" relative over all steps. The first ring, uniform at {uniform:.2f} m/s, ends in a jam of mean speed"
        f" {mean:.2f} m/s and standard deviation {spread:.2f} m/s."
    )
