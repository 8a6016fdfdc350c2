"""analysis/section.py

What the report says of one result file.
"""

import dataclasses
import os

from analysis import claims, pictures
from analysis.result_file import Absent, Result, Unreadable

FIRST = (
    "software",
    "version",
    "git",
    "scale",
    "precision",
    "seed",
    "compiler",
    "flags",
    "kokkos",
    "backend",
    "hdf5",
)


@dataclasses.dataclass(frozen=True)
class Picture:
    """A figure in the page; without an image its caption says why."""

    name: str
    caption: str
    image: str = ""
    files: tuple = ()


@dataclasses.dataclass
class Section:
    name: str
    anchor: str
    question: str = ""
    summary: str = ""
    fault: str = ""
    note: str = ""
    equations: list = dataclasses.field(default_factory=list)
    pictures: list = dataclasses.field(default_factory=list)
    claims: list = dataclasses.field(default_factory=list)
    provenance: list = dataclasses.field(default_factory=list)
    deck: str = ""
    datasets: list = dataclasses.field(default_factory=list)
    snapshots: list = dataclasses.field(default_factory=list)

    @property
    def families(self):
        return claims.families(self.claims)

    @property
    def tally(self):
        return claims.count(self.claims)


def anchor_of(name):
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def provenance_rows(facts):
    rest = sorted(set(facts) - set(FIRST) - {"question", "experiment"})
    return [(name, facts[name]) for name in (*FIRST, *rest) if name in facts]


def summarise(module, result):
    try:
        return module.summary(result)
    except (Absent, IndexError, KeyError, TypeError, ValueError) as error:
        return f"No summary: {error}."


def draw(module, result, directory):
    """[Picture]; the files are DIR/figures/F/E_NAME.png and .pdf."""
    family, experiment = result.experiment.split("/")
    drawn = []
    for name, caption, figure in module.figures(result):
        if figure is None:
            drawn.append(Picture(name, caption))
            continue
        stem = os.path.join("figures", family, f"{experiment}_{name}")
        pictures.save(figure, os.path.join(directory, stem))
        drawn.append(Picture(name, caption, pictures.inline(figure), (f"{stem}.png", f"{stem}.pdf")))
    return drawn


def of_file(path, name, found, module, directory):
    """The Section of one file; a file that cannot be read becomes a section that says so."""
    section = Section(name, anchor_of(name), snapshots=[os.path.basename(p) for p in found.snapshots])
    if not path:
        section.note = "There are snapshots and no result beside them."
        return section
    try:
        result = Result(path, found.experiment, found.snapshots)
        section.datasets = result.describe()
    except Unreadable as error:
        section.fault = f"{path}: {error}"
        return section
    section.question, section.deck, section.claims = (
        result.provenance.get("question", ""),
        result.deck,
        result.claims,
    )
    section.provenance = provenance_rows(result.provenance)
    if module is None:
        section.note = "No figures are made for this file; its claims, data sets and provenance are here."
        return section
    section.summary = summarise(module, result)
    section.equations = [(pictures.equation(tex), words) for tex, words in getattr(module, "EQUATIONS", ())]
    section.pictures = draw(module, result, directory)
    return section


def of_experiment(found, module, directory):
    """[Section]: the result, and beside it the measured times."""
    sections = []
    if found.result or not found.timing:
        sections.append(of_file(found.result, found.experiment, found, module, directory))
        module = None
    if found.timing:
        sections.append(
            of_file(found.timing, f"{found.experiment}, measured times", found, module, directory)
        )
    return sections
