"""Real MediaWiki wikis on loopback, from Debian's packages, each in a folder of its own.

The slow part, installing, is done once a machine and kept beside the other temporary files.
"""

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import requests

from tests.peers.wiki_visitor import Visitor

FILES = Path(__file__).parent / "mediawiki_files"
CORE = Path("/usr/share/mediawiki")
PHP = ["php", "-d", "error_reporting=E_ALL&~E_DEPRECATED", "-d", "display_errors=0"]
OPCACHE = ["-d", "opcache.enable_cli=1", "-d", "opcache.validate_timestamps=0"]
LANGUAGES = {"metawiki": "en", "enwiki": "en", "svwiki": "sv"}
START_SECONDS = 30

BOT, APPLICATION, SECRET = "Bellringer", "tests", "testsbotpassword00000000000000ab"
ADMIN, ADMIN_PASSWORD = "Admin", "AdminPass-12345"
INHABITANTS: Mapping[str, Any] = {
    "accounts": [BOT, *(f"Editor {number:02}" for number in range(1, 21))],
    "groups": {BOT: ["bot"]},
    "bot_passwords": {BOT: {APPLICATION: SECRET}},
    "blocked": ["Editor 05"],
    "pages": {
        "User talk:Editor 01": "Welcome.",
        "User talk:Editor 02": "[[Category:Opted-out of message delivery]]",
        "User talk:Editor 03": "#REDIRECT [[User talk:Editor 04]]",
        "Project:Delivery list": "* {{target|user=Editor 01}}\n"
        "* [[User talk:editor_04]]\n* [[User talk:Editor 04]]\n",
    },
}


class MediaWiki:
    """One wiki that runs, or can be made to."""

    def __init__(self, *, name: str, folder: Path) -> None:
        self.name = name
        self.port = _free_port()
        self.visitor = Visitor(api=self.api, name=ADMIN, password=ADMIN_PASSWORD)
        self._folder = folder
        self._overrides = (folder / f"override-{number}.php" for number in count(1))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> str:
        """The address of its api.php."""
        return f"http://127.0.0.1:{self.port}/api.php"

    def start(self) -> None:
        """Serve it, and wait until it answers."""
        command = [*PHP, *OPCACHE, "-S", f"127.0.0.1:{self.port}", "-t", str(CORE)]
        command.append(str(FILES / "router.php"))
        with (self._folder / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                # The pipe closes when the tests end, however they do, and ends the group.
                ["sh", "-c", '"$@" </dev/null & read _; trap "" TERM; kill 0', "sh", *command],
                env=self._environment() | {"PHP_CLI_SERVER_WORKERS": "4"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _await(self.answers)

    def stop(self) -> None:
        """Stop serving it. Sessions are lost, pages are not."""
        if self._server is not None and self._server.stdin is not None:
            self._server.stdin.close()
            self._server.wait(START_SECONDS)
            _await(lambda: not self.answers())
            self._server = None

    def answers(self) -> bool:
        """Whether it serves now."""
        try:
            return requests.get(self.api, timeout=START_SECONDS).ok
        except requests.ConnectionError:
            return False

    def populate(self, **wanted: Any) -> None:
        """Make accounts, pages and blocks, as `populate.php` says."""
        script = str(FILES / "populate.php")
        _run([*PHP, script], environment=self._environment(), given=json.dumps(wanted))

    def run_jobs(self) -> None:
        """Do what MediaWiki puts off until after its answers, such as tagging what is reverted."""
        script = str(CORE / "maintenance/runJobs.php")
        _run([*PHP, script], environment=self._environment())

    @contextmanager
    def overridden(self, php: str) -> Iterator[None]:
        """Let the wiki have these settings for a while."""
        # A new name each time, because PHP reads a file once.
        override = next(self._overrides)
        override.write_text(f"<?php\n{php}\n")
        try:
            yield
        finally:
            override.unlink()

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "MW_INSTALL_PATH": str(CORE),
            "MW_CONFIG_FILE": str(FILES / "LocalSettings.php"),
            "BELLRINGER_WIKI": self.name,
            "BELLRINGER_WIKI_DIRECTORY": str(self._folder),
            "BELLRINGER_WIKI_LANGUAGE": LANGUAGES[self.name],
            "BELLRINGER_WIKI_PORT": str(self.port),
        }


@contextmanager
def running_wikis(names: Sequence[str] = tuple(LANGUAGES)) -> Iterator[dict[str, MediaWiki]]:
    """Serve wikis with INHABITANTS, and remove them at the end."""
    folder = Path(tempfile.mkdtemp(prefix="bellringer-wikis-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        shutil.copytree(_template(), folder, dirs_exist_ok=True)
        wikis = {name: MediaWiki(name=name, folder=folder / name) for name in names}
        for wiki in wikis.values():
            stack.callback(wiki.stop)
            wiki.start()
        yield wikis


def _template() -> Path:
    """Return the folder with the wikis as they are new, made where this machine has none."""
    home = Path(tempfile.gettempdir()) / f"bellringer-mediawiki-{os.getuid()}"
    home.mkdir(mode=0o700, exist_ok=True)
    made = home / _fingerprint()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for outdated in home.glob("template-*"):
                shutil.rmtree(outdated)
            unfinished = Path(tempfile.mkdtemp(prefix="template-", dir=home))
            _install(unfinished)
            unfinished.rename(made)
    return made


def _fingerprint() -> str:
    if shutil.which("php") is None or not CORE.exists():
        raise FileNotFoundError("MediaWiki is not installed: apt install mediawiki php-sqlite3")
    sources = [Path(__file__), *sorted(FILES.iterdir()), CORE / "includes" / "Defines.php"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return f"template-{digest.hexdigest()[:16]}"


def _install(folder: Path) -> None:
    for name, language in LANGUAGES.items():
        home = folder / name
        home.mkdir()
        options = {"dbtype": "sqlite", "dbpath": home, "dbname": name, "confpath": home}
        options |= {"server": "http://127.0.0.1", "scriptpath": "", "lang": language}
        options |= {"pass": ADMIN_PASSWORD}
        arguments = [f"--{key}={value}" for key, value in options.items()]
        installer = str(CORE / "maintenance" / "install.php")
        _run([*PHP, installer, *arguments, name, ADMIN], environment=dict(os.environ))
        MediaWiki(name=name, folder=home).populate(**INHABITANTS)


def _run(command: Sequence[str], *, environment: Mapping[str, str], given: str = "") -> None:
    done = subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout}{done.stderr}")


def _await(condition: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("a wiki neither starts nor stops")
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
