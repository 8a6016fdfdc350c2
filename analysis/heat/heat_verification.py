"""analysis/heat/heat_verification.py

Do the explicit heat step and the exact propagators decay every mode as theory says, at the order it says?
"""

import h5py
import numpy as np

from analysis import drawing, style
from analysis.heat import rollouts, theory
from analysis.result_file import Absent

EQUATIONS = (
    (
        (
            r"\frac{\partial u}{\partial t} = \kappa\,\nabla^2 u \quad \mathrm{on}\ [0,1]^D,\qquad r ="
            r" \frac{\kappa\,\Delta t}{h^2}"
        ),
        "u_t = kappa laplace u on [0, 1]^D, r = kappa dt / h^2",
    ),
    (
        r"\mathrm{explicit:}\ \left(1 - 4r\sum_a \sin^2\frac{\theta_a}{2}\right)^{n} \qquad"
        r"\mathrm{lattice:}\ \exp\left(-4nr\sum_a \sin^2\frac{\theta_a}{2}\right) \qquad"
        r"\mathrm{heat\ equation:}\ \exp\left(-nr\,|\theta|^2\right)",
        (
            "factors of a mode after n steps: explicit (1 - 4 r sum sin^2(theta/2))^n, lattice exp(-4 n r sum"
            " sin^2(theta/2)), heat equation exp(-n r |theta|^2)"
        ),
    ),
)

METHODS = (
    ("ftcs_decay_error", "explicit steps", "decay_ftcs_"),
    ("lattice_decay_error", "lattice propagator", "decay_lattice_"),
    ("band_limited_decay_error", "band-limited propagator", "decay_band_limited_"),
)


def slope(axes, cells, through, order):
    """A line of that order, a little under the lowest curve; through (level,)."""
    line = 0.55 * through[-1] * (cells[-1] / cells) ** order
    axes.plot(cells, line, color=style.FAINT, linewidth=0.9, linestyle=(0, (1, 1.5)))
    middle = len(cells) // 2
    drawing.note(
        axes,
        f"slope −{order}",
        (cells[middle], line[middle]),
        shift=(-6, -2),
        ha="right",
        va="top",
        color=style.FAINT,
    )


def order(result):
    errors, sixth = result.quantity("error_l2"), result.quantity("error_l2_sixth")
    cells = result.quantity("level_cells")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    stability = result.parameter("stability")
    steps = result.parameter("coarsest_steps") * (cells.values / cells.values[0]) ** 2
    tables = [
        (f"D = {D}, r = {stability / (2 * D):.3g}", D, stability / (2 * D), errors.values[d], 2)
        for d, D in enumerate(dimensions)
    ]
    tables.append(("D = 1, r = 1/6", 1, 1 / 6, sixth.values, 4))

    figure, axes = drawing.panels(1, len(tables), 2.5)
    for panel, (title, D, r, table, power) in zip(axes[0], tables):
        for (name, look), row in zip(looks.items(), table):
            panel.plot(
                cells.values, theory.explicit_error(cells.values, r, D, name, steps), color=look["color"]
            )
            drawing.scatter_log(panel, cells.values, row, 1e-17, **look)
        slope(panel, cells.values, table.min(axis=0), power)
        panel.set(
            xscale="log", yscale="log", title=title, xlabel=drawing.label("cells along each axis", cells)
        )
        drawing.plain_ticks(panel.xaxis, cells.values)
        drawing.decades(panel.yaxis, 5)
    axes[0, 0].set_ylabel(drawing.label("root mean square error", errors))
    drawing.legend(figure, [*looks.items(), ("closed form", {"linestyle": "-"})])
    return (
        (
            "Error of the explicit step against the heat equation at a fixed time, mode 1 on every axis, on"
            " grids refined by two. Points are measured, lines are the closed form. At fixed r the error"
            " falls as the square of h; at r = 1/6 in one dimension the two leading errors cancel and it"
            " falls as the fourth power."
        ),
        figure,
    )


def rollout(result):
    measured, predicted = result.quantity("rollout_error"), result.quantity("rollout_error_predicted")
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    step = result.quantity("step")
    figure, axes = drawing.panels(1, len(dimensions), 2.6, sharey=True)
    for d, (panel, D) in enumerate(zip(axes[0], dimensions)):
        rollouts.draw_panel(
            panel, step.values, measured.values[d][:, None], predicted.values[d][:, None], looks, ["picture"]
        )
        panel.set(title=f"D = {D}", xlabel=drawing.label("time steps", step))
    axes[0, 0].set_ylabel(drawing.label("relative distance\nfrom the heat equation", measured))
    rollouts.legend(figure, looks, ["picture"])
    return (
        (
            "A photograph (a line of it, the picture, a block of it) diffuses by explicit steps. Points:"
            " measured distance from the heat equation's solution, relative to that solution. Lines: the same"
            " in closed form, a sum over the modes of the start. Both start from the same field; nothing is"
            " fitted."
        ),
        figure,
    )


