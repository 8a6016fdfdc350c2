"""analysis/heat/heat_work_precision.py

At equal error, who is fastest: learned stencils or tuned classical solvers?
"""

import numpy as np

from analysis import drawing, style

GREYS = ("#3b3b3b", "#5f5f5f", "#7d7d7d", "#9a9a9a", "#b4b4b4")
DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (5, 1, 1, 1)))
SHOWN_CLASSICAL = 8  # the others of a panel would hide these


class Field:
    """The runs and tables of a result."""

    def __init__(self, result):
        self.names = [str(name) for name in result.values("contestant")]
        self.learned = result.values("contestant_learned") > 0
        self.cases = [str(name) for name in result.values("case")]
        self.dimensions = result.values("case_dimension").astype(int)
        self.targets = result.values("target")
        self.run = {
            key: result.values(f"run_{key}")
            for key in ("case", "contestant", "error", "predicted", "seconds", "bytes", "cells", "steps")
        }

    def of(self, case, contestant):
        return (self.run["case"] == case) & (self.run["contestant"] == contestant)

    def first_cases(self):
        """The first case of every dimension."""
        return [int(np.flatnonzero(self.dimensions == D)[0]) for D in sorted(set(self.dimensions))]


def front(cost, error):
    """Indices of the runs that no other beats in both, cheapest first."""
    best, kept = np.inf, []
    for n in np.lexsort((error, cost)):
        if error[n] < best:
            best = error[n]
            kept.append(n)
    return kept


def looks_of(field, tables):
    """{contestant: line look}: learned ones in colour, the classical ones that come nearest to winning in greys."""
    with np.errstate(invalid="ignore"):
        cheapest = np.nanmin(np.where(np.isnan(tables), np.inf, tables), axis=1, keepdims=True)
        behind = np.nanmin(np.where(np.isnan(tables), np.inf, tables) / cheapest, axis=(0, 2))
    classical = [n for n in np.argsort(behind, kind="stable") if not field.learned[n] and np.isfinite(behind[n])]
    looks = {}
    for place, n in enumerate(sorted(classical[:SHOWN_CLASSICAL])):
        looks[n] = {
            "color": style.INK if "FFT" in field.names[n] else GREYS[place % len(GREYS)],
            "linestyle": DASHES[place % len(DASHES)],
            "marker": style.MARKERS[place % len(style.MARKERS)],
            "linewidth": 1.8 if "FFT" in field.names[n] else 1.0,
            "markersize": 3.2,
        }
    for place, n in enumerate(np.flatnonzero(field.learned)):
        looks[n] = {
            "color": style.PALETTE[place],
            "linestyle": "-",
            "marker": style.MARKERS[place],
            "linewidth": 1.5,
            "markersize": style.SIZES[place],
        }
    return looks


