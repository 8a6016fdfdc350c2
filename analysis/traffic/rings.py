"""analysis/traffic/rings.py

Rings of vehicles as space-time diagrams: every vehicle a line, its colour the speed.
"""

import numpy as np
from matplotlib.collections import LineCollection

from analysis import style

SLOW_TO_FAST = "coolwarm_r"


def folded(place, length):
    """Places on the ring and how many laps a vehicle ends between two records; (T, N) and (T - 1, N)."""
    laps = np.floor(place / length)
    return place - laps * length, np.diff(laps, axis=0)


def trajectories(panel, time, place, speed, length, fastest, width=0.7):
    """Draws all vehicles; the collection, for a colour bar. time (T), place and speed (T, N)."""
    on_ring, laps = folded(place, length)
    colour = 0.5 * (speed[:-1] + speed[1:])
    segments, colours = [], []
    for lap in (0, 1):  # a vehicle that comes round is drawn at both ends of the picture
        drawn = np.ones_like(laps, dtype=bool) if lap == 0 else laps != 0
        starts = np.stack(np.broadcast_arrays(time[:-1, None], on_ring[:-1] - lap * laps * length), axis=-1)
        ends = np.stack(np.broadcast_arrays(time[1:, None], on_ring[1:] + (1 - lap) * laps * length), axis=-1)
        segments.append(np.stack([starts[drawn], ends[drawn]], axis=1))
        colours.append(colour[drawn])
    lines = LineCollection(
        np.concatenate(segments),
        array=np.concatenate(colours),
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
