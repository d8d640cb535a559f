"""Steps 3 and 4: a resource of a JSON API, and its documentation. `potstill step3_resource:app`."""

from itertools import count
from typing import Annotated

import msgspec

from potstill.web import App, Created, HTTPError, Request, created

app = App(title="Shopping", version="1.0", description="What we need from the shop.")


class NewItem(msgspec.Struct, forbid_unknown_fields=True):
    """Something to buy."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    amount: Annotated[int, msgspec.Meta(ge=1, le=99)] = 1


class Item(NewItem, kw_only=True):
    """An entry of the list."""

    id: int
    done: bool = False


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """What can be changed of an entry."""

    done: bool


ITEMS: dict[int, Item] = {}
NUMBERS = count(1)


@app.resource("/api/items", tags=["list"])
class Items:
    def get(self, done: bool | None = None) -> list[Item]:
        """The whole list, or what is done of it, or what is not."""
        return [item for item in ITEMS.values() if done is None or item.done is done]

    def post(self, request: Request, body: NewItem) -> Created[Item]:
        """Put something on the list."""
        item = Item(name=body.name, amount=body.amount, id=next(NUMBERS))
        ITEMS[item.id] = item
        return created(request, item, request.url_for(OneItem, id=item.id))


@app.resource("/api/items/{id:int}", tags=["list"])
class OneItem:
    def get(self, id: int) -> Item:
        """One entry."""
        return found(id)

    def patch(self, id: int, body: Change) -> Item:
        """Tick an entry off, or bring it back."""
        item = found(id)
        item.done = body.done
        return item

    def delete(self, id: int) -> None:
        """Take an entry off the list."""
        del ITEMS[found(id).id]


def found(id: int) -> Item:
    """The entry; 404 when there is none."""
    if id not in ITEMS:
        raise HTTPError(404, f"There is no item {id}.")
    return ITEMS[id]
