"""A unit of work above any store: read, decide, and write everything in one commit."""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self, TypeVar

import attrs

from infoview.exceptions import ConflictError, GoneError, InvalidValueError, StoreUnavailableError
from infoview.storage._contract import (
    Erase,
    NewEntry,
    Put,
    Record,
    Ref,
    Scalar,
    Store,
    check_load,
)
from infoview.storage._settlement import ATTEMPTS, at_once, can_be_settled, commit_once

__all__ = ["Session", "commit_once", "retried"]

_Result = TypeVar("_Result")


class Session:
    """One unit of work for one tenant: it collects changes and makes them all in one commit, or none.

    The session remembers which version of a record it saw, so that nobody has to carry versions about: what
    somebody else writes in the meantime leads to a `ConflictError`. A record is read once and stays the same
    for the whole session; what the session itself is about to write is seen by `load`, and by `scan` not yet.

    A session commits once. However that ends, it is over, as it is when its ``with`` block is left; what was
    not committed is discarded, and every further call raises `StoreUnavailableError`. A session serves one
    thread.

    Args:
        store: Where. It stays open when the session is over.
        tenant: Whose data.
        mark: Makes an entry that nobody else writes, such as
            ``NewEntry("Committed", now, an_id_used_once)``. The first put gets it, behind its own entries.
            Leave it out where the first put that has entries has such a one already, as events with ids are.
        attempts: How often to commit at most while it is not known whether the changes were made, from 1 to
            100; see `commit_once`.
        pause: Waits before the next attempt; it is given the number of the one that failed, from 1.

    Raises:
        InvalidValueError: When an argument breaks its rule.
    """

    def __init__(
        self,
        store: Store,
        tenant: str,
        *,
        mark: Callable[[], NewEntry] | None = None,
        attempts: int = 5,
        pause: Callable[[int], object] = at_once,
    ) -> None:
        ATTEMPTS.check("Session.attempts", attempts)
        check_load(tenant, ())
        self._store = store
        self._tenant = tenant
        self._mark = mark
        self._attempts = attempts
        self._pause = pause
        self._seen: dict[Ref, Record | None] = {}
        self._changes: dict[Ref, Put | Erase] = {}
        self._is_over = False

    @property
    def is_over(self) -> bool:
        """Whether the session was committed or closed."""
        return self._is_over

    def load(self, refs: Sequence[Ref], /) -> list[Record | None]:
        """Read records by name, as they will be once the session is committed.

        Args:
            refs: The names; one may appear twice. Those that the session has not seen yet are read together,
                as one snapshot.

        Returns:
            One answer for each name, in the same order; `None` where nothing is, or nothing any more.

        Raises:
            InvalidValueError: When an argument breaks its rule.
            StoreUnavailableError: When the engine does not answer, or the session is over.
        """
        self._check_open()
        checked = check_load(self._tenant, refs)
        news = [ref for ref in dict.fromkeys(checked) if ref not in self._seen and ref not in self._changes]
        if news:
            self._seen |= zip(news, self._store.load(self._tenant, news), strict=True)
        return [self._present(ref) for ref in checked]

    def scan(
        self,
        kind: str,
        /,
        *,
        where: Mapping[str, Scalar] = {},
        order: str | None = None,
        after: tuple[Scalar, str] | str | None = None,
        limit: int = 100,
    ) -> list[Record]:
        """Read a page of the records of one kind, as the store has them now.

        Where the session saw another version of a row before, that one counts: changing such a row is a
        conflict.

        Args:
            kind: Of which kind.
            where: Terms and the values they must have, as in `Store.scan`.
            order: The term to order by, its ties by id; `None` orders by id alone.
            after: Where the last page ended, as in `Store.scan`.
            limit: The most rows.

        Returns:
            The rows, in order, without the changes of this session.

        Raises:
            InvalidValueError: When an argument breaks its rule.
            StoreUnavailableError: When the engine does not answer, or the session is over.
        """
        self._check_open()
        rows = self._store.scan(self._tenant, kind, where=where, order=order, after=after, limit=limit)
        for row in rows:
            self._seen.setdefault(row.ref, attrs.evolve(row))
        return rows

    def put(
        self,
        ref: Ref,
        body: str,
        /,
        *,
        terms: Mapping[str, Scalar] = {},
        entries: Sequence[NewEntry] = (),
    ) -> None:
        """Create or replace a record.

        A record that the session has not seen is taken for new: load what you replace. Of several puts of one
        record the last body and the last terms count, and all entries.

        Args:
            ref: The record.
            body: The new body, opaque.
            terms: All that the record is found and ordered by from now on.
            entries: What goes into the log with it, in this order.

        Raises:
            InvalidValueError: When an argument breaks its rule, or the store takes no more changes in one
                commit (code ``out_of_range``). The session is as it was.
            GoneError: When this session erases the record.
            StoreUnavailableError: When the session is over.
        """
        put = Put(ref, 0, body, terms, tuple(entries))
        pending = self._pending(ref)
        earlier = pending.entries if pending else ()
        self._changes[ref] = attrs.evolve(put, expect=self._version(ref), entries=(*earlier, *put.entries))

    def erase(self, ref: Ref, /) -> None:
        """Remove a record for ever.

        Like `put`, this counts on the version that the session saw. A name under which it saw nothing is
        closed.

        Args:
            ref: The record.

        Raises:
            InvalidValueError: When the argument breaks its rule, the store takes no more changes in one
                commit (code ``out_of_range``), or this session writes entries with the record, which an
                erasure would lose (code ``has_entries``). The session is as it was.
            GoneError: When this session erases the record already.
            StoreUnavailableError: When the session is over.
        """
        erase = Erase(ref, 0)
        pending = self._pending(ref)
        if pending and pending.entries:
            cure = "commit the record's entries first, and erase it in the next session"
            raise InvalidValueError("Session.erase", "has_entries", cure)
        self._changes[ref] = attrs.evolve(erase, expect=self._version(ref))

    def commit(self) -> int:
        """Make all changes in one commit, or none; the session is over then.

        Should the store lose the answer, `commit_once` finds out what happened, where that can be seen: with
        a *mark* or an entry, and where the session does nothing but erase.

        Returns:
            The tenant's last position afterwards.

        Raises:
            ConflictError: When somebody else wrote one of the records since the session saw it.
            GoneError: When somebody else erased one of them.
            InvalidValueError: When what *mark* made is no entry. The session is as it was.
            StoreUnavailableError: When the engine does not answer, or the session is over.
        """
        self._check_open()
        changes = self._marked()
        self.close()
        if can_be_settled(changes):
            return commit_once(self._store, self._tenant, changes, attempts=self._attempts, pause=self._pause)
        return self._store.commit(self._tenant, changes)

    def close(self) -> None:
        """Discard what was not committed; closing again does nothing."""
        self._is_over = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._is_over:
            raise StoreUnavailableError("this session is over; begin another", outcome_known=True)

    def _pending(self, ref: Ref) -> Put | None:
        """Find what is to be written already; refuse a change that this session has no place for."""
        self._check_open()
        pending = self._changes.get(ref)
        if isinstance(pending, Erase):
            raise GoneError(ref)
        if pending is None and len(self._changes) >= self._store.max_changes:
            cure = f"commit at most {self._store.max_changes} changes at once"
            raise InvalidValueError("Session", "out_of_range", cure)
        return pending

    def _version(self, ref: Ref) -> int:
        if pending := self._changes.get(ref):
            return pending.expect
        seen = self._seen.get(ref)
        return seen.version if seen else 0

    def _present(self, ref: Ref) -> Record | None:
        pending = self._changes.get(ref)
        if isinstance(pending, Put):
            return Record(ref, pending.expect + 1, pending.body, pending.terms)
        record = None if pending else self._seen[ref]
        return record and attrs.evolve(record)

    def _marked(self) -> tuple[Put | Erase, ...]:
        first = next((change for change in self._changes.values() if isinstance(change, Put)), None)
        if self._mark is None or first is None:
            return tuple(self._changes.values())
        marked = attrs.evolve(first, entries=(*first.entries, self._mark()))
        return tuple((self._changes | {first.ref: marked}).values())


