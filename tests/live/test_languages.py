"""Each is told in his own language, and a channel in its own."""

from pathlib import Path

import pytest

from tests.peers.bellringer import DESK, NETWORK, TALKS, Operator
from tests.peers.cast import Cast, gathered
from tests.peers.irc import IrcServer


@pytest.fixture
def operator(tmp_path: Path, irc_server: IrcServer) -> Operator:
    """An operator whose channel for talks is one of Spanish speakers."""
    operator = Operator(folder=tmp_path, irc=irc_server, wikis={})
    operator.configure(languages={f"{NETWORK}/{TALKS}": "es"})
    return operator


async def test_a_swede_is_answered_in_swedish_and_a_spanish_channel_told_in_spanish(
    operator: Operator,
) -> None:
    async with gathered(operator) as cast:
        await cast.start_bot()
        await alice_reads_swedish(cast)
        cast.alice.say(DESK, "!event add tech-talk in 2 hours | Frågor och svar")
        await cast.alice.hears("alice: Evenemang 1 är registrerat: Frågor och svar (tech-talk)")
        told = await cast.carol.hears("Nuevo: Frågor och svar (tech-talk, evento 1) empieza el")
        assert told in cast.carol.said_by("bellringer", to=TALKS)
        cast.alice.say(DESK, "!event ad")
        await cast.alice.hears("Menade du !event add")
        cast.bob.say(TALKS, "!now")
        await cast.bob.hears("bob: Nothing runs now.")
        assert operator.stop() == 0


async def alice_reads_swedish(cast: Cast) -> None:
    cast.alice.say(DESK, "!language suomi")
    await cast.alice.hears('I do not speak "suomi". I speak: English, العربية, español, svenska.')
    cast.alice.say(DESK, "!language Swedish")
    await cast.alice.hears("alice: Från och med nu talar jag svenska med dig.")
    cast.alice.say(DESK, "!whoami")
    await cast.alice.hears("Jag talar svenska med dig.")
    await cast.alice.hears("säg då !timezone Europe/Stockholm")
