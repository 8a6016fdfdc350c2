"""analysis/traffic/many_leaders.py

How many leaders does a driver need, and at what temperature of attention, to keep a platoon stable?
"""

import numpy as np
from matplotlib.colors import SymLogNorm

from analysis import drawing, style

EQUATIONS = (
    (
        (
            r"\dot v_n = \sum_k\left[f_k D_k + g_k (v_{n+k} - v_n)\right] - A v_n,\qquad"
            r" \lambda_1^2 < \lambda_1 G_1 + \frac{S_2}{2},\qquad \lambda_1 = \frac{S_1}{A},\;"
            r" S_j = \sum_k k^j f_k,\; G_1 = \sum_k k\,g_k"
        ),
        "u = sum [f_k D_k + g_k (v_{n+k} - v_n)] - A v; long waves decay if lambda_1^2 < lambda_1 G_1 + S_2 / 2",
    ),
)

TITLES = {"gaps": "over gaps", "speeds": "over speeds", "interactions": "over interactions"}
MAPS = (
    "Growth of the fastest wave on an endless row, against temperature and number of leaders: red grows, white does"
    " not. Circles: rings that were driven, filled where the fastest mode grew. Black line: where the long-wave"
    " criterion turns, between the numbers of leaders. Over speeds red comes back beyond it: among many leaders hot"
    " attention averages away what short waves do."
)


def edges(values):
    """Borders of cells about points in even ratios."""
    step = np.sqrt(values[1] / values[0])
    return np.concatenate([values / step, [values[-1] * step]])


def maps(result):
    tau, leaders = result.values("temperature"), result.values("leaders")
    names = [str(name) for name in result.values("attends")]
    growth, long_wave = result.quantity("attention_growth"), result.values("attention_long_wave")
    found = result.values("attention_ring_growth")
    figure, axes = drawing.panels(1, len(names), 3.0, legend_lines=1, sharey=True)
    top = growth.values.max()
    for d, (panel, name) in enumerate(zip(axes[0], names)):
        shown = panel.pcolormesh(
            edges(tau),
            np.append(leaders - 0.5, leaders[-1] + 0.5),
            np.maximum(growth.values[d], 0),
            cmap="Reds",
            norm=SymLogNorm(top / 100, vmin=0, vmax=top),
            rasterized=True,
        )
        if long_wave[d].min() < 0 < long_wave[d].max():
            panel.contour(tau, leaders, long_wave[d], levels=[0], colors=style.INK, linewidths=1.2)
        x, y = np.meshgrid(tau, leaders)
        grew = found[d] > 0
        for chosen, face in ((grew, style.INK), (~grew, "white")):
            panel.plot(
                x[chosen],
                y[chosen],
                linestyle="none",
                marker="o",
                markersize=2.6,
                color=style.INK,
                markerfacecolor=face,
                markeredgewidth=0.5,
            )
        panel.set(xscale="log", xlabel="temperature τ [1]", title="attention " + TITLES.get(name, name))
        panel.grid(False)
        panel.set_yticks(leaders)
    axes[0, 0].set_ylabel("leaders K [1]")
    figure.colorbar(shown, ax=list(axes[0]), label=drawing.label("growth", growth), shrink=0.85, aspect=22).ax.minorticks_off()
    drawing.legend(
        figure,
        [
            ("driven ring: grew", {"marker": "o", "markersize": 3}),
            ("decayed", {"marker": "o", "markersize": 3, "markerfacecolor": "white"}),
            ("long-wave criterion", {"linestyle": "-"}),
        ],
    )
    return MAPS, figure


CLASSICAL = (
    "Growth of the fastest wave against the number of leaders: the classical laws, and attention at its coldest and"
    " hottest. Points: rings that were driven; lines: theory of the same ring and time step. Cold attention stays where"
    " one leader is; hot attention over gaps is Lenz's driver."
)


