"""The HTTP side of the server, in threads of its own."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tornado.httputil import HTTPFile, parse_body_arguments

from tests.peers.telegram_server.api import Api
from tests.peers.telegram_server.errors import CutError
from tests.peers.telegram_server.parameters import Upload


class Front(ThreadingHTTPServer):
    """Listens on a free port of the loopback interface. Ends with every connection cut."""

    daemon_threads = True

    def __init__(self, api: Api) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.api = api
        self._open: dict[threading.Thread, socket.socket] = {}

    def begun(self, connection: socket.socket) -> None:
        """Note the connection that this thread serves."""
        self._open[threading.current_thread()] = connection

    def ended(self) -> None:
        """Forget the connection of this thread."""
        self._open.pop(threading.current_thread(), None)

    def close(self) -> None:
        """Stop listening, cut every connection, and wait for their threads."""
        self.shutdown()
        self.server_close()
        for thread, connection in list(self._open.items()):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that went away in the middle; show everything else."""
        import sys

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive for many calls."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Front

    def setup(self) -> None:
        super().setup()
        self.server.begun(self.connection)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.server.ended()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        url = urlsplit(self.path)
        parts = url.path.split("/")
        raw, files = self._body()
        raw = dict(parse_qsl(url.query, keep_blank_values=True)) | raw
        if len(parts) != 3 or not parts[1].startswith("bot"):
            self._reply(404, b'{"ok":false,"error_code":404,"description":"Not Found"}')
            return
        try:
            answer = self.server.api.answer(unquote(parts[1][3:]), parts[2], raw, files)
        except CutError:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._reply(*answer)

    def _body(self) -> tuple[dict[str, str], dict[str, Upload]]:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/json"):
            return _from_json(json.loads(body or b"{}")), {}
        values: dict[str, list[bytes]] = {}
        files: dict[str, list[HTTPFile]] = {}
        parse_body_arguments(kind, body, values, files)
        uploads = {name: _upload(found[-1]) for name, found in files.items()}
        return {name: found[-1].decode() for name, found in values.items()}, uploads

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _from_json(values: Mapping[str, Any]) -> dict[str, str]:
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in values.items()}


def _upload(file: HTTPFile) -> Upload:
    return Upload(name=file.filename, mime_type=file.content_type, content=file.body)


@contextmanager
def serving(api: Api) -> Iterator[str]:
    """Serve until the end; give the address, such as http://127.0.0.1:12345."""
    front = Front(api)
    thread = threading.Thread(
        target=front.serve_forever, args=(0.05,), name="telegram", daemon=True
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{front.server_port}"
    finally:
        front.close()
        thread.join()
