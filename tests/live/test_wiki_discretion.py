"""Pywikibot leaves no trace but in its folder, and no secret in any record."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.wiki.settings import OwnerOnlyOAuth
from chatbot.wiki.sites import PywikibotWiki
from commands.writes import Section
from tests.peers.faulty_proxy import Fault, FaultyProxy
from tests.peers.mediawiki import SECRET, MediaWiki
from tests.peers.wiki_fixtures import Connect, settings_for

PROGRAM = """
import asyncio, logging, sys
from pathlib import Path
from chatbot.wiki.library import Library
from chatbot.wiki.settings import BotPassword, WikiSettings
from chatbot.wiki.settings import OwnerOnlyOAuth
from chatbot.wiki.sites import PywikibotWiki

api, folder, secret = sys.argv[1:4]
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
settings = WikiSettings(
    "metawiki", api, "Bellringer", BotPassword("tests", secret), "https://example.org"
)
wiki = PywikibotWiki(settings=settings, library=Library(folder=Path(folder)))
assert "pywikibot" not in sys.modules


async def main():
    print(await wiki.account())
    await wiki.close()

asyncio.run(main())
assert sys.argv[4:] == ["-v", "-dir:elsewhere"]
"""


def test_home_and_working_directory_stay_untouched(metawiki: MediaWiki, tmp_path: Path) -> None:
    home, work, folder = (tmp_path / name for name in ("home", "work", "data/pywikibot"))
    home.mkdir()
    work.mkdir()
    (home / ".netrc").write_text("machine 127.0.0.1 login netrc password netrc")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, metawiki.api, folder, SECRET, "-v", "-dir:elsewhere"],
        cwd=work,
        env={**os.environ, "HOME": str(home), "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "name='Bellringer'" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert SECRET not in done.stdout
    assert [path.name for path in (*home.iterdir(), *work.iterdir())] == [".netrc"]
    assert [path.name for path in folder.iterdir()] == ["user-config.py"]
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_no_record_holds_a_secret(
    meta: PywikibotWiki, talk_page: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    result = await meta.add_section(Section(talk_page, "Hello", "Text", "mark", bot=True))
    assert result.revid is not None
    await meta.add_section(Section("A|B", "Hello", "Text", "mark", bot=True))
    assert meta._opened is not None
    for secret in (SECRET, meta._opened.token()):
        assert secret not in caplog.text
    assert logging.getLogger("pywiki").level >= logging.INFO


def test_settings_keep_their_secret_to_themselves(metawiki: MediaWiki) -> None:
    assert SECRET not in repr(settings_for(metawiki))


async def test_oauth_signs_each_request_and_no_password_is_sent(
    connect: Connect, metawiki: MediaWiki, proxy: FaultyProxy
) -> None:
    userinfo = {"id": 3, "name": "Bellringer", "rights": ["edit"], "groups": []}
    answer = {"query": {"userinfo": userinfo}}
    proxy.faults += [Fault.saying(answer, action="query")] * 2
    keys = OwnerOnlyOAuth("consumer", "secret-1", "access", "secret-2")
    await connect(metawiki, api=proxy.api, credentials=keys).account()
    assert [sent["action"] for sent in proxy.seen] == ["query", "query"]
    for header in proxy.authorizations:
        assert header is not None
        assert 'oauth_consumer_key="consumer"' in header
        assert 'oauth_token="access"' in header
        assert "secret" not in header


def test_oauth_without_its_package_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests_oauthlib", None)
    with pytest.raises(ValueError, match=r"pip install 'bellringer\[oauth\]'"):
        OwnerOnlyOAuth("a", "b", "c", "d")
