"""analysis/traffic/rings.py

Rings of vehicles as space-time diagrams: every vehicle a line, its colour the speed.
"""

import numpy as np
from matplotlib.collections import LineCollection

from analysis import style

SLOW_TO_FAST = "RdYlGn"


def folded(place, length):
    """Places on the ring and whether a vehicle comes round between two records; both (T, N)."""
    laps = np.floor(place / length)
    return place - laps * length, np.diff(laps, axis=0) != 0


def trajectories(panel, time, place, speed, length, fastest, width=0.7):
    """Draws all vehicles; the collection, for a colour bar. time (T), place and speed (T, N)."""
    on_ring, wraps = folded(place, length)
    starts = np.stack(np.broadcast_arrays(time[:-1, None], on_ring[:-1]), axis=-1)
    ends = np.stack(np.broadcast_arrays(time[1:, None], on_ring[1:]), axis=-1)
    kept = ~wraps
    lines = LineCollection(
        np.stack([starts[kept], ends[kept]], axis=1),
        array=0.5 * (speed[:-1] + speed[1:])[kept],
        cmap=SLOW_TO_FAST,
        linewidths=width,
        rasterized=True,
    )
    lines.set_clim(0, fastest)
    panel.add_collection(lines)
    panel.set(xlim=(time[0], time[-1]), ylim=(0, length))
    panel.grid(False)
    return lines


def speed_bar(figure, lines, panels, unit):
    bar = figure.colorbar(lines, ax=panels, pad=0.015, fraction=0.035, aspect=30)
    bar.set_label(f"speed [{unit}]")
    bar.outline.set_edgecolor(style.INK)
    bar.outline.set_linewidth(0.5)
    return bar
