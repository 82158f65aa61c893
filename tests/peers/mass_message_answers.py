"""Plays the MassMessage extension before a real wiki, because Debian does not package it.

Its answers, its checks in their order, its delivery lists and what its edits look like are those
of the extension's branch REL1_39 (`ApiMassMessage`, `MassMessageRequestParser`, `MassMessageJob`,
`MessageBuilder`, `MessageSender`). As there, a request only queues: `run_jobs` delivers, as the
wiki's job queue does at a time of its own. The wiki behind it does all else. Another account
than "MediaWiki message delivery" delivers: the wiki's administrator, whom the tests log in as.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import ADMIN, MediaWiki

MESSENGER = ADMIN
DELIVERED = "massmessage-delivery"
_TARGET = re.compile(r"\{\{\s*#target\s*:\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_TAG = re.compile(r"<[^>]*>")
_USER_TALK = "User talk:"


@dataclass(frozen=True)
class _Job:
    title: str
    subject: str
    message: str


class MassMessageProxy(FaultyProxy):
    """A wiki's address at which `action=massmessage` works too. `jobs` are what was queued."""

    def __init__(self, *, wiki: MediaWiki) -> None:
        super().__init__(wiki_api=wiki.api)
        self.wiki = wiki
        self.sender_may = True
        self.jobs: list[_Job] = []
        self._define_tag()

    def handed_over(self) -> list[dict[str, str]]:
        """The parameters of each message that was sent."""
        return [sent for sent in self.seen if sent.get("action") == "massmessage"]

    def take_fault(self, action: str) -> Fault | None:
        """Return the next fault, else what the extension answers."""
        fault = super().take_fault(action)
        if action != "massmessage" or (fault and not fault.reaches_wiki):
            return fault
        answer = self._answer(self.seen[-1])
        return Fault(action) if fault else Fault.saying(answer, action=action)

    def run_jobs(self) -> None:
        """Deliver what is queued."""
        while self.jobs:
            self._deliver(self.jobs.pop(0))

    def _define_tag(self) -> None:
        tags = self.wiki.visitor.ask(action="query", list="tags", tglimit="max")["query"]["tags"]
        if DELIVERED not in {tag["name"] for tag in tags}:
            self.wiki.visitor.change(action="managetags", operation="create", tag=DELIVERED)

    def _answer(self, sent: dict[str, str]) -> dict[str, object]:
        if not self.sender_may:
            return _error("permissiondenied")
        for name in ("spamlist", "subject", "token"):
            if name not in sent:
                return _error("missingparam")
        given = {key: value.strip() for key, value in sent.items()}
        if "message" not in given and "page-message" not in given:
            return _error("missingparam")
        if given["subject"] == "":
            return _error("massmessage-empty-subject")
        spamlist = self.wiki.visitor.text(given["spamlist"])
        if spamlist is None:
            return _error("massmessage-spamlist-doesnotexist")
        if given.get("message", "") == "":
            return _error("massmessage-empty-message")
        targets = _TARGET.findall(spamlist)
        comment = f"<!-- Message sent by User:{sent['assertuser']}@{self.wiki.name} using the list"
        message = f"{given['message']}\n{comment} at {given['spamlist']} -->"
        subject = _TAG.sub("", given["subject"].replace("\n", "")).rstrip()
        self.jobs += [_Job(title, subject, message) for title in targets]
        return {"massmessage": {"result": "success", "count": len(targets)}}

    def _deliver(self, job: _Job) -> None:
        self.wiki.visitor.change(
            action="edit",
            title=job.title,
            section="new",
            summary=job.subject,
            text=job.message,
            notminor="1",
            tags=DELIVERED,
            **({"bot": "1"} if job.title.startswith(_USER_TALK) else {}),
        )


def _error(code: str) -> dict[str, object]:
    return {"error": {"code": code, "info": f"about {code}"}}
