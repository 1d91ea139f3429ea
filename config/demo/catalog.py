"""What the demo organisation runs: its services and what they need. Data only."""

from dataclasses import dataclass

from rosters.enums import Tier

ALWAYS = "Every day, all day"
OFFICE = "Monday to Friday, 08:00 to 18:00 London"
SHOP = "Every day, 06:00 to 24:00 Berlin"


@dataclass(frozen=True)
class Entry:
    """One service: its owner, what customers notice when it breaks, and what it needs."""

    name: str
    team: str
    tier: Tier
    impact: str
    needs: tuple[str, ...] = ()
    backup_owner: str = ""
    region: str = ""
    hours: str = ALWAYS
    vendors: tuple[str, ...] = ()
    roster: str = ""
    """Who is called; the team's own roster when empty."""


LABELS = {
    "Payments": ["card data", "europe"],
    "Fraud checks": ["card data"],
    "Billing": ["card data", "europe"],
    "Checkout": ["card data", "shop"],
    "Basket": ["shop"],
    "Search": ["shop"],
    "Accounts": ["personal data"],
    "Data warehouse": ["personal data", "europe"],
    "Seller portal": ["sellers"],
}
"""Words to find a service by."""

ONE, TWO, THREE = Tier.CRITICAL, Tier.IMPORTANT, Tier.SUPPORTING

SERVICES = [
    Entry(
        "Payments",
        "Payments",
        ONE,
        "Customers cannot pay.",
        ("Fraud checks", "Network"),
        "Mei",
        vendors=(
            "Nordbank, card acquirer: +49 30 5550 901, contract 4471",
            "Bank of Tagus, second acquirer: +351 21 555 0902",
        ),
    ),
    Entry(
        "Fraud checks",
        "Payments",
        ONE,
        "Good orders are refused, or bad ones go through.",
        ("Accounts", "Data warehouse"),
        "Priya",
        vendors=("Clearsight, risk scores: +44 20 7946 0911",),
    ),
    Entry(
        "Billing",
        "Payments",
        TWO,
        "Invoices are late or wrong.",
        ("Payments", "Notifications"),
        "Daniela",
    ),
    Entry(
        "Gift cards",
        "Payments",
        THREE,
        "Customers cannot use their gift cards.",
        ("Payments",),
        "Hana",
    ),
    Entry(
        "Checkout",
        "Storefront",
        ONE,
        "Customers cannot finish an order.",
        ("Payments", "Basket", "Accounts"),
        "Aiko",
    ),
    Entry(
        "Basket",
        "Storefront",
        ONE,
        "Customers lose what they put into the basket.",
        ("Pricing", "Warehouse stock"),
        "Theo",
    ),
    Entry(
        "Search",
        "Storefront",
        TWO,
        "Customers cannot find products.",
        ("Product catalog",),
        "Marta",
    ),
    Entry(
        "Product catalog",
        "Storefront",
        ONE,
        "Customers see no products, or wrong ones.",
        ("Image store",),
        "Zoe",
    ),
    Entry(
        "Pricing",
        "Storefront",
        TWO,
        "Customers see old or wrong prices.",
        ("Data warehouse",),
        "",
    ),
    Entry(
        "Mobile app",
        "Storefront",
        ONE,
        "Customers cannot shop on their phones.",
        ("Accounts", "Checkout", "Search"),
        "Yuki",
    ),
    Entry(
        "Notifications",
        "Messaging",
        TWO,
        "E-mails and texts arrive late.",
        ("Network",),
        "Ben",
        vendors=("Postlane, e-mail: support line +44 20 7946 0921, contract 88-12",),
    ),
    Entry(
        "Customer chat",
        "Messaging",
        TWO,
        "Customers cannot write to us.",
        ("Accounts",),
        "Elif",
        hours=SHOP,
    ),
    Entry(
        "Newsletter",
        "Messaging",
        THREE,
        "The weekly offers are late.",
        ("Notifications",),
        "",
        hours=OFFICE,
    ),
    Entry(
        "Accounts",
        "Platform",
        ONE,
        "Customers cannot sign in.",
        ("Network",),
        "Grace",
    ),
    Entry(
        "Network",
        "Platform",
        ONE,
        "Nothing of ours can be reached.",
        (),
        "Dmitri",
        vendors=("Larkfield Hosting: +49 30 5550 931, customer 20417",),
    ),
    Entry(
        "Image store",
        "Platform",
        TWO,
        "Pictures of products are missing.",
        ("Network",),
        "Arjun",
    ),
    Entry(
        "Build system",
        "Platform",
        THREE,
        "Customers notice nothing. Our teams cannot release.",
        ("Network",),
        "",
        hours=OFFICE,
    ),
    Entry(
        "Orders",
        "Orders",
        ONE,
        "Orders are not taken in.",
        ("Payments", "Warehouse stock", "Notifications"),
        "Sofia",
    ),
    Entry(
        "Returns",
        "Orders",
        TWO,
        "Customers cannot send things back.",
        ("Orders", "Billing"),
        "Rachel",
        hours=SHOP,
    ),
    Entry(
        "Seller portal",
        "Orders",
        TWO,
        "Sellers cannot see their orders.",
        ("Orders", "Accounts"),
        "Diego",
        region="US",
    ),
    Entry(
        "Delivery tracking",
        "Delivery",
        TWO,
        "Customers cannot see where their parcel is.",
        ("Orders", "Notifications"),
        "Rahul",
        vendors=("Brightparcel, tracking feed: +65 5550 0941",),
    ),
    Entry(
        "Warehouse stock",
        "Delivery",
        ONE,
        "The shop sells what is not there.",
        ("Network",),
        "Vikram",
        region="IN",
    ),
    Entry(
        "Data warehouse",
        "Data",
        THREE,
        "Reports are late for our own teams.",
        ("Network",),
        "Hugo",
        hours=OFFICE,
    ),
    Entry(
        "Staff sign-in",
        "Security",
        TWO,
        "Colleagues cannot sign in to their tools.",
        ("Network",),
        "Chloe",
    ),
]

WITHOUT_OWN_RULE = {"Build system"}
"""Its incidents go by the company's catch-all: one service whose readiness has a hole."""

DEFAULT_SERVICE = "Payments"


def roster_of(entry: Entry) -> str:
    return entry.roster or entry.team
