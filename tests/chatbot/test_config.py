"""The configuration: what is wrong is named by its key, secrets stay out of the file."""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest

from chatbot import heeding, settings, wikisettings
from chatbot.config import (
    Config,
    Coordinators,
    Events,
    Farm,
    History,
    Irc,
    Limits,
    Listening,
    Mailbox,
    Runs,
    Wiki,
)
from chatbot.publicconfig import Sharing, Social
from chatbot.secrets import kept_key
from chatbot.sections import ConfigError
from chatbot.wiki.settings import BotPassword
from commands.rules.pace import Hours, WikiPace
from storage.runvalues import Way
from storage.values import Destination, Place

WHOLE = """
contact = "mail@example.org"

[coordinators]
channels = ["libera/#desk"]

[events]
channels = ["libera/#talks"]

[events.kinds.hackathon]
duration = "2d"
reminders = ["2w", "start"]

[[irc]]
network = "libera"
host = "irc.example.org"
nick = "bellringer"
account = "bell"
channels = ["#lounge"]
relays = ["bridge"]

[[wiki]]
name = "metawiki"
api = "https://meta.example.org/w/api.php"
username = "Bellringer"
"""

CONSOLE = "[console]\n[[dry_wiki]]\nname = 'drywiki'\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bellringer.toml"


def load(path: Path, text: str) -> Config:
    path.write_text(text)
    return settings.load(path)


