"""Poison: an event that breaks processing is quarantined with its error, and its neighbours go on (wire.md 5, rule 8).

The whole delivery is tried at once; when that fails, each post by itself; and in a post that fails, the events that
break it are found by halves, each half tried under a savepoint that is always undone. The floor under all of it: a post
that cannot be stored even with its events quarantined has failed, alone.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from domain.errors import UnavailableError
from domain.ingestion import Tally
from domain.posts import Fault, Item, Post
from domain.quarantine import QuarantineCode
from services.ports.unit_of_work import UnitOfWork
from services.storing import ElsewhereUnknownError, Storing, store_posts

logger = logging.getLogger("actual.ingestion")
LONGEST_DETAIL = 300
Place = tuple[int, int]
"""The place of an item in its post, and of an event in its item."""


class _UndoError(Exception):
    """Leaves a savepoint without a trace."""


async def store_isolated(uow: UnitOfWork, posts: Sequence[Post], storing: Storing) -> list[Tally]:
    """Store the posts, and what breaks as quarantined; raises only for faults of the infrastructure."""
    if not posts:
        return []
    try:
        return await _try(uow, posts, storing)
    except (UnavailableError, ElsewhereUnknownError):
        raise
    except Exception as error:  # noqa: BLE001 # whatever it is, it must not take its neighbours along
        if len(posts) > 1:
            return [tally for post in posts for tally in await store_isolated(uow, [post], storing)]
        return await _store_without_poison(uow, posts[0], storing, error)


async def _try(uow: UnitOfWork, posts: Sequence[Post], storing: Storing) -> list[Tally]:
    async with uow.ingestion.savepoint():
        return await store_posts(uow, posts, storing)


async def _store_without_poison(uow: UnitOfWork, post: Post, storing: Storing, error: Exception) -> list[Tally]:
    places = [(i, j) for i, item in enumerate(post.items) for j in range(len(item.events))]
    poison = await _find_poison(uow, post, places, storing)
    logger.error(
        "Unable to store some events",
        extra={"receipt_id": str(post.receipt_id), "error": type(error).__name__, "events": len(poison)},
    )
    try:
        return await _try(uow, [_marked(post, poison)], storing)
    except (UnavailableError, ElsewhereUnknownError):
        raise
    except Exception as last:  # noqa: BLE001 # they break each other only together: none of them can be used until it is mended
        return await _store_quarantined(uow, _marked(post, dict.fromkeys(places, last)), storing)


async def _store_quarantined(uow: UnitOfWork, post: Post, storing: Storing) -> list[Tally]:
    """Store a post of which nothing can be used; when not even that can be done, the post has failed."""
    try:
        return await _try(uow, [post], storing)
    except (UnavailableError, ElsewhereUnknownError):
        raise
    except Exception:  # the floor: this post alone has failed, its bytes are kept, and its neighbours go on
        logger.exception("Unable to store a post", extra={"receipt_id": str(post.receipt_id)})
        return [Tally(post, is_failed=True)]


async def _find_poison(
    uow: UnitOfWork, post: Post, places: Sequence[Place], storing: Storing
) -> dict[Place, Exception]:
    error = await _probe(uow, _only(post, places), storing)
    if error is None:
        return {}
    if len(places) == 1:
        return {places[0]: error}
    middle = len(places) // 2
    first = await _find_poison(uow, post, places[:middle], storing)
    return first | await _find_poison(uow, post, places[middle:], storing)


async def _probe(uow: UnitOfWork, post: Post, storing: Storing) -> Exception | None:
    try:
        async with uow.ingestion.savepoint():
            await store_posts(uow, [post], storing)
            raise _UndoError  # noqa: TRY301 # leaves the savepoint undone
    except _UndoError:
        return None
    except (UnavailableError, ElsewhereUnknownError):
        raise
    except Exception as error:  # noqa: BLE001 # the error is what is asked for
        return error


def _only(post: Post, places: Sequence[Place]) -> Post:
    wanted = set(places)
    items = [_with_events(item, i, wanted) for i, item in enumerate(post.items)]
    return replace(post, items=[item for item in items if item.events])


def _with_events(item: Item, index: int, wanted: Collection[Place]) -> Item:
    return replace(item, events=[event for j, event in enumerate(item.events) if (index, j) in wanted])


def _marked(post: Post, poison: Mapping[Place, Exception]) -> Post:
    def marked(item: Item, i: int) -> Item:
        events = [
            event._replace(fault=_fault(poison[i, j]), statements=()) if (i, j) in poison else event
            for j, event in enumerate(item.events)
        ]
        return replace(item, events=events)

    return replace(post, items=[marked(item, i) for i, item in enumerate(post.items)])


def _fault(error: Exception) -> Fault:
    text = str(error).replace("\x00", "").partition("\n")[0]
    return Fault(QuarantineCode.PROCESSING_ERROR, f"{type(error).__name__}: {text}"[:LONGEST_DETAIL])
