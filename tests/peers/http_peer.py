"""A server on loopback for tests that speak a public HTTP API: requests in, answers out.

What goes wrong on the way, a real server seldom does when a test needs it: `Fault`.
"""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from tornado.httputil import HTTPFile, parse_body_arguments


@dataclass(frozen=True)
class Request:
    """A request as it came. The names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def bearer(self) -> str:
        """The token that it shows."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def form(self) -> tuple[dict[str, list[str]], dict[str, HTTPFile]]:
        """The fields and files of a form."""
        values: dict[str, list[bytes]] = {}
        files: dict[str, list[HTTPFile]] = {}
        parse_body_arguments(self.headers.get("content-type", ""), self.body, values, files)
        texts = {name: [each.decode() for each in found] for name, found in values.items()}
        return texts, {name: found[-1] for name, found in files.items()}

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body or b"null")


@dataclass(frozen=True)
class Answer:
    """What is answered; a `body` that is no bytes goes as JSON."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What happens once to the next request of a method to a path.

    With an `answer` the request is not obeyed. Without one it is obeyed, and then the connection
    is cut, so that nobody hears of it.
    """

    method: str
    path: str
    answer: Answer | None = None


class Api(Protocol):
    """What a peer answers."""

    faults: list[Fault]

    def answer(self, request: Request) -> Answer:
        """Obey a request."""
        ...


class _Front(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, api: Api) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api
        self.lock = threading.Lock()
        self.open: dict[threading.Thread, socket.socket] = {}

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        for thread, connection in list(self.open.items()):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        import sys

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Front

    def setup(self) -> None:
        super().setup()
        self.server.open[threading.current_thread()] = self.connection

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.server.open.pop(threading.current_thread(), None)

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = unquote(url.path).rstrip("/")
        request = Request(self.command, path, parse_qs(url.query), headers, body)
        with self.server.lock:
            fault = self._fault(request)
            answer = (fault and fault.answer) or self.server.api.answer(request)
        if fault is not None and fault.answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._reply(answer)

    def _fault(self, request: Request) -> Fault | None:
        faults = self.server.api.faults
        for fault in faults:
            if (fault.method, fault.path) == (request.method, request.path):
                faults.remove(fault)
                return fault
        return None

    def _reply(self, answer: Answer) -> None:
        raw = isinstance(answer.body, bytes)
        body = answer.body if raw else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        if not raw:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(api: Api) -> Iterator[str]:
    """Serve until the end; give the address, such as http://127.0.0.1:12345."""
    front = _Front(api)
    thread = threading.Thread(target=front.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{front.server_port}"
    finally:
        front.close()
        thread.join()