def test_a_whole_file_becomes_the_arguments_of_the_parts(path: Path) -> None:
    config = load(path, WHOLE)
    environment = {
        "BELLRINGER_IRC_LIBERA_PASSWORD": "irc secret",
        "BELLRINGER_WIKI_METAWIKI_PASSWORD": "wiki secret",
    }
    (network,) = settings.irc_networks(config, environment)
    (wiki,) = wikisettings.real_wikis(config, environment)
    assert network.channels == ("#lounge", "#talks", "#desk")
    assert network.relays == ("bridge",)
    assert (network.sasl_account, network.sasl_password) == ("bell", "irc secret")
    assert wiki.credentials == BotPassword("bellringer", "wiki secret")
    assert "secret" not in f"{network!r} {wiki!r}".replace("client_secret", "")
    policy = settings.event_policy(config)
    assert policy.channels == (Destination("libera", Place.CHANNEL, "#talks"),)
    assert [str(place) for place in policy.places] == [
        "libera/#lounge",
        "libera/#talks",
        "libera/#desk",
    ]
    assert policy.kinds["hackathon"].offsets == (timedelta(weeks=2), timedelta(0))
    assert policy.kinds["tech-talk"].duration == timedelta(hours=1)
    assert config.data == str(path.parent / "data")
    assert settings.run_policy(config, b"key").home == "metawiki"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("data = 3", "$.data"),
        ("colour = 'red'", "colour"),
        ("[[irc]]\nnetwork = 'x'\nhost = 'y'", "nick"),
        ("[[irc]]\nnetwork = 'x'\nhost = 'y'\nnick = 'z'\nport = 99999", "$.irc[0].port"),
        (WHOLE.replace("metawiki", "Meta Wiki"), "$.wiki[0].name"),
        (WHOLE.replace("api.php", "index.php"), "$.wiki[0].api"),
        (WHOLE + "ways = ['pigeon']", "$.wiki[0].ways[0]"),
        (WHOLE + "ways = []", "$.wiki[0].ways"),
        (WHOLE.replace("libera/#talks", "#talks"), "events.channels"),
        (WHOLE.replace("libera/#desk", "oftc/#desk"), "coordinators.channels"),
        (WHOLE.replace('"2d"', '"soon"'), "events.kinds.hackathon.duration"),
        (WHOLE.replace('"2w"', '"soon"'), "events.kinds.hackathon.reminders"),
        (WHOLE.replace("contact", "#contact"), "contact"),
        (WHOLE + "hours = 'by day'", "wiki.metawiki.hours"),
        (WHOLE + "hours = '08:00-21:00'\nzone = 'Uppsala'", "wiki.metawiki.zone"),
        (WHOLE + "[runs]\ncanary_pause = 'a while'", "runs.canary_pause"),
        (WHOLE + "[runs]\nhome = 'nowiki'", "runs.home"),
        (WHOLE + "[runs]\nexpiry = 'never'", "runs.expiry"),
        (WHOLE + "[[dry_wiki]]\nname = 'metawiki'", "wiki"),
        ("[[irc]]\nnetwork = 'console'\nhost = 'y'\nnick = 'z'", "irc.network"),
        ("[[irc]]\nnetwork = 'telegram'\nhost = 'y'\nnick = 'z'", "irc.network"),
        ("[telegram]\nchats = ['@talks']", "telegram.chats"),
        (WHOLE.replace("libera/#talks", "telegram/-100123"), "events.channels"),
        (WHOLE.replace("libera/#talks", "telegram/talks") + "[telegram]\n", "events.channels"),
        (WHOLE + "[limits]\nfresh = 'always'", "limits.fresh"),
        (WHOLE + "[history]\nengine = 'spark'", "history.master"),
        (WHOLE + "[history]\nmemory = 'much'", "$.history.memory"),
        ("language = 'tlh'", "language: 'tlh' is none of ar, en, es, sv"),
        (WHOLE + "[languages]\n'libera/#nowhere' = 'sv'", "languages: 'libera/#nowhere'"),
        (WHOLE + "[languages]\n'libera/#talks' = 'tlh'", "languages.libera/#talks: 'tlh'"),
        ("not toml", "bellringer.toml"),
    ],
)
def test_what_is_wrong_is_named(path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(path, text)
    assert named in str(caught.value)


def test_telegram_chats_and_topics_are_places(path: Path) -> None:
    whole = WHOLE.replace("libera/#talks", "telegram/-100123/17")
    config = load(path, whole + "[telegram]\nchats = ['-100456']\n")
    policy = settings.event_policy(config)
    assert policy.channels == (Destination("telegram", Place.CHANNEL, "-100123/17"),)
    assert [str(place) for place in policy.places if place.network == "telegram"] == [
        "telegram/-100456",
        "telegram/-100123/17",
    ]


def test_a_channel_has_its_language_and_a_topic_that_of_its_group(path: Path) -> None:
    chats = "[telegram]\nchats = ['-1001', '-1001/17', '-1001/18']\n"
    chosen = "'libera/#talks' = 'sv'\n'telegram/-1001' = 'es'\n'telegram/-1001/18' = 'ar'\n"
    config = load(path, f"{WHOLE}{chats}[languages]\n{chosen}")
    assert {str(place): tag for place, tag in settings.languages(config).items()} == {
        "libera/#talks": "sv",
        "telegram/-1001": "es",
        "telegram/-1001/17": "es",
        "telegram/-1001/18": "ar",
    }


def test_a_telegram_bot_gets_its_token_and_keeps_it_to_itself(path: Path) -> None:
    config = load(path, WHOLE + "[telegram]\nwebhook = 'https://bell.example.org/'\n")
    environment = {"BELLRINGER_TELEGRAM_TOKEN": "1:token"}
    with pytest.raises(ConfigError, match="BELLRINGER_TELEGRAM_WEBHOOK_SECRET"):
        settings.telegram_bot(config, environment)
    environment["BELLRINGER_TELEGRAM_WEBHOOK_SECRET"] = "hook-secret"
    bot = settings.telegram_bot(config, environment)
    assert bot is not None
    assert bot.token == "1:token"
    assert bot.webhook is not None
    assert "1:token" not in repr(bot)
    assert "hook-secret" not in repr(bot)
    with pytest.raises(ConfigError, match="BELLRINGER_TELEGRAM_TOKEN"):
        settings.telegram_bot(config, {})


def test_what_is_said_of_a_wiki_s_pace_and_stops_reaches_its_lane(path: Path) -> None:
    said = "edits_per_hour = 600\nhours = '08:00-21:00'\nzone = 'Europe/Stockholm'\n"
    config = load(path, f"{WHOLE}{said}stop_page = 'User:Bell/Stop'\napproval = true\n")
    hours = Hours(time(8), time(21), "Europe/Stockholm")
    lanes, policy = wikisettings.lane_settings(config), settings.run_policy(config, b"")
    assert lanes.paces == policy.paces == {"metawiki": WikiPace(10, hours)}
    assert lanes.stop_pages == {"metawiki": "User:Bell/Stop"}
    assert policy.approval == {"metawiki"}
    assert (policy.canary, policy.canary_pause) == (10, timedelta(minutes=15))


def test_the_console_cannot_be_joined_to_a_real_wiki(path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be joined to a real wiki"):
        load(path, WHOLE + "[console]\n")
    assert settings.networks(load(path, CONSOLE)) == ("console",)


def test_console_persons_are_unproven_and_only_dry_wikis_are_dry(path: Path) -> None:
    policy = settings.run_policy(load(path, CONSOLE), b"key")
    assert policy.unproven == {"console"}
    assert policy.dry == {"drywiki"}
    assert settings.run_policy(load(path, WHOLE), b"key").dry == frozenset()


def test_a_wiki_without_its_secret_is_refused_with_the_variable_to_set(path: Path) -> None:
    with pytest.raises(ConfigError, match="BELLRINGER_WIKI_METAWIKI_PASSWORD"):
        wikisettings.real_wikis(load(path, WHOLE), {})


def test_a_wiki_is_written_to_by_the_ways_that_are_named(path: Path) -> None:
    usual = settings.run_policy(load(path, WHOLE), b"key")
    assert usual.ways["metawiki"] == (Way.SECTION, Way.TOPIC)
    config = load(path, WHOLE + 'ways = ["mass-message", "email"]\nmessenger = "Postie"\n')
    named = settings.run_policy(config, b"key").ways["metawiki"]
    assert named == (Way.MASS_MESSAGE, Way.EMAIL)
    secrets = {"BELLRINGER_WIKI_METAWIKI_PASSWORD": "secret"}
    assert [each.messenger for each in wikisettings.real_wikis(config, secrets)] == ["Postie"]


def test_the_wikis_of_a_farm_share_an_account_and_its_secret(path: Path) -> None:
    farm = """
[[farm]]
name = "wikipedias"
username = "Bell"
edits_per_minute = 7
[farm.wikis]
svwiki = "https://sv.example.org/w/api.php"
dewiki = "https://de.example.org/w/api.php"
"""
    config = load(path, WHOLE + farm)
    secrets = {
        "BELLRINGER_WIKI_METAWIKI_PASSWORD": "its own",
        "BELLRINGER_WIKI_WIKIPEDIAS_PASSWORD": "shared",
    }
    found = {each.name: each for each in wikisettings.real_wikis(config, secrets)}
    assert found["dewiki"].api == "https://de.example.org/w/api.php"
    assert found["svwiki"].credentials == BotPassword("bellringer", "shared")
    assert wikisettings.paces(config)["svwiki"] == WikiPace(7)
    with pytest.raises(ConfigError, match="svwiki stands there twice"):
        load(path, WHOLE + farm + farm)


def test_a_secret_may_come_from_a_file_that_only_we_can_read(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from file\n")
    secret.chmod(0o600)
    line = f"username = 'Bellringer'\npassword_file = '{secret}'"
    config = load(path, WHOLE.replace('username = "Bellringer"', line))
    (wiki,) = wikisettings.real_wikis(config, {})
    assert wiki.credentials == BotPassword("bellringer", "from file")
    secret.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        wikisettings.real_wikis(config, {})


def test_a_mailbox_has_its_password_and_listening_its_times(path: Path) -> None:
    more = (
        '[mailbox]\nhost = "imap.example.org"\nuser = "outreach"\n'
        '[listening]\ninterval = "5m"\neventstreams = "https://stream.example.org/"\n'
    )
    config = load(path, WHOLE + more)
    with pytest.raises(ConfigError, match="BELLRINGER_MAILBOX_PASSWORD"):
        heeding.listening(config, {})
    found = heeding.listening(config, {"BELLRINGER_MAILBOX_PASSWORD": "hush"})
    assert found.mailbox is not None
    assert (found.mailbox.port, found.mailbox.tls, found.mailbox.folder) == (993, True, "INBOX")
    assert "hush" not in repr(found)
    assert (found.interval, found.listens) == (timedelta(minutes=5), timedelta(days=14))
    assert found.link("metawiki", 7).endswith("index.php?diff=7")
    assert (found.link("metawiki", None), found.link("nowhere", 7)) == ("", "")
    with pytest.raises(ConfigError, match=r"listening\.batch"):
        load(path, WHOLE + more + 'batch = "soon"\n')


def test_the_key_of_the_personal_codes_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    key = kept_key(path)
    assert len(key) == 32
    assert kept_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_example_is_right_and_names_every_setting(path: Path) -> None:
    example = Path(__file__).parent.parent.parent / "deploy/bellringer.example.toml"
    text = example.read_text()
    assert load(path, text).irc[0].network == "libera"
    sections = (Config, Coordinators, Events, Irc, Wiki, Farm, Runs, Limits)
    for section in (*sections, Sharing, Social, History, Listening, Mailbox):
        for name in section.__struct_fields__:
            assert re.search(rf"\b{name}\b", text), f"{section.__name__}.{name}"
