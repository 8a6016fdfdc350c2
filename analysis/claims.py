"""analysis/claims.py

What a run claims and how it came out: verdicts recomputed from the numbers, claims gathered into families.
"""

import collections
import dataclasses
import math
import os
import re

ROLES = ("identity", "convergence", "statistical", "empirical")
RED, HOLD, NOT_EVALUATED = "red", "hold", "not evaluated"
VERDICTS = (HOLD, RED, NOT_EVALUATED)


def satisfied(kind, value, expected, tolerance):
    """Does the comparison hold? None where kind or a number is missing."""
    if (
        kind not in ("equal_abs", "equal_rel", "at_most", "at_least")
        or math.isnan(expected)
        or math.isnan(tolerance)
    ):
        return None
    if not math.isfinite(value):
        return False
    if kind == "at_most":
        return value <= expected + tolerance
    if kind == "at_least":
        return value >= expected - tolerance
    return abs(value - expected) <= tolerance * (abs(expected) if kind == "equal_rel" else 1)


def shown(value):
    """A number as the table prints it."""
    return "NaN" if math.isnan(value) else f"{value:.5g}"


@dataclasses.dataclass(frozen=True)
class Claim:
    """stored: the file's `holds`, or None where it says nothing."""

    id: str
    statement: str = ""
    value: float = float("nan")
    kind: str = ""
    expected: float = float("nan")
    tolerance: float = float("nan")
    unit: str = ""
    source: str = ""
    role: str = ""
    min_scale: str = ""
    absent: str = ""
    stored: object = None

    @property
    def satisfied(self):
        return satisfied(self.kind, self.value, self.expected, self.tolerance)

    @property
    def verdict(self):
        """Green needs both: the file's word and the numbers that bear it out."""
        if self.stored == 0 or (self.stored == 1 and self.satisfied is False):
            return RED
        return HOLD if self.stored == 1 and self.satisfied else NOT_EVALUATED

    @property
    def remark(self):
        """Why it was not evaluated, or where the file contradicts itself."""
        if self.stored is None or self.satisfied is None:
            return "the file lacks what a verdict needs"
        if self.stored == -1:
            return self.absent or (f"needs scale {self.min_scale}" if self.min_scale else "")
        if bool(self.stored) != self.satisfied:
            return f"the file says {'hold' if self.stored else 'red'}, its numbers say otherwise"
        return ""

    @property
    def strain(self):
        """How much of the room it has the measured value takes; above 1 is red."""
        if not math.isfinite(self.value):
            return math.inf
        if self.kind.startswith("equal"):
            room = self.tolerance * (abs(self.expected) if self.kind == "equal_rel" else 1)
            return abs(self.value - self.expected) / room if room > 0 else math.inf
        bound = self.expected + self.tolerance if self.kind == "at_most" else self.expected - self.tolerance
        top, bottom = (self.value, bound) if self.kind == "at_most" else (bound, self.value)
        return top / bottom if bottom > 0 else (math.inf if top > 0 else 0.0)

    @property
    def measured(self):
        off = ""
        if self.kind.startswith("equal") and math.isfinite(self.value) and math.isfinite(self.expected):
            distance = self.value - self.expected
            off = (
                f"off by {distance:.2g}"
                if self.kind == "equal_abs" or not self.expected
                else f"off by {distance / abs(self.expected):.2g} relative"
            )
        return shown(self.value), off

    @property
    def comparison(self):
        """'≤ 1e-10', '= 2 ± 0.05'."""
        expected, tolerance = shown(self.expected), shown(self.tolerance)
        if self.kind in ("at_most", "at_least"):
            sign, slack, bound = (
                ("≤", "+", self.expected + self.tolerance)
                if self.kind == "at_most"
                else ("≥", "−", self.expected - self.tolerance)
            )
            return (
                f"{sign} {shown(bound)}"
                if 0 in (self.expected, self.tolerance)
                else f"{sign} {expected} {slack} {tolerance}"
            )
        if self.kind in ("equal_abs", "equal_rel"):
            return f"= {expected} ± {tolerance}" + (" relative" if self.kind == "equal_rel" else "")
        return "no comparison stored"


def severity(claim):
    """Sorts the worst first."""
    return (RED, HOLD, NOT_EVALUATED).index(claim.verdict), (
        -claim.strain if claim.verdict != NOT_EVALUATED else 0
    )


def count(claims):
    """{verdict: how many}."""
    tally = collections.Counter(claim.verdict for claim in claims)
    return {verdict: tally[verdict] for verdict in VERDICTS}


def count_by_role(claims):
    """{role: {verdict: how many}} in the order of ROLES; roles that nobody declared come last."""
    roles = list(ROLES) + sorted({claim.role for claim in claims} - set(ROLES))
    return {role: count([claim for claim in claims if claim.role == role]) for role in roles}


@dataclasses.dataclass(frozen=True)
class Family:
    """Claims that say the same of several cases, the worst first."""

    label: str
    claims: tuple

    @property
    def worst(self):
        return self.claims[0]

    @property
    def tally(self):
        return count(self.claims)

    @property
    def red(self):
        return [claim for claim in self.claims if claim.verdict == RED]

    @property
    def others(self):
        return [claim for claim in self.claims if claim.verdict != RED]


def label_of(ids):
    """['loss_below_1d', 'loss_below_2d'] -> 'loss_below_*'."""
    common = re.sub(r"[^_]*$", "", os.path.commonprefix(ids))
    return ids[0] if len(ids) == 1 else f"{common}*" if common else f"{ids[0]}, ..."


def families(claims):
    """One family a statement, numbers in it aside; those with red claims first, else in the file's order."""
    groups = collections.defaultdict(list)
    for claim in claims:
        groups[(re.sub(r"\d+", "#", claim.statement) or claim.id, claim.role)].append(claim)
    gathered = [
        Family(label_of([c.id for c in group]), tuple(sorted(group, key=severity)))
        for group in groups.values()
    ]
    return sorted(gathered, key=lambda family: not family.red)
