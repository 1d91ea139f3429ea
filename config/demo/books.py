"""The runbooks of the demo organisation, each with every version it has had. Data only."""

from dataclasses import dataclass

from runbooks.enums import StepKind

CHECK, DO, TELL, DECIDE = StepKind.CHECK, StepKind.DO, StepKind.TELL, StepKind.DECIDE


@dataclass(frozen=True)
class Line:
    """One step."""

    kind: StepKind
    text: str
    expected: str = ""
    command: str = ""
    undo: str = ""


@dataclass(frozen=True)
class Text:
    """One version: how many days ago, by whom, why, and all its steps."""

    days_ago: int
    by: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Book:
    """One runbook, its versions oldest first."""

    service: str
    title: str
    when: str
    texts: tuple[Text, ...]


SECOND_BANK = (
    Line(
        CHECK,
        "Check that the second bank is accepting cards",
        "Its page says “accepting”, and the last test payment went through.",
        "pay bank status second",
    ),
    Line(TELL, "Tell Customer Success before you switch", "They know what to say to customers."),
    Line(
        DO,
        "Send 10% of EU cards to the second bank",
        "After 2 minutes about 1 in 10 payments goes there.",
        "pay route eu-cards 10%",
        "pay route eu-cards 0%",
    ),
    Line(
        DECIDE, "Did failures drop below 1%? Then go on, else undo", "You have watched 5 minutes."
    ),
    Line(
        DO,
        "Send 100%, then mark the incident contained",
        "Failures stay below 1% for 10 minutes.",
        "pay route eu-cards 100%",
        "pay route eu-cards 0%",
    ),
)