def retried(
    work: Callable[[Session], _Result],
    /,
    *,
    store: Store,
    tenant: str,
    attempts: int = 5,
    pause: Callable[[int], object] = at_once,
    mark: Callable[[], NewEntry] | None = None,
) -> _Result:
    """Do a piece of work in a session and commit it; where somebody else wrote first, do it again.

    Args:
        work: Reads, decides and writes, all through the session it is given: a fresh one each time. What it
            leaves uncommitted is committed; a session that it closes is not. It may run several times, so let
            it have no other effects.
        store: Where.
        tenant: Whose data.
        attempts: How often to do the work at most, and in each session how often to commit while the outcome
            is not known: from 1 to 100.
        pause: Waits before the next attempt; it is given the number of the one that failed, from 1.
        mark: As in `Session`, made anew each time.

    Returns:
        What the work returned when it succeeded.

    Raises:
        ConflictError: When somebody else wrote first, each time; the last one.
        GoneError: When somebody else erased a record.
        InvalidValueError: When an argument breaks its rule.
        StoreUnavailableError: When the engine does not answer.
    """
    ATTEMPTS.check("retried.attempts", attempts)

    def attempt() -> _Result:
        with Session(store, tenant, mark=mark, attempts=attempts, pause=pause) as session:
            result = work(session)
            if not session.is_over:
                session.commit()
            return result

    for number in range(1, attempts):
        try:
            return attempt()
        except ConflictError:
            pause(number)
    return attempt()
