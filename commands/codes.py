"""Codes that people read in one place and type in another."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else when read: 0 and O, 1, I and L, U and V."""


def spelled(number: int) -> str:
    """Return the lowest 39 bits of `number` as a code of eight letters: `K7Q2-M9XD`."""
    letters = []
    for _ in range(8):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def normal(typed: str) -> str:
    """Return a code as it is compared: upper case, without dashes, spaces and full stops."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())
