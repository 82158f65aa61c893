"""Bot exclusion: each form that the documentation of Template:Bots gives, and what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.rules.exclusion import excludes


def keeps_away(text: str) -> bool:
    return excludes(text, bot="Bellringer", kinds=("outreach", "invitation")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "{{nobots}}",
        "{{Nobots}}",
        "{{NoBots}}",
        "{{ nobots }}",
        "{{Template:Nobots}}",
        "{{nobots|allow=Other}}",
        "{{bots|deny=all}}",
        "{{bots|deny=All}}",
        "{{Bots|allow=none}}",
        "{{bots|deny=Bellringer}}",
        "{{bots|deny=bellringer}}",
        "{{bots|deny=SineBot, Bellringer ,AWB}}",
        "{{bots|\n deny = SineBot,\n  Bellringer\n}}",
        "{{bots|allow=SineBot,Legobot}}",
        "{{bots|optout=all}}",
        "{{bots|optout=outreach}}",
        "{{bots|optout=nosource, Outreach}}",
        "{{bots|allow=all|optout=all}}",
        "{{bots|deny=all|allow=SineBot}}",
        "{{bots|allow=Bellringer|deny=Bellringer}}",
        "{{bots|deny=SineBot}}{{bots|deny=Bellringer}}",
        "{{Talk header|{{nobots}}}}",
        "Welcome!\n== Hello ==\n{{nobots}} Hi",
        "<!-- {{bots}} -->{{nobots}}",
    ],
)
def test_whoever_put_it_there_is_left_alone(text: str) -> None:
    assert keeps_away(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Robots and nobots",
        "{{bots}}",
        "{{bots|allow=all}}",
        "{{bots|deny=none}}",
        "{{bots|allow=SineBot,Bellringer}}",
        "{{bots|allow=bellringer}}",
        "{{bots|deny=all|allow=Bellringer}}",
        "{{bots|deny=SineBot}}",
        "{{bots|deny=Bellringer II}}",
        "{{bots|deny=}}",
        "{{bots|allow=}}",
        "{{bots|optout=nosource,afd}}",
        "{{bots|optout=}}",
        "{{tl|nobots}}",
        "{{nobots/doc}}",
        "{{#if:nobots|x}}",
        "<nowiki>{{nobots}}</nowiki>",
        "<pre>{{bots|deny=all}}</pre>",
        "<!-- {{nobots}} -->",
        "<!-- {{nobots}}",
        "{{nobots",
    ],
)
def test_whatever_says_nothing_to_us_keeps_nobody_away(text: str) -> None:
    assert not keeps_away(text)


def test_the_template_itself_is_the_reason() -> None:
    text = "Hello\n{{bots|optout=outreach}}"
    assert excludes(text, bot="B", kinds=["outreach"]) == "{{bots|optout=outreach}}"
    assert excludes("{{bots|deny=" + "A," * 500 + "B}}", bot="B") == "{{bots|deny=" + "A," * 94


@given(st.text(alphabet="{}|=,[]<!->bots nodeyalwBRe\n", max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    if not keeps_away(text):
        assert keeps_away(f"{{{{nobots}}}}{text}")
