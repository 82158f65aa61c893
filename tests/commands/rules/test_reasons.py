"""Why somebody was chosen: what is said to him is known again when the run is frozen."""

import pytest

from commands.messages import line
from commands.rules.reasons import reason, reasons
from commands.rules.recipe import Source, SourceKind


@pytest.mark.parametrize("kind", SourceKind)
def test_the_reason_of_a_source_is_among_those_that_it_may_have(kind: SourceKind) -> None:
    assert reason(kind, "Women in Red") in reasons(Source(kind), name="Women in Red")


def test_a_page_may_be_a_category() -> None:
    found = reasons(Source(SourceKind.PAGE), name="Category:Readers")
    assert found == (
        line("reason.list", page="Category:Readers"),
        line("reason.category", page="Category:Readers"),
    )
    assert reason(SourceKind.PAGE, "Category:Readers", category=True) in found
