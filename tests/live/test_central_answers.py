"""The stand-in for CentralAuth and Wikibase refuses and warns as the extensions do."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests

from tests.peers.central_answers import Farm
from tests.peers.mediawiki import MediaWiki

QUERY = {"action": "query", "format": "json", "formatversion": "2"}
ENTITIES = {"action": "wbgetentities", "format": "json", "formatversion": "2"}


@pytest.fixture
def lenient(wikis: dict[str, MediaWiki]) -> Iterator[Farm]:
    """A farm that may be asked wrongly."""
    with Farm(wikis=wikis, items={"Q1": {"enwiki": "Universe"}}).running() as running:
        yield running


def ask(farm: Farm, parameters: Mapping[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = requests.post(farm.api("enwiki"), data=parameters, timeout=60).json()
    return answer


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        (ENTITIES, "param-missing"),
        (ENTITIES | {"ids": "|".join(f"Q{number}" for number in range(1, 52))}, "toomanyvalues"),
        (ENTITIES | {"ids": "Q1|Clock"}, "no-such-entity"),
        (ENTITIES | {"ids": "Q0"}, "no-such-entity"),
        (QUERY | {"meta": "globaluserinfo", "guiuser": "A#B"}, "baduser"),
        (QUERY | {"meta": "wikibase", "assertuser": "Somebody"}, "assertnameduserfailed"),
    ],
    ids=["nothing", "too many", "no id", "zero", "no name", "not logged in"],
)
def test_what_is_wrong_is_refused(lenient: Farm, parameters: dict[str, str], code: str) -> None:
    assert ask(lenient, parameters)["error"]["code"] == code


@pytest.mark.parametrize(
    ("parameters", "warning"),
    [
        (ENTITIES | {"ids": "Q1", "site": "enwiki"}, "Unrecognized parameter: site."),
        (ENTITIES | {"ids": "Q1", "props": "sitelink"}, 'for parameter "props": sitelink.'),
        (QUERY | {"meta": "wikibase", "wbsite": "x"}, "Unrecognized parameter: wbsite."),
        (QUERY | {"meta": "wikibase", "wbprop": "urls"}, 'for parameter "wbprop": urls.'),
        (
            QUERY | {"meta": "globaluserinfo", "guiuser": "Editor 01", "guiprop": "merge"},
            'for parameter "guiprop": merge.',
        ),
    ],
)
def test_what_is_unknown_is_warned_of(
    lenient: Farm, parameters: dict[str, str], warning: str
) -> None:
    answer = ask(lenient, parameters)
    (said,) = (each["warnings"] for each in answer["warnings"].values())
    assert warning in said
    assert lenient.complaints == [said]


def test_an_account_has_the_shape_of_the_extension_s(farm: Farm) -> None:
    asked = {"meta": "globaluserinfo|siteinfo", "guiuser": "editor 01", "guiprop": "merged"}
    query = ask(farm, QUERY | asked)["query"]
    assert "general" in query
    info = query["globaluserinfo"]
    assert set(info) == {"home", "id", "registration", "name", "merged"}
    assert [each["wiki"] for each in info["merged"]] == list(farm.wikis)
    assert set(info["merged"][0]) == {
        *("wiki", "url", "id", "timestamp", "method", "editcount", "registration")
    }


def test_an_item_has_the_shape_of_the_extension_s(farm: Farm) -> None:
    farm.items, farm.redirects = {"Q1": {"enwiki": "Universe"}}, {"Q2": "Q1"}
    asked = {"ids": "Q2|q1|Q3", "props": "sitelinks"}
    links = {"enwiki": {"site": "enwiki", "title": "Universe", "badges": []}}
    item = {"type": "item", "id": "Q1", "sitelinks": links}
    assert ask(farm, ENTITIES | asked) == {
        "entities": {
            "Q2": {"redirects": {"from": "Q2", "to": "Q1"}, **item},
            "Q1": item,
            "Q3": {"id": "Q3", "missing": ""},
        },
        "success": 1,
    }
