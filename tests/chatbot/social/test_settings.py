"""What an operator writes becomes accounts, or an error that names the key."""

from __future__ import annotations

from datetime import time, timedelta
from pathlib import Path

import msgspec
import pytest

from chatbot import settings
from chatbot.config import Config
from chatbot.publicconfig import Sharing, Social
from chatbot.sections import ConfigError
from chatbot.social.settings import social_settings
from chatbot.socialising import check_accounts, post_policy, social_accounts
from chatbot.text import Texts
from commands.postpolicy import PostPolicy
from commands.rules.socialhours import Hours
from storage.values import Event
from tests.commands.event_desks import HOUR, NOW
from tests.peers.bluesky_server import running_bluesky
from tests.peers.mastodon_server import running_mastodon

FEDI = Social(
    name="fedi",
    network="mastodon",
    server="https://wikis.world/",
    languages=("sv", "en"),
    topics=("#Wikidata",),
    before=("3d",),
    hours="08:00-18:30",
    zone="Europe/Stockholm",
)
ENVIRONMENT = {"BELLRINGER_SOCIAL_FEDI_TOKEN": "hush", "BELLRINGER_SOCIAL_SKY_TOKEN": "psst"}


def changed(**changes: object) -> Config:
    return Config(social=(msgspec.structs.replace(FEDI, **changes),))


def test_an_account_posts_as_it_is_written() -> None:
    (found,) = social_settings((FEDI,), ENVIRONMENT)
    assert found.account.before == (timedelta(days=3),)
    assert found.account.hours == Hours(time(8), time(18, 30), "Europe/Stockholm")
    assert found.account.wanted.topics == {"wikidata"}
    assert (found.credentials.server, found.credentials.token) == ("https://wikis.world", "hush")
    assert "hush" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"languages": ("tlh",)}, "social.fedi.languages: 'tlh' is none of ar, en, es, sv"),
        ({"before": ("soon",)}, "social.fedi.before"),
        ({"hours": "25:00-26:00"}, "social.fedi: hours are like"),
        ({"hours": "20:00-09:00"}, "social.fedi.hours: '20:00-09:00' ends before it begins"),
        ({"zone": "Stockholm"}, "social.fedi: hours are like"),
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        settings.check(changed(**changes))


def test_a_name_stands_once() -> None:
    with pytest.raises(ConfigError, match=r"social\.name: 'fedi' stands there twice"):
        settings.check(Config(social=(FEDI, FEDI)))


def test_a_token_that_lacks_is_named() -> None:
    with pytest.raises(ConfigError, match="set BELLRINGER_SOCIAL_FEDI_TOKEN or token_file"):
        social_settings((FEDI,), {})


def test_the_log_knows_what_to_blot_out(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("from a file\n")
    file.chmod(0o600)
    config = msgspec.structs.replace(changed(token_file=str(file)), data=str(tmp_path))
    assert settings.all_secrets(config, {}) == ("from a file",)


def test_bluesky_needs_a_handle() -> None:
    sky = Social(name="sky", network="bluesky")
    with pytest.raises(ConfigError, match=r"social\.sky: Bluesky needs account"):
        social_accounts((sky,), ENVIRONMENT)


def test_hashtags_are_the_accounts_own_or_everybodys_and_the_topics() -> None:
    sharing = Sharing(hashtags=("Wikimedia",), topic_hashtags={"#Wikidata": ("Wikidata", "SPARQL")})
    policy = post_policy(
        accounts=social_accounts((), {}),
        sharing=sharing,
        texts=Texts(),
        link=lambda event, at: None,
        alt=lambda event, at, language: "",
        coordinators=(),
    )
    event = Event(1, "u", "talk", "T", NOW, "UTC", HOUR, topics=("wikidata",))
    assert policy.hashtags(event) == ("#Wikimedia", "#Wikidata", "#SPARQL")
    assert policy.hashtags(event, ("GLAM",)) == ("#GLAM", "#Wikidata", "#SPARQL")


@pytest.mark.parametrize(
    ("page", "taken"),
    [
        ("https://events.example.org/event/1", True),
        ("https://8.8.8.8/event/1", True),
        ("http://127.0.0.1:8080/event/1", False),
        ("http://[::1]:8080/event/1", False),
        ("http://192.168.1.7/event/1", False),
        ("http://localhost:8080/event/1", False),
        (None, False),
    ],
)
def test_no_post_leads_to_where_only_this_machine_can_go(page: str | None, taken: bool) -> None:
    texts = Texts()
    policy = PostPolicy(words=texts.words, languages=texts.languages, link=lambda event, at: page)
    own = "https://meet.example.org/talks"
    event = Event(1, "u", "talk", "T", NOW, "UTC", HOUR, link=own)
    assert policy.address(event, NOW) == (page if taken else own)


async def test_the_check_says_which_accounts_can_be_used() -> None:
    with running_mastodon() as mastodon, running_bluesky() as bluesky:
        mastodon.most = 777
        environment = {
            "BELLRINGER_SOCIAL_FEDI_TOKEN": mastodon.token,
            "BELLRINGER_SOCIAL_SKY_TOKEN": "wrong",
        }
        fedi = msgspec.structs.replace(FEDI, server=mastodon.url)
        sky = Social(name="sky", network="bluesky", server=bluesky.url, account=bluesky.handle)
        found = await check_accounts((fedi, sky), environment)
    said = [(good, Texts().words(*lines)) for good, lines in found]
    assert said == [
        (True, f"fedi: logged in as @bell on {mastodon.url}; posts take 777 characters."),
        (
            False,
            f"sky: {bluesky.url} cannot be used: 401 AuthenticationRequired: "
            "Invalid identifier or password.",
        ),
    ]
