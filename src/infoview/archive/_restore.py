"""Taking an archive into a store: it is checked as a whole, then written in steps that can be repeated."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import IO, Any, TypeVar, cast, final

import attrs

from infoview._lifecycle import LIFECYCLE, Lifecycle
from infoview.archive._lines import KINDS, Counts, Line, Logged, LogLine, check_header, collected, read_line
from infoview.conversion import MAX_CHARACTERS
from infoview.conversion._faults import MOST_LISTED, fault, listed, within
from infoview.desk._shelf import PAGE
from infoview.exceptions import ConflictError, GoneError, InvalidDataError, InvalidValueError, Problem
from infoview.storage import Erase, Put, Record, Ref, Scalar, Store

__all__ = ["Restored", "restore"]

_PEOPLE = ("seeker", "contact")
_RANKS = {kind: rank for rank, kind in enumerate(KINDS)}

_MARK = "archive"
"""The kind of the record that tells how far an archive has been taken in; its id is the archive's digest."""

_RESTORING = "restoring"
"""The term of records that only hold the place of something erased, until the whole log is there."""

_NUMBER = re.compile("[0-9]{1,15}")

_MOST_CHARACTERS = 10_000_000
"""The most text that a step gathers before it is written."""

_Item = TypeVar("_Item")


@final
@attrs.frozen(kw_only=True)
class Restored:
    """What was taken in.

    Attributes:
        records: How many records were written.
        entries: How many entries of the log.
        left_out: How many records and entries were left out, because what they are about was erased in this
            tenant before.
    """

    records: int
    entries: int
    left_out: int


def restore(
    file: IO[str],
    store: Store,
    /,
    *,
    tenant: str = "default",
    lifecycle: Lifecycle = LIFECYCLE,
    max_characters: int = MAX_CHARACTERS,
) -> Restored:
    """Take an archive into a store.

    The file is read twice. First all of it is checked, and held against what the tenant has; should anything
    be wrong, nothing is written. Then it is written in steps, each with a mark that tells how far it is.
    Should it stop half way, what was written stays. Call it again with the same file: it goes on behind the
    mark, and of a file that is all there it writes nothing. The mark, a record of the kind ``archive``, stays
    for that.

    The tenant may have other data, and people of the archive, if they are the same there; but none of its
    interviews. Who was erased in this tenant stays erased, whatever the archive says. Until the whole log is
    there, erased interviews stand in the store without a text: keep others out so long.

    Args:
        file: The archive, opened as text in UTF-8, on something that can be read from the start again.
        store: Where to.
        tenant: Whose data it becomes.
        lifecycle: The table whose events are known, and by which interviews are replayed.
        max_characters: How long a line may be, in code points.

    Returns:
        What this call has written.

    Raises:
        InvalidValueError: When the file is none, or cannot be read again (field ``restore.file``), or as
            `infoview.conversion.from_dict`.
        InvalidDataError: When it is no archive, or a damaged one. Lists every fault, a hundred at most. A
            path begins with the place of the line, counted from 0: ``$[3].record.email``.
        ConflictError: When the tenant has something else under an id of the archive, or somebody writes there
            at the same moment.
        StoreUnavailableError: When the engine does not answer.
    """
    source = _Source(file, lifecycle, max_characters)
    checking = _Checking()
    clash: ConflictError | None = None
    for page in _pages(checking.lines(source)):
        clash = clash or _clash(page, store, tenant)
    checking.finish()
    writing = _Writing(store, tenant, mark=Ref(_MARK, checking.digest.hexdigest()))
    is_begun = writing.resume()
    if clash is not None and not is_begun:
        raise clash
    for number, line in source.lines(writing.done):
        writing.take(number, line)
    writing.flush()
    writing.bury()
    return Restored(records=writing.records, entries=writing.entries, left_out=writing.left_out)


