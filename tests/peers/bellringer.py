"""The bot itself as a process of its own, started by its command line, against real peers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.peers.irc import IrcServer
from tests.peers.mediawiki import APPLICATION, BOT, SECRET, MediaWiki

NETWORK = "testnet"
TALKS, DESK = "#talks", "#desk"
SECRETS = {"BELLRINGER_IRC_TESTNET_PASSWORD": "botpass"}

_CONFIG = """
contact = "https://example.org/bellringer"
data = "data"

[coordinators]
channels = ["testnet/{desk}"]

[events]
channels = ["testnet/{talks}"]

[limits]
commands = 1000

[runs]
home = "metawiki"
settle = "3s"

[[irc]]
network = "testnet"
host = "127.0.0.1"
port = {port}
tls = false
nick = "bellringer"
account = "botaccount"
burst = 1000
rate = 1000
"""

_WIKI = """
[[wiki]]
name = "{name}"
api = "{api}"
username = "{bot}"
bot_password = "{application}"
edits_per_minute = 6000
"""


class Operator:
    """Whoever installed the bot: has its configuration, and starts, stops and kills it."""

    def __init__(self, *, folder: Path, irc: IrcServer, wikis: Mapping[str, MediaWiki]) -> None:
        self.data = folder / "data"
        self._config = folder / "bellringer.toml"
        self._log = folder / "log"
        text = _CONFIG.format(talks=TALKS, desk=DESK, port=irc.plain_port)
        for name, wiki in wikis.items():
            text += _WIKI.format(name=name, api=wiki.api, bot=BOT, application=APPLICATION)
        self._config.write_text(text)
        passwords = {f"BELLRINGER_WIKI_{name.upper()}_PASSWORD": SECRET for name in wikis}
        self._environment = {**os.environ, **SECRETS, **passwords}

    @property
    def log(self) -> str:
        """All that was logged so far."""
        return self._log.read_text() if self._log.exists() else ""

    def does(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command by hand and return how it went."""
        return subprocess.run(
            self._command(*words),
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start the bot; whoever calls this stops it."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command("run"),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Let the bot run, and stop it in the orderly way, which has to work."""
        process = self.start()
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
        assert code == 0, self.log[-3000:]

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "chatbot.cli", *words, "--config", str(self._config)]