def draw_fronts(result, column, words, unit, tables):
    field = Field(result)
    looks = looks_of(field, tables)
    cases = field.first_cases()
    figure, axes = drawing.panels(1, len(cases), 3.4, legend_lines=-(-len(looks) // 4), sharey=True)
    floor = max(field.targets.min() * 1e-2, 1e-16)
    for panel, case in zip(axes[0], cases):
        for n, look in looks.items():
            rows = field.of(case, n)
            cost, error = field.run[column][rows], field.run["error"][rows]
            if cost.size:
                kept = front(cost, error)
                x, y = cost[kept], np.maximum(error[kept], floor)
                below = np.flatnonzero(y <= floor)
                if below.size:
                    x, y = x[: below[0] + 1], y[: below[0] + 1]
                panel.plot(x, y, **{**look, "clip_on": False, "zorder": 2.5 if field.learned[n] else 2})
                if len(x) == 1 and below.size:  # one choice serves every error
                    panel.plot([x[0], x[0]], [0.3, y[0]], **{**look, "marker": "none"})
        for target in field.targets:
            panel.axhline(target, color=style.FAINT, linewidth=0.5, linestyle=":", zorder=0)
        panel.set(xscale="log", yscale="log", title=field.cases[case], xlabel=f"{words} [{unit}]")
        panel.set_ylim(floor, 0.3)
        drawing.decades(panel.yaxis, 8)
        drawing.decades(panel.xaxis, 6)
    axes[0, 0].set_ylabel("relative L2 error at the end [1]")
    drawing.legend(figure, [(field.names[n], look) for n, look in looks.items()], columns=4)
    return figure


SECONDS = (
    "Relative error at the end against time, first case of each dimension; each line is the front of one contestant"
    " over grids, steps, orders and half-widths that theory chose for the targets (dotted). Colours: stencils that"
    " learned the exact propagator; greys: the classical solvers that come nearest to winning somewhere."
    " Training and plans are not in the times. Errors below the lower edge lie on it."
)
BYTES = "The same against declared traffic: every pass reads or writes its fields once, caches left out."


def error_against_seconds(result):
    return SECONDS, draw_fronts(result, "seconds", "time to the end", "s", result.values("seconds_to_error"))


def error_against_bytes(result):
    return BYTES, draw_fronts(result, "bytes", "declared traffic", "B", result.values("bytes_to_error"))


RATIO = (
    "Time of the fastest learned stencil over that of the fastest classical solver at each error; below 1 the learned"
    " stencil wins. Hollow: against classical time stepping alone, without the exponential by FFT; a line that ends"
    " means that no time stepper got there within the allowed work. One line a case."
)


def ratio(result):
    field = Field(result)
    against = (
        ("all classical solvers", result.values("seconds_learned_over_classical"), {"linestyle": "-"}),
        (
            "classical time steppers",
            result.values("seconds_learned_over_time_stepper"),
            {"linestyle": style.DASHED, "markerfacecolor": "white"},
        ),
    )
    dimensions = sorted(set(field.dimensions))
    figure, axes = drawing.panels(1, len(dimensions), 2.6, legend_lines=1, sharey=True)
    for panel, D in zip(axes[0], dimensions):
        for _, table, look in against:
            for place, case in enumerate(np.flatnonzero(field.dimensions == D)):
                panel.plot(
                    field.targets,
                    np.where(table[case] > 0, table[case], np.nan),
                    color=style.PALETTE[place % len(style.PALETTE)],
                    marker=style.MARKERS[place % len(style.MARKERS)],
                    **look,
                )
        panel.axhline(1, **drawing.LIMIT)
        panel.set(xscale="log", yscale="log", title=f"D = {D}", xlabel="relative L2 error [1]")
        panel.invert_xaxis()
        drawing.decades(panel.xaxis, 5)
    axes[0, 0].set_ylabel("time, learned / classical [1]")
    drawing.legend(figure, [(name, {"marker": "o", **look}) for name, _, look in against])
    return RATIO, figure


ROOFS = (
    "Effective bandwidth over that of the streaming triad beside it, fields beyond the caches. Windows against their"
    " half-width: line, what the measured roofs allow; it leaves 1 where the arithmetic passes the machine's balance."
    " Levels at W = 0: the explicit step, and (arrow up) several of its steps in one pass over memory."
)


def roofline(result):
    dimensions = result.values("kernel_dimension").astype(int)
    bits, reach = result.values("kernel_bits").astype(int), result.values("kernel_half_width").astype(int)
    fraction, roof = result.values("kernel_fraction"), result.values("kernel_roofline")
    names = [str(name) for name in result.values("kernel")]
    figure, axes = drawing.panels(1, len(set(dimensions)), 2.8, sharey=True)
    looks = {64: {"color": style.BLUE, "marker": "o"}, 32: {"color": style.VERMILION, "marker": "s"}}
    for panel, D in zip(axes[0], sorted(set(dimensions))):
        for width, look in looks.items():
            rows = (dimensions == D) & (bits == width)
            windows = rows & (reach > 0)
            panel.plot(reach[windows], roof[windows], color=look["color"], linewidth=1)
            panel.plot(reach[windows], fraction[windows], linestyle="none", **look)
            for n in np.flatnonzero(rows & (reach == 0)):
                blocked = "blocked" in names[n]
                shift = 0.06 * (1 if width == 32 else -1)
                marker = "^" if blocked else look["marker"]
                panel.plot([shift], [fraction[n]], linestyle="none", **{**look, "marker": marker})
        panel.axhline(1, **drawing.LIMIT)
        panel.set(title=f"D = {D}", xlabel="half-width W [cells]", yscale="log")
        panel.set_xticks(sorted(set(reach[dimensions == D])))
        drawing.plain_ticks(panel.yaxis, [0.1, 0.2, 0.5, 1, 2, 4])
    axes[0, 0].set_ylabel("effective bandwidth / triad [1]")
    drawing.legend(
        figure,
        [
            ("double", looks[64]),
            ("float", looks[32]),
            ("blocked in time", {"marker": "^"}),
            ("roofline", {"linestyle": "-"}),
        ],
    )
    return ROOFS, figure


LINEAR = (
    "Multigrid for one backward Euler step over a fixed time, from noise to a fixed residual: cell updates (left) and"
    " time (right) for each unknown. Level lines are linear work; the exponent is the fit over all points."
)


def multigrid(result):
    unknowns = result.quantity("multigrid_unknowns").values
    dimensions = result.values("linear_dimension").astype(int)
    exponents = result.values("multigrid_exponent")
    figure, axes = drawing.panels(1, 2, 2.6)
    looks = [{"color": style.PALETTE[n], "marker": style.MARKERS[n]} for n in range(len(dimensions))]
    for panel, name, scale in ((axes[0, 0], "multigrid_updates", 1), (axes[0, 1], "multigrid_seconds", 1e9)):
        for n, look in enumerate(looks):
            panel.plot(unknowns[n], scale * result.values(name)[n] / unknowns[n], **look)
        panel.set(xscale="log", xlabel="unknowns [1]")
        drawing.decades(panel.xaxis, 6)
    axes[0, 0].set_ylim(bottom=0)
    axes[0, 0].set_ylabel("cell updates / unknown [1]")
    axes[0, 1].set_yscale("log")
    axes[0, 1].set_ylabel("time / unknown [ns]")
    entries = [(f"D = {D}: exponent {e:.3f}", look) for D, e, look in zip(dimensions, exponents, looks)]
    drawing.legend(figure, entries)
    return LINEAR, figure


def figures(result):
    return drawing.draw_all(result, (error_against_seconds, ratio, error_against_bytes, roofline, multigrid))


def words_of(factors):
    """Of the positive ones: '2.1', or '0.3 to 2.1'."""
    factors = factors[factors > 0]
    low, high = factors.min(), factors.max()
    return f"{low:.2g}" if low == high else f"{low:.2g} to {high:.2g}"


def winners(field, result, D):
    """A sentence on who wins in D dimensions."""
    cases = np.flatnonzero(field.dimensions == D)
    ratios = result.values("seconds_learned_over_classical")[cases]
    steppers = result.values("seconds_learned_over_time_stepper")[cases]
    best = {key: result.values(f"fastest_{key}")[cases] for key in ("classical", "time_stepper", "learned")}

    def names(table):
        found = [field.names[int(n)] for n in table[np.isfinite(table)]]
        return ", ".join(sorted(set(found), key=lambda name: -found.count(name))[:2]) or "none"

    reached = np.isfinite(ratios)
    if not np.any(ratios[reached] > 0):
        return f"In {D} dimension{'s' * (D > 1)} no error is reached by both sides."
    won = np.count_nonzero(ratios[reached] <= 1)
    return (
        f"In {D} dimension{'s' * (D > 1)} the fastest classical solver ({names(best['classical'])}) loses to a learned"
        f" stencil ({names(best['learned'])}) at {won} of {reached.sum()} errors, times learned / classical"
        f" {words_of(ratios[reached])}; the best time stepper is {names(best['time_stepper'])}, learned / stepper"
        f" {words_of(steppers) if np.any(steppers > 0) else 'absent'}."
    )


def implicit_sentence(field, result):
    """Where multigrid wins: against time steppers at all, and against conjugate gradients in the same scheme."""
    stepper = result.values("fastest_time_stepper")
    wins = sum("multigrid" in field.names[int(n)] for n in stepper[np.isfinite(stepper)])
    seconds, faster, both = result.values("seconds_to_error"), 0, 0
    for n, name in enumerate(field.names):
        if name.endswith(", CG"):
            other = field.names.index(name.replace(", CG", ", multigrid"))
            pair = np.isfinite(seconds[:, n]) & np.isfinite(seconds[:, other])
            both += np.count_nonzero(pair)
            faster += np.count_nonzero(seconds[:, other][pair] < seconds[:, n][pair])
    return (
        f"Multigrid is the fastest time stepper at {wins} of {np.isfinite(stepper).sum()} errors, and faster than"
        f" conjugate gradients in the same step at {faster} of {both}."
    )


def summary(result):
    field = Field(result)
    sentences = [winners(field, result, D) for D in sorted(set(field.dimensions))]
    by_bytes = result.values("bytes_learned_over_classical")
    if np.any(by_bytes > 0):
        sentences.append(f"By declared bytes, learned over classical is {words_of(by_bytes)}.")
    sentences.append(implicit_sentence(field, result))
    training = result.values("line_seconds")
    exponents = result.values("multigrid_exponent")
    sentences.append(
        f"Training took {training.sum():.3g} s for {training.size} stencils and is in none of these times. Multigrid's"
        f" work grows with exponent {words_of(exponents)}."
    )
    return " ".join(sentences)
