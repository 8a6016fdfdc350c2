"""analysis/heat/theory.py

The lines that theory draws under measured points. Labels T1 to T12 are those of the claims' sources.

Symbols   D space dimensions, r = kappa dt / h^2, theta = k h, ratio = 2 D r
"""

import numpy as np


def star_floor(ratio, dimensions):
    """T2: least expected loss of one head for the explicit step and white noise; ratio (n,)."""
    return np.where(ratio > 1, (ratio - 1) ** 2 * (1 + 1 / (2 * dimensions)), 0.0)


def star_centre(ratio):
    """T1, T2: weight of the cell itself, that of the step or of its projection on the simplex."""
    return np.maximum(0.0, 1 - ratio)


def explicit_error(cells, r, dimensions, boundary, steps):
    """Root mean square error of explicit steps of mode 1 on every axis; cells, steps (n,)."""
    theta = (2 if boundary == "periodic" else 1) * np.pi / cells
    stepped = (1 - 4 * r * dimensions * np.sin(theta / 2) ** 2) ** steps
    return np.abs(stepped - np.exp(-r * dimensions * steps * theta**2)) * 2.0 ** (-dimensions / 2)


def gaussian_weights(x, r, dimensions):
    """T7: weights of softmax(-|o|^2 / 4 r) on the whole lattice, along one axis; x (n,)."""
    lattice = np.arange(-200, 201)
    whole = np.exp(-(lattice**2) / (4 * r)).sum()
    return np.exp(-(np.asarray(x, float) ** 2) / (4 * r)) / whole**dimensions


def gaussian_supremum(r, dimensions, angles=257):
    """T7: the largest |symbol - exp(-r |theta|^2)| of those weights over all angles in [0, pi]^D."""
    theta = np.linspace(0, np.pi, angles if dimensions < 3 else 65)
    lattice = np.arange(-60, 61)
    shifted = np.exp(-r * (theta[:, None] - 2 * np.pi * lattice) ** 2).sum(axis=1)
    head, heat = shifted / shifted[0], np.exp(-r * theta**2)
    head_all, heat_all = head, heat
    for _ in range(1, dimensions):
        head_all, heat_all = np.multiply.outer(head_all, head), np.multiply.outer(heat_all, heat)
    return np.abs(head_all - heat_all).max()
