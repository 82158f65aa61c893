"""Runs that there is much to report of, made directly in the database; hostile where asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from chatbot.reporting.reports import Reports
from chatbot.text import Texts
from commands.rules.digest import digest
from commands.rules.recipe import Recipe, Source, SourceKind
from commands.rules.recipekept import kept
from storage import approvals, confirmations, deliveries, funnels, people, reactions, runs, texts
from storage.database import Database
from storage.deliveries import DeliveryRow
from storage.heard import Reaction, ReactionKind
from storage.runvalues import (
    Approval,
    DeliveryState,
    FunnelStep,
    LeftOut,
    Recipient,
    Run,
    RunState,
    Text,
    Way,
)
from storage.values import Identity
from tests.commands.rundesks import POLICY

NOW = datetime(2026, 12, 5, 12, 0, tzinfo=UTC)
BEGUN = NOW - timedelta(days=3)
URLS = {"enwiki": "https://en.example/?oldid={revid}"}
HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>[[Category:Evil]]{{Evil}}"
    "~~~~ https://evil.example/ \u202eהפוך\u0007 |- \n== Evil ==\n__NOTOC__ </pre></nowiki>]]>"
)


def reports(database: Database, folder: Path, *, language: str = "en") -> Reports:
    """Return what makes reports into a folder, in a language."""
    return Reports(
        database=database,
        folder=folder,
        policy=POLICY,
        texts=Texts(default=language),
        revision_urls=URLS,
        clock=lambda: NOW,
    )


def _recipients(count: int, words: str) -> list[Recipient]:
    wikis = ("enwiki", "svwiki", "arwiki")
    return [
        Recipient(
            number,
            wikis[number % 3],
            f"User talk:{words} {number}",
            f"{words} {number}",
            f"{words} {number}",
            words,
            ("", "sv", "ar")[number % 3],
            way=(Way.SECTION, Way.TOPIC)[number % 7 == 0],
        )
        for number in range(1, count + 1)
    ]


def _heard(words: str) -> Iterable[Reaction]:
    kinds = (ReactionKind.REPLY, ReactionKind.THANKS, ReactionKind.MAIL, ReactionKind.SIGN_UP)
    for number, kind in enumerate(kinds * 3, start=1):
        at = BEGUN + timedelta(hours=5 * number)
        yield Reaction(f"r{number}", kind, at, 1, number, "enwiki", words, 900 + number, words)


async def big_run(database: Database, count: int = 30, *, words: str = "Ada & Bo") -> Run:
    """Return a run that is done, confirmed by two, about which everything says `words`."""
    audience = _recipients(count, words)
    text = Text("sv", words, words, words, words, words)
    arabic = Text("ar", "حديث", "مرحبا", "Page/ar", f"مرحبا {words}", "توقف")
    async with database.transaction() as session:
        coordinators = [
            await people.ensure(session, Identity("libera", name), BEGUN)
            for name in ("alice", "bob")
        ]
        for each in coordinators:
            await people.set_name(session, each.key, words)
        alice, bob = coordinators
        await approvals.give(session, Approval("enwiki", words, NOW), person=alice.key, now=BEGUN)
        run = await runs.add(session, words, created_by=alice.key, now=BEGUN)
        recipe = Recipe(sources=(Source(SourceKind.PAGE, words),), active_within=timedelta(30))
        run = replace(
            run,
            state=RunState.DONE,
            subject=words,
            body=words,
            footer=words,
            language="en",
            particulars=replace(run.particulars, right_to_left=("ar",)),
            recipe=kept(recipe),
            signup="Sign-ups",
            approvals={"enwiki": words},
            proposed_by=alice.key,
            proposed_at=BEGUN,
            started_at=BEGUN,
            finished_at=NOW,
        )
        run = replace(run, digest=digest(run, audience, POLICY, texts=[text, arabic]))
        await runs.save(session, run)
        await texts.keep(session, run.number, [text, arabic])
        await deliveries.freeze(session, run.number, audience)
        bot = LeftOut("enwiki", words, words, "bot", words)
        held_out = LeftOut("enwiki", words, words, "held-out", "")
        steps = [FunnelStep("bot", 40, count + 60), FunnelStep("held-out", 60, count)]
        await funnels.keep(session, run.number, steps, [bot, held_out] * 10)
        for each in coordinators:
            await confirmations.confirm(
                session,
                run.number,
                run.digest or "",
                person=each.key,
                identity=Identity("libera", "alice" if each is alice else "bob"),
                now=BEGUN,
            )
        await confirmations.object_to(session, run.number, person=bob.key, reason=words, now=BEGUN)
        await reactions.add(session, _heard(words))
        await _end(session, run.number, count, words)
    return run


async def _end(session: AsyncSession, run: int, count: int, words: str) -> None:
    rows = [
        {
            "run": run,
            "number": number,
            "state": DeliveryState.SENT if number % 5 else DeliveryState.FAILED,
            "revid": 1000 + number if number % 5 else None,
            "saved_at": BEGUN + timedelta(seconds=7 * number) if number % 5 else None,
            "outcome": "" if number % 5 else "protected",
            "detail": "" if number % 5 else words,
        }
        for number in range(1, count + 1)
    ]
    await session.execute(update(DeliveryRow), rows)
