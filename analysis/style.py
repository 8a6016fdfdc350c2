"""analysis/style.py

One look for every figure: sans serif, colours that the colour-blind tell apart, a marker beside every colour.
"""

import itertools

import matplotlib

WIDTH = 7.5  # [inch] of a figure that fills the page
DASHED = (0, (4, 2))
INK, FAINT = "#222222", "#8a8a8a"

# Okabe and Ito's palette.
BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
MARKERS = ("o", "s", "^", "D", "v", "P")
SIZES = (5.8, 4.4, 3.2, 4.4, 4.4, 4.4)  # [pt] points that coincide stay visible, the later inside the earlier
KNOWN = {"periodic": 0, "dirichlet": 1, "neumann": 2}

PARAMETERS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.5,
    "mathtext.fontset": "dejavusans",
    "axes.titlesize": 9,
    "axes.labelsize": 8.5,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "text.color": INK,
    "lines.linewidth": 1.1,
    "lines.markersize": 4.5,
    "lines.markeredgewidth": 0.8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "attune",  # the same bytes from the same results
    "image.cmap": "inferno",
}


def look():
    """A context in which figures are made and saved."""
    return matplotlib.rc_context(PARAMETERS)


def named(names):
    """{name: {color, marker, markersize}}: boundaries keep theirs, other names take what is left."""
    left = itertools.cycle([i for i in range(len(PALETTE)) if i not in {KNOWN.get(name) for name in names}])
    places = {name: KNOWN[name] if name in KNOWN else next(left) for name in names}
    return {
        name: {"color": PALETTE[i], "marker": MARKERS[i], "markersize": SIZES[i]}
        for name, i in places.items()
    }
