"""Stands before a real wiki and does to chosen requests what a real wiki does not on demand.

The faults: an answer lost after the wiki has done its work (connection dropped, or silent for
longer than anybody waits); a connection dropped before the request arrives; a gate's answer in
the wiki's stead (429, 503, an HTML page); an error of an extension that Debian does not package
(captcha, abuse filter, spam and title blacklist) or of a cluster (database lag). All else passes
unchanged, and all that came is on record.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlencode

import requests


@dataclass(frozen=True)
class Fault:
    """What happens to one request of this action.

    `reaches_wiki`: whether the wiki gets to see it. `answer`: what is said instead of the wiki's
    answer; None drops the connection without a word. `silent_seconds`: how long nothing is said.
    `passing`: how many such requests pass unharmed before. `meanwhile`: what somebody else does
    before anything is said, and after the wiki has seen it if it does.
    """

    action: str = "edit"
    reaches_wiki: bool = False
    answer: bytes | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    silent_seconds: float = 0
    passing: int = 0
    meanwhile: Callable[[], object] = lambda: None

    @classmethod
    def saying(cls, answer: object, *, action: str = "edit", **headers: str) -> "Fault":
        """The API answers this, and does nothing."""
        return cls(action, answer=json.dumps(answer).encode(), headers=headers)

    @classmethod
    def error(cls, code: str, **more: object) -> "Fault":
        """The API answers an edit with this error."""
        return cls.saying({"error": {"code": code, "info": f"about {code}", **more}})


AskWiki = Callable[[Mapping[str, str]], requests.Response]


class FaultyProxy:
    """A wiki's second address, at which faults can be asked for."""

    def __init__(self, *, wiki_api: str) -> None:
        self.wiki_api = wiki_api
        self.faults: list[Fault] = []
        self.seen: list[dict[str, str]] = []
        self.authorizations: list[str | None] = []
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def api(self) -> str:
        """The address to give to the bot."""
        return f"http://127.0.0.1:{self._server.server_port}/api.php"

    def edits(self) -> list[dict[str, str]]:
        """The parameters of each edit that was sent."""
        return [sent for sent in self.seen if sent.get("action") == "edit"]

    def take_fault(self, action: str) -> Fault | None:
        """Return the next fault for a request, used up by it."""
        fault = next((fault for fault in self.faults if fault.action == action), None)
        if fault is None:
            return None
        self.faults.remove(fault)
        if fault.passing == 0:
            return fault
        self.faults.append(replace(fault, passing=fault.passing - 1))
        return None

    def be_silent(self, seconds: float) -> None:
        """Wait, unless the test is over."""
        self._stopping.wait(seconds)

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve until the end of the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def answer(self, parameters: Mapping[str, str], ask_wiki: AskWiki) -> bytes | None:
        """Return what is said in the wiki's stead where nothing is faulty; None: the wiki says it.

        `ask_wiki` asks the wiki something else and returns its answer.
        """
        return None

    def _handler(self) -> type["Handler"]:
        return type("Handler", (Handler,), {"proxy": self})


class Handler(BaseHTTPRequestHandler):
    """One connection to the proxy."""

    proxy: FaultyProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parameters = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.proxy.seen.append(parameters)
        self.proxy.authorizations.append(self.headers["Authorization"])
        fault = self.proxy.take_fault(parameters["action"])
        if fault is None:
            self._answer(parameters, body)
            return
        if fault.reaches_wiki:
            self._from_wiki(body)
        fault.meanwhile()
        self.proxy.be_silent(fault.silent_seconds)
        if fault.answer is not None:
            self._say(fault.status, fault.headers.items(), fault.answer)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Keep the tests' output to what they say."""

    def _answer(self, parameters: dict[str, str], body: bytes) -> None:
        said = self.proxy.answer(parameters, lambda other: self._from_wiki(urlencode(other)))
        if said is None:
            self._pass_on(self._from_wiki(body))
        else:
            self._say(200, [("Content-Type", "application/json")], said)

    def _from_wiki(self, body: bytes | str) -> requests.Response:
        hop = {"host", "connection", "content-length", "accept-encoding"}
        headers = {key: value for key, value in self.headers.items() if key.lower() not in hop}
        headers["Accept-Encoding"] = "identity"
        return requests.post(self.proxy.wiki_api, data=body, headers=headers, timeout=60)

    def _pass_on(self, response: requests.Response) -> None:
        hop = {"connection", "transfer-encoding", "content-length", "host"}
        # The raw headers keep apart the several Set-Cookie of one answer.
        headers = [(key, value) for key, value in response.raw.headers.items()]
        passing = [(key, value) for key, value in headers if key.lower() not in hop]
        self._say(response.status_code, passing, response.content)

    def _say(self, status: int, headers: Iterable[tuple[str, str]], answer: bytes) -> None:
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(answer)
