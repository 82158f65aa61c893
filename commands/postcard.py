"""A post as coordinators see it: what it is about, how it stands, its words, what to press."""

from __future__ import annotations

from collections.abc import Iterator

from commands.grammar import excerpt
from commands.messages import Button, Line, Moment, Reply, line, reply
from commands.postpolicy import PostPolicy
from commands.rules.socialplan import code
from storage.postvalues import Post, PostState
from storage.values import Event

_STANDING = {
    PostState.DRAFT: "post.is_draft",
    PostState.APPROVED: "post.is_approved",
    PostState.SENDING: "post.is_sending",
    PostState.POSTED: "post.is_posted",
    PostState.DROPPED: "post.is_dropped",
    PostState.FULL: "post.is_full",
    PostState.LAPSED: "post.is_lapsed",
    PostState.FAILED: "post.is_failed",
}
_TO_APPROVE = frozenset({PostState.DRAFT, PostState.FULL, PostState.FAILED})


def post_lines(post: Post, event: Event, policy: PostPolicy) -> tuple[Line, ...]:
    """Return what there is to know of a post, and all its words."""
    return (heading(post, event), *_words(post, policy))


def heading(post: Post, event: Event) -> Line:
    """Return in one sentence what a post is about and where it stands."""
    return line(
        "post.heading",
        number=post.number,
        account=post.account,
        event=event.number,
        title=excerpt(event.title, 80),
        standing=standing(post, event),
    )


def standing(post: Post, event: Event) -> Line:
    """Say where a post stands."""
    due = Moment(post.due_at, event.zone)
    if post.unsure:
        return line("post.is_unsure")
    return line(_STANDING[post.state], due=due, address=post.address or "", fault=post.fault or "")


def post_reply(post: Post, event: Event, policy: PostPolicy, *before: Line) -> Reply:
    """Return a post with what can be pressed for it, after what is said before."""
    return reply(*before, *post_lines(post, event, policy), buttons=post_buttons(post))


def post_buttons(post: Post) -> tuple[Button, ...]:
    """Return what can be pressed for a post, which holds for exactly the words shown."""
    if post.state not in _TO_APPROVE:
        return ()
    approve = Button(line("button.approve"), f"post approve {post.number} {code(post)}")
    return (approve, Button(line("button.drop"), f"post drop {post.number}"))


def _words(post: Post, policy: PostPolicy) -> Iterator[Line]:
    for each in post.text.splitlines():
        if each.strip():
            yield line("post.words", words=each)
    if post.alt:
        yield line("post.picture", alt=post.alt)
    if outlet := policy.outlets.get(post.account):
        measure = outlet.measure
        yield line(
            "post.measured",
            length=measure.length(post.text),
            most=measure.most,
            language=post.language,
        )
