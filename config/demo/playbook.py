"""Six incident templates: five of one service, one of any. Data, and how it becomes rows."""

from dataclasses import dataclass

from config.demo.cast import Cast
from incidents.enums import PersonalData
from incidents.models import ImpactClass
from incidents.operations import templates
from incidents.operations.templates import Plan
from runbooks.models import Runbook

BY = "Amara"
CUSTOMERS, INTERNAL = "customer-facing", "internal"
SLOW, PRIVACY = "performance", "privacy-or-regulatory"
LEGAL, PRIVATE = "legal counsel", "privacy officer"
SUCCESS, SPONSOR, VENDORS = "customer success manager", "executive sponsor", "vendor manager"


@dataclass(frozen=True)
class Page:
    """One template of the demo, by names."""

    name: str
    service: str
    title: str
    summary: str
    severity: int
    impact: str
    symptoms: tuple[str, ...]
    containment: tuple[str, ...]
    evidence: tuple[str, ...]
    who: tuple[str, ...]
    personal_data: str = PersonalData.NO
    runbook: str = ""
    tools: tuple[str, ...] = ()


PAGES = (
    Page(
        "Card payments fail",
        "Payments",
        "Card payments fail",
        "Customers cannot pay by card. Other ways to pay work.",
        1,
        CUSTOMERS,
        (
            "More than 1 in 20 card payments is refused for ten minutes.",
            "Customers write that their card was declined twice.",
        ),
        (
            "Send card payments through the second bank, Bank of Tagus.",
            "Undo the last version of Payments if it is younger than a day.",
            "Hide the card on the payment page and leave the other ways open.",
        ),
        (
            "The share of refused payments for each bank, as a picture.",
            "Ten refused payments with their time and answer code.",
            "The list of changes of the last 24 hours.",
            "How many customers were refused, for the status update.",
        ),
        (SUCCESS, SPONSOR, VENDORS),
        runbook="Move EU cards to the second bank",
        tools=(
            "Refused payments by bank https://graphs.demo.muster.example/payments",
            "State of the main bank https://status.bank.example",
        ),
    ),
    Page(
        "Customers were charged twice",
        "Billing",
        "Some customers were charged twice",
        "Some customers see two charges for one order.",
        2,
        CUSTOMERS,
        ("Two invoices with one order number.", "Questions about double charges at support."),
        (
            "Stop the nightly run of invoices.",
            "Hold all refunds that go out by themselves until the list is checked.",
        ),
        (
            "The list of orders that were charged twice, with amounts.",
            "The log of the last run of invoices.",
        ),
        (SUCCESS, LEGAL),
    ),
    Page(
        "Checkout is slow",
        "Checkout",
        "Checkout is slow",
        "Customers wait for more than ten seconds before they can pay.",
        3,
        SLOW,
        ("Half of the pages take longer than four seconds.", "The basket is left more often."),
        (
            "Switch off the recommendations on the last page.",
            "Add two servers to Checkout.",
            "Ask Payments whether their answers are slow too.",
        ),
        (
            "Time to answer, page by page, for the last two hours.",
            "What is running in the database.",
        ),
        (SUCCESS,),
        runbook="Put the last version of the checkout back",
        tools=(
            "Time to answer https://graphs.demo.muster.example/checkout",
            "What runs in the database https://graphs.demo.muster.example/database",
        ),
    ),
    Page(
        "Personal data was seen by others",
        "Accounts",
        "Customers may see data of others",
        "",
        1,
        PRIVACY,
        ("A customer sees a name or an order that is not theirs.",),
        (
            "Switch the customer area to “We are working on it”.",
            "Sign everybody out.",
            "Do not delete anything: the law asks what was seen.",
        ),
        (
            "Who saw what, and since when.",
            "The stored pages of the shop front between us and the customers.",
            "The first report, word for word.",
        ),
        (PRIVATE, LEGAL, SPONSOR),
        PersonalData.YES,
        tools=("Who signed in, and from where",),
    ),
    Page(
        "E-mails to customers are not going out",
        "Notifications",
        "E-mails to customers are not going out",
        "Order confirmations and new passwords arrive late.",
        3,
        CUSTOMERS,
        ("More than 5,000 e-mails wait.", "Nobody has opened an e-mail for 15 minutes."),
        ("Send through the second mail provider.", "Send new passwords first."),
        ("How many e-mails wait, and the oldest.", "The answers of the mail provider."),
        (SUCCESS, VENDORS),
        runbook="E-mails are stuck in the queue",
        tools=("The queue https://graphs.demo.muster.example/mail",),
    ),
    Page(
        "A tool of our own is down",
        "",
        "A tool that only colleagues use is down",
        "",
        4,
        INTERNAL,
        ("Colleagues cannot sign in, or see an error.",),
        ("Say on the company channel what still works.", "Undo the last change to the tool."),
        ("What colleagues see, as a picture.", "Since when, and how many."),
        (),
    ),
)


def build(cast: Cast) -> None:
    """The templates stand, written by somebody who may."""
    kinds = {one.slug: one.pk for one in ImpactClass.objects.all()}
    runbooks = {one.title: one.pk for one in Runbook.objects.all()}
    for page in PAGES:
        plan = Plan(
            name=page.name,
            title=page.title,
            service_id=cast.services[page.service].pk if page.service else None,
            symptoms="\n".join(page.symptoms),
            summary=page.summary,
            severity=page.severity,
            impact_id=kinds[page.impact],
            personal_data=page.personal_data,
            containment="\n".join(page.containment),
            evidence="\n".join(page.evidence),
            runbook_id=runbooks[page.runbook] if page.runbook else None,
            tools="\n".join(page.tools),
            stakeholders=tuple(cast.roles[name] for name in page.who),
        )
        templates.make(plan, by=cast.people[BY])
