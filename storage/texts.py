"""A run's message in the languages besides its own (which stands in `storage.runs`)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ForeignKey, Text, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage import runvalues
from storage.columns import Table
from storage.runs import RunRow


class TextRow(Table):
    """One run's message in one language."""

    __tablename__ = "run_text"

    run: Mapped[int] = mapped_column(ForeignKey(RunRow.number), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    draft: Mapped[str] = mapped_column(Text)
    source: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    footer: Mapped[str] = mapped_column(Text)


async def keep(session: AsyncSession, run: int, texts: Iterable[runvalues.Text]) -> None:
    """Keep a run's texts in other languages, in place of those before."""
    await session.execute(delete(TextRow).where(TextRow.run == run))
    if rows := [_row(run, text) for text in texts]:
        await session.execute(insert(TextRow), rows)


async def of_run(session: AsyncSession, run: int) -> tuple[runvalues.Text, ...]:
    """Return a run's texts in other languages, by language."""
    rows = await session.scalars(
        select(TextRow).where(TextRow.run == run).order_by(TextRow.language)
    )
    return tuple(
        runvalues.Text(row.language, row.subject, row.draft, row.source, row.body, row.footer)
        for row in rows
    )


def _row(run: int, text: runvalues.Text) -> dict[str, object]:
    return {
        "run": run,
        "language": text.language,
        "subject": text.subject,
        "draft": text.draft,
        "source": text.source,
        "body": text.body,
        "footer": text.footer,
    }
