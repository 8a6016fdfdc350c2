"""analysis/heat/propagator_cases.py

The cases (D, r, reach) of heat/stencil_propagator, and panels to draw them in.
"""

import numpy as np

from analysis import drawing, style


class Cases:
    """D, r and reach (case,), their names, and the boundaries."""

    def __init__(self, result):
        self.dimensions = result.values("case_dimension").astype(int)
        self.r, self.reach = result.values("case_fourier"), result.values("case_reach").astype(int)
        self.looks = style.named(result.values("boundary"))
        self.titles = [f"D = {D}, r = {r:g}" for D, r in zip(self.dimensions, self.r)]
        self.places = np.arange(len(self.r))

    def dodged(self, b, width=0.5):
        return self.places + width * ((b + 0.5) / len(self.looks) - 0.5)

    def grid(self, height, legend_lines=1, **shared):
        columns = 2 if len(self.r) == 4 else min(3, len(self.r))
        figure, axes = drawing.panels(-(-len(self.r) // columns), columns, height, legend_lines, **shared)
        for panel in axes.flat[len(self.r) :]:
            panel.set_visible(False)
        return figure, axes

    def name(self, axes):
        axes.set_xticks(self.places, [title.replace(", ", "\n") for title in self.titles])
        axes.set_xlim(-0.5, len(self.r) - 0.5)
        axes.grid(False, axis="x")
