"""A message as it will stand: each of its languages rendered by every wiki, and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.errands.freezing import Frozen
from chatbot.errands.together import together
from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules import parameters
from commands.rules.drafts import Draft
from commands.rules.letter import text_of
from commands.rules.message import Findings, check
from commands.rules.signing import with_signature
from commands.wikis import Rendered, Wiki
from storage.runvalues import Recipient, Text


@dataclass(frozen=True, slots=True)
class Sample:
    """A recipient whose message was rendered, to stand for all with his wiki and language.

    `number` 0 is nobody: a text that no recipient gets.
    """

    recipient: Recipient
    rendered: Rendered


@dataclass(frozen=True, slots=True)
class Checked:
    """What the wikis make of a message, the first recipient's first, and what is to be said."""

    samples: tuple[Sample, ...]
    errors: tuple[Line, ...]
    warnings: tuple[Line, ...]


class Checking:
    """Checks messages. All methods raise WikiTrouble."""

    def __init__(self, *, wikis: Mapping[str, Wiki], policy: RunPolicy) -> None:
        self._wikis = wikis
        self._policy = policy

    async def checked(self, frozen: Frozen) -> Checked:
        """Have the first recipient's page of each wiki and language rendered, and say what is so.

        What nobody gets (yet) is rendered by the home wiki.
        """
        chosen = list(self._chosen(frozen))
        found = await together(self._render(frozen, each) for each in chosen)
        samples = tuple(Sample(each, one) for each, (_, one) in zip(chosen, found, strict=True))
        errors: list[Line] = []
        warnings: list[Line] = []
        for sample, (own, _) in zip(samples, found, strict=True):
            common, here = _findings(frozen, sample, own)
            errors += _located(common.errors, here.errors, sample.recipient, said=errors)
            warnings += _located(common.warnings, here.warnings, sample.recipient, said=warnings)
        return Checked(samples, tuple(errors), tuple(warnings))

    def _chosen(self, frozen: Frozen) -> Iterator[Recipient]:
        first: dict[tuple[str, str], Recipient] = {}
        for each in frozen.recipients:
            first.setdefault((each.wiki, each.language), each)
        yield from first.values()
        offered = {each.language for each in first.values()}
        for language in frozen.languages:
            if language not in offered:
                home, about = self._policy.home, self._policy.about
                yield Recipient(0, home, about, None, "", "", language)

    async def _render(self, frozen: Frozen, recipient: Recipient) -> tuple[str, Rendered]:
        wiki = self._wikis[recipient.wiki]
        letter = frozen.letter(recipient)
        account = await wiki.account()
        body = with_signature(letter.body)
        return account.name, await wiki.render(recipient.title, letter.heading, body)


def _findings(frozen: Frozen, sample: Sample, own: str) -> tuple[Findings, Findings]:
    """Return what is so everywhere, and what a wiki makes of it. `own` is the bot's account."""
    recipient = sample.recipient
    text = text_of(frozen.run, frozen.texts, recipient.language)
    draft = Draft(text.subject, frozen.letter(recipient).body)
    common = check(draft)
    named = Findings((*common.errors, *_empty(frozen, text)), (*common.warnings, *_unknown(text)))
    return named, check(draft, sample.rendered, spared={own, recipient.user or own})


def _unknown(text: Text) -> Iterator[Line]:
    for name in parameters.named(f"{text.subject}\n{text.body}"):
        if name not in parameters.KNOWN:
            known = tuple(f"${each}" for each in sorted(parameters.KNOWN))
            yield line("message.unknown_parameter", name=f"${name}", known=known)


def _empty(frozen: Frozen, text: Text) -> Iterator[Line]:
    named = parameters.named(f"{text.subject}\n{text.body}")
    if parameters.EVENT in named and not frozen.run.particulars.event:
        yield line("message.no_event", run=frozen.run.number)


def _located(
    common: Sequence[Line], here: Sequence[Line], recipient: Recipient, *, said: Sequence[Line]
) -> list[Line]:
    """Return what was not said yet; what only this wiki finds is told with its name."""
    wiki, language = recipient.wiki, recipient.language
    only_here = [
        line("message.on_wiki", wiki=wiki, what=each) for each in here if each not in common
    ]
    found = [*common, *only_here]
    if language:
        found = [line("message.in_language", language=language, what=each) for each in found]
    return [each for each in found if each not in said]
