"""A picture in SVG as pixels, for where only those can be shown."""

from __future__ import annotations

from chatbot.reporting.svg import FONTS

_ZOOM = 2
_PAPER = "#ffffff"
_SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
_A_LETTER = f'<text y="9" font-family="{FONTS}">x</text>'


def png(svg: str) -> bytes | None:
    """Return a picture as PNG; None where no font is installed, so that it would say nothing."""
    # Only who asks for a picture waits until this is loaded.
    from resvg_py import svg_to_bytes

    blank, letter = (svg_to_bytes(svg_string=_SMALL.format(shown)) for shown in ("", _A_LETTER))
    if letter == blank:
        return None
    return bytes(svg_to_bytes(svg_string=svg, background=_PAPER, zoom=_ZOOM))
