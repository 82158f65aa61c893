"""The guided tour of `bellringer try`, pasted by a newcomer into the real thing."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from chatbot.tour import DRY_WIKI, TOUR

ANSWER_SECONDS = 60
LINES = tuple(typed for stop in TOUR for typed in stop.typed)
SOONER = {"in 40 seconds": "in 20 seconds", "30s 20s start": "8s 4s start"}
GETS_IT = ("Ada", "Grace", "Barbara", "Alan")
HEADING = "== Tech talk: how talk pages work =="

# What a newcomer waits for after a line before he pastes the next one.
ANSWERS = {
    "!event add": "Event 1 is registered",
    "!event remind": "Reminders of event 1",
    "!events": "1. ",
    "!promote": "Promotion plan of event 1",
    "!blurb": "Short text about event 1",
    "/msg feed": "Your own feed: http://127.0.0.1:",
    "!run new": "Run 1 (Newsletter)",
    "!run audience": "has 4 recipients",
    "!run message": "has its message",
    "!run propose": "alice proposes run 1",
    "/msg run preview": "To confirm exactly this",
    "!confirm": "confirmed",
    "/as": "You are now",
    "!run report": "The whole report is in",
    "!recording": "It is kept for event 1",
}
REMINDED = re.compile(r"starts in|starts now")


class Terminal:
    """A terminal in which `bellringer try` runs. `shown` is all that stands there so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.shown = ""
        self._process = process
        self._more = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    def paste(self, *lines: str) -> None:
        """Type or paste lines."""
        assert self._process.stdin is not None
        self._process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def sees(self, what: str | Callable[[str], bool], *, since: int = 0) -> None:
        """Wait until something is shown, or until what is shown passes a test."""
        passes = (lambda text: what in text) if isinstance(what, str) else what
        try:
            async with asyncio.timeout(ANSWER_SECONDS), self._more:
                await self._more.wait_for(lambda: passes(self.shown[since:]))
        except TimeoutError:
            raise AssertionError(f"not shown: {what!r}\n{self.shown}") from None

    async def quit(self) -> int:
        """Leave, and return the exit code."""
        self.paste("/quit")
        code = await self._process.wait()
        await self._reading
        return code

    async def _read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            async with self._more:
                self.shown += line.decode()
                self._more.notify_all()


@asynccontextmanager
async def trying(data: Path) -> AsyncIterator[Terminal]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chatbot.cli", "try", "--data", str(data)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    terminal = Terminal(process)
    try:
        await terminal.sees("The pages of the dry wiki")
        yield terminal
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def sooner(line: str) -> str:
    for late, soon in SOONER.items():
        line = line.replace(late, soon)
    return line


async def paste_one_by_one(terminal: Terminal, lines: Sequence[str]) -> None:
    """Paste each line once the one before is answered, as whoever reads along does."""
    for line in lines:
        since = len(terminal.shown)
        terminal.paste(line)
        answer = next(words for begin, words in ANSWERS.items() if line.startswith(begin))
        await terminal.sees(answer, since=since)


async def paste_together(terminal: Terminal, lines: Sequence[str]) -> None:
    """Paste the whole welcome, as whoever marks all of it with the mouse does."""
    assert all(line in terminal.shown for line in lines)
    terminal.paste(*terminal.shown.splitlines())


def reminders(shown: str) -> int:
    return sum("event 1" in line for line in shown.splitlines() if REMINDED.search(line))


@pytest.mark.parametrize(
    ("paste", "lines"),
    [(paste_one_by_one, tuple(map(sooner, LINES))), (paste_together, LINES)],
    ids=["one by one", "together"],
)
async def test_every_line_of_the_tour_works_when_pasted(
    tmp_path: Path,
    paste: Callable[[Terminal, Sequence[str]], Awaitable[None]],
    lines: Sequence[str],
) -> None:
    async with trying(tmp_path) as terminal:
        await paste(terminal, lines)
        await the_calendar_shows_it(terminal)
        await terminal.sees("The whole report is in")
        await terminal.sees("is done: 4 delivered")
        await terminal.sees(lambda shown: reminders(shown) == 3)
        await terminal.sees("How talk pages work (event 1) is over. Thank you!")
        assert await terminal.quit() == 0
    assert "alice has confirmed run 1 (Newsletter): 1 of 2" in terminal.shown
    assert "starts: two different people have confirmed it" in terminal.shown
    assert "Traceback" not in terminal.shown
    each_page_has_it_once(tmp_path / DRY_WIKI)


async def the_calendar_shows_it(terminal: Terminal) -> None:
    await terminal.sees("opened in a browser: ")
    await terminal.sees("Your own feed: ")
    address = re.search(r"opened in a browser: (http://\S+)", terminal.shown)
    assert address is not None
    async with httpx.AsyncClient(base_url=address[1]) as browser:
        assert "How talk pages work" in (await browser.get("/")).text
        feed = re.search(r"Your own feed: (http\S+)", terminal.shown)
        assert feed is not None
        assert (await browser.get(feed[1])).text.startswith("BEGIN:VCALENDAR")
        assert "SUMMARY:How talk pages work" in (await browser.get("/feeds/all.ics")).text


def each_page_has_it_once(wiki: Path) -> None:
    for page in (wiki / "User_talk").glob("*.wiki"):
        expected = 1 if page.stem in GETS_IT else 0
        assert page.read_text().count(HEADING) == expected, page
    assert {page.stem for page in (wiki / "User_talk").glob("*.wiki")} > set(GETS_IT)


async def test_carol_cannot_confirm(tmp_path: Path) -> None:
    async with trying(tmp_path) as terminal:
        draft = [line for stop in TOUR if stop.key == "tour.draft" for line in stop.typed]
        terminal.paste(*draft, "/msg run preview 1", "/as carol", "!confirm 1 CODE")
        await terminal.sees('"confirm" is for coordinators')
        terminal.paste("/msg run preview 1")
        await terminal.sees('"run preview" is for coordinators')
        assert "has confirmed" not in terminal.shown


async def test_the_console_is_not_joined_to_a_real_wiki(tmp_path: Path) -> None:
    config = tmp_path / "bellringer.toml"
    config.write_text(
        'contact = "mail@example.org"\n[console]\n'
        '[[wiki]]\nname = "metawiki"\napi = "https://meta.example.org/w/api.php"\n'
        'username = "Bellringer"\nbot_password = "bellringer"\n'
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "chatbot.cli", "run", "--config", str(config)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 2
    assert "console" in said.decode()
    assert not (tmp_path / "data").exists()
