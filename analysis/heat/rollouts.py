"""analysis/heat/rollouts.py

Rollouts in every heat experiment look alike: measured points on predicted lines over the steps.
"""

import itertools

import numpy as np

from analysis import drawing, style

FILLS, LINES = ("full", "none", "left", "top"), ("-", "--", ":", "-.")  # one of each a start


class Tables:
    """rollout_error and rollout_error_predicted (..., boundary, ..., start, step) and how they are drawn."""

    def __init__(self, result, starts=None):
        self.measured, self.predicted = result.quantity("rollout_error"), result.quantity(
            "rollout_error_predicted"
        )
        self.step, self.looks = result.quantity("step"), style.named(result.values("boundary"))
        self.starts = list(result.values("start")) if starts is None else starts

    def draw(self, axes, title, place):
        """One panel; [place] of the tables is (boundary, start, step)."""
        measured, predicted, step = (
            self.measured.values[place],
            self.predicted.values[place],
            self.step.values,
        )
        floor = drawing.floor_below(measured, 1e-17)
        for b, look in enumerate(self.looks.values()):
            for k, (fill, line) in enumerate(zip(itertools.cycle(FILLS), self.starts)):
                axes.plot(
                    step, predicted[b, k], color=look["color"], linestyle=LINES[k % len(LINES)], linewidth=1
                )
                drawing.scatter_log(axes, step, measured[b, k], floor, fillstyle=fill, **look)
        axes.set(xscale="log", yscale="log", title=title)
        drawing.mark_floor(axes, floor, measured)
        drawing.decades(axes.xaxis)
        drawing.decades(axes.yaxis)

    def label(self, figure, axes):
        for panel in axes[:, 0]:
            panel.set_ylabel(drawing.label("relative distance\nfrom the heat equation", self.measured))
        for panel in axes.flat:
            panel.set_xlabel(drawing.label("time steps", self.step))
            panel.label_outer() if panel.get_shared_x_axes().joined(panel, axes.flat[-1]) else None
        entries = list(self.looks.items())
        for k, start in enumerate(self.starts):
            of = f"{start}: " if len(self.starts) > 1 else ""
            entries.append((f"{of}measured", {"marker": "o", "fillstyle": FILLS[k % len(FILLS)]}))
            entries.append((f"{of}predicted", {"linestyle": LINES[k % len(LINES)]}))
        drawing.legend(figure, entries, -(-len(entries) // (2 if len(self.starts) > 1 else 1)))


def worst_disagreement(result):
    """The largest |measured / predicted - 1| where there is a prediction; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(result.values("rollout_error") / result.values("rollout_error_predicted") - 1)
    apart = apart[np.isfinite(apart)]
    return apart.max() if apart.size else np.nan
