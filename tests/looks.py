"""What an answer looks at of its request: what it does not cannot make it another one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.http.request import HttpHeaders


class Looks(dict[str, set[str]]):
    """By path, the words of its query that an answer looked at; ALL where it went through it.

    Before it can go another way, an answer must look at a word that is there.
    """

    ALL = "*"

    def would_see(self, path: str, query: str) -> bool:
        """Whether this query can change the answer: words that nobody looks at cannot."""
        seen = self.get(path, set())
        return self.ALL in seen or not seen.isdisjoint(QueryDict(query.removeprefix("?")))


class _Noted(QueryDict):
    """A query that notes which of its words are looked at."""

    def __init__(self, query: str, *, encoding: str | None, seen: set[str]) -> None:
        self.seen: set[str] = set()  # what making it looks at is nothing
        super().__init__(query, encoding=encoding)
        self.seen = seen

    def __getitem__(self, word: Any) -> Any:
        self.seen.add(word)
        return super().__getitem__(word)

    def __contains__(self, word: object) -> bool:
        self.seen.add(str(word))
        return super().__contains__(word)

    def getlist(self, word: str, default: Any = None) -> Any:
        self.seen.add(word)
        return super().getlist(word, default)

    def __iter__(self) -> Iterator[Any]:
        self.seen.add(Looks.ALL)
        return super().__iter__()

    def __len__(self) -> int:
        self.seen.add(Looks.ALL)
        return super().__len__()

    def __copy__(self) -> Any:
        return QueryDict(self.urlencode(), mutable=True)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()


def _noting_all(name: str) -> Callable[..., Any]:
    def look(query: _Noted, *args: Any, **kwargs: Any) -> Any:
        query.seen.add(Looks.ALL)
        return getattr(QueryDict, name)(query, *args, **kwargs)

    return look


for _name in ("keys", "values", "items", "lists", "urlencode", "dict", "__eq__"):
    setattr(_Noted, _name, _noting_all(_name))


@contextmanager
def noting_looks() -> Iterator[Looks]:
    """What is looked at of the query: what is not cannot make an answer another one."""
    looks = Looks()

    def look(request: WSGIRequest) -> QueryDict:
        seen = looks.setdefault(request.path, set())
        return _Noted(request.META["QUERY_STRING"], encoding=request.encoding, seen=seen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "GET", property(look))
        yield looks


@contextmanager
def noting_htmx() -> Iterator[set[str]]:
    """Which paths look whether htmx asks: what does not answers it with the whole page."""
    looked: set[str] = set()

    class Headers(HttpHeaders):
        path: str

        def __getitem__(self, name: str) -> str:
            if name.lower() == "hx-request":
                looked.add(self.path)
            return super().__getitem__(name)

    def look(request: WSGIRequest) -> Headers:
        headers = Headers(request.META)
        headers.path = request.path
        return headers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "headers", property(look))
        yield looked