def classical(result):
    tau, leaders = result.values("temperature"), result.values("leaders")
    figure, axes = drawing.panels(1, 2, 2.8, legend_lines=2)
    found, expected = result.quantity("attention_ring_growth"), result.values("attention_ring_growth_expected")
    drivers = [str(name) for name in result.values("driver")]
    looks = style.named([*drivers, "gaps", "speeds", "interactions"])
    rows = ((0, 0, (0, 1)), (1, 1, (2,)))
    for p, (row, own, attending) in enumerate(rows):
        panel = axes[0, p]
        panel.axhline(0, color=style.FAINT, linewidth=0.8)
        look = looks[drivers[row]]
        panel.plot(leaders, result.values("ring_growth_expected")[own], color=look["color"])
        panel.plot(leaders, result.values("ring_growth")[own], linestyle="none", **look)
        for d in attending:
            look = looks[("gaps", "speeds", "interactions")[d]]
            for t, dash in ((0, (0, (1, 1.5))), (len(tau) - 1, style.DASHED)):
                panel.plot(leaders, expected[d, :, t], color=look["color"], linestyle=dash)
                panel.plot(leaders, found.values[d, :, t], linestyle="none", **look)
        panel.set_xlabel("leaders K [1]")
        panel.set_xticks(leaders)
    axes[0, 0].set_ylabel(drawing.label("growth of the fastest mode", found))
    drawing.legend(
        figure,
        [
            *looks.items(),
            (f"τ = {tau[0]:g}", {"linestyle": (0, (1, 1.5))}),
            (f"τ = {tau[-1]:g}", {"linestyle": style.DASHED}),
        ],
        columns=4,
    )
    return CLASSICAL, figure


NEED = (
    "Numbers of leaders that keep every wave from growing, of those tried: from the fewest, points, to the most, top of"
    " the shade. Line: the fewest by the long-wave criterion. Where there is nothing no number is enough."
)


def need(result):
    tau, names = result.values("temperature"), [str(name) for name in result.values("attends")]
    needed, longest = result.quantity("least_leaders"), result.values("least_leaders_long")
    most, leaders = result.values("most_leaders"), result.values("leaders")
    looks = style.named(names)
    figure, axes = drawing.panels(1, len(names), 2.3, sharey=True)
    for d, (panel, look) in enumerate(zip(axes[0], looks.values())):
        panel.fill_between(tau, needed.values[d], most[d], color=look["color"], alpha=0.15, linewidth=0)
        panel.plot(tau, longest[d], color=style.INK, linewidth=0.9)
        panel.plot(tau, needed.values[d], linestyle="none", **look)
        panel.set(xscale="log", xlabel="temperature τ [1]", xlim=(tau[0] / 1.2, tau[-1] * 1.2))
        panel.set(ylim=(leaders[0] - 0.5, leaders[-1] + 0.5), title="attention " + TITLES.get(names[d], names[d]))
        if not np.any(np.isfinite(needed.values[d])):
            drawing.note(panel, "none tried is enough", (0.5, 0.5), "axes fraction", ha="center")
        panel.set_yticks(leaders)
    axes[0, 0].set_ylabel(drawing.label("leaders K", needed))
    drawing.legend(
        figure,
        [
            ("fewest", {"marker": "o"}),
            ("enough", {"marker": "s", "markersize": 7, "color": "#dddddd"}),
            ("long-wave criterion", {"linestyle": "-"}),
        ],
    )
    return NEED, figure


def figures(result):
    return drawing.draw_all(result, (maps, classical, need))


def summary(result):
    names = [str(name) for name in result.values("attends")]
    needed, tau = result.values("least_leaders"), result.values("temperature")
    text = []
    for d, name in enumerate(names):
        if np.any(np.isfinite(needed[d])):
            best = np.nanargmin(needed[d])
            text.append(
                f"Attention over {name} needs {needed[d, best]:.0f} leaders at best, first at τ = {tau[best]:.3g}."
            )
        else:
            text.append(f"Attention over {name} is stable with no number of leaders tried.")
    growth, long_wave = result.values("attention_growth"), result.values("attention_long_wave")
    short = np.count_nonzero((growth > 1e-12) & (long_wave < 0))
    text.append(f"Of {growth.size} drivers {short} are stable for long waves alone.")
    worst = np.abs(
        result.values("attention_ring_growth") / result.values("attention_ring_growth_expected") - 1
    ).max()
    text.append(f"Runs and theory of growth differ by at most {worst:.2g} relative.")
    return " ".join(text)
