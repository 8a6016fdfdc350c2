"""analysis/kernels/bench.py

How near the kernels come to what the machine can do.

Figures: attainable and attained speed against arithmetic intensity, one thread and all; the part of its roof that
each kernel reaches, beside the bar it should reach; ratios of times, beside theirs.
"""

import re

import numpy as np

from analysis import drawing, style
from analysis.result_file import Absent

EQUATIONS = (
    (
        r"P \leq \min(P_\mathrm{peak},\; I\,B_\mathrm{triad})",
        "speed at most min(peak of multiply-adds, intensity times bandwidth of the triad)",
    ),
)
FAMILIES = ("dense", "small", "triangle", "window", "stencil", "graph")
LABEL_ROOM = 9.5  # [pt] between the names beside a roofline


def family_of(name):
    return name.split("_")[0]


def looks_of(names):
    """{family: {color, marker, markersize}} of the families that are there."""
    present = [family for family in FAMILIES if any(family_of(name) == family for name in names)]
    return style.named(present)


def medians(result, name):
    """Over everything that was sampled, a number a precision and number of threads: (precision, threads)."""
    return np.nanmedian(result.values(name), axis=(0, 3))


def words_for(threads):
    return "1 thread" if threads == 1 else f"{threads:g} threads"


def spread_out(places, room):
    """The places, moved apart to at least `room`, in their order; as near to where they were as that allows."""
    order = np.argsort(places, kind="stable")
    moved = np.array(places, float)
    blocks = []  # [first of the block, members]
    for rank, place in enumerate(moved[order]):
        blocks.append([place, [rank]])
        while len(blocks) > 1 and blocks[-2][0] + room * len(blocks[-2][1]) > blocks[-1][0]:
            first, members = blocks.pop()
            before, others = blocks.pop()
            total = len(others) + len(members)
            start = (before * len(others) + (first - room * len(others)) * len(members)) / total
            blocks.append([start, others + members])
    for first, members in blocks:
        for n, rank in enumerate(members):
            moved[order[rank]] = first + room * n
    return moved


def draw_roofs(axes, intensity, peak, bandwidth):
    line = np.geomspace(intensity.min() / 2, intensity.max() * 3, 200)
    axes.plot(line, np.minimum(peak, line * bandwidth) * 1e-9, color=style.INK, linewidth=1.2, zorder=1)
    drawing.note(
        axes, f"peak {peak * 1e-9:.0f} Gflop/s", (line[-1], peak * 1e-9), shift=(-2, 3), ha="right", color=style.INK
    )
    knee = peak / bandwidth
    place = np.sqrt(line[0] * min(knee, line[-1]))
    drawing.note(
        axes,
        f"triad {bandwidth * 1e-9:.1f} GB/s",
        (place, place * bandwidth * 1e-9),
        shift=(6, -4),
        va="top",
        color=style.INK,
    )


def name_points(axes, names, x, y, looks):
    """The names in a column on the right, each with a line from its point. Needs the final limits and place."""
    low, high = np.log10(axes.get_ylim())
    height = axes.get_position().height * axes.figure.get_figheight() * 72  # [pt]
    places = spread_out((np.log10(y) - low) / (high - low) * height, LABEL_ROOM)
    places -= max(0.0, places.max() - height)  # a column that would leave the panel moves back into it
    places -= min(0.0, places.min())
    for name, at_x, at_y, place in zip(names, x, y, places):
        axes.annotate(
            name,
            (at_x, at_y),
            xycoords="data",
            xytext=(1.03, place / height),
            textcoords="axes fraction",
            fontsize=6.5,
            va="center",
            color=looks[family_of(name)]["color"],
            arrowprops={
                "arrowstyle": "-",
                "color": "#c8c8c8",
                "linewidth": 0.5,
                "shrinkA": 0,
                "shrinkB": 3,
                "relpos": (0, 0.5),
            },
            annotation_clip=False,
            zorder=0.5,
        )


