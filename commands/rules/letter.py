"""What one recipient gets: his text, in his language, with his values and his own reason.

All of it comes from what was frozen and confirmed, so that anybody can make it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commands.rules.footers import placed
from commands.rules.parameters import filled, values
from storage.runvalues import Recipient, Run, Text


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one recipient.

    `subject` has nothing of what people's names may contain as markup, for summaries and mails;
    `heading` is the same as wikitext for the heading of a section, `body` what stands below.
    """

    subject: str
    heading: str
    body: str


def letter(run: Run, texts: Iterable[Text], recipient: Recipient) -> Letter:
    """Return what a recipient gets. Raises LookupError where the run has not his text.

    Where the text's language is not that of the page, both heading and body say which it is and
    in what direction it runs: without it a browser would read it aloud, hyphenate and lay it out
    wrongly. MediaWiki drops the tag in a heading where it makes the anchor and the contents.
    """
    text = text_of(run, texts, recipient.language)
    own = values(run, recipient)
    heading = filled(text.subject, own.markup)
    category = run.particulars.optouts.get(recipient.wiki, "")
    footer = placed(
        text.footer,
        reason=recipient.reason,
        category=category,
        confirmed=run.confirmed_by,
        page="" if recipient.user else recipient.title,
    )
    body = f"{filled(text.body, own.markup)}\n\n{footer}"
    if _foreign(text.language, recipient.page_language):
        direction = direction_of(run, text.language)
        heading = spanned(heading, text.language, direction)
        body = divided(body, text.language, direction)
    return Letter(filled(text.subject, own.text), heading, body)


def text_of(run: Run, texts: Iterable[Text], language: str) -> Text:
    """Return a run's text in a language, its own for none. Raises LookupError."""
    if language in {"", run.language}:
        source = run.message_source
        return Text(run.language, run.subject, run.draft, source, run.body, run.footer)
    for text in texts:
        if text.language == language:
            return text
    raise LookupError(f"run {run.number} has no text in {language}")


def direction_of(run: Run, language: str) -> str:
    """Return in what direction a language of a frozen run is written: `ltr` or `rtl`."""
    return "rtl" if language in run.particulars.right_to_left else "ltr"


def spanned(words: str, language: str, direction: str) -> str:
    """Return words within a line marked as being of a language."""
    return f'<span lang="{language}" dir="{direction}">{words}</span>'


def divided(block: str, language: str, direction: str) -> str:
    """Return paragraphs marked as being of a language."""
    opening = f'<div lang="{language}" dir="{direction}" class="mw-content-{direction}">'
    return f"{opening}\n{block}\n</div>"


def _foreign(language: str, page_language: str) -> bool:
    """Return whether two languages are known and differ."""
    return "" not in {language, page_language} and language != page_language
