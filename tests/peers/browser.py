"""Debian's Chromium, with a fresh profile, driven by Playwright; and axe, which looks at pages."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

CHROMIUM = "/usr/bin/chromium"
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Its sandbox refuses to be run by root.
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """Run a browser."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*_FLAGS])
        try:
            yield browser
        finally:
            await browser.close()


async def violations(page: Page) -> list[str]:
    """Return what axe holds against a page, by the rules of WCAG 2.2 AA and its own.

    The page's context must have been opened with `bypass_csp`: the policy lets no axe in.
    """
    import axe_playwright_python

    await page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
    options = json.dumps({"runOnly": list(_RULES)})
    found: dict[str, Any] = await page.evaluate(f"axe.run(document, {options})")
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in found["violations"]
    ]
