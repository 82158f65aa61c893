"""Plays StructuredDiscussions before a real wiki, because Debian does not package it.

Its answers and refusals are those of the extension's branch REL1_39 (`ApiFlow`, `ApiFlowNewTopic`,
`TopicListBlock`, `Pager`, `TopicListFormatter`, `RevisionFormatter`), as far as the bot can meet
them. A board is a page of the real wiki whose content model is `flow-board` (see `BOARDS`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import BOT, MediaWiki

BOARDS = """
$wgContentHandlers['flow-board'] = 'BoardsOfTests';
$wgHooks['SetupAfterCache'][] = static function () {
  class BoardOfTests extends TextContent {
    public function __construct( $text ) { parent::__construct( $text, 'flow-board' ); }
  }
  class BoardsOfTests extends TextContentHandler {
    protected function getContentClass() { return BoardOfTests::class; }
  }
};
"""
"""Lets a wiki have pages of that content model, without the extension."""

_LONGEST_TOPIC = 260


@dataclass(frozen=True)
class Started:
    """A topic on a board."""

    ident: str
    board: str
    subject: str
    content: str
    author: str
    started_at: datetime


class FlowProxy(FaultyProxy):
    """A wiki's address at which `action=flow` works too.

    `refusal` is what its filters answer, `most` how many topics an answer lists (the extension's
    setting `$wgFlowMaxLimit`).
    """

    def __init__(self, *, wiki: MediaWiki) -> None:
        super().__init__(wiki_api=wiki.api)
        self.wiki = wiki
        self.topics: list[Started] = []
        self.refusal: str | None = None
        self.most = 100
        self._idents = (f"t{number:018}" for number in itertools.count(1))

    def started(self) -> list[dict[str, str]]:
        """The parameters of each topic that was sent."""
        return [sent for sent in self.seen if sent.get("submodule") == "new-topic"]

    def lists(self) -> list[dict[str, str]]:
        """The parameters of each request for topics."""
        return [sent for sent in self.seen if sent.get("submodule") == "view-topiclist"]

    def start(self, board: str, *, author: str, days_ago: float = 0, number: int = 1) -> None:
        """Let somebody start so many topics, that long ago."""
        at = datetime.now(UTC) - timedelta(days=days_ago)
        self.topics += [
            Started(next(self._idents), board, "News", "Hello.", author, at) for _ in range(number)
        ]

    def take_fault(self, action: str) -> Fault | None:
        """Return the next fault of a new topic, else what the extension answers."""
        if action != "flow":
            return super().take_fault(action)
        sent = self.seen[-1]
        fault = super().take_fault(action) if sent["submodule"] == "new-topic" else None
        if fault and not fault.reaches_wiki:
            return fault
        answer = self._new_topic(sent) if "ntcontent" in sent else self._list(sent)
        return Fault(action) if fault else Fault.saying(answer, action=action)

    def _new_topic(self, sent: dict[str, str]) -> dict[str, object]:
        problem = self._problem(sent)
        if problem is not None:
            return {"error": {"code": problem, "info": f"about {problem}"}}
        topic = Started(
            next(self._idents),
            sent["page"],
            sent["nttopic"].strip(),
            sent["ntcontent"],
            BOT,
            datetime.now(UTC),
        )
        self.topics.append(topic)
        committed = {
            "topiclist": {
                "topic-page": f"Topic:{topic.ident.capitalize()}",
                "topic-id": topic.ident,
                "topic-revision-id": f"{topic.ident}r",
                "post-id": f"{topic.ident}p",
                "post-revision-id": f"{topic.ident}q",
            }
        }
        answer = {"status": "ok", "workflow": f"w{topic.ident}", "committed": committed}
        return {"flow": {"new-topic": answer}}

    def _problem(self, sent: dict[str, str]) -> str | None:
        if not sent.get("token"):
            return "missingparam"
        if self._model(sent["page"]) != "flow-board":
            return "invalid-page"
        if not 0 < len(sent["nttopic"].strip()) <= _LONGEST_TOPIC:
            return "topic"
        return self.refusal if sent["ntcontent"].strip() else "content"

    def _model(self, title: str) -> str:
        answer = self.wiki.visitor.ask(action="query", prop="info", titles=title)
        return str(answer["query"]["pages"][0].get("contentmodel"))

    def _list(self, sent: dict[str, str]) -> dict[str, object]:
        assert (sent["vtlsortby"], sent["vtlformat"]) == ("newest", "wikitext")
        shown = [each for each in self.topics if each.board == sent["page"]]
        newest = sorted(shown, key=lambda each: (each.started_at, each.ident), reverse=True)
        idents = [each.ident for each in newest]
        offset = sent.get("vtloffset-id")
        first = idents.index(offset) + 1 if offset else 0
        here = newest[first : first + self.most]
        more = len(newest) > first + self.most
        posts: dict[str, list[str]] = {}
        revisions: dict[str, object] = {}
        for each in here:
            posts |= {each.ident: [f"{each.ident}r"], f"{each.ident}p": [f"{each.ident}q"]}
            revisions |= _revisions(each)
        roots = [each.ident for each in here]
        links = {"pagination": self._pagination(sent["page"], roots[-1]) if more else []}
        found = {
            "sortby": "newest",
            "roots": roots,
            "posts": posts,
            "revisions": revisions,
            "links": links,
        }
        answer = {"result": {"topiclist": found}, "status": "ok"}
        return {"flow": {"view-topiclist": answer}}

    def _pagination(self, board: str, last: str) -> dict[str, object]:
        query = {
            "title": board,
            "topiclist_offset-dir": "fwd",
            "topiclist_limit": self.most,
            "topiclist_offset-id": last,
            "topiclist_sortby": "newest",
        }
        return {"fwd": {"url": f"/index.php?{urlencode(query)}", "title": "fwd", "text": "fwd"}}


def _revisions(topic: Started) -> dict[str, object]:
    common = {
        "articleTitle": f"Topic:{topic.ident.capitalize()}",
        "timestamp": topic.started_at.strftime("%Y%m%d%H%M%S"),
        "creator": {"name": topic.author, "wiki": "metawiki", "gender": "unknown"},
        "isModerated": False,
    }
    subject = {"content": topic.subject, "format": "topic-title-wikitext"}
    content = {"content": topic.content, "format": "wikitext"}
    return {
        f"{topic.ident}r": {**common, "content": subject, "replies": [f"{topic.ident}p"]},
        f"{topic.ident}q": {**common, "content": content, "replies": []},
    }
