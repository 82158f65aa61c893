"""What any XML can hold, whoever wrote it."""

from __future__ import annotations

import re

_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return text without what no XML may contain (XML 1.0, section 2.2)."""
    return _NO_CHARACTER.sub("\ufffd", text)
