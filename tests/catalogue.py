"""What must be translated, found where it is said; `python -m tests.catalogue` renews the files.

Found are: the patterns of every `Sentence(…)`, `sentence(…)`, `phrase(…)` and gettext call in the
modules of SCOPE, every table handed to `spoken`, and what templates mark with `translate` and
`blocktranslate`, with the labels of the navigation.
"""

import ast
import importlib
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("de",)
WRITTEN_AT = datetime(2026, 11, 22, tzinfo=UTC)
"""In the head of each file, which must not change with the day."""
SCOPE = (
    "config/portal/words",
    "config/portal/tags/times.py",
    "config/portal/tags/marks.py",
    "config/portal/undo.py",
    "incidents/context.py",
    "incidents/forms/what_if.py",
    "incidents/logic/audiences.py",
    "incidents/logic/condition_words.py",
    "incidents/logic/handing_back.py",
    "incidents/logic/lead.py",
    "incidents/logic/messages.py",
    "incidents/logic/milestones.py",
    "incidents/logic/outlook.py",
    "incidents/logic/policy_diff.py",
    "incidents/logic/policy_text.py",
    "incidents/logic/proof/words.py",
    "incidents/logic/rerouting.py",
    "incidents/logic/rule_words.py",
    "incidents/logic/rules.py",
    "incidents/logic/timeline.py",
    "incidents/logic/wordings.py",
    "incidents/operations",
    "incidents/queries/answering.py",
    "incidents/queries/authority.py",
    "incidents/queries/calls.py",
    "incidents/queries/ladder.py",
    "incidents/queries/rule_around.py",
    "incidents/queries/rules.py",
    "incidents/queries/what_if.py",
    "incidents/queries/who_hears.py",
    "incidents/tables/__init__.py",
    "incidents/views/answer.py",
    "incidents/views/rules.py",
    "rosters/enums.py",
    "rosters/logic/directory.py",
    "rosters/logic/whys.py",
)
"""What is said on the pages and in the messages that are translated: see docs/translating.md."""
SPEAKING = frozenset({"Sentence", "sentence", "phrase", "translated", "_plain"})
ONE, MANY, WITH_CONTEXT = frozenset({"gettext", "gettext_lazy", "_"}), "ngettext", "pgettext"


@dataclass(frozen=True, order=True)
class Entry:
    """One pattern; `plural` and `context` are empty where there is none."""

    msgid: str
    plural: str = ""
    context: str = ""


def found() -> set[Entry]:
    """Everything that the catalogue must know."""
    return {*_of_modules(), *_of_tables(), *_of_templates()}


def modules() -> Iterator[Path]:
    """The modules of SCOPE."""
    for one in SCOPE:
        path = ROOT / one
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _of_modules() -> Iterator[Entry]:
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for part in ast.walk(tree):
            if isinstance(part, ast.FunctionDef):
                names = _assigned(part)
                for node in ast.walk(part):
                    if isinstance(node, ast.Call):
                        yield from _of_call(node, names)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from _of_call(node, {})


def _assigned(part: ast.FunctionDef) -> dict[str, list[str]]:
    """The texts that a function gives a name before it says them."""
    names: dict[str, list[str]] = defaultdict(list)
    for node in ast.walk(part):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names[node.targets[0].id] += _constants(node.value, {})
    return names


def _of_call(call: ast.Call, names: Mapping[str, list[str]]) -> Iterator[Entry]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [_constants(one, names) for one in call.args]
    if not texts or not texts[0]:
        return
    if name in SPEAKING:
        context = next((_named(one.value) for one in call.keywords if one.arg == "context"), "")
        for text in texts[0]:
            yield from _each(text, context)
    elif name in ONE:
        yield from (Entry(text) for text in texts[0])
    elif name == WITH_CONTEXT:
        yield Entry(texts[1][0], context=texts[0][0])
    elif name == MANY:
        yield Entry(texts[0][0], plural=texts[1][0])


def _constants(node: ast.expr, names: Mapping[str, list[str]]) -> list[str]:
    """The text of an argument; both texts of a choice, and those of a name."""
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body, names), *_constants(node.orelse, names)]
    if isinstance(node, ast.Name):
        return names.get(node.id, [])
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _named(node: ast.expr) -> str:
    from rosters import enums  # noqa: PLC0415  # needs Django, which the command sets up first

    if isinstance(node, ast.Constant):
        return str(node.value)
    return str(getattr(enums, ast.unparse(node)))


