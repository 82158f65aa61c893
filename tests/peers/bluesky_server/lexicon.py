"""The lexicons of posts: app.bsky.feed.post, app.bsky.richtext.facet and the embeds.

https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky; string formats after
https://atproto.com/specs/lexicon.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from uniseg.graphemecluster import grapheme_clusters

TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
_DATETIME = re.compile(
    r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(\.\d{1,20})?(Z|[+-][0-2]\d:[0-5]\d)"
)
_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")
_FIELDS = {"$type", "text", "createdAt", "langs", "facets", "embed", "reply", "labels", "tags"}
_MOST_OF_A_BLOB = 1_000_000


class InvalidError(Exception):
    """A record is not as its lexicon says."""


def check_post(record: Mapping[str, Any], blobs: Mapping[str, tuple[str, int]]) -> None:
    """Raise InvalidError unless this is an app.bsky.feed.post; `blobs` are known by their CID."""
    if record.get("$type") != "app.bsky.feed.post":
        raise InvalidError("Invalid $type: expected app.bsky.feed.post")
    if unknown := set(record) - _FIELDS:
        raise InvalidError(f"Record has unknown properties {sorted(unknown)}")
    text = record.get("text")
    if not isinstance(text, str):
        raise InvalidError('Record must have the property "text"')
    _text(text)
    if not _DATETIME.fullmatch(str(record.get("createdAt"))):
        raise InvalidError("Record/createdAt must be an valid atproto datetime")
    _langs(record.get("langs", []))
    _facets(record.get("facets", []), text)
    if "embed" in record:
        _embed(record["embed"], blobs)


def graphemes(text: str) -> int:
    """Return how many grapheme clusters a text has."""
    return sum(1 for _ in grapheme_clusters(text))


def _text(text: str) -> None:
    if len(text.encode()) > 3000:
        raise InvalidError("Record/text must not be longer than 3000 characters")
    if graphemes(text) > 300:
        raise InvalidError("Record/text must not be longer than 300 graphemes")


def _langs(langs: Any) -> None:
    if not isinstance(langs, list) or len(langs) > 3:
        raise InvalidError("Record/langs must not have more than 3 elements")
    if not all(_LANGUAGE.fullmatch(each) for each in langs):
        raise InvalidError("Record/langs must be well-formed BCP 47 language tags")


def _facets(facets: Iterable[Mapping[str, Any]], text: str) -> None:
    raw = text.encode()
    last = 0
    for facet in facets:
        index = facet["index"]
        start, end = index["byteStart"], index["byteEnd"]
        if not 0 <= start < end <= len(raw):
            raise InvalidError(f"Record/facets: bytes {start}-{end} of {len(raw)}")
        if start < last:
            raise InvalidError("Record/facets overlap")
        try:
            covered = raw[start:end].decode()
        except UnicodeDecodeError as error:
            raise InvalidError("Record/facets: not at a character's boundary") from error
        last = end
        for feature in facet["features"]:
            _feature(feature, covered)


def _feature(feature: Mapping[str, Any], covered: str) -> None:
    match feature.get("$type"):
        case "app.bsky.richtext.facet#link":
            _uri(feature["uri"])
            if feature["uri"] != covered:
                raise InvalidError("a link that does not lead where its words say")
        case "app.bsky.richtext.facet#tag":
            tag = feature["tag"]
            if len(tag.encode()) > 640 or not 0 < graphemes(tag) <= 64 or tag.startswith("#"):
                raise InvalidError("Record/facets/tag must not be longer than 64 graphemes")
            if covered not in {f"#{tag}", f"＃{tag}"}:
                raise InvalidError("a tag that does not say what its words say")
        case "app.bsky.richtext.facet#mention":
            if not str(feature["did"]).startswith("did:"):
                raise InvalidError("Record/facets/did must be a valid did")
        case other:
            raise InvalidError(f"no such feature: {other}")


def _embed(embed: Mapping[str, Any], blobs: Mapping[str, tuple[str, int]]) -> None:
    match embed.get("$type"):
        case "app.bsky.embed.external":
            external = embed["external"]
            _uri(external["uri"])
            if not all(isinstance(external.get(each), str) for each in ("title", "description")):
                raise InvalidError("Record/embed/external must have title and description")
            if "thumb" in external:
                _blob(external["thumb"], blobs)
        case "app.bsky.embed.images":
            if not 0 < len(embed["images"]) <= 4:
                raise InvalidError("Record/embed/images must not have more than 4 elements")
            for image in embed["images"]:
                if not isinstance(image.get("alt"), str):
                    raise InvalidError('Record/embed/images must have the property "alt"')
                _blob(image["image"], blobs)
        case other:
            raise InvalidError(f"no such embed: {other}")


def _blob(blob: Mapping[str, Any], blobs: Mapping[str, tuple[str, int]]) -> None:
    link = blob["ref"]["$link"]
    if blob.get("$type") != "blob" or link not in blobs:
        raise InvalidError(f"Could not find blob: {link}")
    mime_type, size = blobs[link]
    if (blob["mimeType"], blob["size"]) != (mime_type, size):
        raise InvalidError("Referenced blob is not what was uploaded")
    if not mime_type.startswith("image/") or size > _MOST_OF_A_BLOB:
        raise InvalidError(f"This file is too large. It is {size} but the maximum is 1000000.")


def _uri(uri: str) -> None:
    parts = urlsplit(uri)
    if not parts.scheme or not parts.netloc or re.search(r"\s", uri) or len(uri) > 8192:
        raise InvalidError("Record/uri must be a uri")
