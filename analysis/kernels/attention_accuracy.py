"""analysis/kernels/attention_accuracy.py

Does every attention operator round at most twice as badly as the plain loops of its definition?
"""

import numpy as np

from analysis import drawing, style
from analysis.result_file import Absent

EQUATIONS = (
    (
        r"\mathrm{error} = \frac{|x - x_{\mathrm{exact}}|}{\max(1, \max|x_{\mathrm{exact}}|)} \qquad"
        r"\mathrm{excess} = \frac{\mathrm{rms\ error\ of\ the\ kernel}}{2\,\mathrm{rms\ error\ of\ the\ loops} + \epsilon}",
        (
            "error = |x - exact| / max(1, max |exact|), excess = root mean square error of the kernel / (2 that"
            " of the plain loops + eps)"
        ),
    ),
)
COLUMNS = 4
ROUND_OFF = {"float": 2.0**-24, "double": 2.0**-53}


def readable(name):
    return str(name).replace("_", " ")


def widths_shown(widths):
    """At most three of the widths: the smallest, the middle, the largest; their places."""
    return sorted({0, (len(widths) - 1) // 2, len(widths) - 1})


def measured(table):
    """Does any size of (tokens, width) hold a number?"""
    return bool(np.any(np.isfinite(table)))


def draw_operator(panel, tokens, kernel, reference, widths):
    """One operator; kernel and reference (precision, tokens, width)."""
    for look, place in zip(style.named(widths).values(), widths_shown(widths)):
        for precision in range(kernel.shape[0]):
            panel.plot(tokens, reference[precision, :, place], color=look["color"])
            drawing.scatter_log(panel, tokens, kernel[precision, :, place], 1e-18, **look)
    for u in ROUND_OFF.values():
        panel.axhline(u, color=style.FAINT, linewidth=0.7, linestyle=":", zorder=1)


def draw_pass(result, which):
    """A panel for every operator that has this pass; which 'forward' or 'backward'."""
    names, passes = result.values("operator"), list(result.values("pass"))
    if which not in passes:
        raise Absent(f"no pass {which}")
    kernel, reference = result.quantity("kernel_error"), result.quantity("reference_error")
    tokens, widths = result.values("tokens"), result.values("width")
    shown = [n for n in range(len(names)) if measured(kernel.values[n, :, passes.index(which)])]
    rows = -(-len(shown) // COLUMNS)
    figure, axes = drawing.panels(rows, COLUMNS, 1.55, legend_lines=2, sharex=True, sharey=True)
    for panel in axes.flat[len(shown) :]:
        panel.set_visible(False)
    for panel, n in zip(axes.flat, shown):
        tables = (quantity.values[n, :, passes.index(which)] for quantity in (kernel, reference))
        draw_operator(panel, tokens, *tables, [f"{width:g}" for width in widths])
        panel.set(xscale="log", yscale="log", title=readable(names[n]))
        drawing.decades(panel.yaxis, 5)
        panel.xaxis.set_major_locator(drawing.LogLocator(base=10, numticks=5))
        if which == "forward" and names[n] == "dense":
            for limit in result.values("bound"):
                panel.plot(tokens, limit[:, -1], **drawing.LIMIT)
    for place, panel in enumerate(axes.flat[: len(shown)]):
        if place % COLUMNS == 0:
            panel.set_ylabel(f"error [{kernel.unit}]")
        if place >= (rows - 1) * COLUMNS:
            panel.set_xlabel("tokens N [1]")
    labels = [f"{widths[place]:g}" for place in widths_shown(widths)]
    looks = style.named([f"{width:g}" for width in widths]).values()
    entries = [(f"kernel, D = {label}", look) for label, look in zip(labels, looks)]
    entries += [
        ("plain loops", {"linestyle": "-"}),
        ("unit round-off, float and double", {"linestyle": ":", "color": style.FAINT}),
    ]
    if which == "forward":
        entries.append((f"bound for dense, D = {widths[-1]:g}", drawing.LIMIT))
    drawing.legend(figure, entries, columns=3)
    return figure


FORWARD = (
    "Largest error of the outputs of every operator against the same equations in long double, in several random"
    " problems: float above, double below. Points: the kernel. Lines: the plain loops of the definition in the same"
    " precision. Dashed: the first-order bound on rounding, for dense attention."
)


def forward(result):
    return FORWARD, draw_pass(result, "forward")


BACKWARD = (
    "The same for the gradients, the worst array of each operator: of inputs, biases, tables, temperature. Sparsemax"
    " is left out, whose gradient jumps where a key enters the support."
)


def backward(result):
    return BACKWARD, draw_pass(result, "backward")


EXCESS = (
    "How much of what it may err each kernel does err, at the worst size: one is where the root mean square of its"
    " errors would be twice that of the plain loops, and a unit in the last place."
)


def excess(result):
    names, precisions = result.values("operator"), result.values("precision")
    passes, table = result.values("pass"), result.quantity("excess")
    worst = np.full(table.values.shape[:3], np.nan)
    for place in np.ndindex(*worst.shape):
        if measured(table.values[place]):
            worst[place] = np.nanmax(table.values[place])
    figure, axes = drawing.panels(1, 1, 0.4 + 0.22 * len(names))
    panel = axes[0, 0]
    cases = [(c, p, f"{precisions[c]}, {passes[p]}") for p in range(len(passes)) for c in range(len(precisions))]
    looks = style.named([words for _, _, words in cases])
    for c, p, words in cases:
        panel.plot(worst[:, c, p], np.arange(len(names)), linestyle="none", **looks[words])
    panel.axvline(1, **drawing.LIMIT)
    panel.set(
        xlim=(0, max(1.15, 1.1 * np.nanmax(worst))),
        xlabel=drawing.label("rms of kernel / (2 rms of plain loops + eps), worst size", table),
    )
    panel.set_yticks(np.arange(len(names)), [readable(name) for name in names])
    panel.invert_yaxis()
    drawing.legend(figure, [*looks.items(), ("claimed: at most 1", drawing.LIMIT)])
    return EXCESS, figure


def figures(result):
    return drawing.draw_all(result, (forward, backward, excess))


def summary(result):
    names, table = result.values("operator"), result.values("excess")
    worst = np.nanmax(table.reshape(len(names), -1), axis=1)
    most = int(np.nanargmax(worst))
    errors = np.nanmax(result.values("kernel_error"), axis=(0, 2, 3, 4))
    return (
        f"{len(names)} operators, N = {result.values('tokens').min():g} to {result.values('tokens').max():g}, D ="
        f" {result.values('width').min():g} to {result.values('width').max():g}. Largest error of any output or"
        f" gradient: {errors[0]:.1e} in float, {errors[1]:.1e} in double. The kernel nearest to twice the error of the"
        f" plain loops is {readable(names[most])}, at {worst[most]:.2f} of it."
    )
