"""analysis/heat/heat_scaling.py

How do a distributed heat step and an attention stencil scale over ranks, and what does a model of latency and
bandwidth say of a hundred to a hundred thousand?
"""

import numpy as np

from analysis import drawing, style
from analysis.result_file import Absent

EQUATIONS = (
    (
        r"e = \frac{N_p / (p\, t_p)}{N_1 / t_1}",
        "parallel efficiency: cells a second and rank on p ranks, over those of one rank alone",
    ),
    (
        r"t = f + u\,(w - w_0) + m\,\alpha + b\,\beta + n \lceil \log_2 p \rceil\, \gamma",
        "the model: work w of the busiest rank, its m messages of b bytes together, n all-reduces",
    ),
)
MODEL = {"linestyle": style.DASHED, "color": style.INK}
PARTS = (style.SKY, style.VERMILION, style.ORANGE, style.PURPLE)
LEAST = 1e-4  # efficiency at the foot of the axis


class Study:
    """The axes of the file, and a look for each method."""

    def __init__(self, result):
        self.result = result
        self.ranks = result.values("ranks")
        self.methods = [str(name) for name in result.values("method")]
        self.dimensions = result.values("dimension").astype(int)
        self.precisions = [str(name) for name in result.values("precision")]
        self.looks = style.named(self.methods)
        self.shown = self.precisions.index("double") if "double" in self.precisions else 0

    def least(self, kind):
        """Seconds of a step, the least of the samples: (method, dimension, precision, ranks)."""
        return self.result.values("step_seconds")[kind].min(axis=-1)

    def need_ranks(self):
        if len(self.ranks) < 2:
            raise Absent("this job had one rank, and one rank has nobody to share with; give it more: mpirun -n 2 ...")

    def words(self):
        return self.precisions[self.shown]


def rates(result):
    study, rate = Study(result), result.quantity("cell_rate")
    figure, axes = drawing.panels(1, len(study.dimensions), 2.4, sharey=True)
    places = np.arange(len(study.methods))
    shades = (style.SKY, style.BLUE)
    for d, (panel, D) in enumerate(zip(axes[0], study.dimensions)):
        for c in range(len(study.precisions)):
            values = rate.values[1, :, d, c, -1] / study.ranks[-1]
            panel.plot(places + 0.2 * (c - 0.5), values, linestyle="none", marker="os"[c], color=shades[c])
        panel.set(yscale="log", title=f"D = {D}", xlim=(-0.6, len(places) - 0.4))
        panel.set_xticks(places, study.methods, rotation=35, ha="right")
    axes[0, 0].set_ylabel("cell updates a second and rank [1/s]")
    drawing.legend(
        figure, [(name, {"marker": "os"[c], "color": shades[c]}) for c, name in enumerate(study.precisions)]
    )
    caption = (
        f"Steps times cells a second, of a rank, where {study.ranks[-1]:g} of them share a grid that grows with them."
        " A step of multigrid or of the exact propagator is far longer in time than an explicit one: these are speeds,"
        " not merits."
    )
    return caption, figure


def modelled_efficiency(study, scaling):
    """(method, dimension, precision, ranks); one rank is 1."""
    seconds = study.result.values("modelled_seconds")[scaling].sum(axis=-1)
    cells = study.result.values("cells")[scaling]
    with np.errstate(invalid="ignore"):
        kept = cells / study.ranks / seconds / (cells[..., :1] / study.least(scaling)[..., :1])
    kept[..., 0] = 1
    return kept


def grid_of_panels(study, what):
    figure, axes = drawing.panels(2, len(study.dimensions), 2.1, legend_lines=2, sharex=True, sharey=True)
    for scaling, name in enumerate(("strong", "weak")):
        axes[scaling, 0].set_ylabel(f"{name} {what} [1]")
    for panel, D in zip(axes[0], study.dimensions):
        panel.set_title(f"D = {D}")
    return figure, axes


def efficiency(result):
    study = Study(result)
    study.need_ranks()
    kept, share = result.values("efficiency"), result.values("triad")
    figure, axes = grid_of_panels(study, "efficiency")
    for scaling in (0, 1):
        model = modelled_efficiency(study, scaling)
        for d in range(len(study.dimensions)):
            panel = axes[scaling, d]
            panel.plot(study.ranks, share / share[0], color=style.FAINT, linewidth=3, alpha=0.4, zorder=1)
            for m, look in enumerate(study.looks.values()):
                for c in range(len(study.precisions)):
                    face = {} if c == study.shown else {"markerfacecolor": "white"}
                    place = study.ranks * 2 ** (0.05 * (m - (len(study.methods) - 1) / 2))
                    panel.plot(place, kept[scaling, m, d, c], **{**look, **face, "linestyle": "none"})
                panel.plot(study.ranks, model[m, d, study.shown], color=look["color"], linestyle=style.DASHED)
            panel.set(xscale="log", ylim=(0, max(1.1, 1.05 * np.nanmax(kept[:2]))))
            drawing.plain_ticks(panel.xaxis, study.ranks)
    for panel in axes[1]:
        panel.set_xlabel("ranks [1]")
    entries = [*study.looks.items(), (f"model, {study.words()}", MODEL)]
    entries.append(("triad of a rank", {"linestyle": "-", "color": style.FAINT, "linewidth": 3}))
    drawing.legend(figure, entries, columns=4)
    caption = (
        "Efficiency on one grid for all ranks (strong) and on a grid a rank (weak); the grid of one rank is the same in"
        f" both. Filled points {study.words()}, hollow the other precision, moved apart to be seen. Dashed: the model,"
        " fitted to exchanges timed by themselves and to runs that send nothing. Grey: what the triad keeps of its"
        " speed where all ranks are at it."
    )
    return caption, figure


