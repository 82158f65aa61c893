"""The digest's configuration: what is wrong is named by its key; the mail server is tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatbot import settings
from chatbot.config import Config
from chatbot.digesting import check_mail, digest_policy, mail_server
from chatbot.publicconfig import Mail
from chatbot.sections import ConfigError
from chatbot.text import Texts
from storage.values import Destination, Place
from tests.peers.smtp import HOST, PASSWORD, USER, running_smtp

BASE = """
contact = "mail@example.org"
[[irc]]
network = "libera"
host = "irc.example.org"
nick = "bellringer"
[[wiki]]
name = "metawiki"
api = "https://meta.example.org/w/api.php"
username = "Bellringer"
[mail]
host = "smtp.example.org"
sender = "Bot <bot@example.org>"
[digest]
"""
LISTED = """
[[digest.lists]]
address = "talks@lists.example.org"
unsubscribe = "mailto:talks-leave@lists.example.org"
"""


def loaded(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "bellringer.toml"
    path.write_text(BASE + text)
    return settings.load(path)


def test_all_of_it_is_understood(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        'weekday = "monday"\nhour = "18:30"\nzone = "Europe/Stockholm"\nnudge = "off"\n'
        'channels = ["libera/#talks"]\nzones = { "libera/#talks" = "Asia/Tokyo" }\n'
        f'pages = ["metawiki/Talks/Newsletter"]\nfirst = "2026-12-07"{LISTED}',
    )
    policy = digest_policy(config)
    talks = Destination("libera", Place.CHANNEL, "#talks")
    assert policy.channels == (talks,)
    assert policy.zones == {talks: "Asia/Tokyo"}
    assert policy.lists == ("talks@lists.example.org",)
    assert policy.habit.nudge is None
    assert policy.habit.preview == timedelta(days=1)
    due = policy.habit.rhythm.due_after(datetime(2026, 12, 1, tzinfo=UTC))
    assert due == datetime(2026, 12, 7, 17, 30, tzinfo=UTC)
    assert settings.irc_networks(config, {})[0].channels == ("#talks",), "the bot goes there"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('zone = "Nowhere"', "digest.zone"),
        ('first = "2026-13-01"', "digest.first"),
        ('preview = "2w"', "digest.preview"),
        ('ahead = "soon"', "digest.ahead"),
        ('pages = ["dewiki/X"]', "digest.pages"),
        ('channels = ["oftc/#x"]', "digest.channels"),
        ('zones = { "libera/#x" = "UTC" }', "digest.zones"),
        (LISTED + LISTED, "digest.lists"),
        (LISTED + 'language = "xx"', "digest.lists.0.language"),
        (LISTED + 'zone = "Nowhere"', "digest.lists.0.zone"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigError, match=f"^{key}"):
        digest_policy(loaded(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        'hour = "9"',
        'weekday = "fredag"',
        "weeks = 0",
        LISTED.replace("mailto:talks-leave@lists.example.org", "leave"),
        LISTED.replace("talks@lists.example.org", "Talks <t@e.org>", 1),
    ],
)
def test_what_cannot_be_is_refused_by_its_form(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"digest"):
        loaded(tmp_path, text)


def test_a_password_is_needed_and_never_sent_in_the_clear() -> None:
    mail = Mail(host="smtp.example.org", sender="b@example.org", user="bell")
    with pytest.raises(ConfigError, match="BELLRINGER_MAIL_PASSWORD"):
        mail_server(mail, {})
    secret = {"BELLRINGER_MAIL_PASSWORD": "s"}
    assert mail_server(mail, secret).port == 587
    assert "'s'" not in repr(mail_server(mail, secret))
    clear = Mail(host="smtp.example.org", sender="b@e.org", user="bell", encryption="none")
    with pytest.raises(ConfigError, match=r"mail\.encryption"):
        mail_server(clear, secret)


async def test_the_mail_server_is_tried(tmp_path: Path) -> None:
    async with running_smtp(tmp_path) as server:
        mail = Mail(
            host=HOST,
            port=server.port,
            user=USER,
            sender="b@example.org",
            ca_file=str(server.ca_file),
        )
        for password, good, words in ((PASSWORD, True, "lets bellringer in"), ("no", False, "535")):
            ((works, (said,)),) = await check_mail(mail, {"BELLRINGER_MAIL_PASSWORD": password})
            assert works is good
            assert words in Texts().words(said)
