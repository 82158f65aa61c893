"""The facts of a dry wiki: MediaWiki's namespaces under their English names."""

from __future__ import annotations

from commands.wikis import Namespace, SiteFacts

_SUBJECTS = ("", "User", "Project", "File", "MediaWiki", "Template", "Help", "Category")
OPTOUT_CATEGORY = "Opted-out of message delivery"


def site_facts(name: str, language: str = "en") -> SiteFacts:
    """Return what titles on a dry wiki of this name are made of."""
    names = {-2: "Media", -1: "Special"}
    for number, subject in enumerate(_SUBJECTS):
        names |= {2 * number: subject, 2 * number + 1: f"{subject} talk" if subject else "Talk"}
    return SiteFacts(
        wiki=name,
        language=language,
        sitename=name,
        server_names=(name,),
        namespaces=tuple(
            Namespace(number, label, (), first_letter_case=True) for number, label in names.items()
        ),
        optout_categories=(OPTOUT_CATEGORY,),
    )
