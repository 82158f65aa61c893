"""A message as it will stand: templates substituted, rendered by every wiki, and checked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commands.messages import Line, line
from commands.policy import RunPolicy
from commands.rules.drafts import Draft, signed, whole
from commands.rules.message import check
from commands.wikis import Rendered, Wiki
from storage.values import Recipient, Run


@dataclass(frozen=True, slots=True)
class Frozen:
    """A text that is sent as it stands here, but for each recipient's own reason."""

    subject: str
    body: str
    footer: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the wikis make of a message: `rendered` by wiki, and what is to be said about it."""

    rendered: Mapping[str, Rendered]
    errors: tuple[Line, ...]
    warnings: tuple[Line, ...]


class Checking:
    """Freezes and checks messages. All methods raise WikiTrouble."""

    def __init__(self, *, wikis: Mapping[str, Wiki], policy: RunPolicy) -> None:
        self._wikis = wikis
        self._policy = policy

    async def frozen(self, run: Run, *, sender: str, live: bool) -> Frozen:
        """Return the text that would be sent; with `live`, templates stay as they are.

        Substituted is what the wiki has that the message was read from, the home wiki else.
        """
        policy = self._policy
        footer = signed(policy.footer, sender=sender, optout=policy.optout)
        if live:
            return Frozen(run.subject, run.draft, footer)
        wiki, _, title = run.message_source.partition(":")
        place = title or policy.about
        home = self._wikis.get(wiki) or self._wikis[policy.home]
        body, footer = await asyncio.gather(
            home.expand(place, run.draft), home.expand(place, footer)
        )
        return Frozen(run.subject, body.strip(), footer.strip())

    async def checked(self, text: Frozen, recipients: Sequence[Recipient]) -> Checked:
        """Have the first recipient's page on each wiki rendered and say what is to be said.

        Without recipients the home wiki renders it.
        """
        first: dict[str, Recipient] = {}
        for each in recipients or [self._nobody()]:
            first.setdefault(each.wiki, each)
        found = await asyncio.gather(*(self._render(text, each) for each in first.values()))
        rendered = {each.wiki: one for each, (_, one) in zip(first.values(), found, strict=True)}
        errors: list[Line] = []
        warnings: list[Line] = []
        for each, (own, one) in zip(first.values(), found, strict=True):
            spared = {own, each.user or own}
            draft = Draft(text.subject, whole(text.body, text.footer, reason=each.reason))
            common, here = check(draft), check(draft, one, spared=spared)
            errors += _located(common.errors, here.errors, each.wiki, errors)
            warnings += _located(common.warnings, here.warnings, each.wiki, warnings)
        return Checked(rendered, tuple(errors), tuple(warnings))

    async def _render(self, text: Frozen, recipient: Recipient) -> tuple[str, Rendered]:
        wiki = self._wikis[recipient.wiki]
        body = whole(text.body, text.footer, reason=recipient.reason)
        account = await wiki.account()
        return account.name, await wiki.render(recipient.title, text.subject, body)

    def _nobody(self) -> Recipient:
        return Recipient(0, self._policy.home, self._policy.about, None, "", "")


def _located(
    common: Sequence[Line], here: Sequence[Line], wiki: str, said: Sequence[Line]
) -> list[Line]:
    """Return what was not said yet; what only this wiki finds is told with its name."""
    new = [each for each in common if each not in said]
    return new + [line("message.on_wiki", wiki=wiki, what=e) for e in here if e not in common]
