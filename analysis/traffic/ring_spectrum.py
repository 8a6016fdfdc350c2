"""analysis/traffic/ring_spectrum.py

Which perturbations of uniform flow grow on a ring of vehicles, for any law, and how fast?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        (
            r"\lambda^2 - \left(f_v + \sum_k g_k z^k\right)\lambda + \sum_k f_k\left(1 - z^k\right) = 0,\qquad"
            r" z = e^{i\theta},\quad \theta = \frac{2\pi m}{N}"
        ),
        (
            "lambda^2 - (f_v + sum_k g_k z^k) lambda + sum_k f_k (1 - z^k) = 0, z = exp(i theta), theta = 2 pi m / N,"
            " and two terms more where a law looks back"
        ),
    ),
    (
        r"\mathrm{optimal\ velocity\ ring\ neutral\ at}\quad V' = \frac{a}{2\cos^2(\pi/N)}",
        "the optimal velocity ring is neutral at V' = a / (2 cos^2(pi / N))",
    ),
)

COLUMNS = 4

SPECTRUM = (
    "Growth rates of a ring: points, eigenvalues of its whole matrix; lines, the closed form for waves of every length."
    " What lies right of the dashed line grows. Every ring has one eigenvalue 0: all cars moved alike."
)


def grid(result, height, **shared):
    """(Figure, [(panel, case name)]): a panel a case, the spare ones taken away."""
    names = [str(name) for name in result.values("case")]
    columns = min(COLUMNS, len(names))
    rows = -(-len(names) // columns)
    figure, axes = drawing.panels(rows, columns, height, **shared)
    flat = list(axes.flat)
    for panel in flat[len(names) :]:
        panel.set_visible(False)
    return figure, list(zip(flat, names)), columns


def followed(roots):
    """Two branches (2, angles), each from angle to angle the nearer root; stored they are sorted by growth."""
    roots = roots.copy()
    for a in range(1, roots.shape[1]):
        step = roots[:, a] - roots[:, a - 1]
        crossed = roots[::-1, a] - roots[:, a - 1]
        if np.abs(crossed).sum() < np.abs(step).sum():
            roots[:, a] = roots[::-1, a].copy()
    return roots


def spectrum(result):
    re, im = result.quantity("root_real"), result.quantity("root_imag")
    lines = result.values("branch_real") + 1j * result.values("branch_imag")
    figure, cases, columns = grid(result, 2.1)
    for c, (panel, name) in enumerate(cases):
        for line in followed(lines[c]):
            for sign in (1, -1):
                panel.plot(line.real, sign * line.imag, color=style.FAINT, linewidth=0.9)
        panel.plot(re.values[c], im.values[c], linestyle="none", marker="o", markersize=2.6, color=style.BLUE)
        panel.axvline(0, **drawing.LIMIT)
        panel.set_title(name)
        if c % columns == 0:
            panel.set_ylabel(drawing.label("Im λ", im))
        if c + columns >= len(cases):
            panel.set_xlabel(drawing.label("Re λ", re))
    drawing.legend(
        figure,
        [
            (f"ring of {result.values('vehicles')[0]:.0f}", {"marker": "o", "markersize": 3, "color": style.BLUE}),
            ("closed form, any wave", {"linestyle": "-", "color": style.FAINT}),
            ("neutral", drawing.LIMIT),
        ],
    )
    return SPECTRUM, figure


GROWTH = (
    "Growth of the fastest wave on an endless row against the headway, zero where uniform flow is stable; dotted: the"
    " headway of the spectrum above. A law is unstable in a band of headways, or in none."
)


def growth(result):
    place, rate = result.quantity("sweep_headway"), result.quantity("sweep_growth")
    headways = result.values("headway")
    figure, cases, columns = grid(result, 1.8, legend_lines=0)
    for c, (panel, name) in enumerate(cases):
        panel.fill_between(place.values[c], 0, rate.values[c], color=style.BLUE, alpha=0.25, linewidth=0)
        panel.plot(place.values[c], rate.values[c], color=style.BLUE)
        panel.axvline(headways[c], color=style.FAINT, linewidth=0.9, linestyle=":")
        panel.set_title(name.split(",")[0])
        panel.set_ylim(0, 1.08 * rate.values[c].max() if rate.values[c].max() > 0 else 0.01)
        if c % columns == 0:
            panel.set_ylabel(drawing.label("growth", rate))
        if c + columns >= len(cases):
            panel.set_xlabel(drawing.label("headway", place))
    return GROWTH, figure


STEPS = (
    "Left: growth of the fastest mode when time goes in steps, over that in time, of the first case; the two Euler"
    " steps are off in proportion to dt, to either side: a simulation at a common step is not the model. Right: the"
    " sensitivity at which an optimal velocity ring of N is neutral, over that of an endless row, 2 V'; points by"
    " bisection of the whole matrix, line cos²(π / N)."
)


def steps_and_threshold(result):
    dt, rate = result.quantity("time_step"), result.quantity("step_growth")
    N, found = result.quantity("threshold_vehicles"), result.values("threshold")
    expected = result.values("threshold_expected")
    looks = style.named([str(name) for name in result.values("scheme")])
    limit = result.values("abscissa_expected")[0, 0]
    figure, axes = drawing.panels(1, 2, 2.7)
    left, right = axes[0]
    for s, look in enumerate(looks.values()):
        left.plot(dt.values, rate.values[0, s] / limit, **{**look, "linestyle": "-"})
    left.axhline(1, **drawing.LIMIT)
    left.set(xscale="log", xlabel=drawing.label("time step", dt), ylabel="growth / growth in time [1]")
    drawing.plain_ticks(left.xaxis, dt.values)
    endless = expected / np.cos(np.pi / N.values) ** 2
    fine = np.linspace(N.values.min(), N.values.max(), 300)
    right.plot(fine, np.cos(np.pi / fine) ** 2, color=style.INK)
    right.plot(N.values, found / endless, linestyle="none", marker="o", color=style.BLUE)
    right.set(xlabel=drawing.label("vehicles N", N), ylabel="neutral a / 2V' [1]")
    drawing.legend(figure, [*looks.items(), ("in time", drawing.LIMIT), ("theory", {"linestyle": "-"})])
    return STEPS, figure


def figures(result):
    return drawing.draw_all(result, (spectrum, growth, steps_and_threshold))


def summary(result):
    apart = result.values("dense_misfit").max()
    rates, names = result.values("abscissa")[:, 0], [str(name) for name in result.values("case")]
    unstable = [f"{name} ({rate:.4g} 1/s)" for name, rate in zip(names, rates) if rate > 0]
    stable = [name for name, rate in zip(names, rates) if rate <= 0]
    threshold = np.abs(result.values("threshold") / result.values("threshold_expected") - 1).max()
    said = f"growing: {'; '.join(unstable) or 'none'}; stable: {'; '.join(stable) or 'none'}"
    return (
        f"Every eigenvalue of every ring is the closed form's, to {apart:.0e} 1/s, for laws of one leader, of several,"
        f" and for one that looks back. On the ring of {result.values('vehicles')[0]:.0f}, {said}. Optimal velocity rings"
        f" turn neutral at a = 2 V' cos²(π / N), to {threshold:.0e}."
    )
