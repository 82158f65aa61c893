"""What a newcomer finds in a fresh dry wiki: a list of recipients and a message to them."""

from __future__ import annotations

from pathlib import Path

from chatbot.wiki.dry.pages import Pages
from chatbot.wiki.dry.site import OPTOUT_CATEGORY, site_facts
from commands.rules.titles import MAIN, USER_TALK, Title

_PAGES = {
    Title(MAIN, "Delivery list"): """\
Who gets the newsletter. Change it with any editor and see what the bot makes of it.

* {{#target:User talk:Ada}}
* {{#target:User talk:Grace}}
* {{#target:User talk:grace}}
* {{#target:User talk:Edsger}}
* {{#target:User talk:Barbara}}
* {{#target:User talk:Old name of Alan}}
""",
    Title(MAIN, "Newsletter"): """\
== Tech talk: how talk pages work ==

Hello! Ada shows on Thursday how a talk page comes to be, and what stands behind it.

Bring questions. There is a recording for those who cannot come.
""",
    Title(USER_TALK, "Grace"): "Welcome to my talk page.\n",
    Title(USER_TALK, "Edsger"): f"No mail, please.\n\n[[Category:{OPTOUT_CATEGORY}]]\n",
    Title(USER_TALK, "Old name of Alan"): "#REDIRECT [[User talk:Alan]]\n",
}


def seed(*, name: str, folder: Path) -> None:
    """Lay the pages out, unless there is something in the folder already."""
    if folder.exists() and any(folder.iterdir()):
        return
    pages = Pages(folder=folder, site=site_facts(name))
    for title, text in _PAGES.items():
        pages.write(title, text)
