"""analysis/heat/transition_sweep.py

The tables of heat/stencil_transition over (dimension, boundary, ratio, seed), and panels to draw them in.
"""

import numpy as np

from analysis import drawing, style


class Sweep:
    """The tables (dimension, boundary, ratio, seed) and their axes."""

    def __init__(self, result):
        self.loss, self.ratio = result.quantity("loss"), result.quantity("ratio")
        self.dimensions = result.values("dimension").astype(int)
        self.looks = style.named(result.values("boundary"))
        self.above, self.below = self.ratio.values > 1, self.ratio.values < 1
        self.seeds = self.loss.values.shape[-1]
        self.white = result.parameters.get("spectrum") == "white"

    def places(self, which=slice(None)):
        """ratio (n, seed)."""
        return self.ratio.values[which][:, None] * np.ones(self.seeds)

    def panels(self, rows, height, **shared):
        figure, axes = drawing.panels(rows, len(self.dimensions), height, sharex=True, **shared)
        for panel, D in zip(axes[0], self.dimensions):
            panel.set_title(f"D = {D}")
        for panel in axes.flat:
            panel.axvline(1, color=style.FAINT, linewidth=0.8, linestyle=(0, (1, 1.5)))
        for panel in axes[-1]:
            panel.set_xlabel(drawing.label("2 D r of the step to learn", self.ratio))
        return figure, axes

    def curve(self, start=1.0):
        return np.linspace(start, max(1.0, self.ratio.values.max()), 200)
