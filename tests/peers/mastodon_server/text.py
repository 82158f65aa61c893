"""What Mastodon finds in a status' text, how it counts it, and the HTML that it makes of it.

After app/lib/extractor.rb, Account::MENTION_RE, Tag::HASHTAG_RE, config/initializers/
twitter_regex.rb, app/validators/status_length_validator.rb and app/lib/text_formatter.rb.
"""

import re
from dataclasses import dataclass
from html import escape

from uniseg.graphemecluster import grapheme_clusters

# Ruby's [[:word:]]: letters, marks, decimal digits and connector punctuation.
WORD = r"[\w\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0900-\u0903\u093a-\u094f]"
_USERNAME = r"[a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?"
MENTION = re.compile(rf"(?<![=/\w])@(({_USERNAME})(?:@[\w.-]+[\w]+(?::[0-9]+)?)?)", re.IGNORECASE)
_SEPARATORS = r"_\u00B7\u30FB\u200c"
HASHTAG = re.compile(
    rf"(?<![=/)\w])[#＃]({WORD}[\w{_SEPARATORS}]*[^\W\d][\w{_SEPARATORS}]*|[^\W\d][\w{_SEPARATORS}]*)"
)
URL = re.compile(
    r"(?<![\w@＠$#＃])((?:https?|dat|dweb|ipfs|ipns|ssb|gopher|gemini)://"
    r"(?:[a-z0-9\u00a1-\uffff-]+\.)*[a-z0-9\u00a1-\uffff-]+(?::[0-9]+)?"
    r"(?:/(?:[^\s<>()?]*(?:[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]|\([^\s()<>]*\)))?)?"
    r"(?:\?[a-z0-9!?*'();:&=+$/%#\[\]_.,~|@^-]*[a-z0-9_&=#/-])?"
    r"|xmpp:[^\s]+|magnet:\?[^\s]+)",
    re.IGNORECASE,
)
_PLACEHOLDER = "x" * 23


@dataclass(frozen=True)
class Entity:
    """Something that Mastodon makes a link of."""

    kind: str
    start: int
    end: int
    value: str


def entities(text: str) -> list[Entity]:
    """Return what is found, the first of what overlaps."""
    found = [Entity("url", m.start(), m.end(), m[0]) for m in URL.finditer(text)]
    found += [Entity("mention", m.start(), m.end(), m[1]) for m in MENTION.finditer(text)]
    found += [Entity("hashtag", m.start(), m.end(), m[1]) for m in HASHTAG.finditer(text)]
    kept: list[Entity] = []
    for each in sorted(found, key=lambda entity: entity.start):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def values(text: str, kind: str) -> list[str]:
    """Return what of a kind is found in a text."""
    return [each.value for each in entities(text) if each.kind == kind]


def counted(text: str) -> int:
    """Return how many characters a text counts: links are 23, distant domains nothing."""
    whole = ""
    last = 0
    for each in entities(text):
        if each.kind == "hashtag":
            continue
        short = _PLACEHOLDER if each.kind == "url" else "@" + each.value.partition("@")[0]
        whole += text[last : each.start] + short
        last = each.end
    return sum(1 for _ in grapheme_clusters(whole + text[last:]))


def formatted(text: str) -> str:
    """Return the HTML of a status."""
    html = ""
    last = 0
    for each in entities(text):
        html += escape(text[last : each.start]) + _link(each)
        last = each.end
    html += escape(text[last:])
    paragraphs = re.split(r"\n{2,}", html.strip())
    return "".join(f"<p>{each.replace(chr(10), '<br />')}</p>" for each in paragraphs)


def _link(entity: Entity) -> str:
    if entity.kind == "hashtag":
        return (
            f'<a href="https://example.social/tags/{escape(entity.value)}" class="mention hashtag"'
            f' rel="tag">#<span>{escape(entity.value)}</span></a>'
        )
    if entity.kind == "mention":
        return f'<span class="h-card">@<span>{escape(entity.value)}</span></span>'
    scheme, _, rest = entity.value.partition("://")
    shown = rest[:30]
    cut = "ellipsis" if len(rest) > 30 else ""
    return (
        f'<a href="{escape(entity.value)}" target="_blank" rel="nofollow noopener">'
        f'<span class="invisible">{scheme}://</span><span class="{cut}">{escape(shown)}</span>'
        f'<span class="invisible">{escape(rest[30:])}</span></a>'
    )
