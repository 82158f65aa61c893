"""A real IRC network on the loopback interface: InspIRCd 3 with accounts and SASL by Anope 2.

Nobody is forced off a registered nick: a stranger may hold the nick `alice` without the
account, which is what tests of authority are about. Debian packages: inspircd, anope, openssl.
"""

import hashlib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers import irc_config

START_SECONDS = 60


@dataclass(slots=True)
class IrcServer:
    """A running network. `plain_port` and `tls_port` have no flood limits, `strict_port` has."""

    directory: Path
    plain_port: int
    tls_port: int
    strict_port: int
    link_port: int
    host: str = "127.0.0.1"
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def ca_file(self) -> Path:
        """What to trust on the TLS port (names: localhost, 127.0.0.1)."""
        return self.directory / "server.pem"

    @property
    def client_cert(self) -> Path:
        """A certificate that the services know as `botaccount`'s."""
        return self.directory / "client.pem"

    @property
    def client_key(self) -> Path:
        """The key of `client_cert`."""
        return self.directory / "client.key"

    def start(self) -> None:
        """Start what is not running, and wait until SASL is on offer."""
        self.start_server()
        self.start_services()

    def start_server(self) -> None:
        """Start the server alone, without services, and wait until it listens."""
        as_root = ["--runasroot"] if os.geteuid() == 0 else []
        config = ["--config", str(self.directory / "inspircd.conf")]
        self._run("inspircd", [*as_root, "--nofork", "--nopid", *config])
        self._await("inspircd", self._listens)

    def start_services(self) -> None:
        """Start the services, and wait until SASL is on offer."""
        place = str(self.directory)
        directories = [f"--{what}dir={place}" for what in ("conf", "db", "log")]
        self._run("anope", ["--nofork", *directories, "--modulesdir=/usr/lib/anope"])
        self._await("anope", self._offers_sasl)

    def kill_server(self) -> None:
        """End the server as a crash would."""
        self._end("inspircd", signal.SIGKILL)

    def stop_services(self) -> None:
        """End the services: SASL is no longer on offer."""
        self._end("anope", signal.SIGTERM)

    def stop(self) -> None:
        """End everything."""
        for name in list(self._processes):
            self._end(name, signal.SIGKILL)

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        if program in self._processes:
            return
        path = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
        if path is None:
            raise FileNotFoundError(f"{program} is not installed")
        with (self.directory / f"{program}.out").open("ab") as output:
            self._processes[program] = subprocess.Popen(
                # Gone with the tests, also when those are killed.
                ["setpriv", "--pdeathsig", "KILL", path, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.directory,
                start_new_session=True,
            )

    def _end(self, program: str, how: signal.Signals) -> None:
        process = self._processes.pop(program, None)
        if process is not None:
            process.send_signal(how)
            process.wait(START_SECONDS)

    def _await(self, program: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self._processes[program].poll() is not None or time.monotonic() > deadline:
                output = (self.directory / f"{program}.out").read_text(errors="replace")
                raise RuntimeError(f"{program} did not start:\n{output}")
            time.sleep(0.05)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection((self.host, self.plain_port), timeout=1):
            return True
        return False

    def _offers_sasl(self) -> bool:
        with (
            suppress(OSError),
            socket.create_connection((self.host, self.plain_port), timeout=2) as connection,
        ):
            connection.sendall(b"CAP LS 302\r\n")
            return b"sasl=" in connection.recv(4096)
        return False


@contextmanager
def running_irc() -> Iterator[IrcServer]:
    """Start a network, and stop it and remove its files at the end."""
    directory = Path(tempfile.mkdtemp(prefix="bellringer-irc-"))
    try:
        server = _prepared(directory)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory)


def _prepared(directory: Path) -> IrcServer:
    plain, tls, strict, link = _free_ports(4)
    _certificate(directory / "server", "localhost", ["DNS:localhost", "IP:127.0.0.1"])
    _certificate(directory / "client", irc_config.CERTIFIED_ACCOUNT, [])
    for name, text in {
        "inspircd.conf": irc_config.inspircd(
            directory, plain=plain, tls=tls, strict=strict, link=link
        ),
        "services.conf": irc_config.anope(directory, link=link),
        "anope.db": irc_config.anope_database(_fingerprint(directory / "client.pem")),
    }.items():
        (directory / name).write_text(text)
    return IrcServer(directory, plain, tls, strict, link)


def _free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports


def _certificate(path: Path, name: str, others: Sequence[str]) -> None:
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{path}.key"]
    names = ["-addext", f"subjectAltName={','.join(others)}"] if others else []
    subject = ["-subj", f"/CN={name}", *names, "-days", "30"]
    subprocess.run(
        ["openssl", "req", "-x509", *key, *subject, "-out", f"{path}.pem"],
        check=True,
        capture_output=True,
    )


def _fingerprint(certificate: Path) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()
