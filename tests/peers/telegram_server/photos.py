"""A picture as Telegram takes it: a PNG within the limits of sendPhoto.

"The photo must be at most 10 MB in size. The photo's width and height must not exceed 10000 in
total. Width and height ratio must be at most 20." (https://core.telegram.org/bots/api#sendphoto).
Other formats, which the real API takes too, are not wanted here.
"""

import struct
from dataclasses import dataclass

from tests.peers.pictures import chunks, size
from tests.peers.telegram_server.entities import Json
from tests.peers.telegram_server.errors import bad_request

_MOST_BYTES = 10 * 2**20
_MOST_IN_ALL = 10_000
_HIGHEST_RATIO = 20


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture. `content` are its bytes as they were uploaded, the sizes are in pixels."""

    file_id: str
    width: int
    height: int
    content: bytes

    def json(self) -> list[Json]:
        """Return the API's PhotoSize, of which it gives several."""
        return [
            {
                "file_id": self.file_id,
                "file_unique_id": f"u{self.file_id}",
                "width": self.width,
                "height": self.height,
                "file_size": len(self.content),
            }
        ]


def photo(file_id: str, content: bytes) -> Photo:
    """Take an uploaded picture. Raises ApiError as the API answers."""
    if len(content) > _MOST_BYTES:
        raise bad_request("file is too big")
    width, height = _size(content)
    if width + height > _MOST_IN_ALL or max(width, height) > _HIGHEST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return Photo(file_id, width, height, content)


def _size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG that is whole."""
    try:
        names = {name for name, _ in chunks(content)}
    except (ValueError, struct.error):
        names = set()
    if not {b"IHDR", b"IDAT", b"IEND"} <= names:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return size(content)