@attrs.frozen
class _Source:
    """An archive that is read from the start as often as needed.

    Attributes:
        file: Where it is.
        lifecycle: The table by which it is read.
        max_characters: How long a line may be.
    """

    file: IO[str] = attrs.field()
    lifecycle: Lifecycle
    max_characters: int

    def __attrs_post_init__(self) -> None:
        if not all(callable(getattr(self.file, name, None)) for name in ("readline", "seek", "seekable")):
            raise InvalidValueError("restore.file", "wrong_type", "give an open file")
        if not self.file.seekable():
            raise InvalidValueError("restore.file", "not_seekable", "save it to a file first, and give that")

    def texts(self) -> Iterator[tuple[int, str]]:
        """Read the lines, each with its number from 0 on; no more of one than it may hold."""
        self.file.seek(0)
        number = 0
        while text := self._next(number):
            yield number, text
            number += 1

    def lines(self, start: int) -> Iterator[tuple[int, Line]]:
        """Read what the lines hold, from one on."""
        for number, text in self.texts():
            if number >= start and (line := self.read(number, text)) is not None:
                yield number, line

    def read(self, number: int, text: str) -> Line | None:
        """Read what a line holds; nothing, if it is the first."""
        most = self.max_characters + 1  # with its line feed
        try:
            if number == 0:
                check_header(text, max_characters=most)
                return None
            return read_line(text, lifecycle=self.lifecycle, max_characters=most, line=number + 1)
        except InvalidDataError as error:
            problems = within(f"[{number}]", error.problems)
        raise InvalidDataError(tuple(problems))

    def _next(self, number: int) -> str:
        text: object = None
        # Raised out here, as the decoder's own error holds what it could not decode.
        with suppress(UnicodeDecodeError):
            text = cast("object", self.file.readline(self.max_characters + 2))
        if text is None:
            raise fault("not_utf8", "give text in UTF-8", f"$[{number}]")
        if not isinstance(text, str):
            raise InvalidValueError("restore.file", "wrong_type", "open the file as text, in UTF-8")
        if len(text.removesuffix("\n")) > self.max_characters:
            cure = f"give at most {self.max_characters} characters, or raise max_characters"
            raise fault("too_long", cure, f"$[{number}]")
        return text


@attrs.define
class _Checking:
    """The first reading: each line by itself, their order, and their number."""

    digest: Any = attrs.field(factory=hashlib.sha256)
    problems: list[Problem] = attrs.field(factory=list[Problem])
    number: int = -1
    place: tuple[int, str] = (-1, "")
    records: int = 0
    entries: int = 0
    is_ended: bool = False

    def lines(self, source: _Source) -> Iterator[Line]:
        """Hand out what the lines hold, and go on after faults while it is worth it."""
        try:
            for self.number, text in source.texts():
                self.digest.update(text.encode(errors="surrogatepass"))
                with collected(self.problems):
                    if (line := source.read(self.number, text)) is not None:
                        self._keep_order(line)
                        yield line
                if len(self.problems) > MOST_LISTED or (self.problems and self.number == 0):
                    break
        except InvalidDataError as error:
            self.problems += error.problems

    def finish(self) -> None:
        """Raise with all that is wrong."""
        if not self.problems and not self.is_ended:
            cure = "export again: the file was cut off"
            self.problems.append(Problem(f"$[{self.number + 1}]", "missing_end", cure))
        if self.problems:
            raise listed(self.problems)

    def _keep_order(self, line: Line) -> None:
        if self.is_ended:
            raise self._fault("wrong_order", "remove what stands behind the end")
        if isinstance(line, Counts):
            self.is_ended = True
            if not self.problems and line != Counts(records=self.records, entries=self.entries):
                raise self._fault("wrong_count", "export again: lines are missing")
        elif isinstance(line, LogLine):
            self.entries += 1
        else:
            place = _RANKS[line.ref.kind], line.ref.id
            if self.entries or place <= self.place:
                cure = "give each record once: people, interviews, tombstones, each by id; then the log"
                raise self._fault("wrong_order", cure)
            self.place = place
            self.records += 1

    def _fault(self, code: str, cure: str) -> InvalidDataError:
        return fault(code, cure, f"$[{self.number}]")


