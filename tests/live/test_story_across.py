"""One story on both networks: a talk and a run, told in IRC, joined and confirmed in Telegram."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from tests.peers.bellringer import DESK, DESK_CHAT, TALKS, TALKS_CHAT, Operator
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import eventually
from tests.peers.mediawiki import MediaWiki
from tests.peers.person import Person as IrcPerson
from tests.peers.person import person
from tests.peers.telegram import Telegram
from tests.peers.telegram_server.messages import Message

INVITED = "".join(f"* [[User talk:Editor {number:02}]]\n" for number in range(6, 12))


class Across:
    """Alice leads in IRC, Bob in Telegram; Carol reads in Telegram."""

    def __init__(self, *, alice: IrcPerson, telegram: Telegram, operator: Operator) -> None:
        self.alice = alice
        self.telegram = telegram
        self.operator = operator
        self.talks = telegram.supergroup("Talks", chat_id=TALKS_CHAT)
        self.desk = telegram.supergroup("Desk", chat_id=DESK_CHAT)
        self.bob = telegram.user(1002, "Bob")
        self.carol = telegram.user(1003, "Carol", language_code="sv")


@pytest.fixture
async def across(
    tmp_path: Path,
    own_irc_server: IrcServer,
    own_wikis: Mapping[str, MediaWiki],
    telegram: Telegram,
) -> AsyncIterator[Across]:
    """Everybody, and the bot running on both networks."""
    home = own_wikis["metawiki"]
    home.visitor.edit("Project:Invited", INVITED)
    wikis = {"metawiki": home}
    operator = Operator(folder=tmp_path, irc=own_irc_server, wikis=wikis, telegram=telegram)
    operator.configure(edits_per_minute=30)
    for who in ("alice@testnet", "1002@telegram"):
        assert operator.does("coordinator", "add", who).returncode == 0
    port = own_irc_server.plain_port
    async with person("alice", port, account="alice", password="alicepass") as alice:
        await alice.join(TALKS, DESK)
        cast = Across(alice=alice, telegram=telegram, operator=operator)
        mark = alice.mark()
        operator.start()
        try:
            for channel in (TALKS, DESK):
                await alice.sees(f"JOIN :{channel}", since=mark)
            yield cast
        finally:
            operator.kill()


@pytest.mark.timeout(240)
async def test_a_talk_and_a_run_go_across_both_networks(
    across: Across, own_wikis: Mapping[str, MediaWiki]
) -> None:
    await a_talk_is_told_in_irc_and_joined_in_telegram(across)
    await a_run_is_proposed_in_irc(across)
    proposed = await one_confirms_in_each(across)
    await both_see_how_it_goes_and_the_report_comes_as_a_file(across)
    for number in range(6, 12):
        headings = own_wikis["metawiki"].visitor.headings(f"User talk:Editor {number:02}")
        assert headings.count("Tech talk") == 1
    await a_button_of_yesterday_says_what_became_of_it(across, proposed)
    assert across.operator.stop() == 0
    assert across.telegram.token not in across.operator.log
    assert "error" not in across.operator.log
    assert across.operator.does("audit", "verify").returncode == 0


async def a_talk_is_told_in_irc_and_joined_in_telegram(across: Across) -> None:
    across.alice.say(TALKS, "!event add tech-talk in 20 seconds | <b>Talk pages</b> | speaker: Ada")
    await across.alice.hears("Event 1 is registered")
    across.alice.say(TALKS, "!event remind 1 12s start")
    await across.alice.hears("Reminders of event 1")
    across.carol.start()
    across.carol.say("/event@bellringer_bot 1", in_=across.talks)
    card = await across.telegram.heard(across.talks, "<b>Talk pages</b>")
    press = across.carol.press(card, card.buttons[0][0].text)
    assert (await press.answered()).text
    across.alice.say(TALKS, "!event 1")
    await across.alice.hears("A few people come")
    reminder = await across.telegram.heard(across.talks, "starts in 12 seconds")
    assert "<b>Talk pages</b>" in reminder.text
    await across.alice.hears("starts in 12 seconds")
    await across.telegram.heard(across.talks, "starts now", timeout=20)
    await across.alice.hears("starts now")


async def a_run_is_proposed_in_irc(across: Across) -> None:
    across.alice.say(DESK, "!run new Newsletter")
    await across.alice.hears("Run 1 (Newsletter) has begun")
    across.alice.say(DESK, "!run audience 1 [[Project:Invited]]")
    await across.alice.hears("6 recipients")
    across.alice.say(DESK, "!run message 1 | Tech talk | There is a talk on Thursday.")
    await across.alice.hears('"Tech talk"')
    across.alice.say(DESK, "!run propose 1")
    await across.alice.hears("run preview 1")


async def one_confirms_in_each(across: Across) -> Message:
    proposed = await across.telegram.heard(across.desk, "proposes run 1")
    across.bob.start()
    await across.telegram.heard(across.bob.private, "")
    await across.bob.press(proposed, "Preview").answered()
    await across.telegram.heard(across.bob.private, "There is a talk on Thursday")
    under = await across.telegram.heard(across.bob.private, "To confirm exactly this")
    await across.carol.press(proposed, "Preview").answered()
    mark = across.alice.mark()
    across.alice.say("bellringer", "run preview 1")
    code = re.compile(r"confirm 1 ([2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4})")
    line = await across.alice.sees(lambda said: code.search(said) is not None, since=mark)
    across.alice.say(DESK, f"!confirm 1 {code.findall(line)[0]}")
    await across.alice.hears("1 of 2")
    await across.telegram.heard(across.desk, "1 of 2")
    await across.bob.press(under, "Confirm").answered()
    await across.alice.hears("starts: two different people have confirmed it")
    return proposed


async def both_see_how_it_goes_and_the_report_comes_as_a_file(across: Across) -> None:
    await across.telegram.heard(across.desk, "\u2593", timeout=60)
    await across.alice.hears("6 delivered", within=90)
    await across.telegram.heard(across.desk, "6 delivered", timeout=60)
    files: dict[str, str] = {}
    while len(files) < 2:
        file = (await across.telegram.heard(across.desk, "", timeout=60)).document
        files |= {file.name: file.content.decode()} if file else {}
    assert "6 people were chosen" in files["run-1.html"]
    assert len(files["run-1.csv"].splitlines()) == 1 + 6


async def a_button_of_yesterday_says_what_became_of_it(across: Across, card: Message) -> None:
    await eventually(lambda: not card.buttons, within=20)
    stale = await across.bob.press_data(card, "confirm 1 GPN4-RH3Y").answered()
    assert "done" in (stale.text or "")
