"""Which wikis are asked who has signed up for what a run invites to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from chatbot.clock import utc_now
from chatbot.listening.signups import SignUps
from chatbot.wiki.dry.wiki import DryWiki
from commands.wikis import SiteFacts, WikiTrouble
from storage import funnels, reactions
from storage.database import Database
from storage.heard import ReactionKind
from storage.runvalues import LeftOut
from tests.prepared import confirmed, recipients

SIGNED = "* [[User:Ada]]\n* [[User:Cleo]]\n"


class Counted(DryWiki):
    """A dry wiki that counts how often it is asked, or is away, as no folder ever is."""

    def __init__(self, name: str, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        super().__init__(name=name, folder=folder / name, clock=clock)
        self.away = False
        self.asked = 0

    async def site(self) -> SiteFacts:
        self.asked += 1
        if self.away:
            raise WikiTrouble(self.name, "away")
        return await super().site()


@pytest.fixture
def wikis(tmp_path: Path) -> dict[str, Counted]:
    """Three wikis, with a page on the first and one on the last where people sign up."""
    for name in ("metawiki", "svwiki", "dewiki"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Come.wiki").write_text(SIGNED)
        (tmp_path / name / "Tea%3A_noon.wiki").write_text(SIGNED)
    return {name: Counted(name, tmp_path) for name in ("metawiki", "svwiki", "dewiki")}


async def signed_up(database: Database, wikis: dict[str, Counted], signup: str) -> list[str]:
    """Invite Ada and Bo, hold Cleo out, and return who signed up."""
    run = await confirmed(database, recipients([("metawiki", "Ada"), ("svwiki", "Bo")]))
    held = LeftOut("svwiki", "User talk:Cleo", "Cleo", "held-out", "")
    async with database.transaction() as session:
        await funnels.keep(session, run.number, [], [held])
    counting = SignUps(database=database, wikis=wikis, home="metawiki", unified=True, clock=utc_now)
    await counting.look(replace(run, signup=signup))
    async with database.reading() as session:
        heard = await reactions.of_run(session, run.number, [ReactionKind.SIGN_UP])
    return sorted(each.who for each in heard)


@pytest.mark.parametrize("signup", ["[[Come]]", "[[svwiki:Come]]"])
async def test_a_wiki_that_the_run_does_not_concern_keeps_nobody_from_counting(
    database: Database, wikis: dict[str, Counted], signup: str
) -> None:
    wikis["dewiki"].away = True
    assert await signed_up(database, wikis, signup) == ["Ada", "Cleo"]
    assert wikis["dewiki"].asked == 0


@pytest.mark.parametrize("signup", ["[[dewiki:Come]]", "[[Tea: noon]]"])
async def test_a_page_that_may_stand_on_another_wiki_is_looked_for_on_all(
    database: Database, wikis: dict[str, Counted], signup: str
) -> None:
    assert await signed_up(database, wikis, signup) == ["Ada", "Cleo"]
    assert wikis["dewiki"].asked == 1
