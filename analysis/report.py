"""analysis/report.py

One offline HTML page with every figure and every claim of a directory of results.
"""

import os
import sys

import jinja2

from analysis import chapters, claims, discovery, section, style

HERE = os.path.dirname(os.path.abspath(__file__))


def template():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2")


def render(told):
    """The page of [Chapter]."""
    sections = [each for chapter in told for part in chapter.parts for each in part.sections]
    everything = [claim for part in sections for claim in part.claims]
    roles = list(claims.count_by_role(everything))
    overview = [(part, claims.count_by_role(part.claims), part.tally) for part in sections]
    return template().render(
        chapters=told,
        first_sentence=chapters.first_sentence,
        sections=sections,
        overview=overview,
        roles=roles,
        verdicts=claims.VERDICTS,
        by_role=claims.count_by_role(everything),
        total=claims.count(everything),
        number=len(everything),
    )


def replace(path, text):
    """A final name never holds half a page."""
    with open(path + ".part", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".part", path)


def write(directory):
    """Writes DIR/report.html and DIR/figures; returns the exit code."""
    found = discovery.find(directory)
    if not found:
        print(
            f"analysis: no results F/E.h5 in {directory!r}; 'attune reproduce --out {directory}' makes them",
            file=sys.stderr,
        )
        return 4
    with style.look():
        sections = [
            part
            for each in found
            for part in section.of_experiment(each, discovery.module_of(each.experiment), directory)
        ]
    path = os.path.join(directory, "report.html")
    replace(path, render(chapters.chapters(sections)))
    for part in sections:
        for picture in part.pictures:
            if not picture.image:
                print(f"analysis: {part.name}: figure {picture.name} {picture.caption}", file=sys.stderr)
        if part.fault:
            print(f"analysis: cannot read {part.fault}", file=sys.stderr)
    tally = claims.count([claim for part in sections for claim in part.claims])
    print(
        f"{path}: {len(sections)} sections, claims: "
        + ", ".join(f"{n} {verdict}" for verdict, n in tally.items())
    )
    return 4 if any(part.fault for part in sections) else 0
