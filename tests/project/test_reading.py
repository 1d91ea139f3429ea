"""Every page outside the admin is read by anybody: grade 6, as it really stands on the page.

Names of people, services and roles are a company's own, so short words stand for them.
"""

import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.portal import clock
from tests.pages import Everything, addresses, one_of_everything
from tests.project.prose import prose
from tests.project.readable import grade, words_of
from tests.world import build

pytestmark = pytest.mark.django_db(transaction=True)

GRADE = 6.0
FEWEST_WORDS = 25
"""With fewer words on a page one long one decides."""
FOR_BUILDERS = ("styleguide", "api_guide")
OWN = (
    (re.compile(r"\b(Alice|Bob|Carol|Dora|Erin|Frank)( Example)?\b"), "Mei"),
    (re.compile(r"\b([Ii]ncident commander|[Ee]ngineering director)\b"), "lead"),
    (re.compile(r"\bPayments( on call)?\b"), "Shop"),
    (re.compile(r"\bINC-\d+\b"), "It"),
)


def of_ours(said: list[str]) -> str:
    """All of it, with a short word for each name that a company chose."""
    text = " ".join(said)
    for name, short in OWN:
        text = name.sub(short, text)
    return text


def with_answers(everything: Everything) -> Iterator[tuple[str, str]]:
    """Pages of the rules that say something only once they are asked."""
    rule = reverse("incidents:rule", args=[everything.service.slug])
    for severity in (1, 2, 3, 4):
        for audience in ("responder", "customers", "executive", "legal"):
            yield f"rule {severity} {audience}", f"{rule}?severity={severity}&as={audience}"
    tried = f"{reverse('incidents:try')}?service={everything.service.slug}&at=2026-11-24T03:00"
    for asked in ("", "&answers=1&after=4", "&answers=2&personal_data=on", "&down=phone"):
        yield f"try {asked}", f"{tried}&severity=1{asked}"
    version = everything.world.version.pk
    yield "replay", f"{reverse('incidents:replay')}?version={version}"


def test_every_page_is_read_by_anybody(client: Client, subtests: pytest.Subtests) -> None:
    now = clock.act_now()
    everything = one_of_everything(build(now), now=now)
    call_command("glossary", verbosity=0)
    carol = everything.world.carol
    carol.is_superuser = carol.is_staff = True
    carol.save()
    client.force_login(carol)
    read = 0
    for name, address in [*addresses(everything).items(), *with_answers(everything)]:
        answer = client.get(address)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        if name in FOR_BUILDERS or answer.status_code != 200 or not is_page:
            continue
        said = prose(answer.content.decode())
        text = of_ours(said)
        if len(words_of(text)) < FEWEST_WORDS:
            continue
        read += 1
        with subtests.test(name):
            hardest = sorted(said, key=lambda one: grade(of_ours([one])), reverse=True)[:5]
            assert grade(text) <= GRADE, (round(grade(text), 2), hardest)
    assert read > 80, "most pages say nothing any more"