def draw_roofline(result, threads):
    names, counts = result.values("case"), result.values("threads")
    flops, data = (result.values(name)[:, 0, threads] for name in ("flops", "bytes"))
    time, peer = (result.values(name)[:, 0, threads] for name in ("median", "peer_seconds"))
    there = np.isfinite(time)
    if not there.any():
        raise Absent("nothing was timed in float")
    intensity, speed = flops / data, flops / time * 1e-9
    figure, axes = drawing.panels(1, 1, 4.8)
    figure.set_layout_engine("none")  # the column of names has a room of its own
    panel, looks = axes[0, 0], looks_of(names)
    panel.set_position((0.085, 0.095, 0.65, 0.83))
    panel.set(
        xscale="log",
        yscale="log",
        xlabel="intensity [flop/byte], each number touched once",
        ylabel="speed [Gflop/s]",
    )
    draw_roofs(
        panel, intensity[there], medians(result, "peak")[0, threads], medians(result, "bandwidth")[0, threads]
    )
    for place in np.flatnonzero(there):
        look = looks[family_of(names[place])]
        if np.isfinite(peer[place]):
            other = flops[place] / peer[place] * 1e-9
            panel.plot([intensity[place]] * 2, [speed[place], other], color=look["color"], linewidth=0.6, zorder=2)
            panel.plot(intensity[place], other, linestyle="none", **{**look, "markerfacecolor": "white"}, zorder=3)
        panel.plot(intensity[place], speed[place], linestyle="none", **look, zorder=4)
    entries = list(looks.items())
    if np.isfinite(peer).any():
        entries.append(("PyTorch", {"marker": "o", "markersize": 4.5, "markerfacecolor": "white"}))
    drawing.legend(figure, entries)
    # Small shapes stand close together, and are told apart by the other figures.
    named = there & np.array([family_of(name) != "small" for name in names])
    if not named.any():
        named = there
    name_points(panel, names[named], intensity[named], speed[named], looks)
    caption = (
        f"Float, {words_for(counts[threads])}. Lines: what the machine can do, multiply-adds in registers and the triad"
        " with streaming stores, both measured between the samples. Points: what each kernel does, medians; hollow:"
        " PyTorch on the same shape, joined to it."
    )
    return caption, figure


def one_thread(result):
    return draw_roofline(result, 0)


def all_threads(result):
    return draw_roofline(result, -1)


def fractions(result):
    names, counts, bars = result.values("case"), result.values("threads"), result.values("bar")
    fraction = result.quantity("fraction")
    roofs = result.values("roof")
    figure, axes = drawing.panels(1, 1, 0.5 + 0.26 * len(names))
    panel, rows = axes[0, 0], np.arange(len(names))
    shown = [0] if len(counts) == 1 else [0, len(counts) - 1]
    height = 0.7 / len(shown)
    colours = (style.BLUE, style.SKY)
    entries = []
    for n, threads in enumerate(shown):
        at = rows + (n - (len(shown) - 1) / 2) * height
        values = fraction.values[:, :, threads]
        panel.barh(at, np.nan_to_num(values[:, 0]), height=0.9 * height, color=colours[n])
        panel.plot(values[:, 1], at, linestyle="none", marker="D", markersize=2.8, color=style.VERMILION)
        entries.append((f"float, {words_for(counts[threads])}", {"marker": "s", "color": colours[n], "markersize": 6}))
    for place in np.flatnonzero(np.isfinite(bars)):
        panel.plot([bars[place]] * 2, rows[place] + np.array([-0.42, 0.42]), color=style.INK, linewidth=1.4)
    entries.append(("double", {"marker": "D", "markersize": 2.8, "color": style.VERMILION}))
    entries.append(("bar", {"marker": "|", "markersize": 8, "markeredgewidth": 1.4}))
    panel.set_yticks(rows, [f"{name}{' *' if roof == 'bandwidth' else ''}" for name, roof in zip(names, roofs)])
    panel.set(xlabel=drawing.label("part of its roof", fraction), ylim=(len(names) - 0.4, -0.6))
    panel.set_xlim(0, max(1.0, 1.05 * np.nanmax(fraction.values)))
    panel.grid(False, axis="y")
    drawing.legend(figure, entries)
    caption = (
        "The part of its roof that each kernel reaches: the peak of multiply-adds of its precision, or, where there is"
        " an asterisk, the bandwidth of the streaming triad. Medians over the samples, each against the roof of its"
        " moment."
    )
    return caption, figure


