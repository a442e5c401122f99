"""Writes the document about deviations: `python -m tests.composition_oracle`."""

from __future__ import annotations

from tests.composition_oracle.deviations import DOCUMENT, render_markdown

if __name__ == "__main__":
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(render_markdown(), encoding="utf-8")
