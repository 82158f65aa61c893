"""Which account is speaking: trusted only while the server would tell us of a change."""

from collections.abc import Mapping

import pytest
import structlog
from irc.client import Event, NickMask

from chatbot.irc.accounts import Accounts, Standing
from chatbot.irc.link import Link
from chatbot.irc.settings import IrcNetwork
from chatbot.irc.whois import Answer, Learn

ALICE = "alice!a@host.example"
ME = "bell!b@bot.example"
NOTIFYING = {"account-notify", "extended-join"}


class Directory:
    """Stands in for WHOIS: it can change between two questions, as no real server does on cue."""

    def __init__(self) -> None:
        self.users: dict[str, Answer] = {}
        self.asked: list[str] = []

    async def ask(self, nick: str, learn: Learn) -> Answer:
        self.asked.append(nick)
        answer = self.users.get(nick, Answer())
        learn(nick, answer)
        return answer


class Room:
    """Accounts as one connection sees them."""

    def __init__(self, *enabled: str) -> None:
        self.directory = Directory()
        self.enabled = set(enabled)
        settings = IrcNetwork(network="t", host="h", nick="bell")
        self.accounts = Accounts(
            enabled=self.enabled,
            link=Link(settings=settings, log=structlog.get_logger()),
            whois=self.directory,
        )

    def event(self, kind: str, source: str, target: str, *arguments: str) -> None:
        event = Event(kind, NickMask(source), target, list(arguments))
        self.accounts.handlers()[kind](event)

    def heard(self, source: str = ALICE, tags: Mapping[str, str] | None = None) -> Standing | None:
        return self.accounts.heard(NickMask(source), tags or {})

    def together(self, account: str = "Alice") -> None:
        """Have us and alice in a channel, her join with her account."""
        self.event("join", ME, "#c", "*", "me")
        self.event("join", ALICE, "#c", account, "real name")


def test_the_tag_is_the_answer_where_the_server_tags() -> None:
    room = Room("account-tag", *NOTIFYING)
    room.together()
    assert room.heard(tags={"account": "bob"}) == Standing("bob")
    assert room.heard(tags={}) == Standing(None)


def test_a_tag_means_nothing_where_the_server_was_not_asked_for_it() -> None:
    assert Room().heard(tags={"account": "alice"}) is None


def test_the_account_of_a_join_stands_while_the_channel_is_shared() -> None:
    room = Room(*NOTIFYING)
    room.together()
    assert room.heard() == Standing("Alice")


@pytest.mark.parametrize("none", ["*", "0", ""])
def test_a_join_without_account(none: str) -> None:
    room = Room(*NOTIFYING)
    room.together(account=none)
    assert room.heard() == Standing(None)


@pytest.mark.parametrize(
    "end",
    [
        ("part", ALICE, "#c"),
        ("kick", "op!o@h", "#c", "alice", "out"),
        ("quit", ALICE, "", ""),
        ("part", ME, "#c"),
        ("kick", "op!o@h", "#c", "bell", "out"),
        ("nick", ALICE, "alice_away"),
        ("cap", "server", "bell", "DEL", "account-notify"),
    ],
)
def test_nothing_is_known_once_we_would_not_be_told(end: tuple[str, str, str]) -> None:
    room = Room(*NOTIFYING)
    room.together()
    room.event(*end)
    assert room.heard() is None


def test_a_second_channel_keeps_what_is_known() -> None:
    room = Room(*NOTIFYING)
    room.together()
    room.event("join", ME, "#d", "*", "me")
    room.event("join", ALICE, "#d", "Alice", "real name")
    room.event("part", ALICE, "#c")
    assert room.heard() == Standing("Alice")


def test_an_account_follows_its_connection_to_a_new_nick() -> None:
    room = Room(*NOTIFYING)
    room.together()
    room.event("nick", ALICE, "alison")
    assert room.heard("alison!a@host.example") == Standing("Alice")
    room.event("nick", "alison!a@host.example", "ALISON")
    assert room.heard("ALISON!a@host.example") == Standing("Alice")


