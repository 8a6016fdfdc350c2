"""analysis/heat/rollouts.py

Rollouts in every heat experiment look alike: measured points on predicted lines over the steps.
"""

import numpy as np

from analysis import drawing, style

STARTS = ("full", "none", "left", "top")  # fill of the marker


def draw_panel(axes, step, measured, predicted, looks, starts):
    """measured, predicted (boundary, start, step) [1]."""
    floor = drawing.floor_below(measured, 1e-17)
    shown = np.where(np.isfinite(measured), measured, np.nan)
    for b, look in enumerate(looks.values()):
        for k in range(len(starts)):
            axes.plot(
                step, predicted[b, k], color=look["color"], linestyle="-" if k == 0 else "--", linewidth=1
            )
            drawing.scatter_log(axes, step, shown[b, k], floor, fillstyle=STARTS[k % len(STARTS)], **look)
    axes.set(xscale="log", yscale="log")
    drawing.mark_floor(axes, floor, measured)
    drawing.decades(axes.xaxis)
    drawing.decades(axes.yaxis)


def legend(figure, looks, starts, columns=None):
    entries = [(name, look) for name, look in looks.items()]
    if len(starts) > 1:
        entries += [
            (f"{start} (measured)", {"marker": "o", "fillstyle": STARTS[k % len(STARTS)]})
            for k, start in enumerate(starts)
        ]
        entries += [
            (f"{start} (predicted)", {"linestyle": "-" if k == 0 else "--"}) for k, start in enumerate(starts)
        ]
    else:
        entries += [("measured", {"marker": "o"}), ("predicted", {"linestyle": "-"})]
    drawing.legend(figure, entries, columns)


def worst_disagreement(measured, predicted):
    """The largest |measured / predicted - 1| where there is a prediction; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(measured / predicted - 1)
    return (
        apart[np.isfinite(apart)].max(initial=np.nan)
        if not np.any(np.isfinite(apart))
        else apart[np.isfinite(apart)].max()
    )
