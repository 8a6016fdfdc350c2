"""analysis/traffic/traffic_throughput.py

How many vehicles a second do rings of car-following laws drive, beside a plain loop, and how does that grow
with the ranks?
"""

import numpy as np

from analysis import drawing, style
from analysis.result_file import Absent

EQUATIONS = (
    (r"r = N\, n / t", "vehicle-steps a second: N vehicles, n steps, least time t of the samples"),
    (r"e = r_p / (p\, r_1)", "parallel efficiency of p ranks"),
)
RING = {"color": style.BLUE, "marker": "o"}
PLAIN = {"color": style.VERMILION, "marker": "s"}
SUMO = 7e5  # [1/s] updates of one lane, as its developers state


def rates(result):
    sizes, rate, plain = (result.quantity(name) for name in ("ring_vehicles", "ring_rate", "plain_rate"))
    laws, speed = [str(name) for name in result.values("law")], result.values("law_rate")
    leaders = result.values("leaders").astype(int)
    figure, axes = drawing.panels(1, 2, 2.8)
    left, right = axes[0]
    left.plot(sizes.values, rate.values, linestyle="-", **RING)
    left.plot(sizes.values, plain.values, linestyle="-", **PLAIN)
    left.axhline(SUMO, color=style.FAINT, linestyle=":")
    drawing.note(left, "SUMO, as stated, with lanes and network", (sizes.values[0], SUMO), color=style.FAINT, shift=(0, 2))
    left.set(xscale="log", yscale="log", xlabel="vehicles of a ring [1]", title="intelligent driver model")
    left.set_ylabel(drawing.label("vehicle-steps a second", rate))
    drawing.decades(left.xaxis)

    order = np.argsort(speed)
    places = np.arange(len(laws))
    right.barh(places, speed[order], 0.6, color=style.SKY)
    right.set_yticks(places, [f"{laws[n]} ({leaders[n]})" for n in order])
    right.set(xlabel=drawing.label("vehicle-steps a second", rate), title="laws (leaders), one long ring")
    right.grid(False, axis="y")
    drawing.legend(figure, [("registers and tiles", {**RING, "linestyle": "-"}), ("plain loop", {**PLAIN, "linestyle": "-"})])
    caption = (
        "On one rank, double numbers, semi-implicit steps. Left: rings of other lengths, about as many vehicles in"
        " all; the plain loop drives one ring of that length. Right: every law on a long ring, with the number of"
        " vehicles ahead that it looks at."
    )
    return caption, figure


def integrators(result):
    names, rate = [str(name) for name in result.values("integrator")], result.quantity("integrator_rate")
    figure, axes = drawing.panels(1, 1, 1.5)
    panel, places = axes[0, 0], np.arange(len(names))
    panel.barh(places, rate.values, 0.6, color=style.SKY)
    panel.set_yticks(places, [name.replace("_", " ") for name in names])
    panel.grid(False, axis="y")
    panel.set_xlabel(drawing.label("vehicle-steps a second", rate))
    return "The intelligent driver model on one long ring: Runge-Kutta asks the law four times a step.", figure


def efficiency(result):
    ranks, kept = result.values("ranks"), result.quantity("efficiency")
    if len(ranks) < 2:
        raise Absent("this job had one rank, and one rank has nobody to share with; give it more: mpirun -n 2 ...")
    names = [str(name) for name in result.values("division")]
    looks = style.named(names)
    figure, axes = drawing.panels(1, 1, 2.4)
    panel = axes[0, 0]
    for name, row in zip(names, kept.values):
        panel.plot(ranks, row, linestyle="-", **looks[name])
    drawing.limit(panel, 0.9)
    panel.set(xscale="log", ylim=(0, max(1.1, 1.05 * kept.values.max())), xlabel="ranks [1]")
    panel.set_ylabel(drawing.label("efficiency", kept))
    drawing.plain_ticks(panel.xaxis, ranks)
    drawing.legend(figure, [*looks.items(), ("bar of a batch on two ranks", drawing.LIMIT)])
    return "Efficiency where ranks share one ring, cut along its vehicles, or a batch, dealt out in whole rings.", figure


def figures(result):
    return drawing.draw_all(result, (rates, integrators, efficiency))


def summary(result):
    rate, plain = result.values("ring_rate"), result.values("plain_rate")
    laws, speed = [str(name) for name in result.values("law")], result.values("law_rate")
    return (
        f"Rings of the intelligent driver model run at {rate.min() * 1e-6:.0f} to {rate.max() * 1e-6:.0f} million"
        f" vehicle-steps a second on one rank, {np.min(rate / plain):.1f} to {np.max(rate / plain):.1f} times a plain"
        f" loop; of the laws, {laws[int(speed.argmin())]} is slowest with {speed.min() * 1e-6:.0f} million."
    )
