"""analysis/heat/photograph.py

A strip of the photograph that diffuses, from the snapshots beside a result.
"""

import h5py

from analysis import drawing, style
from analysis.result_file import Absent, text

MOST, LARGEST = 6, 1024  # frames in the strip; pixels of one along an axis


def snapshot(path):
    """(step, time with its unit, field (y, x), extent [left, right, bottom, top], unit) of a stored field."""
    try:
        with h5py.File(path, "r") as file:
            field, x, y = file["temperature"], file["x"][()], file["y"][()]
            if field.ndim != 2 or field.is_virtual or field.external:
                raise Absent(f"{path} holds no field of two axes")
            hop = max(1, max(field.shape) // LARGEST)
            half = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
            extent = (x[0] - half[0], x[-1] + half[0], y[-1] + half[1], y[0] - half[1])
            step, time, unit = (
                int(file["step"][()]),
                float(file["time"][()]),
                text(field.attrs.get("units"), "?"),
            )
            return step, time, field[::hop, ::hop], extent, unit
    except (OSError, RuntimeError, KeyError, IndexError, TypeError) as error:
        raise Absent(f"the snapshot {path} cannot be read: {error}") from error


PICTURE = (
    "The photograph after so many explicit steps in two dimensions, with the first boundary of the deck; one"
    " colour scale for all."
)


def picture(result):
    if not result.snapshots:
        raise Absent("no snapshots *.step*.h5 beside the result")
    fields = [snapshot(path) for path in result.snapshots[:MOST]]
    figure, axes = drawing.panels(
        1, len(fields), 1.02 * style.WIDTH / max(3, len(fields)) + 0.2, legend_lines=0, sharey=True
    )
    least, most = min(f[2].min() for f in fields), max(f[2].max() for f in fields)
    for panel, (step, time, field, extent, unit) in zip(axes[0], fields):
        image = panel.imshow(field, extent=extent, vmin=least, vmax=most, interpolation="nearest")
        panel.set_title(f"step {step}\nt = {time:.3g} s")
        panel.grid(False)
        panel.set_xlabel("x [1]")
        panel.set_xticks([extent[0], extent[1]], [f"{extent[0]:g}", f"{extent[1]:g}"])
        panel.set_yticks([extent[3], extent[2]], [f"{extent[3]:g}", f"{extent[2]:g}"])
    axes[0, 0].set_ylabel("y [1]")
    figure.colorbar(image, ax=axes[0].tolist(), label=f"temperature [{unit}]", shrink=0.8, aspect=14)
    return PICTURE, figure
