"""Connecting to a real IRC network: TLS, login, nick, channels, and coming back."""

from pathlib import Path

import pytest

from storage.values import Place
from tests.peers.irc import IrcServer
from tests.peers.irc_bot import Bot, eventually, running, settings, together
from tests.peers.irc_config import OPERATOR
from tests.peers.irc_relay import relay
from tests.peers.person import Person, person

CAPABILITIES = {
    *("account-notify", "account-tag", "batch", "chghost", "echo-message", "extended-join"),
    *("message-tags", "sasl", "server-time"),
}


async def test_a_check_says_what_works(irc_server: IrcServer, channel: str) -> None:
    network = settings(
        irc_server, channel, port=irc_server.tls_port, tls=True, ca_file=irc_server.ca_file
    )
    state = await Bot(network).client.check()
    assert state.connected
    assert state.tls
    assert state.trouble is None
    assert set(state.capabilities) >= CAPABILITIES
    assert state.account == "botaccount"
    assert state.nick == "bellringer"
    assert state.channels == {channel: None}


async def test_a_certificate_is_proof_enough(irc_server: IrcServer) -> None:
    network = settings(
        irc_server,
        port=irc_server.tls_port,
        tls=True,
        ca_file=irc_server.ca_file,
        client_cert=irc_server.client_cert,
        client_key=irc_server.client_key,
        sasl_account=None,
        sasl_password=None,
    )
    assert (await Bot(network).client.check()).account == "botaccount"


async def test_a_password_helps_where_the_certificate_is_unknown(irc_server: IrcServer) -> None:
    network = settings(
        irc_server,
        port=irc_server.tls_port,
        tls=True,
        ca_file=irc_server.ca_file,
        client_cert=irc_server.ca_file,
        client_key=irc_server.directory / "server.key",
    )
    assert (await Bot(network).client.check()).account == "botaccount"


async def test_a_server_that_nobody_vouches_for_is_refused(irc_server: IrcServer) -> None:
    network = settings(irc_server, port=irc_server.tls_port, tls=True)
    state = await Bot(network).client.check()
    assert not state.connected
    assert state.trouble is not None
    assert state.trouble.startswith("the certificate is not trusted")


