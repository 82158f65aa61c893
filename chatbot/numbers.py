"""Numbers that are no whole ones, as the speakers of a language write them.

The digits are 0 to 9 in every language, as in instants.
"""

from __future__ import annotations

from babel.core import Locale
from babel.numbers import format_decimal


def number(value: float, locale: Locale) -> str:
    """Return a number with all its decimals: whoever says it has rounded it."""
    return format_decimal(value, locale=locale, decimal_quantization=False, group_separator=False)