def split(result):
    study = Study(result)
    study.need_ranks()
    modelled, measured = result.values("modelled_seconds")[1, ..., -1, :], study.least(1)[..., -1]
    names = [str(name) for name in result.values("part")]
    rows = [(f"on {study.ranks[-1]:g} ranks, over measured", modelled / measured[..., None])]
    foreseen, counts = result.values("predicted_seconds")[1], result.values("predicted_ranks")
    if np.isfinite(foreseen).any():
        last = foreseen[..., -1, :]
        rows.append((f"model, on {counts[-1]:.0e} ranks".replace("e+0", "e"), last / last.sum(axis=-1, keepdims=True)))
    figure, axes = drawing.panels(len(rows), len(study.dimensions), 2.0, sharex=True, sharey="row")
    places = np.arange(len(study.methods))
    for row, (words, shares) in enumerate(rows):
        for d, D in enumerate(study.dimensions):
            panel, foot = axes[row, d], np.zeros(len(places))
            for part, colour in enumerate(PARTS):
                height = np.nan_to_num(shares[:, d, study.shown, part])
                panel.bar(places, height, 0.7, bottom=foot, color=colour)
                foot += height
            if row == 0:
                panel.axhline(1, **drawing.LIMIT)
                panel.set_title(f"D = {D}")
            panel.grid(False, axis="x")
            panel.set_xticks(places, study.methods, rotation=35, ha="right")
        axes[row, 0].set_ylabel(f"share of a step [1]\n{words}")
    entries = [(name, {"marker": "s", "color": colour, "markersize": 6}) for name, colour in zip(names, PARTS)]
    drawing.legend(figure, [*entries, ("measured", drawing.LIMIT)])
    caption = (
        "What a step of weak scaling is spent on, by the model: computing (as in runs that send nothing), messages"
        " (latency), bytes (bandwidth), all-reduces; in "
        f"{study.words()}. Above, over the measured time: bars that end at the line are right. Below, of the largest"
        " number of ranks that the model is asked about."
    )
    return caption, figure


def spread(study, m):
    """The least and the largest of measured over modelled time of a method, on this job."""
    ratios = []
    for scaling in (0, 1):
        seconds = study.result.values("modelled_seconds")[scaling].sum(axis=-1)
        ratios.append((study.least(scaling) / seconds)[m])
    return np.nanmin(ratios), np.nanmax(ratios)


def prediction(result):
    study, kept = Study(result), result.values("predicted_efficiency")
    counts = result.values("predicted_ranks")
    if not np.isfinite(kept).any():
        raise Absent("one rank has no network to fit; give the job more ranks, or the deck latency and bandwidth")
    several = len(study.ranks) > 1
    rate, seconds = result.values("cell_rate"), study.least(2)
    figure, axes = grid_of_panels(study, "efficiency")
    for scaling in (0, 1):
        for d in range(len(study.dimensions)):
            panel = axes[scaling, d]
            for m, look in enumerate(study.looks.values()):
                line = kept[scaling, m, d, study.shown]
                panel.plot(counts, line, color=look["color"], linestyle=style.DASHED)
                if several:
                    low, high = spread(study, m)
                    panel.fill_between(counts, line / high, line / low, color=look["color"], alpha=0.15, linewidth=0)
                busy = rate[2, m, d, study.shown, -1] / study.ranks[-1]
                points = rate[scaling, m, d, study.shown, 1:] / study.ranks[1:] / busy
                if scaling == 1:
                    panel.plot(study.ranks[1:], points, **{**look, "linestyle": "none"})
            panel.set(xscale="log", yscale="log", ylim=(LEAST, 2))
            drawing.decades(panel.xaxis, 7)
            drawing.decades(panel.yaxis, 6)
    for panel in axes[1]:
        panel.set_xlabel("ranks [1]")
    drawing.legend(figure, [*study.looks.items(), ("model", MODEL)], columns=4)
    given = result.parameter("latency") > 0
    network = "the network that the deck states" if given else "the network of this job (on one node: shared memory)"
    caption = (
        f"Model, not measurement: efficiency in {study.words()} against ranks that are all busy and send nothing, on"
        f" {network}. Weak: this job's grid a rank; points, where there are any, measured. Strong: the weak grid of"
        f" {counts[0]:g} ranks on more and more. Bands: the range of measured over modelled time on this job. A method"
        " that leaves the panel is below its foot."
    )
    return caption, figure


def figures(result):
    return drawing.draw_all(result, (rates, efficiency, split, prediction))


def summary(result):
    study = Study(result)
    if len(study.ranks) < 2:
        return "One rank: speeds alone. With more there are efficiencies, a fitted network and predictions."
    ratios = np.array([spread(study, m) for m in range(len(study.methods))])
    right = [name for name, (low, high) in zip(study.methods, ratios) if low > 1 / 1.25 and high < 1.25]
    kept = result.values("efficiency")[1, ..., -1]
    best, worst = np.unravel_index(kept.argmax(), kept.shape), np.unravel_index(kept.argmin(), kept.shape)
    return (
        f"On {study.ranks[-1]:g} ranks weak efficiency lies between {kept[worst]:.2f} ({study.methods[worst[0]]}, D ="
        f" {study.dimensions[worst[1]]}) and {kept[best]:.2f} ({study.methods[best[0]]}, D ="
        f" {study.dimensions[best[1]]}); the triad of a rank keeps"
        f" {result.values('triad')[-1] / result.values('triad')[0]:.2f}. Fitted: {result.values('latency') * 1e6:.2g}"
        f" microseconds a message, {result.values('bandwidth') * 1e-9:.2g} GB/s. Every time of"
        f" {', '.join(right) if right else 'no method'} is predicted within a quarter."
    )
