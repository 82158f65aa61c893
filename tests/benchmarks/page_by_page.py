"""Pywikibot's own way to write to many pages, for comparison: one after another, in one thread.

Run by `tests.benchmarks.delivering`, in a folder of its own. Standard input names the wikis, the
account and what to write, as JSON; the seconds taken are printed. Pywikibot's pauses are off.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any


def main() -> None:
    """Log in, write, and print how long the writing took."""
    Path("user-config.py").touch(mode=0o600)
    os.environ |= {"PYWIKIBOT_DIR": str(Path.cwd()), "PYWIKIBOT_NO_USER_CONFIG": "2"}
    task = json.load(sys.stdin)
    sites = {name: _logged_in(api, task) for name, api in task["wikis"].items()}
    began = time.monotonic()
    for wiki, title in task["pages"]:
        _append(sites[wiki], title, task)
    print(time.monotonic() - began)  # noqa: T201 - its result


def _logged_in(api: str, task: dict[str, str]) -> Any:
    from pywikibot import config
    from pywikibot.family import AutoFamily
    from pywikibot.login import ClientLoginManager, LoginStatus
    from pywikibot.site import APISite

    config.put_throttle = config.minthrottle = config.maxthrottle = 0
    site = APISite("wiki", AutoFamily("wiki", api), task["user"])
    manager = ClientLoginManager(password=task["secret"], site=site, user=task["user"])
    manager.login_name = f"{task['user']}@{task['application']}"
    manager.login_to_site()
    del site.userinfo
    assert site.userinfo["name"] == task["user"]
    site._loginstatus = LoginStatus.AS_USER
    return site


def _append(site: Any, title: str, task: dict[str, str]) -> None:
    from pywikibot import Page

    page = Page(site, title)
    before = page.text + "\n\n" if page.exists() else ""
    page.text = f"{before}== {task['subject']} ==\n\n{task['body']}"
    page.save(summary=task["summary"], minor=False, bot=True, quiet=True)


if __name__ == "__main__":
    main()