def decay(result):
    dimensions, looks = result.values("dimension").astype(int), style.named(result.values("boundary"))
    mode = result.quantity("mode")
    figure, axes = drawing.panels(len(METHODS), len(dimensions), 1.75, sharex=True, sharey=True)
    floor, largest = 1e-17, max(np.nanmax(result.values(name)) for name, _, _ in METHODS)
    for row, (name, words, claims) in zip(axes, METHODS):
        errors = result.quantity(name)
        for d, (panel, D) in enumerate(zip(row, dimensions)):
            for b, look in enumerate(looks.values()):
                shift = 1 + 0.05 * (b - (len(looks) - 1) / 2)
                drawing.scatter_log(panel, mode.values * shift, errors.values[d, b], floor, **look)
            panel.set(xscale="log", yscale="log")
            bound = drawing.tolerance(result, claims)
            drawing.limit(panel, bound, f"claimed: at most {bound:.0e}" if d == 0 else "")
            panel.set_ylim(floor / 3, 30 * max(bound, largest))
            drawing.mark_floor(panel, floor, errors.values[d])
            drawing.plain_ticks(panel.xaxis, mode.values)
            drawing.decades(panel.yaxis, 6)
        row[0].set_ylabel(f"{words}\nrelative error [{errors.unit}]")
    for panel, D in zip(axes[0], dimensions):
        panel.set_title(f"D = {D}")
    for panel in axes[-1]:
        panel.set_xlabel(drawing.label("wave number m on every axis", mode))
        panel.set_xlim(mode.values.min() / 1.25, mode.values.max() * 1.25)
    drawing.legend(figure, looks.items())
    return (
        (
            "Relative error of the decay of single modes under each of the three solvers, boundaries set a"
            " little apart. The dashed line is the bound that the claims set; hollow points on the dotted"
            " line are at or below it, exact zeros among them."
        ),
        figure,
    )


def snapshot(path):
    """(step, time with its unit, field (y, x), extent [left, right, bottom, top], unit) of a stored field."""
    try:
        with h5py.File(path, "r") as file:
            field, x, y = file["temperature"], file["x"][()], file["y"][()]
            if field.ndim != 2 or field.is_virtual or field.external:
                raise Absent(f"{path} holds no field of two axes")
            hop = max(1, max(field.shape) // 1024)
            half = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
            extent = (x[0] - half[0], x[-1] + half[0], y[-1] + half[1], y[0] - half[1])
            unit = field.attrs.get("units", b"?")
            return (
                int(file["step"][()]),
                float(file["time"][()]),
                field[::hop, ::hop],
                extent,
                getattr(unit, "decode", lambda: unit)(),
            )
    except (OSError, RuntimeError, KeyError, IndexError, TypeError) as error:
        raise Absent(f"the snapshot {path} cannot be read: {error}") from error


def picture(result):
    if not result.snapshots:
        raise Absent("no snapshots *.step*.h5 beside the result")
    fields = [snapshot(path) for path in result.snapshots][:6]
    figure, axes = drawing.panels(
        1, len(fields), 1.02 * style.WIDTH / len(fields) + 0.2, legend_lines=0, sharey=True
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
    return (
        (
            "The photograph after so many explicit steps in two dimensions, with the first boundary of the"
            " deck; one colour scale for all."
        ),
        figure,
    )


def figures(result):
    return drawing.draw_all(result, (order, rollout, decay, picture))


def summary(result):
    decays = max(np.nanmax(result.values(name)) for name, _, _ in METHODS)
    orders, sixth = result.values("order"), result.values("error_l2_sixth")
    fourth = np.log2(sixth[:, -2] / sixth[:, -1])
    apart = rollouts.worst_disagreement(
        result.values("rollout_error"), result.values("rollout_error_predicted")
    )
    return (
        f"Largest relative error of any mode's decay: {decays:.2g}. Order in h on the two finest grids:"
        f" {orders.min():.4f} to {orders.max():.4f} (2 expected), at r = 1/6 in one dimension"
        f" {fourth.min():.4f} to {fourth.max():.4f} (4 expected). Over {int(result.values('step')[-1])} steps"
        " from the photograph the measured distance from the heat equation and the predicted one differ by"
        f" at most {apart:.2g} relative."
    )
