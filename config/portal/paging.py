"""The pages of a list: which one the address asks for; how long each is, we say."""

from django.contrib import messages
from django.http import HttpRequest
from django_tables2 import RequestConfig, Table

PAGE_SIZE = 25
"""The rows of a page: a screen's worth at a desk, a few swipes on a phone."""


def show_page(request: HttpRequest, table: Table, *, per_page: int = PAGE_SIZE) -> None:
    """Sort the table and open the page that the address asks for.

    A page beyond the last is the last, and a notice says so.

    The library would let the address choose the length too, also one below nought.
    """
    RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=per_page)
    asked = request.GET.get(table.prefixed_page_field, "")
    table.page = table.paginator.get_page(asked)
    if asked.isascii() and asked.isdigit() and int(asked[:9]) > table.paginator.num_pages:
        last = table.page.number
        said = f"There is no page {asked[:9]}. This is page {last}, the last one."
        messages.info(request, said)
