"""IP addresses in the form that MediaWiki gives them in the titles of their talk pages."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|0?[0-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}(?:/(?:3[0-2]|[12][0-9]|[0-9]))?")
_IPV6 = re.compile(r"([0-9A-Fa-f:]+)(/(?:12[0-8]|1[01][0-9]|[1-9][0-9]|[0-9]))?")
_LEADING_ZEROS = re.compile(r"(?:^|(?<=\.))0+(?=[1-9]|0[./]|0$)")


def ip_address(text: str) -> str | None:
    """Return an address or range in MediaWiki's form, None where `text` is no address.

    The form is that of `IPUtils::sanitizeIP`: IPv4 without leading zeros, IPv6 written out in
    upper case.
    """
    if _IPV4.fullmatch(text):
        return _LEADING_ZEROS.sub("", text)
    ipv6 = _IPV6.fullmatch(text)
    if not ipv6:
        return None
    try:
        words = IPv6Address(ipv6[1]).exploded.split(":")
    except AddressValueError:
        return None
    return ":".join(f"{int(word, 16):X}" for word in words) + (ipv6[2] or "")
