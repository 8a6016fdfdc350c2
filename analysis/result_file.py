"""analysis/result_file.py

One result file, read without trust: what is absent is said to be absent, what points outside is refused.
"""

import dataclasses
import tomllib

import h5py
import numpy as np

from analysis.claims import Claim

LARGEST_BYTES = 1 << 28  # a data set beyond it is no table, and no figure needs it


class Unreadable(Exception):
    """The file is no HDF5, is damaged, or points outside itself."""


class Absent(Exception):
    """The file lacks something that a figure needs."""


@dataclasses.dataclass(frozen=True)
class Quantity:
    """A data set and what it says of itself."""

    name: str
    values: np.ndarray
    unit: str
    long_name: str
    axes: tuple
    equation: str = ""


def text(value, default=""):
    """The str of an attribute or scalar, whatever way HDF5 held it."""
    if value is None:
        return default
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(()).item()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def number(value):
    """The float of an attribute or scalar; NaN where it is none."""
    try:
        return float(np.asarray(value).reshape(()))
    except (TypeError, ValueError):
        return float("nan")


def refuse_foreign(group):
    """Raises Unreadable where a link or the storage of a data set lies outside the file."""
    for name in group:
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            raise Unreadable(f"{group.name}/{name} is a link to another file")
        item = group.get(name)
        if isinstance(item, h5py.Dataset) and (item.is_virtual or item.external):
            raise Unreadable(f"{item.name} has its values in another file")


def read_claim(name, data):
    value = data[()] if isinstance(data, h5py.Dataset) and data.shape == () else None
    get = data.attrs.get
    holds = number(get("holds"))
    words = {
        key: text(get(key)) for key in ("statement", "kind", "unit", "source", "role", "min_scale", "absent")
    }
    return Claim(
        id=name,
        value=number(value),
        expected=number(get("expected")),
        tolerance=number(get("tolerance")),
        stored=int(holds) if holds in (-1, 0, 1) else None,
        **words,
    )


def read_claims(file):
    group = file.get("claims")
    if not isinstance(group, h5py.Group):
        return []
    refuse_foreign(group)
    return [read_claim(name, group[name]) for name in group if group.get(name) is not None]


def read_provenance(file):
    """({name: str}, deck: str) of /provenance; empty where there is none."""
    group = file.get("provenance")
    if not isinstance(group, h5py.Group):
        return {}, ""
    refuse_foreign(group)
    deck = group.get("deck")
    facts = {key: text(value) for key, value in group.attrs.items()}
    return facts, text(deck[()]) if isinstance(deck, h5py.Dataset) else facts.pop("deck", "")


def read_parameters(deck):
    try:
        return tomllib.loads(deck).get("params", {})
    except tomllib.TOMLDecodeError:
        return {}


class Result:
    """claims, provenance {name: str}, deck, parameters {name: value}; quantities are read when asked for."""

    def __init__(self, path, experiment, snapshots=()):
        self.path, self.experiment, self.snapshots = path, experiment, tuple(snapshots)
        try:
            with h5py.File(path, "r") as file:
                refuse_foreign(file)
                self.claims = read_claims(file)
                self.provenance, self.deck = read_provenance(file)
                self.names = [name for name in file if isinstance(file.get(name), h5py.Dataset)]
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise Unreadable(str(error)) from error
        self.parameters = read_parameters(self.deck)

    def parameter(self, name):
        if name not in self.parameters:
            raise Absent(f"the deck in the file has no {name!r}")
        return self.parameters[name]

    def quantity(self, name):
        """The Quantity, or Absent."""
        if name not in self.names:
            raise Absent(f"no data set {name!r}")
        try:
            with h5py.File(self.path, "r") as file:
                data = file[name]
                if data.size * data.dtype.itemsize > LARGEST_BYTES:
                    raise Absent(f"data set {name!r} is larger than {LARGEST_BYTES} bytes")
                values, get = data[()], data.attrs.get
                return Quantity(
                    name,
                    readable(values),
                    text(get("units"), "?"),
                    text(get("long_name")),
                    tuple(text(get("axes")).split()),
                    text(get("equation")),
                )
        except (OSError, RuntimeError) as error:
            raise Absent(f"data set {name!r} cannot be read: {error}") from error

    def values(self, name):
        return self.quantity(name).values

    def describe(self):
        """[(name, shape, unit, meaning, equation)] of every data set at the root."""
        with h5py.File(self.path, "r") as file:
            return [
                (
                    name,
                    shape_of(file[name]),
                    *(text(file[name].attrs.get(key)) for key in ("units", "long_name", "equation")),
                )
                for name in self.names
            ]


def shape_of(data):
    axes = text(data.attrs.get("axes")).split()
    if len(axes) != len(data.shape):
        axes = [""] * len(data.shape)
    return " × ".join(f"{axis} {extent}".strip() for axis, extent in zip(axes, data.shape)) or "scalar"


def readable(values):
    """Texts as str, numbers as they are."""
    values = np.asarray(values)
    if values.dtype.kind in "SO":
        return np.array([text(value) for value in values.ravel()], dtype=object).reshape(values.shape)
    return values
