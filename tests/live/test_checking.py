"""What `bellringer check` prints of real peers, and the exit code that a script goes by."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.peers.irc import IrcServer
from tests.peers.mediawiki import APPLICATION, BOT, SECRET, MediaWiki
from tests.peers.person import person

_CONFIG = """
contact = "https://example.org/bellringer"

[[irc]]
network = "testnet"
host = "127.0.0.1"
port = {irc.tls_port}
ca_file = "{irc.ca_file}"
nick = "checker"
account = "botaccount"
channels = ["{channel}"]

[[wiki]]
name = "metawiki"
api = "{wiki.api}"
username = "{bot}"
bot_password = "{application}"
"""

Bellringer = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bellringer(
    tmp_path: Path, irc_server: IrcServer, metawiki: MediaWiki, channel: str
) -> Bellringer:
    """The command line of an operator with a network, a channel and a wiki.

    `irc` and `wiki` are the passwords, the right ones where none are given.
    """
    config = tmp_path / "bellringer.toml"
    config.write_text(
        _CONFIG.format(
            irc=irc_server, channel=channel, wiki=metawiki, bot=BOT, application=APPLICATION
        )
    )

    def command_line(
        *words: str, irc: str = "botpass", wiki: str = SECRET
    ) -> subprocess.CompletedProcess[str]:
        secrets = {
            "BELLRINGER_IRC_TESTNET_PASSWORD": irc,
            "BELLRINGER_WIKI_METAWIKI_PASSWORD": wiki,
        }
        return subprocess.run(
            [sys.executable, "-m", "chatbot.cli", *words, "--config", str(config)],
            env={**os.environ, **secrets},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return command_line


@pytest.fixture
def staffed(bellringer: Bellringer) -> Bellringer:
    """The same where there are two coordinators."""
    for account in ("alice", "bob"):
        assert bellringer("coordinator", "add", f"{account}@testnet").returncode == 0
    return bellringer


def test_everything_that_works_is_said_and_the_code_is_zero(
    staffed: Bellringer, metawiki: MediaWiki, channel: str
) -> None:
    checked = staffed("check")
    assert checked.stdout.splitlines() == [
        "[ok] The database is there and up to date; there are 2 coordinators.",
        "[ok] testnet: connected, encrypted, and the certificate is good.",
        "[ok] testnet: the nick is checker (wanted: checker).",
        "[ok] testnet: logged in to the account botaccount.",
        f"[ok] testnet: in {channel}.",
        f"[ok] metawiki: logged in at 127.0.0.1:{metawiki.port} as Bellringer.",
        "[ok] metawiki: nobody is written to whose talk page is in: Opted-out of message delivery",
        "[ok] metawiki: there is no page User:Bellringer/Opt-out: who opts out by the link in a"
        " message has to write a word before he saves.",
    ]
    assert (checked.returncode, checked.stderr) == (0, "")


def test_fewer_than_two_coordinators_are_too_few(bellringer: Bellringer) -> None:
    bellringer("coordinator", "add", "alice@testnet")
    checked = bellringer("check")
    assert checked.stdout.splitlines()[:2] == [
        "[ok] The database is there and up to date; there is 1 coordinator.",
        "[!!] No run can start with fewer than two coordinators. "
        "Add them: bellringer coordinator add ACCOUNT@NETWORK",
    ]
    assert troubles(checked) == checked.stdout.splitlines()[1:2]
    assert checked.returncode == 1


def test_a_wrong_password_on_irc_is_told(staffed: Bellringer) -> None:
    checked = staffed("check", irc="not the password")
    assert troubles(checked) == ["[!!] testnet: SASL authentication failed"]
    assert checked.returncode == 1


def test_a_wrong_password_on_the_wiki_is_told(staffed: Bellringer) -> None:
    checked = staffed("check", wiki="not the password")
    (trouble,) = troubles(checked)
    assert trouble.startswith("[!!] metawiki: answers, but refuses us: ")
    assert "not the password" not in checked.stdout + checked.stderr
    assert checked.returncode == 1


async def test_a_channel_that_refuses_is_told(
    staffed: Bellringer, irc_server: IrcServer, channel: str
) -> None:
    async with person("operator", irc_server.plain_port) as operator:
        await operator.join(channel)
        operator.send(f"MODE {channel} +i")
        await operator.settle()
        checked = staffed("check")
    assert f"[!!] testnet: not in {channel}: Cannot join channel (invite only)" in troubles(checked)
    assert checked.returncode == 1


def troubles(checked: subprocess.CompletedProcess[str]) -> list[str]:
    """Return the lines of the parts that do not work."""
    return [each for each in checked.stdout.splitlines() if each.startswith("[!!] ")]