async def test_another_authority_than_configured_is_refused(
    irc_server: IrcServer, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(irc_server.client_cert.read_bytes())
    network = settings(irc_server, port=irc_server.tls_port, tls=True, ca_file=other)
    assert "not trusted" in str((await Bot(network).client.check()).trouble)


async def test_a_certificate_for_another_name_is_refused(irc_server: IrcServer) -> None:
    network = settings(
        irc_server,
        host="127.1",  # the same machine by a name that is not in the certificate
        port=irc_server.tls_port,
        tls=True,
        ca_file=irc_server.ca_file,
    )
    state = await Bot(network).client.check()
    assert "not trusted" in str(state.trouble)


async def test_a_wrong_password_is_said(irc_server: IrcServer) -> None:
    state = await Bot(settings(irc_server, sasl_password="wrong")).client.check()
    assert not state.connected
    assert "authentication failed" in str(state.trouble).lower()


async def test_a_wrong_password_is_tried_again_later(irc_server: IrcServer) -> None:
    bot = Bot(settings(irc_server, sasl_password="wrong"))
    async with running(bot, settled=False):
        await eventually(lambda: len(refusals(bot)) >= 3)
    assert "wrong" not in str(bot.log.entries)


def refusals(bot: Bot) -> list[object]:
    return [entry for entry in bot.log.entries if entry["event"] == "irc.login_refused"]


async def test_a_refused_channel_is_said_and_entered_when_it_opens(
    irc_server: IrcServer, channel: str
) -> None:
    async with person("keeper", irc_server.plain_port) as keeper:
        await keeper.join(channel)
        keeper.send(f"MODE {channel} +i")
        await keeper.settle()
        state = await Bot(settings(irc_server, channel)).client.check()
        assert "invite" in str(state.channels[channel]).lower()
        async with running(Bot(settings(irc_server, channel)), settled=False) as bot:
            await eventually(lambda: bot.client.state().channels.get(channel))
            keeper.send(f"MODE {channel} -i")
            await bot.in_channels()


async def test_whoever_is_kicked_comes_back(irc_server: IrcServer, channel: str) -> None:
    async with person("keeper", irc_server.plain_port) as keeper:
        await keeper.join(channel)
        async with running(Bot(settings(irc_server, channel))) as bot:
            mark = keeper.mark()
            keeper.send(f"KICK {channel} bellringer :out")
            await keeper.sees(f":bellringer!bellringer@127.0.0.1 JOIN :{channel}", since=mark)
            await bot.in_channels()


async def test_a_nick_in_use_is_regained_when_its_holder_leaves(
    irc_server: IrcServer, channel: str
) -> None:
    async with person("bellringer", irc_server.plain_port) as holder:
        await holder.join(channel)
        async with running(Bot(settings(irc_server, channel))) as bot:
            assert bot.client.state().nick == "bellringer_"
            holder.send("NICK somebody")
            await eventually(lambda: bot.client.state().nick == "bellringer")


async def test_a_nick_in_use_is_regained_unseen(irc_server: IrcServer) -> None:
    async with (
        person("bellringer", irc_server.plain_port) as holder,
        running(Bot(settings(irc_server, regain_after=0.05))) as bot,
    ):
        assert bot.client.state().nick == "bellringer_"
        await holder.leave()
        await eventually(lambda: bot.client.state().nick == "bellringer")


async def kill(bot_nick: str, irc_server: IrcServer) -> None:
    async with person("operator", irc_server.plain_port) as operator:
        operator.send(f"OPER {OPERATOR[0]} {OPERATOR[1]}")
        await operator.sees(" 381 ")
        operator.send(f"KILL {bot_nick} :begone")
        await operator.settle()


async def test_whoever_is_killed_comes_back_and_says_why(
    irc_server: IrcServer, channel: str
) -> None:
    async with person("keeper", irc_server.plain_port) as keeper:
        await keeper.join(channel)
        async with running(Bot(settings(irc_server, channel))) as bot:
            mark = keeper.mark()
            await kill("bellringer", irc_server)
            await keeper.sees(f" JOIN :{channel}", since=mark)
            await bot.in_channels()
            keeper.say(channel, "!events")
            await bot.hears("events")
            assert any("begone" in str(entry.get("reason")) for entry in bot.log.entries)


async def test_a_server_that_crashed_is_returned_to(
    own_irc_server: IrcServer, channel: str
) -> None:
    async with running(Bot(settings(own_irc_server, channel))) as bot:
        own_irc_server.kill_server()
        await eventually(lambda: not bot.client.state().connected)
        assert bot.client.state().trouble
        own_irc_server.start_server()
        await bot.in_channels()
        async with person("keeper", own_irc_server.plain_port) as keeper:
            await keeper.join(channel)
            keeper.say(channel, "!events")
            await bot.hears("events")


async def test_without_services_the_bot_speaks_and_logs_in_when_they_return(
    own_irc_server: IrcServer, channel: str
) -> None:
    own_irc_server.stop_services()
    async with running(Bot(settings(own_irc_server, channel, regain_after=0.1))) as bot:
        assert bot.client.state().account is None
        assert await bot.say(channel, "here")
        own_irc_server.start_services()
        await eventually(lambda: bot.client.state().account == "botaccount")


async def test_a_connection_that_died_silently_is_noticed(
    irc_server: IrcServer, channel: str
) -> None:
    async with relay(irc_server.plain_port) as route:
        network = settings(irc_server, channel, port=route.port, ping_after=0.3, ping_timeout=0.3)
        async with running(Bot(network)) as bot:
            route.passing.clear()
            await eventually(lambda: not bot.client.state().connected, within=5)
            assert "nothing heard" in str(bot.client.state().trouble)
            route.passing.set()
            await bot.in_channels()
            assert route.connections >= 2


async def test_a_quiet_connection_that_answers_stays(irc_server: IrcServer, channel: str) -> None:
    async with relay(irc_server.plain_port) as route:
        network = settings(irc_server, channel, port=route.port, ping_after=0.1, ping_timeout=0.2)
        async with running(Bot(network)) as bot:
            async with person("keeper", irc_server.plain_port) as keeper:
                await keeper.join(channel)
                await keeper.settle()
            await eventually(lambda: bot.client.state().connected)
            assert route.connections == 1


def test_a_dead_connection_is_noticed_within_90_seconds_by_default() -> None:
    network = settings(IrcServer(Path(), 1, 2, 3, 4))
    assert network.ping_after + network.ping_timeout <= 90


async def test_leaving_is_said(irc_server: IrcServer, channel: str) -> None:
    async with person("keeper", irc_server.plain_port) as keeper:
        await keeper.join(channel)
        async with running(Bot(settings(irc_server, channel))):
            pass
        assert "leaving" in await keeper.sees(" QUIT ")


async def test_stopping_interrupts_waiting_to_reconnect() -> None:
    nowhere = IrcServer(Path(), 1, 2, 3, 4)
    bot = Bot(settings(nowhere, backoff_min=1000, backoff_max=1000))
    async with running(bot, settled=False):
        await eventually(lambda: bot.client.state().trouble != "not connected yet")


async def test_several_networks_are_kept_apart(
    irc_server: IrcServer, own_irc_server: IrcServer, channel: str
) -> None:
    here = Bot(settings(irc_server, channel, "#second", network="here"))
    there = Bot(settings(own_irc_server, channel, network="there"))
    async with (
        running(here),
        running(there),
        person("alice", irc_server.plain_port) as alice,
        person("bob", own_irc_server.plain_port) as bob,
    ):
        await here_and_there(here, there, alice, bob, channel)


async def here_and_there(here: Bot, there: Bot, alice: Person, bob: Person, channel: str) -> None:
    await alice.join(channel, "#second")
    await bob.join(channel)
    alice.say("#second", "!one")
    bob.say(channel, "!two")
    heard = [await here.hears("one"), await there.hears("two")]
    assert [h.where and (h.where.network, h.where.place, h.where.address) for h in heard] == [
        ("here", Place.CHANNEL, "#second"),
        ("there", Place.CHANNEL, channel),
    ]
    assert (here.texts, there.texts) == (["one"], ["two"])


@pytest.mark.parametrize("spelling", ["BELLRINGER", "Bellringer"])
async def test_names_are_compared_as_the_server_does(
    irc_server: IrcServer, channel: str, spelling: str
) -> None:
    async with together(
        running(Bot(settings(irc_server, channel.upper(), nick=spelling))),
        person("alice", irc_server.plain_port),
    ) as (bot, alice):
        await alice.join(channel)
        alice.say(channel, "bellringer: events")
        heard = await bot.hears("events")
        assert heard.where is not None
        assert heard.where.address == channel.upper()
