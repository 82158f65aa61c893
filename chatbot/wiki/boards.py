"""Boards of StructuredDiscussions (https://www.mediawiki.org/wiki/Extension:StructuredDiscussions/API).

Their posts stand neither in the account's contributions nor in page histories, so that a topic
of ours is looked for on the board itself. One that was hidden or deleted is in no list there
(`TopicListBlock::getPage`), whoever asks: nothing tells that we have started it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chatbot.wiki.answers import Answer, Ask, NoAnswer
from chatbot.wiki.codes import FLOW
from chatbot.wiki.outcomes import senseless
from chatbot.wiki.sending import Request, Writer, send
from commands.wikis import BoardTopic
from commands.writes import Outcome, SaveResult, Topic

_STAMP = "%Y%m%d%H%M%S"


def add_topic(writer: Writer, topic: Topic, *, maxlag: int) -> SaveResult:
    """Start a topic and say how that ended; the result's title is that of the topic's own page."""
    parameters: dict[str, str | int | bool] = {
        "action": "flow",
        "submodule": "new-topic",
        "page": topic.title,
        "nttopic": topic.subject,
        "ntcontent": topic.body,
        "ntformat": "wikitext",
        "maxlag": maxlag,
    }
    return send(writer, Request(parameters, _result, FLOW))


async def topics(ask: Ask, board: str, since: datetime) -> Sequence[BoardTopic]:
    """Return the topics of a board, newest first, down to those from before `since`.

    Those whose title was changed later count as started then. Raises Refused or NoAnswer.
    """
    found: list[BoardTopic] = []
    offset: str | None = None
    while True:
        part = await _part(ask, board, offset)
        posts, revisions = part["posts"], part["revisions"]
        found += [_topic(root, posts, revisions) for root in part["roots"]]
        before, offset = offset, _next(part)
        if offset is None or (found and found[-1].started_at < since):
            return found
        if offset == before:
            raise NoAnswer("an answer that is continued by itself")


async def _part(ask: Ask, board: str, offset: str | None) -> Answer:
    answer = await ask(
        action="flow",
        submodule="view-topiclist",
        page=board,
        vtlsortby="newest",
        vtllimit="max",
        vtlformat="wikitext",
        formatversion=2,
        **({"vtloffset-id": offset} if offset else {}),
    )
    part: Answer = answer["flow"]["view-topiclist"]["result"]["topiclist"]
    return part


def _next(part: Answer) -> str | None:
    """Return from which topic on the list goes on: told only by the address of a link."""
    # An empty array of PHP's, where there are no links.
    link = (part["links"]["pagination"] or {}).get("fwd")
    if link is None:
        return None
    query = str(urlsplit(link["url"]).query)
    return parse_qs(query)["topiclist_offset-id"][0]


def _result(answer: Answer) -> SaveResult:
    topic = answer.get("flow", {}).get("new-topic", {})
    committed = topic.get("committed", {}).get("topiclist")
    if topic.get("status") != "ok" or not committed:
        return senseless("topic")
    return SaveResult(Outcome.SAVED, title=committed["topic-page"])


def _topic(root: str, posts: Mapping[str, Any], revisions: Mapping[str, Any]) -> BoardTopic:
    heading = revisions[posts[root][0]]
    return BoardTopic(
        title=heading["articleTitle"],
        author=heading["creator"]["name"],
        text="\n".join(_texts(root, posts, revisions)),
        started_at=datetime.strptime(heading["timestamp"], _STAMP).replace(tzinfo=UTC),
    )


def _texts(post: str, posts: Mapping[str, Any], revisions: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a post and of all replies to it; moderated ones have none."""
    revision = revisions[posts[post][0]]
    content = revision.get("content", {}).get("content")
    if content:
        yield str(content)
    for reply in revision["replies"]:
        yield from _texts(reply, posts, revisions)
