"""analysis/drawing.py

What every figure needs: panels, labels with units, legends beside the data, zeros on logarithmic axes.
"""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter

from analysis import style
from analysis.result_file import Absent

LIMIT = {"color": style.INK, "linewidth": 0.9, "linestyle": (0, (5, 2))}  # how bounds of claims look


def panels(rows, columns, height, legend_lines=1, **shared):
    """(Figure, axes (rows, columns)); height [inch] of one row; room for a legend above all panels."""
    room = 0.08 + 0.19 * legend_lines
    total = rows * height + room
    figure = Figure(figsize=(style.WIDTH, total), layout="constrained")
    figure.get_layout_engine().set(rect=(0, 0, 1, 1 - room / total), w_pad=0.05, h_pad=0.05)
    return figure, figure.subplots(rows, columns, squeeze=False, **shared)


def legend(figure, entries, columns=None):
    """Above all panels; entries [(label, Line2D keywords)]."""
    handles = [Line2D([], [], **{"linestyle": "none", "color": style.INK, **look}) for _, look in entries]
    figure.legend(
        handles,
        [label for label, _ in entries],
        loc="upper center",
        bbox_to_anchor=(0.5, 1),
        ncols=columns or len(entries),
        handlelength=2.0,
        columnspacing=1.4,
        borderaxespad=0.3,
    )


def label(words, quantity):
    """'loss [1]': the unit is the file's."""
    return f"{words} [{quantity.unit}]"


def note(axes, words, place, coordinates="data", shift=(0, 0), **look):
    """A few words inside the panel, shifted by points; they claim no room of their own."""
    axes.annotate(
        words,
        place,
        xycoords=coordinates,
        xytext=shift,
        textcoords="offset points",
        **{"fontsize": 7, "ha": "left", "va": "bottom", **look},
    ).set_in_layout(False)


def floor_below(values, lowest):
    """A power of ten at or under the smallest positive value, but not under `lowest`."""
    positive = np.asarray(values)[np.asarray(values) > 0]
    return max(lowest, 10.0 ** np.floor(np.log10(positive.min()))) if positive.size else lowest


def scatter_log(axes, x, y, floor, **look):
    """Points on a logarithmic axis; what is at or under the floor lies on it, hollow."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    above = y > floor
    axes.plot(x[above], y[above], linestyle="none", **look)
    if np.any(y <= floor):
        hollow = {**look, "markerfacecolor": "white", "clip_on": False, "in_layout": False}
        axes.plot(x[y <= floor], np.full(np.count_nonzero(y <= floor), floor), linestyle="none", **hollow)


def mark_floor(axes, floor, y):
    """Says that hollow points on the line stand for anything below, zero too. Needs the final limits."""
    if np.any(np.asarray(y) <= floor):
        top = axes.get_ylim()[1]
        axes.set_ylim(floor * (floor / top) ** 0.12, top)
        axes.axhline(floor, color=style.FAINT, linewidth=0.7, linestyle=":", zorder=1)
        note(
            axes,
            f"hollow: ≤ {floor:.0e}",
            (1, floor),
            ("axes fraction", "data"),
            (0, -4),
            ha="right",
            va="top",
            color=style.FAINT,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            zorder=2.2,
        )


def decades(axis, most=7):
    """Ticks at whole powers of ten, at most so many."""
    axis.set_major_locator(LogLocator(base=10, numticks=most))
    axis.set_minor_formatter(NullFormatter())


def plain_ticks(axis, values):
    """Ticks exactly at the values, in plain figures, on a logarithmic axis too."""
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(FixedLocator([]))


def limit(axes, value):
    """A bound that a claim sets."""
    axes.axhline(value, **LIMIT)


def tolerance(result, prefix):
    """The bound of the claims whose ids begin so: the largest expected + tolerance."""
    bounds = [claim.expected + claim.tolerance for claim in result.claims if claim.id.startswith(prefix)]
    if not bounds or not np.all(np.isfinite(bounds)):
        raise Absent(f"no claim {prefix}* with a bound")
    return max(bounds)


def draw_all(result, drawings):
    """[(name, caption, Figure)]; a figure whose data are absent is None and its caption says why."""
    drawn = []
    for draw in drawings:
        try:
            drawn.append((draw.__name__, *draw(result)))
        except Absent as absent:
            drawn.append((draw.__name__, f"not drawn: {absent}", None))
        except (IndexError, KeyError, TypeError, ValueError) as error:
            drawn.append((draw.__name__, f"not drawn, the data sets do not fit together: {error}", None))
    return drawn
