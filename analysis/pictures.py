"""analysis/pictures.py

Figures and equations as files and as images inside the page.
"""

import base64
import io
import os

from matplotlib.figure import Figure

NO_DATE = {
    "svg": {"Date": None, "Creator": "Attune"},
    "pdf": {"CreationDate": None, "Creator": "Attune"},
    "png": {"Software": "Attune"},
}


def settle(figure):
    """Lays the panels out once, the same for every kind of file."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def inline(figure, **options):
    """The figure as the address of an image that lies in the page itself."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata=NO_DATE["svg"], **options)
    return "data:image/svg+xml;base64," + base64.b64encode(buffer.getvalue()).decode()


def equation(tex):
    """Mathtext as an image."""
    figure = Figure(figsize=(0.1, 0.1))
    figure.text(0, 0, f"${tex}$", fontsize=12, math_fontfamily="stixsans")
    return inline(figure, bbox_inches="tight", pad_inches=0.03, transparent=True)


def save(figure, stem):
    """Writes stem.png and stem.pdf; before inline, which then has the same layout."""
    settle(figure)
    os.makedirs(os.path.dirname(stem), exist_ok=True)
    for kind in ("png", "pdf"):
        figure.savefig(f"{stem}.{kind}", metadata=NO_DATE[kind])
