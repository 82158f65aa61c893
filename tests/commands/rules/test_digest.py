"""The digest covers all that a run will do; the codes made of it are personal."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.policy import RunPolicy
from commands.rules.digest import Typed, digest, personal_code, typed_code
from storage.runvalues import Particulars, Recipient, Run, RunState, Text

POLICY = RunPolicy(
    home="metawiki",
    wikis=("metawiki", "svwiki"),
    secret=b"secret",
    footer="",
    about="User:Bellringer",
    optout="User:Bellringer/Opt-out",
)
RUN = Run(
    number=7,
    name="December",
    state=RunState.PROPOSED,
    created_by=1,
    subject="A talk",
    body="Come",
    footer="Sent by {reason}",
    revisions={"metawiki": {"Template:A": 3}},
)
AUDIENCE = (
    Recipient(1, "metawiki", "User talk:A", "A", "A", "you came"),
    Recipient(2, "svwiki", "Användardiskussion:B", "B", "B", "you came"),
)

TEXTS = (
    Text("nb", "Et foredrag", "draft", "", "Kom", "Fra {reason}"),
    Text("sv", "Ett föredrag", "draft", "", "Kom", "Från {reason}"),
)

words = st.text(max_size=20)


def particular(run: Run, **different: object) -> Run:
    """Return a run with other particulars."""
    return replace(run, particulars=Particulars(**different))  # type: ignore[arg-type] # by name


CHANGES: dict[str, Callable[[Run, str], Run]] = {
    "number": lambda run, text: replace(run, number=run.number + 1 + len(text)),
    "name": lambda run, text: replace(run, name=run.name + text + "!"),
    "subject": lambda run, text: replace(run, subject=run.subject + text + "!"),
    "body": lambda run, text: replace(run, body=run.body + text + "!"),
    "footer": lambda run, text: replace(run, footer=run.footer + text + "!"),
    "language": lambda run, text: replace(run, language=run.language + text + "!"),
    "wiki's name": lambda run, text: particular(run, names={"metawiki": text}),
    "opt-out": lambda run, text: particular(run, optouts={"metawiki": text}),
    "event": lambda run, text: particular(run, event=text + "!"),
    "address": lambda run, text: particular(run, event_link=text + "!"),
    "direction": lambda run, text: particular(run, right_to_left=(text,)),
    "live": lambda run, _text: replace(run, live=not run.live),
    "page": lambda run, text: replace(run, revisions={"metawiki": {f"Template:A{text}!": 3}}),
    "wiki": lambda run, text: replace(run, revisions={f"metawiki{text}!": {"Template:A": 3}}),
    "revision": lambda run, text: replace(
        run, revisions={"metawiki": {"Template:A": 4 + len(text)}}
    ),
}


@given(change=st.sampled_from(sorted(CHANGES)), text=words)
def test_any_change_of_the_run_changes_the_digest(change: str, text: str) -> None:
    assert digest(CHANGES[change](RUN, text), AUDIENCE, POLICY) != digest(RUN, AUDIENCE, POLICY)


@given(
    field=st.sampled_from(["wiki", "title", "user", "reason", "language", "page_language"]),
    number=st.integers(0, len(AUDIENCE) - 1),
    text=words,
)
def test_any_change_of_a_recipient_changes_the_digest(field: str, number: int, text: str) -> None:
    changed = list(AUDIENCE)
    before = str(getattr(changed[number], field))
    different = {field: f"{before}{text}!"}
    changed[number] = replace(changed[number], **different)  # type: ignore[arg-type] # all text
    assert digest(RUN, changed, POLICY) != digest(RUN, AUDIENCE, POLICY)


@pytest.mark.parametrize("field", ["language", "subject", "body", "footer"])
@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_any_change_of_a_text_changes_the_digest(field: str, number: int) -> None:
    changed = list(TEXTS)
    different = {field: f"{getattr(changed[number], field)}!"}
    changed[number] = replace(changed[number], **different)
    before = digest(RUN, AUDIENCE, POLICY, texts=TEXTS)
    assert digest(RUN, AUDIENCE, POLICY, texts=changed) != before


def test_more_texts_fewer_texts_and_their_order() -> None:
    before = digest(RUN, AUDIENCE, POLICY, texts=TEXTS)
    assert digest(RUN, AUDIENCE, POLICY, texts=TEXTS[:1]) != before
    assert digest(RUN, AUDIENCE, POLICY) != before
    assert digest(RUN, AUDIENCE, POLICY, texts=TEXTS[::-1]) == before


@pytest.mark.parametrize(
    "audience",
    [
        AUDIENCE[:1],
        (),
        (replace(AUDIENCE[0], number=2), replace(AUDIENCE[1], number=1)),
        (*AUDIENCE, Recipient(3, "metawiki", "User talk:C", "C", "C", "you came")),
    ],
    ids=["fewer", "nobody", "renumbered", "more"],
)
def test_another_audience_has_another_digest(audience: tuple[Recipient, ...]) -> None:
    assert digest(RUN, audience, POLICY) != digest(RUN, AUDIENCE, POLICY)


@pytest.mark.parametrize(
    "policy",
    [
        replace(POLICY, about="User:Else"),
        replace(POLICY, canary=6),
        replace(POLICY, unified=False),
    ],
    ids=["about", "canary", "unified"],
)
def test_what_the_configuration_adds_is_covered_too(policy: RunPolicy) -> None:
    assert digest(RUN, AUDIENCE, policy) != digest(RUN, AUDIENCE, POLICY)


def test_the_order_in_which_rows_are_read_does_not_matter() -> None:
    assert digest(RUN, AUDIENCE[::-1], POLICY) == digest(RUN, AUDIENCE, POLICY)


def test_a_code_is_one_persons_for_one_digest_under_one_secret() -> None:
    one, other = "a" * 64, "b" * 64
    code = personal_code(b"secret", one, 1)
    assert code == personal_code(b"secret", one, 1)
    others = [(b"secret", one, 2), (b"secret", other, 1), (b"else", one, 1)]
    assert code not in {personal_code(*each) for each in others}


OLD, NEW = "a" * 64, "b" * 64
SHOWN = ((OLD, 1), (NEW, 1), (OLD, 2))


def typed(text: str, person: int, current: str | None = NEW) -> Typed:
    return typed_code(text, secret=b"secret", current=current, person=person, shown=SHOWN)


@given(person=st.integers(1, 10**6), dash=st.sampled_from(["-", " ", "", " - ", "\u2013"]))
def test_a_code_may_be_typed_in_any_case_with_or_without_dash(person: int, dash: str) -> None:
    code = personal_code(b"secret", NEW, person)

    def read(text: str) -> Typed:
        shown = [(NEW, person)]
        return typed_code(text, secret=b"secret", current=NEW, person=person, shown=shown)

    assert read(code.lower().replace("-", dash)) is Typed.RIGHT
    assert read(code[:-1]) is Typed.WRONG
    assert read("") is Typed.WRONG


@pytest.mark.parametrize(
    ("whose", "full", "person", "current", "meant"),
    [
        (1, NEW, 1, NEW, Typed.RIGHT),
        (1, OLD, 1, NEW, Typed.OUTDATED),
        (1, NEW, 1, None, Typed.OUTDATED),
        (1, NEW, 2, NEW, Typed.OF_ANOTHER),
        (2, OLD, 1, NEW, Typed.OF_ANOTHER),
        (2, NEW, 2, NEW, Typed.WRONG),
        (3, NEW, 3, NEW, Typed.WRONG),
    ],
    ids=["own", "old", "voided", "another's", "another's old", "never shown", "nobody's"],
)
def test_a_code_is_recognised_as_what_it_is(
    whose: int, full: str, person: int, current: str | None, meant: Typed
) -> None:
    assert typed(personal_code(b"secret", full, whose), person, current) is meant


@given(person=st.integers(1, 10**6))
def test_a_code_has_no_letter_that_is_mistaken_for_another(person: int) -> None:
    assert not set(personal_code(b"secret", "a" * 64, person)) & set("01OIL")
