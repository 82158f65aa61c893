"""What a folder that plays a wiki tells about people and topics."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatbot.wiki.dry.wiki import DryWiki
from commands.census import Census
from commands.wikis import WikiTrouble

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "drywiki"


@pytest.fixture
def wiki(folder: Path) -> Census:
    return DryWiki(name="drywiki", folder=folder, clock=lambda: NOW)


def place(folder: Path, files: dict[str, str]) -> None:
    for file, text in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


async def test_everybody_is_an_old_hand_but_those_listed(wiki: Census, folder: Path) -> None:
    place(folder, {"missing-users.txt": "Nobody\n"})
    names = ["ada", "Nobody", "192.0.2.1", "a|b"]
    told = await wiki.accounts(names)
    assert [told[name].exists for name in names] == [True, False, False, False]
    assert (told["ada"].name, told["ada"].edits, told["192.0.2.1"].anonymous) == ("Ada", 1000, True)
    assert await wiki.last_edits(names) == {"ada": NOW}


async def test_one_name_is_one_human_on_all_dry_wikis(wiki: Census, tmp_path: Path) -> None:
    other = DryWiki(name="other", folder=tmp_path / "other", clock=lambda: NOW)
    here, there = await wiki.global_account("ada"), await other.global_account("Ada")
    assert here is not None
    assert there is not None
    assert (here.name, here.central_id) == (there.name, there.central_id)
    assert (here.home, [each.wiki for each in there.attached]) == ("drywiki", ["other"])
    assert (await wiki.accounts(["Ada"]))["Ada"].central_id == here.central_id
    assert await wiki.global_account("192.0.2.1") is None


async def test_a_missing_account_was_renamed_where_its_page_leads(
    wiki: Census, folder: Path
) -> None:
    pages = {f"User_talk/{name}.wiki": "#REDIRECT [[User talk:New]]" for name in ("Old", "Kept")}
    place(folder, {"missing-users.txt": "Old\nGone\n", **pages})
    assert await wiki.renamed(["old", "Kept", "Gone", "a|b"]) == {"old": "New"}


async def test_a_group_is_a_file_of_names(wiki: Census, folder: Path) -> None:
    place(folder, {"group-sysop.txt": "Ada\nGrace\n", "outside.txt": "Eve\n"})
    assert list(await wiki.in_group("sysop")) == ["Ada", "Grace"]
    assert list(await wiki.in_group("bot")) == ["Bellringer"]
    assert (await wiki.accounts(["Ada"]))["Ada"].groups == {"sysop"}


@pytest.mark.parametrize("group", ["nosuch", "", "../outside", "x/../../outside"])
async def test_an_unknown_group_is_told_as_that(wiki: Census, folder: Path, group: str) -> None:
    place(folder, {"group-x/member.txt": "Eve\n", "../outside.txt": "Eve\n"})
    with pytest.raises(WikiTrouble) as trouble:
        await wiki.in_group(group)
    assert (trouble.value.code, trouble.value.lasting) == ("unknowngroup", True)


async def test_texts_are_read_as_they_stand(wiki: Census, folder: Path) -> None:
    place(folder, {"Old.wiki": "#REDIRECT [[New]]", "New.wiki": "Text"})
    told = await wiki.texts(["old", "New", "Absent", "a|b"])
    assert {title: page.text for title, page in told.items()} == {
        "old": "#REDIRECT [[New]]",
        "New": "Text",
    }


async def test_banners_and_categories_make_topics(wiki: Census, folder: Path) -> None:
    place(
        folder,
        {
            "Talk/Watch.wiki": "{{WikiProject Clocks}}",
            "Talk/Dog.wiki": "{{Other}} [[Category:Time]]",
            "Hour.wiki": "[[Category:Time]] [[Category:Clocks]]",
            "Pendulum.wiki": "[[Category:Clocks]]",
            "Category/Clocks.wiki": "[[Category:Time]]",
            "Category/Time.wiki": "[[Category:Clocks]]",
            "User_talk/Ada.wiki": "[[Category:Clocks]]",
            "User/Ada%2FDraft.wiki": "[[Category:Clocks]]",
        },
    )
    assert list(await wiki.embedding("wikiProject Clocks")) == ["Talk:Watch"]
    assert list(await wiki.articles_in("Time", depth=0)) == ["Hour", "Dog"]
    assert list(await wiki.articles_in("Category:Time", depth=9)) == ["Hour", "Dog", "Pendulum"]
    assert list(await wiki.users_in("time", depth=0)) == []
    assert list(await wiki.users_in("time", depth=1)) == ["Ada"]


@pytest.mark.parametrize("name", ["", "User:A", "a|b"])
async def test_what_is_no_category_is_refused(wiki: Census, name: str) -> None:
    with pytest.raises(WikiTrouble) as trouble:
        await wiki.users_in(name, depth=1)
    assert (trouble.value.code, trouble.value.lasting) == ("invalidtitle", True)


async def test_a_folder_does_not_tell_who_wrote(wiki: Census, folder: Path) -> None:
    place(folder, {"Clock.wiki": "Zeit ist Gück."})
    (revision,) = await wiki.history("clock")
    assert (revision.user, revision.size, revision.parent) == (None, 15, None)
    assert list(await wiki.history("Absent")) == []
    assert await wiki.sitelinks(["Clock"]) == {}
