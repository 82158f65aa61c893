"""Answers are those of RFC 9110 over a real socket: conditional, compressed, limited, guarded."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatbot.web.answers import Content, answered
from storage.database import Database
from tests.chatbot.web.visiting import NOW, Visit, talk, visiting

PAGES = ("/", "/?view=week", "/?view=list", "/event/1", "/presenters", "/organisers", "/embed")


@pytest.fixture
async def filled(visit: Visit) -> Visit:
    await visit.add(talk())
    return visit


async def raw(visit: Visit, request: str) -> bytes:
    """Return what the server answers to bytes that no client would send."""
    host, _, port = visit.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request.encode())
    await writer.drain()
    try:
        return await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("path", PAGES)
async def test_who_has_a_page_is_not_sent_it_again(filled: Visit, path: str) -> None:
    first = await filled.get(path)
    tag = first.headers["etag"]
    again = await filled.get(path, if_none_match=f'"other", {tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == "public, max-age=60"


async def test_a_page_that_changed_is_sent_to_who_had_it(filled: Visit) -> None:
    tag = (await filled.get("/")).headers["etag"]
    await filled.add(talk("Another"))
    assert (await filled.get("/", if_none_match=tag)).status_code == 200


async def test_a_page_that_is_made_anew_has_its_old_tag(filled: Visit) -> None:
    before = await filled.get("/")
    filled.now = NOW.replace(minute=NOW.minute + 2)
    assert (await filled.get("/")).headers["etag"] == before.headers["etag"]


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [("gzip", True), ("br;q=1, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False), ("br", False)],
)
async def test_a_page_is_compressed_for_whoever_takes_it_so(
    filled: Visit, accepted: str, zipped: bool
) -> None:
    plain = await filled.get("/", accept_encoding="identity")
    answer = await filled.get("/", accept_encoding=accepted)
    assert (answer.headers.get("content-encoding") == "gzip") is zipped
    assert (answer.headers["etag"] != plain.headers["etag"]) is zipped
    assert answer.text == plain.text
    assert "Accept-Encoding" in answer.headers["vary"]


async def test_head_has_the_headers_and_no_content(filled: Visit) -> None:
    asked = await filled.client.get("/", headers={"accept-encoding": "identity"})
    headed = await filled.client.head("/", headers={"accept-encoding": "identity"})
    assert headed.content == b""
    assert {**headed.headers, "date": ""} == {**asked.headers, "date": ""}


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/robots.txt"])
async def test_every_answer_is_guarded(filled: Visit, path: str) -> None:
    answer = await filled.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    framed = path == "/embed"
    assert f"frame-ancestors {'*' if framed else chr(39) + 'none' + chr(39)}" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_scripts_styles_or_addresses_of_others_in_it(
    filled: Visit, path: str
) -> None:
    page = await filled.page(path)
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick" not in page
    assert 'src="http' not in page
    scripts = page.count("<script") - page.count('<script type="application/ld+json">')
    assert scripts == page.count('<script type="module" src="/static/page-')


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/event/99", 404),
        ("/event/1/2026-12-25", 404),
        ("/event/-1", 404),
        ("/event/1/tomorrow", 400),
        ("/static/../../etc/passwd", 404),
        ("/static/style.css", 404),
        ("/?on=yesterday", 400),
        ("/?on=2026-02-30", 400),
        ("/?on=2026-12-01&on=2026-12-02", 400),
        ("/?view=year", 400),
        ("/embed?most=0", 400),
        ("/embed?most=5000", 400),
        (f"/?topic={'x' * 101}", 400),
        ("/?" + "&".join(f"kind={number}" for number in range(11)), 400),
        (f"/?topic={'x' * 2000}", 414),
        (f"/{'x' * 2000}", 414),
    ],
)
async def test_who_asks_for_something_else_gets_a_page_with_a_way_back(
    filled: Visit, path: str, status: int
) -> None:
    answer = await filled.get(path, accept_language="sv")
    assert answer.status_code == status
    assert "Gå till kalendern" in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_there_is_nothing_but_reading(filled: Visit, method: str) -> None:
    answer = await filled.client.request(method, "/", content=b"x" * 100)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "request_line",
    ["GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \x00\r\n\r\n", "FLY / HTTP/9\r\n\r\n"],
)
async def test_what_is_no_request_harms_nobody(filled: Visit, request_line: str) -> None:
    await raw(filled, request_line)
    assert (await filled.get("/")).status_code == 200


async def test_a_host_that_is_made_up_stands_nowhere(filled: Visit) -> None:
    for path in PAGES:
        assert "evil.example" not in await filled.page(path, host="evil.example")


async def test_a_fault_is_logged_and_tells_the_reader_nothing(database: Database) -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError("secret")

    routes = (Route("/feeds/own/{token}", broken),)
    async with visiting(database, statistics=lambda _: routes) as visit:
        answer = await visit.get("/feeds/own/s3cr3t")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Go to the calendar" in answer.text
        [entry] = [each for each in visit.log.entries if each["log_level"] == "error"]
        assert (entry["event"], entry["page"]) == ("web.failed", "feeds")
        assert (await visit.get("/")).status_code == 200


async def test_a_date_serves_those_who_know_no_tag(database: Database) -> None:
    content = Content(b"old" * 500, "text/plain", modified=datetime(2026, 12, 1, 12, tzinfo=UTC))

    async def dated(request: Request) -> Response:
        return await answered(request, content)

    async with visiting(database, statistics=lambda _: (Route("/dated", dated),)) as visit:
        first = await visit.get("/dated")
        assert first.headers["last-modified"] == "Tue, 01 Dec 2026 12:00:00 GMT"
        for since, status in [
            ("Tue, 01 Dec 2026 12:00:00 GMT", 304),
            ("Tue, 01 Dec 2026 11:59:59 GMT", 200),
            ("yesterday", 200),
        ]:
            answer = await visit.get("/dated", if_modified_since=since)
            assert answer.status_code == status
        both = await visit.get(
            "/dated", if_none_match='"x"', if_modified_since="Tue, 01 Dec 2026 12:00:00 GMT"
        )
        assert both.status_code == 200


def test_compressed_content_is_the_same_for_everybody() -> None:
    content = Content(b"abc" * 1000, "text/html")
    assert gzip.decompress(content.compressed) == content.body
    assert content.compressed == Content(b"abc" * 1000, "text/html").compressed
