"""A plain client of a wiki's API: who looks at what stands there, and does what admins do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import requests

Answer = dict[str, Any]


class Visitor:
    """One account's session, logged in at first use. Independent of what is tested."""

    def __init__(self, *, api: str, name: str, password: str) -> None:
        self._api = api
        self._name = name
        self._password = password
        self._http = requests.Session()
        self._token: str | None = None

    def ask(self, **parameters: str | int | bool) -> Answer:
        """Return the API's answer. Fails where it is an error."""
        answer = self._ask(**parameters)
        assert "error" not in answer, answer["error"]
        return answer

    def _ask(self, **parameters: str | int | bool) -> Answer:
        flags = {key: value for key, value in parameters.items() if value is not False}
        data = {"format": "json", "formatversion": 2, **flags}
        response = self._http.post(self._api, data=data, timeout=60)
        response.raise_for_status()
        answer: Answer = response.json()
        return answer

    def change(self, **parameters: str | int | bool) -> Answer:
        """Do something that needs a token, logged in, also after the wiki was started anew."""
        if self._token is None:
            self._token = self._log_in()
        answer = self._ask(token=self._token, **parameters)
        if answer.get("error", {}).get("code") == "badtoken":
            self._token = self._log_in()
            return self.ask(token=self._token, **parameters)
        assert "error" not in answer, answer["error"]
        return answer

    def browse(self, address: str, **form: str) -> str:
        """Return a page as a browser shows it to who is logged in; a form is sent where given."""
        if self._token is None:
            self._token = self._log_in()
        method = "POST" if form else "GET"
        response = self._http.request(method, address, data=form or None, timeout=60)
        response.raise_for_status()
        return response.text

    def edit(self, title: str, text: str, **more: str | int | bool) -> Answer:
        """Give a page this text."""
        answer: Answer = self.change(action="edit", title=title, text=text, **more)["edit"]
        return answer

    def time(self) -> datetime:
        """Return what time the wiki thinks it is, in whole seconds."""
        answer = self.ask(action="query", meta="siteinfo", curtimestamp=True)
        return datetime.fromisoformat(answer["curtimestamp"])

    def move(self, title: str, to: str) -> None:
        """Move a page, a redirect left behind."""
        self.change(action="move", to=to, **{"from": title})

    def text(self, title: str) -> str | None:
        """Return a page's text, redirects not followed, None where there is no page."""
        page = self._page(title, rvprop="content", rvslots="main")
        if "missing" in page:
            return None
        return str(page["revisions"][0]["slots"]["main"]["content"])

    def history(self, title: str) -> Sequence[Answer]:
        """Return a page's revisions, newest first."""
        rvprop = "ids|user|comment|timestamp|flags|tags"
        revisions: Sequence[Answer] = self._page(title, rvprop=rvprop, rvlimit="max").get(
            "revisions", []
        )
        return revisions

    def recent_change(self, revid: int) -> Answer:
        """Return an edit as the recent changes list it, with its flags."""
        rcprop = "ids|flags|title|user|comment"
        answer = self.ask(
            action="query", list="recentchanges", rcprop=rcprop, rclimit="max", rctype="edit|new"
        )
        changes: Sequence[Answer] = answer["query"]["recentchanges"]
        return next(change for change in changes if change["revid"] == revid)

    def headings(self, title: str) -> list[str]:
        """Return the headings of a page, in order."""
        answer = self.ask(action="parse", page=title, prop="sections")
        return [section["line"] for section in answer["parse"]["sections"]]

    def normalised(self, titles: Sequence[str]) -> Mapping[str, str | None]:
        """Return what the wiki makes of each title, None where it is none of its pages'.

        Titles must hold neither control characters nor lone surrogates.
        """
        return dict(self._normalised(titles))

    def _normalised(self, titles: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        for title in titles:
            # One by one, so that each answer belongs to its question without a doubt.
            query = self.ask(action="query", titles="\x1f" + title).get("query", {})
            page: Answer = next(iter(query.get("pages", ())), {"invalid": True})
            yield title, None if "invalid" in page else str(page["title"])

    def _page(self, title: str, **parameters: str) -> Answer:
        answer = self.ask(action="query", prop="revisions", titles=title, **parameters)
        page: Answer = answer["query"]["pages"][0]
        return page

    def _log_in(self) -> str:
        query = self.ask(action="query", meta="tokens", type="login")["query"]
        token = query["tokens"]["logintoken"]
        login = self.ask(
            action="login", lgname=self._name, lgpassword=self._password, lgtoken=token
        )["login"]
        assert login["result"] == "Success", login
        csrf: str = self.ask(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]
        return csrf
