"""An alarm rings however often and however soon it is set."""

from __future__ import annotations

import asyncio
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from chatbot.clock import Alarm, utc_now


async def test_an_alarm_that_is_set_anew_at_once_rings_each_time() -> None:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start()
    alarm = Alarm(name="alarm", scheduler=scheduler, clock=utc_now)
    try:
        async with asyncio.timeout(30):
            for _ in range(300):
                alarm.hush()
                alarm.set(utc_now())
                await alarm.wait()
    finally:
        scheduler.shutdown(wait=False)
