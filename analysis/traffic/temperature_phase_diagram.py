"""analysis/traffic/temperature_phase_diagram.py

At which temperature does attention to several leaders keep uniform flow stable, and when does it drive a vehicle
against the sense of what it sees?
"""

import numpy as np

from analysis import drawing, style

EQUATIONS = (
    (
        (
            r"\dot v = \alpha\left[\sum_k a_k V(D_k/k) - v\right],\qquad"
            r" \dot v = \alpha\left[V(D_1) - v\right] + \lambda\left[\sum_k a_k v_k - v\right],\qquad"
            r" a = \mathrm{softmax}\left(-D_k/(\ell\tau)\right)"
        ),
        "u = alpha [sum a_k V(D_k / k) - v]; u = alpha [V(D_1) - v] + lambda [sum a_k v_k - v]; a = softmax(-D_k / (ell tau))",
    ),
    (
        (
            r"\alpha_c = \frac{2V'}{\bar k},\qquad \lambda_c = \frac{V' - \alpha/2}{\bar k},\qquad"
            r" \bar k = \sum_k k\,a_k,\qquad"
            r" \frac{\partial \dot v}{\partial D_j} < 0 \;\Leftrightarrow\; \varphi_j < \bar\varphi - \tau/h_j"
        ),
        "long waves: alpha_c = 2 V' / kbar, lambda_c = (V' - alpha / 2) / kbar; wrong sign: phi_j < phibar - tau / h_j",
    ),
)

SYMBOLS = (r"α", r"λ")
PHASES = (
    "The neutral curves. Lines: closed forms, dashed for long waves, full for all waves; above a line uniform flow is"
    " stable. Points: eigenvalues of rings, the longest wave extrapolated to the endless row. Triangles: rings that"
    " were driven to either side of the full line, drawn twice as far from it, up where a wave grew, down where all"
    " decayed. Over gaps"
    " long waves always go first, and hotter is better. Over speeds with many leaders hot attention loses to short"
    " waves, where dashed and full lines part: there is a best temperature."
)


def draw_point_row(panel, result, d, k, look):
    tau, found = result.values("temperature"), result.values("long_wave_found")[d, k]
    panel.plot(tau, found, linestyle="none", **look)
    neutral, side = result.values("all_wave_theory")[d, k], result.values("side")
    growth = result.values("growth")[d, k]
    for s, factor in enumerate(side):
        for up, marker in ((True, "^"), (False, "v")):
            chosen = (growth[:, s] > 0) == up
            panel.plot(
                tau[chosen],
                (neutral * (1 + 2 * (factor - 1)))[chosen],
                linestyle="none",
                marker=marker,
                markersize=2.8,
                color=look["color"],
                markerfacecolor="none",
                markeredgewidth=0.6,
            )


def phases(result):
    leaders, fine = result.values("leaders").astype(int), result.values("curve_temperature")
    longest, everything = result.quantity("long_wave_curve"), result.values("all_wave_curve")
    looks = style.named([f"K = {K}" for K in leaders])
    figure, axes = drawing.panels(1, 2, 3.1, legend_lines=2)
    for d, panel in enumerate(axes[0]):
        for k, look in enumerate(looks.values()):
            panel.plot(fine, longest.values[d, k], color=look["color"], linestyle=style.DASHED, linewidth=0.9)
            panel.plot(fine, everything[d, k], color=look["color"])
            draw_point_row(panel, result, d, k, look)
        panel.set(xscale="log", title=("attention over gaps", "attention over speeds")[d])
        panel.set_xlabel("temperature τ [1]")
        panel.set_ylabel(f"neutral {SYMBOLS[d]} [{longest.unit}]")
        panel.set_ylim(bottom=0)
        drawing.note(panel, "stable", (0.97, 0.96), "axes fraction", ha="right", va="top")
        drawing.note(panel, "unstable", (0.03, 0.03), "axes fraction")
    drawing.legend(
        figure,
        [
            *looks.items(),
            ("long waves", {"linestyle": style.DASHED}),
            ("all waves", {"linestyle": "-"}),
            ("driven ring: grew", {"marker": "^", "markerfacecolor": "none"}),
            ("decayed", {"marker": "v", "markerfacecolor": "none"}),
        ],
        columns=4,
    )
    return PHASES, figure


AGREEMENT = (
    "How well three ways to the curves agree. Left: eigenvalues against the closed form, long waves extrapolated from"
    " rings and all waves on one ring. Right: growth of the fastest mode of rings that were driven beside the curve,"
    " against that of the eigenvalues; on the diagonal both are the same."
)


