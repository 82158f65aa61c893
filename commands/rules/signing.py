"""How a section ends: signed by the account that saves it, so that it can be answered there.

DiscussionTools offers "reply" below a paragraph that ends with a link to a user page and a time
in the wiki's own format, at most 100 characters apart (`CommentParser::findSignature`); what
stands below that would be taken for the beginning of the answer. So the signature comes last,
after the footer, in a paragraph of its own, outside of anything that is closed by a tag. The wiki
makes it of four tildes, in its own language, as for everybody else.
"""

from __future__ import annotations

SIGNATURE = "~~~~"


def with_signature(body: str) -> str:
    """Return what stands below a section's heading, signed when it is saved."""
    return f"{body}\n\n{SIGNATURE}"


def section(heading: str, body: str) -> str:
    """Return a whole section as `section=new` makes it of its heading and what stands below."""
    return f"== {heading} ==\n\n{body}"