def test_whoever_takes_a_nick_takes_no_account_with_it() -> None:
    room = Room(*NOTIFYING)
    room.together()
    room.event("join", "mallory!m@h", "#c", "*", "real name")
    room.event("nick", ALICE, "alice_away")
    room.event("nick", "mallory!m@h", "alice")
    assert room.heard("alice!m@h") == Standing(None)


def test_login_and_logout_are_followed() -> None:
    room = Room(*NOTIFYING)
    room.together("*")
    room.event("account", ALICE, "alice")
    assert room.heard() == Standing("alice")
    room.event("account", ALICE, "*")
    assert room.heard() == Standing(None)


def test_without_notification_even_a_join_proves_nothing() -> None:
    room = Room("extended-join")
    room.together()
    assert room.heard() is None


def test_who_tells_accounts_and_bots_of_a_channel_that_we_are_in() -> None:
    room = Room("account-notify")
    row = ("152", "#c", "a", "host.example", "alice", "H@B", "alice", "real name")
    room.event("whospcrpl", "server", "bell", *row)
    assert room.heard() is None
    room.event("join", ME, "#c")
    room.event("whospcrpl", "server", "bell", *row)
    assert room.heard() == Standing("alice", bot=True)


@pytest.mark.parametrize("tag", ["bot", "inspircd.org/bot", "draft/bot"])
def test_a_tag_tells_bots(tag: str) -> None:
    room = Room("account-tag")
    assert room.heard(tags={tag: "", "account": "robot"}) == Standing("robot", bot=True)


async def test_an_answer_counts_once() -> None:
    room = Room()
    room.directory.users["alice"] = Answer("a@host.example", "alice")
    assert await room.accounts.asked(NickMask(ALICE)) == Standing("alice")
    assert room.heard() is None


async def test_an_answer_stands_while_changes_to_it_would_be_told() -> None:
    room = Room("account-notify")
    room.event("join", ME, "#c")
    room.event("join", ALICE, "#c")
    assert room.heard() is None
    room.directory.users["alice"] = Answer("a@host.example", "alice")
    await room.accounts.asked(NickMask(ALICE))
    assert room.heard() == Standing("alice")


@pytest.mark.parametrize("owner", [Answer("other@host.example", "alice"), Answer()])
async def test_whoever_has_the_nick_by_now_does_not_vouch_for_who_spoke(owner: Answer) -> None:
    room = Room()
    room.directory.users["alice"] = owner
    assert await room.accounts.asked(NickMask(ALICE)) == Standing(None)


async def test_an_account_is_found_without_asking_where_it_is_known() -> None:
    room = Room(*NOTIFYING)
    room.together()
    assert await room.accounts.nick_of("alice") == "alice"
    assert room.directory.asked == []


async def test_of_several_nicks_the_one_that_spoke_last_is_told() -> None:
    room = Room(*NOTIFYING)
    room.together()
    room.event("join", "phone!p@h", "#c", "alice", "real name")
    room.heard("phone!p@h")
    assert await room.accounts.nick_of("alice") == "phone"
    assert await room.accounts.nick_of("alice", preferred="alice") == "alice"


async def test_elsewhere_the_server_is_asked_each_time() -> None:
    room = Room(*NOTIFYING)
    room.directory.users["alice"] = Answer("a@host.example", "alice")
    assert await room.accounts.nick_of("alice") == "alice"
    room.directory.users["alice"] = Answer("m@host.example", "mallory")
    assert await room.accounts.nick_of("alice") is None
    assert room.directory.asked == ["alice", "alice"]


async def test_a_nick_alone_is_nobody() -> None:
    room = Room(*NOTIFYING)
    room.together("*")
    assert await room.accounts.nick_of("alice", preferred="alice") is None
