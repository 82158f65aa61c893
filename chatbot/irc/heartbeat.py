"""Noticing a connection that is dead without saying so."""

from __future__ import annotations

import asyncio

from chatbot.irc.link import Link


async def watch(link: Link, *, ping_after: float, ping_timeout: float) -> None:
    """Close the connection when nothing came for `ping_after` and then no answer to a PING.

    At the latest `ping_after + ping_timeout` seconds after the last bytes.
    """
    clock = asyncio.get_running_loop().time
    while True:
        quiet = clock() - link.wire.last_received
        if quiet < ping_after:
            await asyncio.sleep(ping_after - quiet)
            continue
        link.pings.send()
        asked_at = clock()
        await asyncio.sleep(ping_timeout)
        if link.wire.last_received < asked_at:
            link.wire.abort(f"nothing heard for {clock() - link.wire.last_received:.0f} s")
            return