BOOKS = [
    Book(
        "Payments",
        "Move EU cards to the second bank",
        "Card payments in the EU fail, and the main bank cannot say when it ends.",
        (
            Text(160, "Jonas", "First version.", (SECOND_BANK[2], SECOND_BANK[4])),
            Text(
                88,
                "Mei",
                "We now check the second bank first: it was closed in the drill.",
                (SECOND_BANK[0], *SECOND_BANK[2:]),
            ),
            Text(
                35,
                "Jonas",
                "Customer Success asked to hear of it before the switch, not after.",
                SECOND_BANK,
            ),
        ),
    ),
    Book(
        "Notifications",
        "E-mails are stuck in the queue",
        "More than 100 e-mails wait, and the number grows.",
        (
            Text(
                120,
                "Nadia",
                "First version.",
                (Line(DO, "Restart the sender", "", "systemctl restart mail-sender"),),
            ),
            Text(
                52,
                "Ben",
                "A restart alone hid a full disk twice. Look first.",
                (
                    Line(
                        CHECK,
                        "Look at the queue length for ten minutes",
                        "It grows, or stands still.",
                        "mailq --watch",
                    ),
                    Line(CHECK, "Look at the disk of the sender", "Less than 90% full.", "df -h /"),
                    Line(
                        DO,
                        "Restart the sender",
                        "The queue shrinks within 2 minutes.",
                        "systemctl restart mail-sender",
                    ),
                    Line(CHECK, "Check that the queue shrinks", "", "mailq --watch"),
                    Line(TELL, "Tell Customer care how many e-mails are late"),
                ),
            ),
        ),
    ),
    Book(
        "Checkout",
        "Put the last version of the checkout back",
        "Customers cannot finish an order, and a new version went live within the hour.",
        (
            Text(
                101,
                "Lena",
                "First version.",
                (
                    Line(CHECK, "Find the version that is live", "", "shop release show checkout"),
                    Line(DO, "Put the version before back", "", "shop release back checkout"),
                ),
            ),
            Text(
                18,
                "Lena",
                "Added the basket: the two must fit each other.",
                (
                    Line(
                        CHECK,
                        "Find the version that is live",
                        "It changed less than an hour ago.",
                        "shop release show checkout",
                    ),
                    Line(DECIDE, "Did the basket change too? Then put both back together"),
                    Line(
                        DO,
                        "Put the version before back",
                        "Orders go through within 3 minutes.",
                        "shop release back checkout",
                        "shop release forward checkout",
                    ),
                    Line(CHECK, "Place a test order with a code", "You get an order number."),
                    Line(TELL, "Tell the team whose change it was, in the incident"),
                ),
            ),
        ),
    ),
    Book(
        "Accounts",
        "Customers cannot sign in",
        "Sign-ins drop by half within five minutes.",
        (
            Text(
                74,
                "Grace",
                "First version.",
                (
                    Line(CHECK, "Try to sign in yourself, on a phone and on a screen"),
                    Line(CHECK, "Look at the session store", "It answers.", "accounts store ping"),
                    Line(
                        DO,
                        "Move sessions to the second store",
                        "Sign-ins come back in a minute. Customers stay signed in.",
                        "accounts store use second",
                        "accounts store use first",
                    ),
                    Line(DECIDE, "Still failing? Then call the lead of Platform"),
                ),
            ),
        ),
    ),
    Book(
        "Search",
        "Search is empty or shows old prices",
        "Customers find nothing, or prices of yesterday.",
        (
            Text(
                66,
                "Aiko",
                "First version.",
                (
                    Line(CHECK, "Look at the age of the price list", "Under a day.", "prices age"),
                    Line(
                        DO,
                        "Build the index again",
                        "It takes about 12 minutes.",
                        "search index rebuild",
                    ),
                    Line(TELL, "Tell Customer care that prices may be old until then"),
                ),
            ),
            Text(
                21,
                "Marta",
                "Half an index is worse than none: switch back first.",
                (
                    Line(CHECK, "Look at the age of the price list", "Under a day.", "prices age"),
                    Line(
                        DO,
                        "Use the index of yesterday",
                        "Search finds products within a minute.",
                        "search index use yesterday",
                        "search index use today",
                    ),
                    Line(DO, "Build the index again", "About 12 minutes.", "search index rebuild"),
                    Line(TELL, "Tell Customer care that prices may be old until then"),
                ),
            ),
        ),
    ),
    Book(
        "Network",
        "Move the shop to the second hosting site",
        "The main site has not answered for ten minutes, and the supplier has no time for an end.",
        (
            Text(
                140,
                "Sam",
                "First version.",
                (
                    Line(DECIDE, "The incident commander decides. It cannot be undone for 1 hour"),
                    Line(DO, "Point the shop's name at the second site", "", "dns shop use second"),
                ),
            ),
            Text(
                58,
                "Dmitri",
                "After the drill: read-only first, so that no order is lost.",
                (
                    Line(DECIDE, "The incident commander decides. It cannot be undone for 1 hour"),
                    Line(TELL, "Tell the duty executive before you start"),
                    Line(DO, "Make the shop read-only", "No new orders.", "shop mode read"),
                    Line(DO, "Point the shop's name at the second site", "", "dns shop use second"),
                    Line(CHECK, "Open the shop from outside", "It answers from the second site."),
                    Line(DO, "Take orders again", "The first order arrives.", "shop mode open"),
                ),
            ),
        ),
    ),
    Book(
        "Orders",
        "Orders are not taken in",
        "The count of orders stands still for five minutes in opening hours.",
        (
            Text(
                47,
                "Marcus",
                "First version.",
                (
                    Line(CHECK, "Compare payments and orders", "Both move.", "orders compare 15m"),
                    Line(
                        DO,
                        "Let the waiting line take orders",
                        "Customers see “we have your order”.",
                        "orders line on",
                        "orders line off",
                    ),
                    Line(CHECK, "Count what waits", "It shrinks.", "orders line count"),
                    Line(TELL, "Tell the warehouse that orders come late, then all at once"),
                ),
            ),
        ),
    ),
    Book(
        "Delivery tracking",
        "Parcels do not move on the tracking page",
        "No parcel has changed its state for an hour.",
        (
            Text(
                39,
                "Rahul",
                "First version.",
                (
                    Line(CHECK, "Ask the supplier's status page", "It says “working”."),
                    Line(DO, "Fetch the last two hours again", "", "tracking fetch 2h"),
                    Line(TELL, "Write the notice on the tracking page", "Customers see it."),
                ),
            ),
        ),
    ),
    Book(
        "Warehouse stock",
        "The shop sells what is not there",
        "The count in the shop and in the warehouse differ by more than 2%.",
        (
            Text(
                80,
                "Anita",
                "First version.",
                (
                    Line(CHECK, "Compare the two counts", "They differ.", "stock compare"),
                    Line(
                        DO,
                        "Hide products with fewer than 5 pieces",
                        "They vanish within a minute.",
                        "stock hide-below 5",
                        "stock hide-below 0",
                    ),
                    Line(DO, "Count again", "About 20 minutes.", "stock recount"),
                ),
            ),
        ),
    ),
    Book(
        "Data warehouse",
        "The nightly reports did not run",
        "It is 08:00 and there is no report of yesterday.",
        (
            Text(
                95,
                "Hugo",
                "First version.",
                (
                    Line(CHECK, "Look which step stopped", "", "night status"),
                    Line(DO, "Start from that step", "Done within 40 minutes.", "night resume"),
                    Line(TELL, "Tell the teams that wait for it when it will be there"),
                ),
            ),
        ),
    ),
    Book(
        "Customer chat",
        "Chat does not open",
        "Customers see the chat button, and nothing opens.",
        (
            Text(
                29,
                "Elif",
                "First version.",
                (
                    Line(
                        DO,
                        "Show the contact form instead",
                        "",
                        "chat fallback on",
                        "chat fallback off",
                    ),
                    Line(CHECK, "Look at the sign-in of the chat", "It answers.", "chat ping"),
                    Line(TELL, "Tell Customer care to watch the form"),
                ),
            ),
        ),
    ),
    Book(
        "Staff sign-in",
        "Somebody's account may be in wrong hands",
        "A colleague or a tool reports a sign-in that was not them.",
        (
            Text(
                110,
                "Viktor",
                "First version.",
                (
                    Line(DO, "Lock the account", "Every session ends.", "staff lock NAME"),
                    Line(TELL, "Call the person on a known number, not in chat"),
                ),
            ),
            Text(
                12,
                "Chloe",
                "The privacy officer decides about reports to authorities, so call early.",
                (
                    Line(DO, "Lock the account", "Every session ends.", "staff lock NAME"),
                    Line(TELL, "Call the person on a known number, not in chat"),
                    Line(
                        CHECK,
                        "List what the account opened in the last day",
                        "",
                        "staff trail NAME",
                    ),
                    Line(DECIDE, "Personal data opened? Then call the privacy officer at once"),
                    Line(DO, "Give the person new keys", "They sign in from a clean device."),
                ),
            ),
        ),
    ),
]
