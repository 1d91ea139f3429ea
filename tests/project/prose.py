"""What a page says in sentences: the text of its blocks, without controls and clock times."""

import re
from html.parser import HTMLParser

BLOCKS = re.compile(
    "p|li|d[dt]|t[dhr]|h[1-4]|figcaption|caption|summary|label|legend|div|section|article|aside"
    "|header|footer|ul|ol|table|details|main|form|fieldset"
)
LEFT_OUT = re.compile("script|style|svg|select|textarea|nav|button|code|pre|time")
SPACES = re.compile(r"\s+")
ENDS = re.compile(r"[.!?][”)]?$")
FEWEST_WORDS = 3
A_TIME = " noon "


class _Blocks(HTMLParser):
    """Collects the text of each block of `main` that ends as a sentence does."""

    def __init__(self) -> None:
        super().__init__()
        self.is_main = False
        self.left_out = 0
        self.text: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_main |= tag == "main"
        if BLOCKS.fullmatch(tag):
            self._end()
        if LEFT_OUT.fullmatch(tag):
            self.text += [A_TIME] if tag == "time" and self.is_main else []
            self.left_out += 1
        if ("class", "sub2") in attrs or ("class", "block") in attrs:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if LEFT_OUT.fullmatch(tag):
            self.left_out = max(self.left_out - 1, 0)
        if BLOCKS.fullmatch(tag):
            self._end()
        self.is_main &= tag != "main"

    def handle_data(self, data: str) -> None:
        if self.is_main and not self.left_out:
            self.text.append(data)

    def _end(self) -> None:
        said = SPACES.sub(" ", "".join(self.text)).strip()
        self.text = []
        if ENDS.search(said) and len(said.split()) >= FEWEST_WORDS:
            self.found.append(said)


def prose(html: str) -> list[str]:
    """Every block of a page that is made of sentences, in the order of the page."""
    blocks = _Blocks()
    blocks.feed(html)
    return blocks.found