@attrs.define
class _Writing:
    """The second reading: steps of a hundred changes, each with the mark that tells how far it is.

    A step holds records, or entries. Entries go to their records in the order of the log, so that a record
    comes into a step once: further entries of the last one join it, any other begins the next step.
    """

    store: Store
    tenant: str
    mark: Ref
    done: int = 0
    version: int = 0
    puts: list[Put] = attrs.field(factory=list[Put])
    log: dict[Ref, list[LogLine]] = attrs.field(factory=dict[Ref, list[LogLine]])
    size: int = 0
    records: int = 0
    entries: int = 0
    left_out: int = 0

    def resume(self) -> bool:
        """Find out how far an earlier call came, and whether there was one."""
        (record,) = self.store.load(self.tenant, [self.mark])
        if record is None:
            return False
        if not _NUMBER.fullmatch(record.body):
            raise fault(
                "wrong_mark", "restore into another tenant: the mark that an earlier call left is damaged"
            )
        self.done, self.version = int(record.body), record.version
        return True

    def take(self, number: int, line: Line) -> None:
        """Take a line in, and write a step when it is full."""
        if isinstance(line, Counts):
            return
        if not self._has_room(line):
            self.flush()
        if isinstance(line, Put):
            self.puts.append(line)
            self.size += len(line.body)
        else:
            self.log.setdefault(line.ref, []).append(line)
            self.size += len(line.entry.body)
        self.done = number + 1

    def flush(self) -> None:
        """Write the step."""
        if not self.puts and not self.log:
            return
        changes = {put.ref: put for put in (*self._new_records(), *self._new_entries())}
        while (gone := self._commit(changes.values())) is not None:
            self.left_out += len(changes.pop(gone).entries) or 1
        self.records += sum(1 for put in changes.values() if not put.entries)
        self.entries += sum(len(put.entries) for put in changes.values())
        self.puts, self.log, self.size = [], {}, 0

    def bury(self) -> None:
        """Erase what only held the place of something erased."""
        for kind in Logged:
            while graves := self.store.scan(self.tenant, kind.value, where=self._restoring, limit=PAGE):
                self.store.commit(self.tenant, [Erase(grave.ref, grave.version) for grave in graves])

    @property
    def _restoring(self) -> dict[str, Scalar]:
        return {_RESTORING: self.mark.id}

    def _has_room(self, line: Put | LogLine) -> bool:
        if len(self.puts) + len(self.log) + 1 >= PAGE or self.size > _MOST_CHARACTERS:
            return False
        if isinstance(line, Put):
            return not self.log
        return not self.puts and (line.ref not in self.log or line.ref == next(reversed(self.log)))

    def _commit(self, changes: Iterable[Put]) -> Ref | None:
        """Commit; nothing happens, and one is named, when some are of records that were erased."""
        try:
            self.store.commit(self.tenant, [*changes, Put(self.mark, self.version, str(self.done))])
        except GoneError as error:
            if error.ref == self.mark:
                raise
            return cast("Ref", error.ref)
        self.version += 1
        return None

    def _new_records(self) -> Iterator[Put]:
        known = self.store.load(self.tenant, [put.ref for put in self.puts])
        return (put for put, record in zip(self.puts, known, strict=True) if not _is_same(put, record))

    def _new_entries(self) -> Iterator[Put]:
        known = self.store.load(self.tenant, [*self.log])
        for (ref, lines), record in zip(self.log.items(), known, strict=True):
            if record is None or any(line.is_erased for line in lines) or _RESTORING in record.terms:
                # Without a text, for what is erased has none.
                bare = tuple(attrs.evolve(line.entry, body="") for line in lines)
                yield Put(ref, record.version if record else 0, "", self._restoring, bare)
            else:
                entries = tuple(line.entry for line in lines)
                yield Put(ref, record.version, record.body, record.terms, entries)


def _clash(page: Iterable[Line], store: Store, tenant: str) -> ConflictError | None:
    """Find something in the tenant that is in the way of something in the archive."""
    wanted = [line for line in page if not isinstance(line, Counts)]
    known = store.load(tenant, [line.ref for line in wanted])
    for line, record in zip(wanted, known, strict=True):
        if record is not None and not (isinstance(line, Put) and _is_same(line, record)):
            return ConflictError(line.ref, 0, record.version)
    return None


def _is_same(put: Put, record: Record | None) -> bool:
    """Tell whether somebody is there already, as the archive has them. An interview has a log, and is not."""
    return record is not None and put.ref.kind in _PEOPLE and put.body == record.body


def _pages(lines: Iterator[_Item]) -> Iterator[list[_Item]]:
    while page := [*islice(lines, PAGE)]:
        yield page
