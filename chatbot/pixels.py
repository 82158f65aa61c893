"""A picture in SVG as pixels, for where only those can be shown."""

from __future__ import annotations

FONTS = "DejaVu Sans, Noto Sans, Liberation Sans, Open Sans, Roboto, Arial, sans-serif"
"""What is asked for first of the fonts that are installed, in the manner of CSS."""

_PAPER = "#ffffff"
_SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
_A_LETTER = f'<text y="9" font-family="{FONTS}">x</text>'


def png(svg: str, *, zoom: int = 2) -> bytes | None:
    """Return a picture as PNG; None where no font is installed, so that it would say nothing.

    None, too, where the renderer gives up on what is to be shown.
    """
    # Only who asks for a picture waits until this is loaded.
    from resvg_py import svg_to_bytes

    blank, letter = (svg_to_bytes(svg_string=_SMALL.format(shown)) for shown in ("", _A_LETTER))
    if letter == blank:
        return None
    try:
        return bytes(svg_to_bytes(svg_string=svg, background=_PAPER, zoom=zoom))
    except BaseException as fault:
        # Of some letters in several fonts it panics, and a panic is no Exception: nobody who
        # guards an engine or a page against faults would hold it. It cannot be imported.
        if type(fault).__name__ != "PanicException":
            raise
        return None
