"""The bots that are compared: how each is configured and started as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.mediawiki import APPLICATION, BOT, SECRET

NETWORK = "bench"
PROGRAM = (sys.executable, "-m", "chatbot.cli")
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """A bot, the folder and the channel that it has to itself, and a question that it answers."""

    nick: str
    title: str
    command: tuple[str, ...]
    folder: Path
    question: str

    @property
    def channel(self) -> str:
        """The channel that it is in, apart from the others' so that it hears nothing of them."""
        return f"#{self.nick}"

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it."""
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self.command],
                env=environment(self.folder),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(STOP_SECONDS)


def environment(folder: Path) -> Mapping[str, str]:
    """Return an environment in which bytecode is kept, as it is for what is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    here = str(Path(__file__).parents[2])
    return kept | {
        "PYTHONPATH": here,
        "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode"),
        "BELLRINGER_WIKI_METAWIKI_PASSWORD": SECRET,
    }


def bellringer(folder: Path, port: int, *, wiki_api: str = "") -> Subject:
    """Return our bot, with a wiki where its address is given. It answers from the database."""
    home = _folder(folder, "bellringer")
    config = home / "bellringer.toml"
    config.write_text(_CONFIG.format(port=port) + (_WIKI.format(api=wiki_api) if wiki_api else ""))
    command = (*PROGRAM, "run", "--config", str(config))
    return Subject("bellringer", "Bellringer", command, home, "!event 1")


def appoint(subject: Subject, *accounts: str) -> None:
    """Make people coordinators of our bot, which does not run yet."""
    for account in accounts:
        subprocess.run(
            [*PROGRAM, "coordinator", "add", f"{account}@{NETWORK}", *subject.command[-2:]],
            env=environment(subject.folder),
            check=True,
            capture_output=True,
        )


def limnoria(folder: Path, port: int) -> Subject:
    """Return Limnoria with what its wizard loads. `ping` is the least that it can be asked."""
    home = _folder(folder, "limnoria")
    config = home / "limnoria.conf"
    config.write_text(_REGISTRY.format(port=port, home=home))
    start = "from supybot.scripts.limnoria import main; main()"
    command = (sys.executable, "-c", start, "--allow-root", str(config))
    return Subject("limnoria", "Limnoria", command, home, "@ping")


def bare(folder: Path, port: int) -> Subject:
    """Return a bot of ten lines made of the same library as ours."""
    script = str(Path(__file__).with_name("bare_subject.py"))
    command = (sys.executable, script, str(port), "bare", "#bare")
    return Subject("bare", "bare irc client", command, _folder(folder, "bare"), "?ping")


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir(exist_ok=True)
    return folder


_CONFIG = f"""
contact = "https://example.org/bellringer"
[limits]
commands = 1000000
[events]
channels = ["{NETWORK}/#bellringer"]
[coordinators]
channels = ["{NETWORK}/#bellringer"]
[[irc]]
network = "{NETWORK}"
host = "127.0.0.1"
port = {{port}}
tls = false
nick = "bellringer"
burst = 1000000
rate = 1000000
"""

_WIKI = f"""
[[wiki]]
name = "metawiki"
api = "{{api}}"
username = "{BOT}"
bot_password = "{APPLICATION}"
edits_per_minute = 6000
"""

_REGISTRY = f"""
supybot.nick: limnoria
supybot.ident: limnoria
supybot.networks: {NETWORK}
supybot.networks.{NETWORK}.servers: 127.0.0.1:{{port}}
supybot.networks.{NETWORK}.ssl: False
supybot.networks.{NETWORK}.channels: #limnoria
supybot.reply.whenAddressedBy.chars: @
supybot.protocols.irc.throttleTime: 0.0
supybot.abuse.flood.command: False
supybot.abuse.flood.command.invalid: False
supybot.abuse.flood.ctcp: False
supybot.log.stdout: False
supybot.plugins: Admin Channel Config Misc Network NickCapture Owner User Utilities
supybot.plugins.Admin: True
supybot.plugins.Channel: True
supybot.plugins.Config: True
supybot.plugins.Misc: True
supybot.plugins.Network: True
supybot.plugins.NickCapture: True
supybot.plugins.Owner: True
supybot.plugins.User: True
supybot.plugins.Utilities: True
supybot.directories.backup: {{home}}/backup
supybot.directories.conf: {{home}}/conf
supybot.directories.data: {{home}}/data
supybot.directories.data.tmp: {{home}}/tmp
supybot.directories.data.web: {{home}}/web
supybot.directories.log: {{home}}/logs
supybot.directories.plugins: {{home}}/plugins
"""
