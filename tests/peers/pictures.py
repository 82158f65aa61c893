"""Pictures in PNG (ISO/IEC 15948), made and looked into without any library."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def a_png(width: int, height: int) -> bytes:
    """Return a black picture."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = (b"\0" + bytes((width + 7) // 8)) * height
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in parts)


def size(png: bytes) -> tuple[int, int]:
    """Return width and height in pixels."""
    width, height = struct.unpack_from(">II", dict(chunks(png))[b"IHDR"])
    return int(width), int(height)


def shades(png: bytes) -> int:
    """Return how many different bytes its rows are made of: very few where it is blank."""
    rows = b"".join(data for name, data in chunks(png) if name == b"IDAT")
    return len(set(zlib.decompress(rows)))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield its chunks, each checked. Raises ValueError where one is not whole."""
    if not png.startswith(SIGNATURE):
        raise ValueError("no PNG")
    at = len(SIGNATURE)
    while at < len(png):
        length, name = struct.unpack_from(">I4s", png, at)
        data = png[at + 8 : at + 8 + length]
        if png[at : at + 12 + length] != _chunk(name, data):
            raise ValueError("a chunk is broken")
        yield name, data
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