RATIOS = {"peer": "times as fast as PyTorch", "slower": "time over the plain case", "scaling": "2 threads over 1"}


def evaluated_ratios(result):
    """[(claim, key of RATIOS)]"""
    kinds = [(claim, claim.id.split("_")[0]) for claim in result.claims]
    return [(claim, kind) for claim, kind in kinds if kind in RATIOS and claim.stored in (0, 1)]


def ratios(result):
    """The claims on ratios of times, whatever their bars, as parts of what they ask for."""
    shown = evaluated_ratios(result)
    figure, axes = drawing.panels(1, 1, 0.5 + 0.17 * len(shown))
    panel, looks = axes[0, 0], style.named(list(RATIOS))
    for row, (claim, kind) in enumerate(shown):
        part = claim.value / claim.expected if claim.kind == "at_least" else claim.expected / claim.value
        panel.plot([1, part], [row, row], color=looks[kind]["color"], linewidth=0.8)
        panel.plot(part, row, linestyle="none", **looks[kind])
        words = f"{claim.value:.2f}  ({'≥' if claim.kind == 'at_least' else '≤'} {claim.expected:g})"
        drawing.note(panel, words, (1.01, row), ("axes fraction", "data"), va="center", fontsize=6.5)
    panel.axvline(1, **drawing.LIMIT)
    names = [re.sub(r"_float(_threads(\d+))?$", r"  \2", claim.id.split("_", 1)[1]) for claim, _ in shown]
    panel.set_yticks(np.arange(len(shown)), names, fontsize=6.5)
    panel.set(xscale="log", ylim=(len(shown) - 0.4, -0.6), xlabel="part of what the bar asks for [1]")
    panel.grid(False, axis="y")
    figure.get_layout_engine().set(rect=(0, 0, 0.88, figure.get_layout_engine().get()["rect"][3]))
    drawing.legend(figure, [(RATIOS[kind], looks[kind]) for kind in RATIOS] + [("bar", drawing.LIMIT)])
    return "Ratios of times in float, and the bars on them; the number behind a name is that of the threads.", figure


def figures(result):
    several = (all_threads,) if "threads" in result.names and len(result.values("threads")) > 1 else ()
    asked = (ratios,) if evaluated_ratios(result) else ()
    return drawing.draw_all(result, (one_thread, *several, fractions, *asked))


def summary(result):
    counts, fraction, bars = result.values("threads"), result.values("fraction"), result.values("bar")
    peak, bandwidth = medians(result, "peak"), medians(result, "bandwidth")
    held = np.isfinite(bars)
    reached = np.sum(fraction[held, 0, 0] >= bars[held])
    return (
        f"{len(result.values('case'))} cases on {', '.join(words_for(count) for count in counts)}. Of"
        f" {np.sum(held)} bars on the part of a roof {reached} are reached on {words_for(counts[0])}. Peak on"
        f" {words_for(counts[0])} {peak[0, 0] * 1e-9:.0f} Gflop/s in float and {peak[1, 0] * 1e-9:.0f} in double,"
        f" triad {bandwidth[0, 0] * 1e-9:.1f} GB/s. Largest error of any array over what it may be:"
        f" {np.nanmax(result.values('excess')):.2f}."
    )
