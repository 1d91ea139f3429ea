"""What every page of the admin has: guarded deletes, clear answers to nonsense, plain words."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import BadRequest, ValidationError
from django.db import connection, router
from django.db.models import Field, Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.portal import clock, words
from config.portal.admin_words import NOTICES, Inlines, list_problems, problems
from config.portal.named import rows_that_name
from config.portal.sentences import Sentence


@dataclass(frozen=True)
class Pointing:
    """How rows that stand in the way are spoken of: "3 steps of rules call {it}".

    {it} is what they need: a person, or something. `still` narrows to those that count when
    somebody leaves; `page` is the admin list to go to.
    """

    one: str
    many: str
    page: str = ""
    still: Q | None = None

    def counted(self, number: int, *, it: str) -> str:
        return f"{number} {(self.one if number == 1 else self.many).format(it=it)}"


POINTING: dict[str, Pointing] = {}
"""By model; each app's admin adds its own."""


def pointing(**rows: Pointing) -> None:
    """Add how rows of "app_model" are spoken of when they stand in the way."""
    POINTING.update(rows)


SPOKEN: dict[str, tuple[str, str]] = {"rosters_matrixentry": ("contact", "contacts")}
"""What one row of a model is called and what many, where its own name is not what people say."""

Facts = Callable[[Any], Iterable[str]]
BESIDES: dict[str, list[Facts]] = {}
"""By model: what else is true when a row of it goes, as sentences. Apps add what they know."""


def besides(label: str, facts: Facts) -> None:
    """Let `facts` speak before a row of "app_model" is deleted."""
    BESIDES.setdefault(label, []).append(facts)


IT = {"rosters_person": "this person", "rosters_stakeholderrole": "this role"}
YEARS = range(1, 10_000)
MOST_NAMED = 20
"""So many rows one address names."""


def _with_problems(page: HttpResponse) -> HttpResponse:
    """What is wrong with the rows of a list stands above, as on every page; Django says it last."""
    context = page.context_data if isinstance(page, TemplateResponse) else None
    rows = context["cl"].formset if context and "cl" in context else None
    if context and rows and rows.errors:
        context["problems"] = list_problems(rows)
        rows._errors = []  # noqa: SLF001  # its template would say so in its own words
    return page


def _asks_for_no_date(request: HttpRequest) -> bool:
    """Whether the address asks for a year, month or day that no calendar has."""
    parts = ("__year", "__month", "__day")
    asked = [request.GET.get(name, "") for name in request.GET if name.endswith(parts)]
    return any(not _is_number(one) or int(one) not in YEARS for one in asked)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 4  # as many digits as a year has


class PlainAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # one class for many models
    """A list and a form in plain words. `one_is_called` what people call a row.

    `lead` says under the list's heading what it is for, `why_fixed` under a row's heading why it
    cannot be changed here. With `asks_why` a deletion asks for a reason. With `stays_while_named`
    nothing goes along with a row: as long as others name it, it stays.
    """

    lead = ""
    one_is_called = ""
    stays_while_named = False
    asks_why = False
    why_fixed = "To read here. Your account may not change it."
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER

    def get_actions(self, request: HttpRequest) -> Any:  # noqa: ANN401  # Django's signature
        """Deleting by the name that people use."""
        found: Any = super().get_actions(request)
        if "delete_selected" in found:
            act, name, _ = found["delete_selected"]
            found["delete_selected"] = (act, name, "Delete them")
        return found

    def get_action_choices(self, request: HttpRequest, default_choices: Any = None) -> Any:  # noqa: ANN401  # as above
        """What can be done, after a word that says to choose."""
        return super().get_action_choices(request, default_choices or [("", "Choose what to do")])

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address fills in beforehand; an id that cannot be one is no page."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        for name, value in initial.items():
            field = next((one for one in _fields(self.model) if one.name == name), None)
            if field is not None and (field.many_to_one or field.many_to_many):
                for one in value if isinstance(value, list) else [value]:
                    _checked(field.related_model, one)
        return initial

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401  # Django's signature
        """A slug by a name that people know."""
        if db_field.name == "slug":
            kwargs |= {"label": "Short address", "help_text": "The end of its page's address."}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # a class Django makes
        """Labels without a colon behind them."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.label_suffix = property(lambda _: "", lambda _, __: None)
        return form

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Nothing is done to rows that cannot exist, or are gone; the list says so."""
        if _asks_for_no_date(request):
            raise BadRequest("No calendar has that date.")
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if not all(_is_key(self.model, one) for one in chosen):
            text = "One of the chosen rows does not exist. Choose again."
            self.message_user(request, text, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        gone = len(chosen) - self.get_queryset(request).filter(pk__in=chosen).count()
        if gone > 0:
            are = "One of the chosen rows is" if gone == 1 else f"{gone} of the chosen rows are"
            text = f"{are} gone: somebody deleted what you chose."
            self.message_user(request, text, messages.WARNING)
        one, many = (_counted_name(self.model, number) for number in (1, 2))
        said = {"title": many[:1].upper() + many[1:], "row_word": one, "rows_word": many}
        return _with_problems(super().changelist_view(request, said | (extra_context or {})))

    def message_user(
        self,
        request: HttpRequest,
        message: Any,  # noqa: ANN401  # Django's signature
        *args: Any,  # as above
        **kwargs: Any,  # as above
    ) -> None:
        """A notice; Django's own in our words."""
        super().message_user(request, NOTICES.get(str(message), message), *args, **kwargs)

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Django's signature
        """The rows inside a form, which say how to add one in our words."""
        found = super().get_inline_formsets(*args, **kwargs)
        for one in found:
            one.__class__ = Inlines  # Django names the class where nothing can be put in its place
        return found

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        *args: Any,  # Django's signature
        **kwargs: Any,  # as above
    ) -> HttpResponse:
        """The form; what is wrong with it stands above, as on every page."""
        wrong = context["errors"] and problems(
            context["adminform"].form, context["inline_admin_formsets"]
        )
        context |= {"problems": wrong or (), "errors": ()}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:  # noqa: ANN401  # Django's signature
        """The row; whoever presses at the same time waits, and then sees what came of it."""
        is_press = request.method == "POST" and connection.in_atomic_block
        if is_press and from_field is None and _is_key(self.model, object_id):
            rows = self.model._default_manager.filter(pk=object_id)  # noqa: SLF001  # Django's name
            rows.select_for_update(no_key=True, of=("self",)).first()
        return super().get_object(request, object_id, from_field)

    def _get_obj_does_not_exist_redirect(
        self,
        request: HttpRequest,
        opts: Any,  # noqa: ANN401  # Django's signature
        object_id: str,  # noqa: ARG002  # as above
    ) -> HttpResponse:
        """What a form was to change is gone: what was typed is shown. Else a word on the list."""
        match = request.resolver_match
        if request.method == "POST" and match and str(match.url_name).endswith("_change"):
            raise self.model.DoesNotExist
        text = f"This {opts.verbose_name} is not there. Somebody may have deleted it."
        self.message_user(request, text, messages.WARNING)
        page = f"{opts.app_label}_{opts.model_name}" if self.has_view_permission(request) else ""
        return HttpResponseRedirect(_address(page) or reverse("admin:index"))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The question before a deletion, with what else is true then."""
        row = self.get_object(request, object_id) if _is_key(self.model, object_id) else None
        known = BESIDES.get(_label(self.model), []) if row is not None else []
        said = [sentence for facts in known for sentence in facts(row)]
        return super().delete_view(
            request, object_id, {"besides": said, "asks_why": self.asks_why} | (extra_context or {})
        )

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        """What would go, and in sentences what stands in the way."""
        objs = list(objs)
        found, _, lacking, protected = super().get_deleted_objects(objs, request)
        if self.stays_while_named:
            if request.method == "POST" and connection.in_atomic_block:
                keys = [one.pk for one in objs]  # nobody names it between the look and the press
                list(self.model._default_manager.select_for_update().filter(pk__in=keys))  # noqa: SLF001  # Django's name
            by_name = _needs(rows_that_name(objs), objs) if objs else []
            return found, {}, set() if by_name else lacking, by_name
        if protected:  # what needs it says more than whose rows would go with it
            return found, {}, set(), in_the_way(objs)
        return found, _goes_too(objs), lacking, []


def page_of(view: str, field: str) -> Callable[[Any], str | None]:
    """For `view_on_site`: where people read a row; nothing while that page does not exist."""

    def address(row: object) -> str | None:
        try:
            return reverse(view, args=[getattr(row, field)])
        except NoReverseMatch:
            return None

    return address


def said(sentences: Sentence | Iterable[Sentence]) -> SafeString:
    """Sentences for whoever reads the admin, each on a line of its own."""
    zone, now = timezone.get_current_timezone(), clock.show_now()
    if isinstance(sentences, Sentence):
        return words.as_html(sentences, zone=zone, now=now)
    lines = [(words.as_html(one, zone=zone, now=now),) for one in sentences]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))


def in_the_way(objs: list[Model]) -> list[SafeString]:
    """Why these cannot be deleted: one sentence for each sort of row that needs them."""
    if not objs:
        return []
    using = router.db_for_write(type(objs[0]))
    collector = NestedObjects(using=using, origin=objs)
    collector.collect(objs)
    return _needs(Counter(type(row) for row in collector.protected), objs)


def _needs(counts: Counter[type[Model]], rows: Sequence[Model]) -> list[SafeString]:
    """One sentence for each sort of row, in one order."""
    found = sorted(counts.items(), key=lambda pair: _label(pair[0]))
    return [in_words(model, number, it=_it(rows[0]), rows=rows) for model, number in found]


def _goes_too(objs: list[Any]) -> dict[str, int]:
    """What else would go with these, in words; rows that only tie two things are not worth one."""
    if not objs:
        return {}
    collector = NestedObjects(using=router.db_for_write(type(objs[0])), origin=objs)
    collector.collect(objs)
    found: dict[str, int] = {}
    gone: dict[Any, Any] = collector.model_objs
    for model, rows in gone.items():
        others = len(rows) - (len(objs) if model is type(objs[0]) else 0)
        if others and not model._meta.auto_created:  # noqa: SLF001  # public in spite of its name
            found[_counted_name(model, others)] = others
    return found


def _counted_name(model: type[Model], number: int) -> str:
    """What rows of a model are called, one or many."""
    known = SPOKEN.get(_label(model))
    if known:
        return known[0] if number == 1 else known[1]
    meta = model._meta  # noqa: SLF001  # public in spite of its name
    return str(meta.verbose_name if number == 1 else meta.verbose_name_plural)


def held_by(person: Model) -> list[SafeString]:
    """What somebody who leaves still holds, as sentences with links; one query for each sort."""
    said = []
    for label, speech in POINTING.items():
        if speech.still is None:
            continue
        relations = [
            one
            for one in person._meta.related_objects  # noqa: SLF001  # public in spite of its name
            if _label(one.related_model) == label and one.field.editable
        ]
        mine = Q(pk__in=[])
        for relation in relations:
            mine |= Q(**{relation.field.name: person})
        if relations:
            manager = relations[0].related_model._default_manager  # noqa: SLF001  # Django's name
            number = manager.filter(mine).filter(speech.still).count()
            model = relations[0].related_model
            said += [in_words(model, number, it=_it(person), rows=[person])] if number else []
    return said


def in_words(model: type[Model], number: int, *, it: str, rows: Sequence[Model] = ()) -> SafeString:
    """How so many rows of a model stand in the way of `it`, with the way to them.

    The list is narrowed to what names `rows`, where it can be.
    """
    speech = POINTING.get(_label(model))
    if speech is None:
        name = _counted_name(model, number)
        return format_html("{} {} {} {}.", number, name, "needs" if number == 1 else "need", it)
    address = _address(speech.page)
    if not address:
        return format_html("{}.", speech.counted(number, it=it))
    change = "Change it" if number == 1 else "Change them"
    text = speech.counted(number, it=it)
    if speech.page == _label(model):
        address += _narrowed(model, rows)
    return format_html(
        '{}. <a href="{}">{}<span class="vh">: {}</span></a>', text, address, change, text
    )


def _narrowed(model: type[Model], rows: Sequence[Model]) -> str:
    """What narrows the list of a model to those that name one of the rows; nothing where several
    of its columns may name them."""
    named = [
        one.name
        for one in _fields(model)
        if (one.many_to_one or one.one_to_one) and rows and one.related_model is type(rows[0])
    ]
    keys = ",".join(str(row.pk) for row in rows[:MOST_NAMED])
    return f"?{named[0]}__id__in={keys}" if len(named) == 1 and len(rows) <= MOST_NAMED else ""


def _it(row: Model) -> str:
    return IT.get(_label(type(row)), "it")


def _address(page: str) -> str:
    try:
        return reverse(f"admin:{page}_changelist") if page else ""
    except NoReverseMatch:
        return ""


def _label(model: type[Model]) -> str:
    meta = model._meta  # noqa: SLF001  # public in spite of its name
    return f"{meta.app_label}_{meta.model_name}"


def _fields(model: type[Model]) -> list[Any]:
    return [one for one in model._meta.get_fields() if isinstance(one, Field)]  # noqa: SLF001  # as above


def _is_key(model: type[Model], text: str) -> bool:
    try:
        model._meta.pk.to_python(text)  # noqa: SLF001  # as above
    except (ValidationError, ValueError, OverflowError):
        return False
    return len(text) <= 60


def _checked(model: type[Model], text: object) -> None:
    if text and not _is_key(model, str(text)):
        raise Http404("That id cannot be one.")
