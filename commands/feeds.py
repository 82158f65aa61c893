"""The desk for everybody's own feed: its address is given once, in private, and can be ended."""

from __future__ import annotations

from collections.abc import Callable

from commands.declaration import Call, Command, Who
from commands.messages import Reply, line, reply
from storage import feedtokens, ledger


class Feeds:
    """Gives addresses of personal feeds.

    `new_token` makes what nobody guesses; `address` returns where the feed of a token stands,
    None where there is no web face.
    """

    def __init__(
        self, *, new_token: Callable[[], str], address: Callable[[str], str | None]
    ) -> None:
        self._new_token = new_token
        self._address = address

    def commands(self) -> tuple[Command, ...]:
        """Return the commands of this desk."""
        known = Who.IDENTIFIED
        return (
            Command("feed", known, "help.feed", "feed", self.give, writes=True),
            Command("feed renew", known, "help.feed_renew", "feed renew", self.renew, writes=True),
            Command(
                "feed revoke", known, "help.feed_revoke", "feed revoke", self.revoke, writes=True
            ),
        )

    async def give(self, call: Call) -> Reply:
        """Give the speaker the address of his feed, unless he has been given it before."""
        made = await feedtokens.since(call.session, call.person.key)
        if made is not None:
            return reply(line("ownfeed.already", made=made, prefix=call.prefix), private=True)
        return await self._new(call, "ownfeed.made")

    async def renew(self, call: Call) -> Reply:
        """Give the speaker another address; the one before gives nothing any more."""
        had = await feedtokens.since(call.session, call.person.key)
        return await self._new(call, "ownfeed.made" if had is None else "ownfeed.renewed")

    async def revoke(self, call: Call) -> Reply:
        """End the speaker's feed."""
        gone = await feedtokens.revoke(call.session, call.person.key, call.now)
        if not gone:
            return reply(line("ownfeed.none", prefix=call.prefix), private=True)
        await _record(call, "feed.revoked")
        return reply(line("ownfeed.revoked"), private=True)

    async def _new(self, call: Call, key: str) -> Reply:
        token = self._new_token()
        address = self._address(token)
        if address is None:
            return reply(line("ownfeed.off"), private=True)
        await feedtokens.keep(call.session, token, person=call.person.key, now=call.now)
        await _record(call, "feed.made")
        what = line("ownfeed.what", prefix=call.prefix)
        return reply(line(key, address=address), what, private=True)


async def _record(call: Call, action: str) -> None:
    await ledger.append(
        call.session,
        at=call.now,
        actor=call.person.key,
        action=action,
        subject=f"person:{call.person.key}",
    )