def agreement(result):
    tau, drivers = result.values("temperature"), ("gaps", "speeds")
    figure, axes = drawing.panels(1, 2, 2.7)
    left, right = axes[0]
    looks = style.named(drivers)
    for d, look in enumerate(looks.values()):
        apart = np.abs(result.values("long_wave_found")[d] / result.values("long_wave_theory")[d] - 1)
        ring = np.abs(result.values("all_wave_ring")[d] / result.values("all_wave_ring_theory")[d] - 1)
        drawing.scatter_log(left, tau[None, :] + 0 * apart, apart, 1e-16, **look)
        drawing.scatter_log(left, tau[None, :] + 0 * ring, ring, 1e-16, **{**look, "markerfacecolor": "none"})
        right.plot(
            result.values("growth_expected")[d].ravel(),
            result.values("growth")[d].ravel(),
            linestyle="none",
            alpha=0.75,
            **look,
        )
    left.set(xscale="log", yscale="log", xlabel="temperature τ [1]", ylabel="|found / closed form − 1| [1]")
    left.axhline(drawing.tolerance(result, "long_waves_"), **drawing.LIMIT)
    drawing.decades(left.yaxis, 8)
    drawing.mark_floor(left, 1e-16, [1.0])
    ends = np.array(right.get_xlim())
    right.plot(ends, ends, color=style.INK, linewidth=0.8, zorder=1)
    right.axhline(0, color=style.FAINT, linewidth=0.7)
    growth = result.quantity("growth")
    right.set(xlabel=f"growth by eigenvalues [{growth.unit}]", ylabel=f"growth of the driven ring [{growth.unit}]")
    right.ticklabel_format(style="sci", scilimits=(-2, 2))
    drawing.legend(
        figure,
        [
            *looks.items(),
            ("all waves of a ring", {"marker": "o", "markerfacecolor": "none"}),
            ("claimed bound", drawing.LIMIT),
        ],
    )
    return AGREEMENT, figure


SIGNS = (
    "A driver who attends to interactions. Left: answer to the distance of each leader in uniform flow; lines the"
    " certificate, points a complex step of the law. More room ahead of a far leader takes attention away from it, towards"
    " stronger interactions: when cold that makes the driver slower (below zero). Right: temperature below which some sign is wrong,"
    " against headway; points the law, line the certificate, dashed the temperature that is sure whatever the biases."
)


def signs(result):
    fine, tau = result.values("curve_temperature"), result.values("temperature")
    certified, stepped = result.quantity("interaction_gain"), result.values("interaction_gain_stepped")
    looks = style.named([f"leader {j:.0f}" for j in result.values("leader")[:6]])
    figure, axes = drawing.panels(1, 2, 2.9)
    left, right = axes[0]
    for j, look in enumerate(looks.values()):
        left.plot(fine, certified.values[:, j], color=look["color"])
        left.plot(tau, stepped[:, j], linestyle="none", **look)
    scale = np.abs(certified.values[:, 1:]).max()
    left.set_yscale("symlog", linthresh=scale / 30)
    left.axhline(0, color=style.INK, linewidth=0.8)
    left.set(xscale="log", xlabel="temperature τ [1]", ylabel=f"∂u/∂D_j [{certified.unit}]")
    headway = result.quantity("onset_headway")
    right.plot(headway.values, result.values("onset_expected"), color=style.INK)
    right.plot(headway.values, result.values("sure_temperature"), color=style.INK, linestyle=style.DASHED)
    right.plot(headway.values, result.values("onset_temperature"), linestyle="none", marker="o", color=style.BLUE)
    right.set(xscale="log", yscale="log", xlabel=drawing.label("headway", headway), ylabel="temperature τ [1]")
    right.fill_between(headway.values, right.get_ylim()[0], result.values("onset_expected"), color="#eeeeee")
    drawing.note(right, "wrong signs", (0.97, 0.05), "axes fraction", ha="right")
    drawing.plain_ticks(right.xaxis, (10, 20, 40, 60))
    drawing.legend(
        figure,
        [
            *looks.items(),
            ("certificate", {"linestyle": "-"}),
            ("sure", {"linestyle": style.DASHED}),
        ],
    )
    return SIGNS, figure


def figures(result):
    return drawing.draw_all(result, (phases, agreement, signs))


def summary(result):
    tau, leaders = result.values("curve_temperature"), result.values("leaders").astype(int)
    gain, longest = result.values("all_wave_curve"), result.values("long_wave_curve")
    most = len(leaders) - 1
    best = gain[1, most].argmin()
    parted = np.any(gain[1] > longest[1] * (1 + 1e-9), axis=-1)
    text = [
        f"Over gaps the sensitivity that is needed falls from {gain[0, most, 0]:.4g} to {gain[0, most, -1]:.4g} /s as"
        f" attention to {leaders[most]} leaders warms from τ = {tau[0]:g} to {tau[-1]:g}.",
        f"Over speeds {leaders[most]} leaders need the least gain, {gain[1, most, best]:.4g} /s, at"
        f" τ = {tau[best]:.3g}, and {gain[1, most, -1]:.4g} /s at τ = {tau[-1]:g}.",
    ]
    if np.any(parted):
        words = ", ".join(str(K) for K in leaders[parted])
        text.append(f"Short waves go first somewhere for K = {words}.")
    return " ".join(text)
