"""Who works at the demo organisation, an online shop with colleagues in four regions. Data only."""

BERLIN = ("Europe/Berlin", "DE-BE")
HAMBURG = ("Europe/Berlin", "DE-HH")
LISBON = ("Europe/Lisbon", "PT")
LONDON = ("Europe/London", "GB")
DUBLIN = ("Europe/Dublin", "IE")
NEW_YORK = ("America/New_York", "US-NY")
DENVER = ("America/Denver", "US-CO")
TOKYO = ("Asia/Tokyo", "JP")
BENGALURU = ("Asia/Kolkata", "IN-KA")
SINGAPORE = ("Asia/Singapore", "SG")

PEOPLE = [
    # full name, short name, place
    ("Amara Diallo", "Amara", BERLIN),
    ("Jonas Weber", "Jonas", BERLIN),
    ("Mei Tan", "Mei", BERLIN),
    ("Ben Carter", "Ben", LONDON),
    ("Nadia Haddad", "Nadia", BERLIN),
    ("Lena Fischer", "Lena", HAMBURG),
    ("Aiko Mori", "Aiko", TOKYO),
    ("Tomás Rivera", "Tomás", NEW_YORK),
    ("Sam Okafor", "Sam", LONDON),
    ("Priya Raman", "Priya", BENGALURU),
    ("Ines Duarte", "Ines", LISBON),
    ("Olivia Brooks", "Olivia", LONDON),
    ("Felix Brandt", "Felix", BERLIN),
    ("Daniela Costa", "Daniela", LISBON),
    ("Oskar Lindholm", "Oskar", BERLIN),
    ("Hana Suzuki", "Hana", TOKYO),
    ("Karim Benali", "Karim", BERLIN),
    ("Elif Aydin", "Elif", HAMBURG),
    ("Paul Neumann", "Paul", BERLIN),
    ("Marta Silva", "Marta", LISBON),
    ("Theo Lambert", "Theo", BERLIN),
    ("Yuki Tanaka", "Yuki", TOKYO),
    ("Carlos Mendez", "Carlos", DENVER),
    ("Zoe Papadaki", "Zoe", BERLIN),
    ("Grace Obi", "Grace", LONDON),
    ("Dmitri Volkov", "Dmitri", BERLIN),
    ("Arjun Menon", "Arjun", BENGALURU),
    ("Kenji Sato", "Kenji", TOKYO),
    ("Hannah Schmidt", "Hannah", DENVER),
    ("Rosa Marino", "Rosa", LISBON),
    ("Callum Reid", "Callum", LONDON),
    ("Emily Walsh", "Emily", DUBLIN),
    ("Naoki Ito", "Naoki", TOKYO),
    ("Marcus Bell", "Marcus", NEW_YORK),
    ("Sofia Alvarez", "Sofia", NEW_YORK),
    ("Diego Ramos", "Diego", DENVER),
    ("Rachel Stein", "Rachel", NEW_YORK),
    ("Wei Zhang", "Wei", SINGAPORE),
    ("Jada Morris", "Jada", NEW_YORK),
    ("Anita Desai", "Anita", BENGALURU),
    ("Rahul Kapoor", "Rahul", BENGALURU),
    ("Divya Nair", "Divya", BENGALURU),
    ("Vikram Shah", "Vikram", BENGALURU),
    ("Leila Rahimi", "Leila", SINGAPORE),
    ("Freya Nilsson", "Freya", LONDON),
    ("Hugo Martin", "Hugo", LONDON),
    ("Ling Chen", "Ling", SINGAPORE),
    ("Omar Farouk", "Omar", LONDON),
    ("Ravi Iyer", "Ravi", BENGALURU),
    ("Viktor Hansen", "Viktor", HAMBURG),
    ("Chloe Bernard", "Chloe", BERLIN),
    ("Haruto Abe", "Haruto", TOKYO),
    ("Isaac Levy", "Isaac", NEW_YORK),
    ("Ruth Adeyemi", "Ruth", LONDON),
    ("Henrik Sand", "Henrik", BERLIN),
    ("Laura Kim", "Laura", NEW_YORK),
    ("Pedro Gomes", "Pedro", LISBON),
    ("Beatrix Vogel", "Beatrix", BERLIN),
    ("Tomoko Hayashi", "Tomoko", TOKYO),
    ("Nils Berg", "Nils", BERLIN),
]

ADMINISTRATOR = "Amara"
SERVICE_OWNER = "Jonas"
LEFT_DAYS_AGO = {"Nils": 15}
READS_GERMAN = {"Felix"}
LEAVES_IN_DAYS = {"Leila": 12}

TEAMS = {
    # zone, lead, members of each team
    "Payments": ("Europe/Berlin", "Jonas", ["Mei", "Priya", "Felix", "Daniela", "Oskar", "Hana"]),
    "Messaging": ("Europe/Berlin", "Nadia", ["Ben", "Karim", "Elif", "Paul"]),
    "Storefront": (
        "Europe/Berlin",
        "Lena",
        ["Aiko", "Marta", "Theo", "Yuki", "Carlos", "Zoe"],
    ),
    "Platform": (
        "Europe/London",
        "Sam",
        ["Tomás", "Amara", "Grace", "Dmitri", "Arjun", "Kenji", "Hannah"],
    ),
    "Customer care": (
        "Europe/London",
        "Olivia",
        ["Ines", "Rosa", "Callum", "Emily", "Naoki"],
    ),
    "Orders": ("America/New_York", "Marcus", ["Sofia", "Diego", "Rachel", "Wei", "Jada"]),
    "Delivery": ("Asia/Kolkata", "Anita", ["Rahul", "Divya", "Vikram", "Leila"]),
    "Data": ("Europe/London", "Freya", ["Hugo", "Ling", "Omar", "Ravi"]),
    "Security": ("Europe/Berlin", "Viktor", ["Chloe", "Haruto", "Isaac"]),
}

PHONES = {
    # the first digits of a number that belongs to nobody, by the start of a zone
    "Europe/London": "+44 20 7946 0{:03d}",
    "Europe/Dublin": "+353 20 915 0{:03d}",
    "America": "+1 212 555 0{:03d}",
    "Asia/Tokyo": "+81 3 5550 0{:03d}",
    "Asia/Kolkata": "+91 80 5550 0{:03d}",
    "Asia/Singapore": "+65 5550 0{:03d}",
    "Europe": "+49 30 5550 {:03d}",
}

NEVER_VERIFIED = {"Leila"}
NEVER_TESTED = {"Wei", "Leila", "Paul", "Tomoko"}
TESTED_LONG_AGO = {"Aiko": 140, "Divya": 121, "Isaac": 203}
FAILING = {
    # short name: days ago, what the carrier said
    "Oskar": (6, "The number is not in service."),
    "Jada": (2, "Nobody answered, and there is no voice mail."),
    "Ravi": (31, "The number is not in service."),
}
WITHOUT_PHONE = {"Beatrix"}
REPORTED_WRONG = {
    # short name: days ago, by whom, what they said
    "Henrik": (2, "Olivia", "Somebody else answered"),
}
SHARES_PHONE_WITH = {"Emily": "Callum"}
"""Whose ways to be reached need a hand: the demo has something to mend."""
