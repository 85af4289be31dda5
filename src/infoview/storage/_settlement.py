"""Settling what nobody knows: whether a commit happened whose answer was lost."""

from collections.abc import Callable, Sequence
from typing import Final

from infoview._fields import whole_number
from infoview.exceptions import ConflictError, GoneError, InvalidValueError, StoreUnavailableError
from infoview.storage._contract import Entry, Erase, Put, Store, check_commit

__all__ = ["ATTEMPTS", "at_once", "can_be_settled", "commit_once"]

ATTEMPTS: Final = whole_number(1, 100)
"""The rule for how often something is tried."""

_PAGE: Final = 100


def at_once(attempt: int, /) -> None:
    """Wait for nothing before the next attempt.

    Args:
        attempt: The number of the attempt that failed, from 1.
    """


def can_be_settled(changes: Sequence[Put | Erase], /) -> bool:
    """Tell whether the store will show afterwards if these changes were made.

    Args:
        changes: The changes of one commit.

    Returns:
        Whether a put among them has an entry, or all of them erase records that exist.
    """
    return _witness(changes) is not None or _only_erase(changes)


def commit_once(
    store: Store,
    tenant: str,
    changes: Sequence[Put | Erase],
    /,
    *,
    attempts: int = 5,
    pause: Callable[[int], object] = at_once,
) -> int:
    """Commit, and find out what happened when the answer is lost.

    A store that fails in the middle of a commit says `StoreUnavailableError` with `outcome_known=False`: the
    changes may have been made or not. The same changes are then committed again. Where that succeeds, they
    had not been made before, and now they are. Where a record has another version by now, or is erased, the
    log tells whether it was by this commit: the first put that has entries is the witness, and its entries
    stand in the log under the version after `expect`, or others do.

    **What it takes:** one entry of that first put must hold something that nobody else writes, such as an id
    that is used once; an event with its id does. Where all changes are erasures of records that exist,
    nothing more is needed: once all those records are gone, the wish is fulfilled, whoever fulfilled it.

    Args:
        store: Where.
        tenant: Whose data.
        changes: The changes, as for `Store.commit`.
        attempts: How often to commit at most, from 1 to 100.
        pause: Waits before the next attempt; it is given the number of the one that failed, from 1.

    Returns:
        The tenant's last position after the commit. Where an erasure turned out to be done already, the last
        position now.

    Raises:
        ConflictError: When somebody else wrote first. None of the changes was made.
        GoneError: When a record was erased by somebody else. None of the changes was made.
        InvalidValueError: When an argument breaks its rule, or when the store would not show whether the
            changes were made, because no put has an entry (code ``no_entry``). Nothing was tried.
        StoreUnavailableError: When the engine does not answer: at once where it is known that nothing was
            changed, else after the last attempt, or when the witness was erased meanwhile, with
            `outcome_known=False`.
    """
    ATTEMPTS.check("commit_once.attempts", attempts)
    checked = check_commit(tenant, changes, store.max_changes)
    if not can_be_settled(checked):
        cure = "give one of the puts an entry that holds an id used once"
        raise InvalidValueError("commit_once.changes", "no_entry", cure)
    try:
        return store.commit(tenant, checked)
    except StoreUnavailableError as error:
        if error.outcome_known:
            raise
        last = error
    for attempt in range(1, attempts):
        pause(attempt)
        try:
            return _settled(store, tenant, checked)
        except StoreUnavailableError as error:
            # Even if this attempt surely changed nothing, an earlier one may have.
            last = error
    raise StoreUnavailableError("the outcome of a commit could not be settled", outcome_known=False) from last


def _settled(store: Store, tenant: str, changes: tuple[Put | Erase, ...]) -> int:
    """Commit what may have been committed before."""
    try:
        return store.commit(tenant, changes)
    except (ConflictError, GoneError) as error:
        position = _position(store, tenant, changes, is_gone=isinstance(error, GoneError))
        if position is None:
            raise
        return position


def _witness(changes: Sequence[Put | Erase]) -> int | None:
    """Find the first put with entries."""
    return next((n for n, change in enumerate(changes) if isinstance(change, Put) and change.entries), None)


def _only_erase(changes: Sequence[Put | Erase]) -> bool:
    # An id that was never used looks the same before and after it is closed.
    return all(isinstance(change, Erase) and change.expect > 0 for change in changes)


def _position(store: Store, tenant: str, changes: tuple[Put | Erase, ...], *, is_gone: bool) -> int | None:
    """Find the last position after the commit of these changes; `None` if they were not made."""
    witness = _witness(changes)
    if witness is None:
        # Had these erasures been made, a record would be missed by its name, and not by its version.
        is_done = is_gone and not any(store.load(tenant, [change.ref for change in changes]))
        return store.commit(tenant, ()) if is_done else None
    puts = [change for change in changes[witness:] if isinstance(change, Put)]
    found = _entries(store, tenant, puts[0])
    ours = [(new.name, new.at, new.body) for new in puts[0].entries]
    if [(entry.name, entry.at, entry.body) for entry in found] == ours:
        # The entries of a commit stand together.
        return found[-1].position + sum(len(put.entries) for put in puts[1:])
    if found and found[0].body is None:
        raise StoreUnavailableError("the record that would tell was erased", outcome_known=False)
    return None


def _entries(store: Store, tenant: str, put: Put) -> list[Entry]:
    """Read what was written into the log with the version that a put makes."""
    version = put.expect + 1
    found: list[Entry] = []
    after = 0
    while page := store.log(tenant, ref=put.ref, after=after, limit=_PAGE):
        found += [entry for entry in page if entry.version == version]
        if page[-1].version > version:
            break
        after = page[-1].position
    return found
