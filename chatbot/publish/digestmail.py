"""An issue of the digest as a mail to a mailing list: text, and the same as HTML.

Headers are those of RFC 5322, List-Unsubscribe (RFC 2369), List-Id (RFC 2919) and Auto-Submitted
(RFC 3834, section 5). The Message-ID is the same for an issue and a list, whenever it is made: an
archive that got a mail twice shows it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING

from chatbot.publish.digestsettings import MailingList, Sender
from chatbot.publish.digestsheet import Item, Part, Sheet

if TYPE_CHECKING:
    import jinja2


def mail(
    sheet: Sheet, to: MailingList, *, sender: Sender, code: str, footer: str, now: datetime
) -> EmailMessage:
    """Return an issue, by its code, as a mail. Raises ValueError for a header that cannot be."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender.mailbox
    message["To"] = Address(to.name, addr_spec=to.address)
    if sender.reply_to:
        message["Reply-To"] = sender.reply_to
    message["Subject"] = sheet.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(code, to.address, sender.address)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{to.unsubscribe}>"
    if to.list_id:
        message["List-Id"] = f"<{to.list_id}>"
    # Lines of any length, and servers that know 7 bits only: quoted-printable bears both.
    message.set_content(text(sheet, footer=footer), cte="quoted-printable")
    message.add_alternative(
        html(sheet, footer=footer, unsubscribe=to.unsubscribe),
        subtype="html",
        cte="quoted-printable",
    )
    # Only now: what is set before the parts goes into the first of them.
    message["Content-Language"] = sheet.language
    return message


def message_id(code: str, recipient: str, sender: str) -> str:
    """Return the Message-ID of an issue for a list."""
    who = hashlib.sha256(recipient.casefold().encode()).hexdigest()[:12]
    return f"<digest.{code}.{who}@{sender.rpartition('@')[2]}>"


def text(sheet: Sheet, *, footer: str) -> str:
    """Return an issue as plain text. What people wrote stands on lines of its own."""
    return "\n".join(_lines(sheet, footer)) + "\n"


def html(sheet: Sheet, *, footer: str, unsubscribe: str) -> str:
    """Return an issue as HTML that needs nothing from elsewhere."""
    return _template().render(
        sheet=sheet,
        direction="rtl" if sheet.right_to_left else "ltr",
        start="right" if sheet.right_to_left else "left",
        footer=footer,
        unsubscribe=unsubscribe,
    )


@cache
def _template() -> jinja2.Template:
    # Few processes ever send one: the templates' language is loaded here.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("chatbot.publish", "."),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html")


def _lines(sheet: Sheet, footer: str) -> Iterator[str]:
    yield sheet.name
    yield "=" * min(len(sheet.name), 72)
    yield ""
    for note in sheet.notes:
        yield from (note, "")
    yield from (sheet.intro, "")
    for part in sheet.days:
        yield from _part(part)
    if sheet.missed:
        yield from _part(sheet.missed)
    if sheet.more:
        yield from (sheet.more, "")
    if sheet.calendar:
        yield from (f"{sheet.calendar.words}: {sheet.calendar.address}", "")
    # The mark before what is no part of a letter (RFC 3676, section 4.3), so that answers leave it.
    yield from ("-- ", footer)


def _part(part: Part) -> Iterator[str]:
    yield part.heading
    yield "-" * min(len(part.heading), 72)
    yield ""
    for item in part.items:
        yield from _item(item)
        yield ""


def _item(item: Item) -> Iterator[str]:
    yield f"{item.when}{f' - {item.cancelled}' if item.cancelled else ''}"
    yield f"  {item.title}"
    yield f"  {' · '.join(item.facts)}"
    for link in item.links:
        yield f"  {link.words}: {link.address}"