def _each(text: str, context: str) -> Iterator[Entry]:
    from config.portal.sentences import each_sentence  # noqa: PLC0415  # needs Django, too

    if context:
        yield Entry(text, context=context)
        return
    for one in each_sentence(text):
        if _has_words(one):
            yield Entry(one)


def _has_words(text: str) -> bool:
    from config.portal.sentences import PLACEHOLDER  # noqa: PLC0415  # needs Django, too

    return any(sign.isalpha() for sign in PLACEHOLDER.sub("", text))


def _of_tables() -> Iterator[Entry]:
    from config.portal.sentences import SPOKEN  # noqa: PLC0415  # needs Django, too

    for path in modules():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        importlib.import_module(name.removesuffix(".__init__"))
    return (Entry(one) for one in SPOKEN if _has_words(one))


def _of_templates() -> Iterator[Entry]:
    from django.template import Engine  # noqa: PLC0415  # needs Django, too
    from django.template.base import Lexer, TokenType  # noqa: PLC0415  # needs Django, too

    engine = Engine.get_default()
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if "admin" in path.parts:  # Django's own, in its own words
            continue
        text = path.read_text(encoding="utf-8")
        if "translate" in text:
            yield from _of_nodes(_inside(engine.from_string(text).nodelist))
        for token in Lexer(text).tokenize():
            if token.token_type == TokenType.BLOCK and token.contents.startswith("nav "):
                yield Entry(token.split_contents()[3].strip('"'))


def _inside(found: object) -> Iterator[object]:
    """Every node of a template, also in the parts that our own tags keep."""
    from django.template.base import Node  # noqa: PLC0415  # needs Django, too

    if isinstance(found, Node):
        yield found
        for value in vars(found).values():
            yield from _inside(value)
    elif isinstance(found, Mapping):
        yield from _inside(list(found.values()))
    elif isinstance(found, list | tuple):
        for one in found:
            yield from _inside(one)


def _of_nodes(nodes: Iterable[object]) -> Iterator[Entry]:
    from django.templatetags.i18n import (  # noqa: PLC0415  # needs Django, too
        BlockTranslateNode,
        TranslateNode,
    )

    for node in nodes:
        if isinstance(node, TranslateNode):
            context = node.message_context
            said = str(
                node.filter_expression.var.literal
                if hasattr(node.filter_expression.var, "literal")
                else node.filter_expression.var
            )
            yield Entry(said.replace("%%", "%"), context=str(context.var) if context else "")
        elif isinstance(node, BlockTranslateNode):
            singular, _ = node.render_token_list(node.singular)
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Entry(_trimmed(node, singular), plural=_trimmed(node, plural))


def _trimmed(node: object, text: str) -> str:
    from django.utils.translation import trim_whitespace  # noqa: PLC0415  # needs Django, too

    return trim_whitespace(text) if getattr(node, "trimmed", False) else text


def place(language: str, ending: str) -> Path:
    return ROOT / "config" / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def read(language: str) -> Catalog:
    with place(language, "po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog, path: Path) -> None:
    with path.open("wb") as file:
        write_mo(file, catalog)


def renew(language: str) -> list[str]:
    """The catalogue knows what is said, and no more; what it lacks, in its own words."""
    old = read(language)
    fresh = Catalog(locale=language, project="Muster", charset="utf-8", fuzzy=False)
    fresh.header_comment = "# Muster in another language: see docs/translating.md."
    missing = []
    for one in sorted(found()):
        known = old.get((one.msgid, one.plural) if one.plural else one.msgid, one.context or None)
        said: Any = known.string if known else (("", "") if one.plural else "")
        if not all(said if one.plural else [said]):
            missing.append(one.msgid)
        msgid = (one.msgid, one.plural) if one.plural else one.msgid
        fresh.add(msgid, said, context=one.context or None)
    fresh.revision_date = fresh.creation_date = WRITTEN_AT
    with place(language, "po").open("wb") as file:
        write_po(file, fresh, width=100, omit_header=False)
    compiled(fresh, place(language, "mo"))
    return missing


def main() -> int:
    import django  # noqa: PLC0415  # only as a command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    lacks = {language: renew(language) for language in LANGUAGES}
    for language, missing in lacks.items():
        for one in missing:
            print(f"{language}: not translated yet: {one!r}")  # noqa: T201  # it is a command
    return int(any(lacks.values()))


if __name__ == "__main__":
    sys.exit(main())
