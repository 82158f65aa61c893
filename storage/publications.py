"""What the bot keeps up to date on wiki pages, and how its last try went.

`wake_at` is when somebody has to look at a page again: what should stand there is another text
by now, a try is to be repeated, or a lease ends. It is NULL while all is as it should be.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Table
from storage.database import claim as claim_rows
from storage.database import insert_once
from storage.publicationvalues import Kept, Publication, Wanted


class PublicationRow(Table):
    """One page."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("wiki", "name"),)

    key: Mapped[int] = mapped_column(primary_key=True)
    wiki: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    event: Mapped[int | None] = mapped_column(ForeignKey("event.number"), index=True)
    begun_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(default="")
    edition: Mapped[int] = mapped_column(default=0)
    revid: Mapped[int | None] = mapped_column(BigInteger)
    written_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    moved_from: Mapped[datetime | None]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[str | None]
    setbacks: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None]
    reason: Mapped[str | None]


async def keep(
    session: AsyncSession, wiki: str, wanted: Collection[Wanted], *, now: datetime
) -> None:
    """Keep these pages of a wiki from now on; those that are kept already stay as they are."""
    rows = [
        {
            "wiki": wiki,
            "name": each.name,
            "kind": each.kind,
            "title": each.title,
            "event": each.event,
            "begun_at": now,
            "wake_at": now,
            "digest": "",
            "edition": 0,
            "setbacks": 0,
        }
        for each in wanted
    ]
    if rows:
        await session.execute(insert_once(session, PublicationRow), rows)


async def kept(session: AsyncSession, wiki: str | None = None) -> tuple[Publication, ...]:
    """Return what is kept on a wiki, or on all of them, in the order in which that began."""
    asked = select(PublicationRow).order_by(PublicationRow.wiki, PublicationRow.key)
    if wiki is not None:
        asked = asked.where(PublicationRow.wiki == wiki)
    return tuple(_value(row) for row in await session.scalars(asked))


async def forget(session: AsyncSession, keys: Collection[int]) -> None:
    """Keep these pages no longer; on the wiki they stay as they are."""
    await session.execute(delete(PublicationRow).where(PublicationRow.key.in_(keys)))


async def wake(session: AsyncSession, keys: Collection[int], *, now: datetime) -> None:
    """Have these looked at; what a try waits for, or somebody has claimed, goes its own way."""
    await session.execute(
        update(PublicationRow)
        .where(PublicationRow.key.in_(keys), PublicationRow.wake_at.is_(None))
        .values(wake_at=now)
        .execution_options(synchronize_session=False)
    )


async def ask(session: AsyncSession, *, now: datetime) -> int:
    """Have all pages looked at now, also those that wait or are gone. Return how many.

    The template stays as it is: it is the wiki's.
    """
    asked = await session.scalars(
        update(PublicationRow)
        .where(PublicationRow.kind != Kept.TEMPLATE)
        .values(digest="", revid=None, wake_at=now, claimed_by=None, setbacks=0)
        .returning(PublicationRow.key)
        .execution_options(synchronize_session=False)
    )
    return len(asked.all())


async def asked(session: AsyncSession, wiki: str, *, now: datetime) -> bool:
    """Return whether pages of a wiki wait of which nothing is known, as after `ask`."""
    found = await session.scalar(
        select(PublicationRow.key)
        .where(PublicationRow.wiki == wiki, PublicationRow.digest == "")
        .where(PublicationRow.wake_at <= now)
        .limit(1)
    )
    return found is not None


async def claim(
    session: AsyncSession, wiki: str, *, holder: str, now: datetime, lease: timedelta
) -> Publication | None:
    """Take the page of a wiki that has waited longest, for `lease`."""
    rows = await claim_rows(
        session,
        PublicationRow,
        PublicationRow.key,
        where=(PublicationRow.wiki == wiki, PublicationRow.wake_at <= now),
        order_by=(PublicationRow.wake_at, PublicationRow.key),
        limit=1,
        values={"claimed_by": holder, "wake_at": now + lease},
    )
    return _value(rows[0]) if rows else None


async def settle(
    session: AsyncSession,
    publication: Publication,
    *,
    holder: str,
    until: datetime | None,
) -> bool:
    """Keep how a claimed page stands by now, to be looked at again at `until`.

    Return False when `holder` has it no more: somebody has taken it over, or asked for it anew.
    """
    values = {
        name: getattr(publication, name)
        for name in (
            *("title", "digest", "edition", "revid", "written_at", "shown_at", "moved_from"),
            *("setbacks", "trouble", "reason"),
        )
    }
    return await _change(session, publication.key, holder, wake_at=until, **values)


async def put_off(session: AsyncSession, key: int, *, holder: str, until: datetime) -> bool:
    """Give a claimed page back as it is, to be looked at again at `until`."""
    return await _change(session, key, holder, wake_at=until)


async def in_trouble(session: AsyncSession, wiki: str, trouble: str) -> bool:
    """Return whether coordinators were told of such trouble on a wiki, and it goes on."""
    found = await session.scalar(
        select(PublicationRow.key)
        .where(PublicationRow.wiki == wiki, PublicationRow.trouble == trouble)
        .limit(1)
    )
    return found is not None


async def release(session: AsyncSession, now: datetime) -> None:
    """End all leases: for the start of a process that has the database to itself."""
    await session.execute(
        update(PublicationRow)
        .where(PublicationRow.claimed_by.is_not(None), PublicationRow.wake_at > now)
        .values(wake_at=now, claimed_by=None)
    )


async def next_due(session: AsyncSession, wiki: str) -> datetime | None:
    """Return when the next page of a wiki wants to be looked at."""
    return await session.scalar(
        select(func.min(PublicationRow.wake_at)).where(PublicationRow.wiki == wiki)
    )


async def _change(session: AsyncSession, key: int, holder: str, **values: Any) -> bool:
    changed: Sequence[int] = (
        await session.scalars(
            update(PublicationRow)
            .where(PublicationRow.key == key, PublicationRow.claimed_by == holder)
            .values(claimed_by=None, **values)
            .returning(PublicationRow.key)
            .execution_options(synchronize_session=False)
        )
    ).all()
    return bool(changed)


def _value(row: PublicationRow) -> Publication:
    return Publication(
        key=row.key,
        wiki=row.wiki,
        name=row.name,
        kind=Kept(row.kind),
        title=row.title,
        event=row.event,
        begun_at=row.begun_at,
        digest=row.digest,
        edition=row.edition,
        revid=row.revid,
        written_at=row.written_at,
        shown_at=row.shown_at,
        moved_from=row.moved_from,
        setbacks=row.setbacks,
        trouble=row.trouble,
        reason=row.reason,
    )
