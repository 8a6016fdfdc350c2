"""analysis/chapters.py

The order in which a family is read: its experiments as the parts of one argument.

A family says it in analysis/F/__init__.py:

    TITLE = "what the family is about"
    PARTS = ((heading, [words before the first figure], (E, ...)), ...)

Experiments that no part names come last, by name; a family without PARTS is one part without a heading.
"""

import dataclasses
import importlib


@dataclasses.dataclass
class Part:
    heading: str
    words: str
    sections: list


@dataclasses.dataclass
class Chapter:
    family: str
    title: str
    parts: list


def _said(family):
    """(TITLE, PARTS) of a family; of one that says nothing its name, and no parts."""
    try:
        module = importlib.import_module(f"analysis.{family}") if family.isidentifier() else None
    except ModuleNotFoundError:
        module = None
    return getattr(module, "TITLE", family), getattr(module, "PARTS", ())


def _experiment(section):
    return section.name.split(",")[0].split("/")[1]


def chapter(family, sections):
    """The Chapter of one family."""
    title, said = _said(family)
    parts, left = [], list(sections)
    for heading, words, experiments in said:
        here = [part for name in experiments for part in left if _experiment(part) == name]
        left = [part for part in left if part not in here]
        parts += [Part(heading, words, here)] if here else []
    return Chapter(family, title, parts + ([Part("", "", left)] if left else []))


def chapters(sections):
    """[Chapter] of [Section], families in the order in which they come."""
    families = {}
    for part in sections:
        families.setdefault(part.name.split("/")[0], []).append(part)
    return [chapter(family, members) for family, members in families.items()]


def first_sentence(text):
    """Up to the first full stop that ends a sentence."""
    head, stop, _ = text.partition(". ")
    return head + "." if stop else text
