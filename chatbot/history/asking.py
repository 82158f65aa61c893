"""The question asked of imported history, once, for whichever engine answers it.

Everything is an `ibis` expression: nothing is read before an engine is asked for its rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands.census import Articles, Window
from commands.rules.recipe import Significance

if TYPE_CHECKING:
    import ibis.expr.types as ir


def articles_table(articles: Articles) -> ir.Table:
    """Return a topic as rows of `wiki` and `page`, each article once."""
    import ibis

    rows = sorted({(wiki, page) for wiki, pages in articles.by_wiki.items() for page in pages})
    schema = {"wiki": "string", "page": "string"}
    return ibis.memtable(rows, schema=schema)


def contributions(edits: ir.Table, articles: ir.Table, window: Window) -> ir.Table:
    """Return what each account added to each article: the columns of a `Contribution`.

    `edits` are rows as `importing` keeps them; those that stand there are those that count. The
    rows come ordered by wiki, user and page.
    """
    import ibis

    within = edits
    if window.since is not None:
        within = within.filter(within.saved_at >= ibis.literal(window.since))
    if window.until is not None:
        within = within.filter(within.saved_at < ibis.literal(window.until))
    of_topic = within.semi_join(articles, ["wiki", "page"])
    return (
        of_topic.group_by("wiki", "user", "page")
        .agg(
            edits=of_topic.count(),
            change=of_topic.change.sum(),
            added=of_topic.change.clip(lower=0).sum(),
            last_at=of_topic.saved_at.max(),
        )
        .order_by("wiki", "user", "page")
    )


def people(contributions: ir.Table) -> ir.Table:
    """Return what each human added to a topic: accounts of one name on several wikis are one.

    The rows have `user`, the number of `wikis` and `pages`, and sums; they come ordered by user.
    """
    return (
        contributions.group_by("user")
        .agg(
            wikis=contributions.wiki.nunique(),
            pages=contributions.count(),
            edits=contributions.edits.sum(),
            change=contributions.change.sum(),
            added=contributions.added.sum(),
            last_at=contributions.last_at.max(),
        )
        .order_by("user")
    )


def significant(people: ir.Table, asked: Significance) -> ir.Table:
    """Return the people who did enough edits, or added enough bytes, as `Significance.met`."""
    import ibis

    many = people.edits >= asked.edits if asked.edits is not None else ibis.literal(False)
    much = people.added >= asked.added if asked.added is not None else ibis.literal(False)
    return people.filter(many | much)


def of_significant(contributions: ir.Table, asked: Significance) -> ir.Table:
    """Return the contributions of those people alone, in the same order."""
    those = significant(people(contributions), asked)
    return contributions.semi_join(those, "user").order_by("wiki", "user", "page")
