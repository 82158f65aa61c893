"""Each audience has a page of its own."""

from __future__ import annotations

from storage.values import EventState
from tests.chatbot.web.visiting import DAY, NOW, Visit, talk


async def test_presenters_learn_how_to_propose_and_which_hours_are_taken(visit: Visit) -> None:
    await visit.add(
        talk("Taken", NOW + 2 * DAY),
        talk("Off", NOW + 3 * DAY, state=EventState.CANCELLED),
        talk("Far", NOW + 60 * DAY),
    )
    page = await visit.page("/presenters")
    assert "<code>!propose | " in page
    assert "#talks (libera)" in page
    assert "Thursday 10 December" in page
    assert "Taken" in page
    assert "Far" not in page
    assert "Off" not in page


async def test_presenters_read_that_all_is_free(visit: Visit) -> None:
    assert "every hour of the next six weeks is free" in await visit.page("/presenters")


async def test_organisers_see_the_commands_and_what_events_lack(visit: Visit) -> None:
    await visit.add(
        talk(
            "Whole",
            speakers=("Ada",),
            host="Zoe",
            link="https://meet.example/",
            description="All of it",
            topics=("all",),
        ),
        talk("Half", NOW + 2 * DAY, speakers=("Ada",), host="Zoe", topics=("all",)),
    )
    page = await visit.page("/organisers")
    assert "!event add tech-talk" in page
    assert "Whole" not in page
    needy = page.split('class="needy"')[1].split("</ul>")[0]
    assert "Half" in needy
    assert "A description" in needy
    assert "A speaker" not in needy


async def test_a_series_is_named_once_among_what_lacks_something(visit: Visit) -> None:
    await visit.add(talk("Weekly", recurrence_rule="FREQ=WEEKLY"))
    assert (await visit.page("/organisers")).count("Weekly") == 1


async def test_audiences_are_not_mixed(visit: Visit) -> None:
    await visit.add(talk("Wikidata"))
    watchers, presenters = await visit.page("/"), await visit.page("/presenters")
    organisers = await visit.page("/organisers")
    assert "!event add" not in watchers + presenters
    assert "!propose" not in watchers + organisers
    assert "/feeds/all.ics" not in presenters + organisers


async def test_the_list_for_other_sites_is_chosen_and_short(visit: Visit) -> None:
    await visit.add(
        *(talk(f"Talk {number}", NOW + DAY * (number + 1)) for number in range(12)),
        talk("Lua", topics=("lua",)),
        talk("Off", state=EventState.CANCELLED),
    )
    page = await visit.page("/embed")
    assert page.count("h-event") == 10
    assert "Off" not in page
    assert (await visit.page("/embed?most=3")).count("h-event") == 3
    chosen = await visit.page("/embed?topic=lua&lang=es")
    assert chosen.count("h-event") == 1
    assert "Próximos eventos" in chosen
    answer = await visit.get("/embed")
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_crawlers_are_kept_from_what_is_chosen(visit: Visit) -> None:
    assert (await visit.page("/robots.txt")).splitlines() == ["User-agent: *", "Disallow: /*?"]


async def test_files_are_kept_for_ever_under_their_own_name(visit: Visit) -> None:
    page = await visit.page("/")
    for name, media_type in (("style", "text/css"), ("page", "text/javascript"), ("icon", "image")):
        path = next(each for each in page.split('"') if each.startswith(f"/static/{name}-"))
        answer = await visit.get(path)
        assert answer.headers["content-type"].startswith(media_type)
        assert answer.headers["cache-control"] == "public, max-age=31536000"
