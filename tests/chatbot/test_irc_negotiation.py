"""Capabilities, login and what a server says of itself."""

import base64
from pathlib import Path

import pytest

from chatbot.irc.capabilities import WANTED, Capabilities
from chatbot.irc.isupport import Isupport
from chatbot.irc.registration import alternative
from chatbot.irc.sasl import Sasl
from chatbot.irc.settings import IrcNetwork


def network(**changes: object) -> IrcNetwork:
    return IrcNetwork(network="t", host="h", nick="bell", **changes)  # type: ignore[arg-type]


def test_an_offer_in_several_lines_is_answered_once() -> None:
    capabilities = Capabilities()
    assert capabilities.heard(["LS", "*", "sasl=PLAIN batch"]) == []
    assert capabilities.heard(["LS", "server-time unheard-of"]) == [
        "CAP REQ :batch sasl server-time"
    ]
    assert not capabilities.settled


def test_what_is_acknowledged_stands() -> None:
    capabilities = Capabilities()
    capabilities.heard(["LS", "batch sasl"])
    capabilities.heard(["ACK", "batch "])
    assert not capabilities.settled
    capabilities.heard(["ACK", "sasl"])
    assert capabilities.settled
    assert capabilities.enabled == {"batch", "sasl"}


def test_a_refused_request_is_made_again_one_by_one() -> None:
    capabilities = Capabilities()
    capabilities.heard(["LS", "batch sasl"])
    assert capabilities.heard(["NAK", "batch sasl"]) == ["CAP REQ batch", "CAP REQ sasl"]
    assert capabilities.heard(["NAK", "batch"]) == []
    capabilities.heard(["ACK", "sasl"])
    assert capabilities.settled
    assert capabilities.enabled == {"sasl"}


def test_capabilities_come_and_go() -> None:
    capabilities = Capabilities()
    capabilities.heard(["LS", "batch"])
    capabilities.heard(["ACK", "batch"])
    assert capabilities.heard(["NEW", "sasl=PLAIN"]) == ["CAP REQ :sasl"]
    capabilities.heard(["ACK", "sasl"])
    capabilities.heard(["DEL", "batch"])
    assert capabilities.enabled == {"sasl"}


def test_a_request_for_everything_fits_into_a_line() -> None:
    (request,) = Capabilities().heard(["LS", " ".join(WANTED)])
    assert len(request) < 510


def decoded(lines: list[str]) -> bytes:
    chunks = [line.removeprefix("AUTHENTICATE ") for line in lines]
    assert all(len(chunk) <= 400 for chunk in chunks)
    assert len(chunks[-1]) < 400
    return base64.b64decode("".join(chunk for chunk in chunks if chunk != "+"))


@pytest.mark.parametrize("length", [1, 290, 291, 297, 298, 299, 600, 1200])
def test_a_long_secret_is_sent_in_parts(length: int) -> None:
    sasl = Sasl(network(sasl_account="a", sasl_password="p" * length))
    assert sasl.begin("PLAIN") == "AUTHENTICATE PLAIN"
    assert decoded(list(sasl.response())) == b"\0a\0" + b"p" * length


def test_a_certificate_comes_before_a_password() -> None:
    sasl = Sasl(network(sasl_password="p", client_cert=Path("c.pem")))
    assert sasl.begin("PLAIN,EXTERNAL") == "AUTHENTICATE EXTERNAL"
    assert sasl.response() == ["AUTHENTICATE +"]
    assert sasl.next() == "AUTHENTICATE PLAIN"
    assert sasl.next() is None


@pytest.mark.parametrize(("offered", "first"), [("SCRAM-SHA-256", None), ("", "PLAIN")])
def test_only_what_the_server_offers_is_tried(offered: str, first: str | None) -> None:
    begun = Sasl(network(sasl_password="p")).begin(offered)
    assert begun == (first and f"AUTHENTICATE {first}")


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(network(sasl_password="hunter2"))


@pytest.mark.parametrize(
    ("mapping", "folded"),
    [
        ("ascii", "#a[]\\~é"),
        ("rfc1459", "#a{}|^é"),
        ("strict-rfc1459", "#a{}|~é"),
        ("rfc7613", "#a[]\\~é"),
    ],
)
def test_names_compare_as_the_server_compares_them(mapping: str, folded: str) -> None:
    isupport = Isupport()
    isupport.load(["bell", f"CASEMAPPING={mapping}", "are supported by this server"])
    assert isupport.fold("#A[]\\~é") == folded


def test_odd_tokens_do_no_harm() -> None:
    isupport = Isupport()
    isupport.load(["bell", "PREFIX=foo", "TARGMAX=a:x", "WHOX", "=", "NICKLEN=x", "BOT=b", ":"])
    assert "WHOX" in isupport
    assert isupport.bot_flag == "b"
    isupport.load(["bell", "-WHOX", ":"])
    assert "WHOX" not in isupport


def test_no_two_alternative_nicks_are_the_same() -> None:
    nicks = [alternative("bellringer", attempt) for attempt in range(1, 20)]
    assert nicks[:2] == ["bellringer_", "bellringer__"]
    assert len(set(nicks)) == len(nicks)
