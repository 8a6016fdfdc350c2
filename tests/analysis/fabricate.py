"""tests/analysis/fabricate.py

Small result files made by hand: claims of every verdict, and whatever may be missing.
"""

import os

import h5py
import numpy as np

DECK = 'experiment = "heat/EXPERIMENT"\nscale = "smoke"\n\n[params]\nspectrum = "white"\n'


def claim(group, name, value, holds, **attributes):
    data = group.create_dataset(name, data=float(value))
    words = {
        "statement": "Loss in 1 dimension is small",
        "kind": "at_most",
        "expected": 0.0,
        "tolerance": 1e-10,
        "unit": "1",
        "source": "T1",
        "role": "convergence",
        "min_scale": "smoke",
        **attributes,
    }
    for key, word in words.items():
        if word is not None:
            data.attrs[key] = np.bytes_(word) if isinstance(word, str) else word
    if holds is not None:
        data.attrs["holds"] = np.int64(holds)


def claims_of_every_verdict(group):
    claim(group, "loss_below_1d", 1e-20, 1)
    claim(group, "loss_below_2d", 2e-9, 0, statement="Loss in 2 dimensions is small")
    claim(group, "loss_below_3d", np.nan, -1, absent="no ratio below 1")
    claim(
        group,
        "order_space",
        2.01,
        1,
        kind="equal_abs",
        expected=2.0,
        tolerance=0.05,
        statement="second order",
    )
    claim(
        group,
        "who_wins",
        3.0,
        0,
        kind="at_least",
        expected=4.0,
        tolerance=0.0,
        role="empirical",
        statement="a < b & c > d",
    )
    claim(group, "liar", 5.0, 1, statement="says hold, is not")
    claim(group, "nan_that_claims_to_hold", np.nan, 1, kind="equal_rel", expected=1.0)
    claim(
        group,
        "bare",
        1.0,
        None,
        statement=None,
        kind=None,
        expected=None,
        tolerance=None,
        role=None,
        source=None,
        unit=None,
    )


def provenance(file, experiment, question):
    group = file.create_group("provenance")
    group.create_dataset("deck", data=np.bytes_(DECK.replace("EXPERIMENT", experiment)))
    for key, word in {
        "question": question,
        "version": "0.1.0",
        "git": "abc-dirty",
        "scale": "smoke",
        "precision": "double",
    }.items():
        group.attrs[key] = np.bytes_(word)
    group.attrs["seed"] = np.int64(1)


def table(file, name, values, axes="", unit="1"):
    data = file.create_dataset(name, data=values)
    data.attrs["units"], data.attrs["long_name"], data.attrs["axes"] = (
        np.bytes_(unit),
        np.bytes_(f"the {name}"),
        np.bytes_(axes),
    )


def transition(path):
    """stencil_transition, one dimension, two boundaries; losses of exactly zero, a NaN, and no rollout."""
    with h5py.File(path, "w") as file:
        claims_of_every_verdict(file.create_group("claims"))
        provenance(file, "stencil_transition", "Up to <which> time step?")
        ratio, seeds = np.array([0.5, 0.9, 1.2, 1.6]), 2
        floor = np.where(ratio > 1, (ratio - 1) ** 2 * 1.5, 0.0)
        loss = np.broadcast_to(floor[None, None, :, None], (1, 2, 4, seeds)).copy()
        loss[0, 1, 2, 0] = np.nan
        table(file, "dimension", [1.0], "dimension")
        table(file, "boundary", np.array([b"periodic", b"dirichlet"]), "boundary")
        table(file, "ratio", ratio, "ratio")
        table(file, "seed", [1.0, 2.0], "seed")
        table(file, "loss", loss, "dimension boundary ratio seed", "K^2")
        table(file, "population_floor", np.broadcast_to(floor, (1, 2, 4)), "dimension boundary ratio")
        table(
            file,
            "centre_weight",
            np.maximum(0, 1 - ratio)[None, None, :, None] * np.ones((1, 2, 1, seeds)),
            "d b ratio seed",
        )


def generic(path):
    """An experiment that has no module, with next to nothing in its file."""
    with h5py.File(path, "w") as file:
        claim(file.create_group("claims"), "alone", 1.0, 1, kind="equal_rel", expected=1.0, tolerance=0.0)


def external(path):
    with h5py.File(path, "w") as file:
        file["loss"] = h5py.ExternalLink("/etc/passwd", "/")


def fill(directory):
    """stencil_transition and its timings, an experiment that is none of ours, a snapshot without result."""
    folder = os.path.join(directory, "heat")
    os.makedirs(folder, exist_ok=True)
    transition(os.path.join(folder, "stencil_transition.h5"))
    generic(os.path.join(folder, "nothing_of_ours.h5"))
    generic(os.path.join(folder, "stencil_transition.timing.h5"))
    generic(os.path.join(folder, "orphan.step00000010.h5"))
