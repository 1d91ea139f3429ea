"""Patterns and phrases in the language that is active; in English they are what they are."""

from functools import lru_cache

from django.utils.translation import get_language, gettext, pgettext

from config.portal.sentences import PLACEHOLDER, Phrase, each_sentence

KEPT = 4096


def translated(msgid: str, *, context: str = "") -> str:
    """The pattern in the active language, sentence by sentence."""
    language = get_language() or "en"
    return msgid if language.startswith("en") else _translated(msgid, context, language)


@lru_cache(maxsize=KEPT)
def _translated(msgid: str, context: str, _language: str) -> str:
    """A page of rules says the same patterns hundreds of times. The language is in the key."""
    if context:
        return pgettext(context, msgid)
    whole = gettext(msgid)
    if whole != msgid:
        return whole
    start, end = (" " * (len(msgid) - len(cut)) for cut in (msgid.lstrip(), msgid.rstrip()))
    return start + " ".join(gettext(one) for one in each_sentence(msgid)) + end


def in_words(said: str) -> str:
    """A phrase for this reader, with the phrases in it; any other text as it is."""
    if not isinstance(said, Phrase):
        return said
    pattern = translated(said.msgid, context=said.context)
    return PLACEHOLDER.sub(lambda match: in_words(said.params[match[1]]), pattern)
