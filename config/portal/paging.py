"""The pages of a list: which one the address asks for; how long each is, we say."""

from django.http import HttpRequest
from django_tables2 import RequestConfig, Table


def show_page(request: HttpRequest, table: Table, *, per_page: int) -> None:
    """Sort the table and open the page that the address asks for; a page beyond the last is that.

    The library would let the address choose the length too, also one below nought.
    """
    RequestConfig(request, paginate=False).configure(table)
    table.paginate(per_page=per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
