"""The door: unknown and wrong commands, authority, rate, faults."""

from datetime import UTC, datetime, timedelta

import pytest

from commands.declaration import Argument, Call, Command, Kind, Who
from commands.messages import Reply, line, reply
from storage import people
from storage.database import Database
from storage.values import Identity
from tests.commands.conversation import Conversation

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


async def echo(call: Call) -> Reply:
    return reply(line("help.form", form=call.text("what")))


async def fail(call: Call) -> Reply:
    await people.ensure(call.session, Identity("libera", "ghost"), call.now)
    raise ZeroDivisionError


async def stop(_call: Call) -> Reply:
    return reply(line("help.form", form="stopped"))


WHAT = (Argument("what", Kind.TEXT),)
COMMANDS = (
    Command("echo", Who.ALL, "help.help", "echo this", echo, WHAT),
    Command("keep it", Who.IDENTIFIED, "help.help", "keep it this", echo, WHAT, writes=True),
    Command("decide", Who.COORDINATOR, "help.help", "decide this", echo, WHAT, writes=True),
    Command("fail", Who.ALL, "help.help", "fail", fail, writes=True),
    Command("halt", Who.ALL, "help.help", "halt", stop, urgent=True),
    Command("agree", Who.ALL, "help.help", "agree this", echo, WHAT, writes=True, fresh=True),
)


@pytest.fixture
async def channel(database: Database) -> Conversation:
    conversation = Conversation(database, COMMANDS, NOW, most=3)
    await conversation.appoint(["alice"])
    return conversation


async def test_a_command_is_answered(channel: Conversation) -> None:
    assert await channel.say("echo hello there", account=None) == "hello there"


async def test_an_unknown_command_gets_the_nearest_name(channel: Conversation) -> None:
    assert "Did you mean !echo?" in await channel.say("ecko hello")
    assert "!help" in await channel.say("xyzzy")


async def test_wrong_arguments_get_the_right_form_and_an_example(channel: Conversation) -> None:
    answer = await channel.say("echo")
    assert "!echo WHAT" in answer
    assert "!echo this" in answer


@pytest.mark.parametrize(
    ("account", "words"), [(None, "NickServ"), ("eve", "for coordinators"), ("alice", "this")]
)
async def test_only_coordinators_decide(
    channel: Conversation, account: str | None, words: str
) -> None:
    assert words in await channel.say("decide this", account=account)


async def test_who_writes_is_made_known_and_who_reads_is_not(channel: Conversation) -> None:
    await channel.say("echo x", account="reader")
    await channel.say("keep it x", account="writer")
    async with channel.database.reading() as session:
        assert await people.find(session, Identity("libera", "reader")) is None
        assert await people.find(session, Identity("libera", "writer")) is not None
    assert channel.wakes == 1


async def test_a_fault_is_told_and_undone_and_does_not_stop_the_bot(
    channel: Conversation,
) -> None:
    assert "went wrong" in await channel.say("fail")
    async with channel.database.reading() as session:
        assert await people.find(session, Identity("libera", "ghost")) is None
    assert await channel.say("echo still here") == "still here"
    assert channel.wakes == 0


async def test_one_person_is_slowed_down_once_and_others_are_not(channel: Conversation) -> None:
    for _ in range(3):
        assert await channel.say("echo x") == "x"
    assert "wait" in await channel.say("echo x")
    assert await channel.reply("echo x") is None
    assert await channel.say("echo x", account="bob") == "x"
    channel.now += timedelta(seconds=31)
    assert await channel.say("echo x") == "x"


async def test_what_stops_things_is_always_taken(channel: Conversation) -> None:
    for _ in range(5):
        await channel.say("echo x")
    assert await channel.say("halt") == "stopped"


async def test_help_lists_and_explains(channel: Conversation) -> None:
    channel.dispatch = Conversation(channel.database, COMMANDS, NOW).dispatch
    overview = await channel.say("help")
    assert "echo" in overview
    assert "decide" in overview
    assert "decide" not in await channel.say("help", account=None)
    assert "!keep it WHAT" in await channel.say("help keep it")
    assert "Did" not in await channel.say("help !echo")
    assert "!echo" in await channel.say("help ecko")


async def test_what_must_be_fresh_does_not_count_when_it_was_said_long_ago(
    channel: Conversation,
) -> None:
    before = timedelta(minutes=6)
    late = await channel.reply("agree x", ago=before)
    assert late is not None
    assert late.lines == (line("dispatch.too_old", command="agree", age=before),)
    assert await channel.say("keep it x") == "x"


async def test_a_line_that_is_delivered_twice_is_obeyed_once(channel: Conversation) -> None:
    assert await channel.reply("keep it x", update=7) == reply(line("help.form", form="x"))
    again = await channel.reply("keep it x", update=7)
    assert again == reply(line("dispatch.heard_before", command="keep it"))
    assert await channel.reply("keep it x", update=8) == reply(line("help.form", form="x"))


async def test_what_failed_is_obeyed_when_it_is_delivered_again(channel: Conversation) -> None:
    for _ in range(2):
        answer = await channel.reply("fail", update=9)
        assert answer is not None
        assert answer.lines[0].key == "dispatch.fault"


async def test_whoever_has_chosen_no_language_reads_what_his_network_believes(
    channel: Conversation,
) -> None:
    async def answered(text: str, account: str, language: str | None) -> str | None:
        answer = await channel.reply(text, account=account, language=language)
        assert answer is not None
        return answer.language

    assert await answered("echo this", "bob", None) is None
    assert await answered("ecko this", "bob", "sv") == "sv"
    assert await answered("fail", "carol", "sv") == "sv"
    assert await answered("keep it this", "dora", "sv") == "sv"
    assert await answered("echo this", "dora", "es") == "sv"
