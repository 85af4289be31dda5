"""Generated programs, run on several handles and on a model; every answer has to be the same."""

from typing import Any, Final, cast

import attrs
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from infoview.exceptions import ConflictError, GoneError
from infoview.storage import Erase, NewEntry, Put, Ref, Scalar
from infoview.testing._check import Check, Layer, Level, same
from infoview.testing.store._bench import Bench
from infoview.testing.store._law import law
from infoview.testing.store._oracle import Oracle
from infoview.testing.store._recording import Recorded

__all__ = ["CHECKS"]

_KEYS: Final = ("a", "A", "b", "a ", "é", "e\u0301")
_KINDS: Final = ("k", "K")
_VALUES: Final[tuple[Scalar, ...]] = (
    None, "", "0", 0, 1, -1, 2**53 + 1, 2**63 - 1, "a", "A", "é", "e\u0301", "\uffff", "😀",
)  # fmt: skip
_BODIES: Final = ("", "body", " a\r\n", "é", "e\u0301", '{"a": 1.0}')
_ALL: Final = tuple(Ref(kind, id_) for kind in _KINDS for id_ in _KEYS)
_SIZES: Final = {Level.QUICK: (40, 15), Level.FULL: (200, 25), Level.SOAK: (5_000, 40)}
"""How many programs, and of how many steps at most."""

_refs = st.sampled_from(_ALL)
_tenants = st.integers(0, 1)
_handles = st.integers(0, 2)
_terms = st.dictionaries(st.sampled_from(("due", "x")), st.sampled_from(_VALUES), max_size=2)
_entries = st.lists(
    st.builds(NewEntry, st.sampled_from(_KEYS), st.just("2030"), st.sampled_from(_BODIES)), max_size=2
)
_limits = st.sampled_from((0, 1, 2, 3, 100))


@attrs.frozen(kw_only=True)
class _Wish:
    """A change whose expected version is settled when it is made: mostly the right one."""

    ref: Ref
    is_erasure: bool
    offset: int
    body: str
    terms: dict[str, Scalar]
    entries: list[NewEntry]

    def settled(self, oracle: Oracle) -> Put | Erase:
        expect = max(oracle.version(self.ref) + self.offset, 0)
        if self.is_erasure:
            return Erase(self.ref, expect)
        return Put(self.ref, expect, self.body, self.terms, tuple(self.entries))


@attrs.frozen
class _Commit:
    handle: int
    tenant: int
    wishes: list[_Wish]


@attrs.frozen
class _Load:
    handle: int
    tenant: int
    refs: list[Ref]


@attrs.frozen
class _Scan:
    handle: int
    tenant: int
    kind: str
    where: dict[str, Scalar]
    order: str | None
    limit: int


@attrs.frozen
class _Log:
    handle: int
    tenant: int
    ref: Ref | None
    after: int
    limit: int


@attrs.frozen
class _Reopen:
    handle: int


_wishes = st.builds(
    _Wish,
    ref=_refs,
    is_erasure=st.sampled_from((False,) * 7 + (True,)),
    offset=st.sampled_from((0,) * 12 + (-1, 1)),
    body=st.sampled_from(_BODIES),
    terms=_terms,
    entries=_entries,
)
_commits = st.builds(
    _Commit, _handles, _tenants, st.lists(_wishes, min_size=1, max_size=4, unique_by=lambda wish: wish.ref)
)
_steps = st.one_of(
    _commits,
    _commits,
    _commits,
    st.builds(_Load, _handles, _tenants, st.lists(_refs, max_size=5)),
    st.builds(
        _Scan,
        _handles,
        _tenants,
        st.sampled_from(_KINDS),
        _terms,
        st.sampled_from((None, "due", "x")),
        _limits,
    ),
    st.builds(_Log, _handles, _tenants, st.none() | _refs, st.integers(0, 8), _limits),
    st.builds(_Reopen, _handles),
)


@law("S1-model", layer=Layer.MODEL)
def agrees_with_the_model(bench: Bench) -> None:
    """Whatever is done through three handles, every answer is that of the model."""
    handles = [bench.open() for _ in range(3)]
    examples, steps = _SIZES[bench.level]

    def body(program: list[Any]) -> None:
        bench.forget()
        _Program(bench, handles).run(program)

    phases = (Phase.generate, Phase.shrink) if bench.shrink else (Phase.generate,)
    test = given(st.lists(_steps, min_size=steps // 2, max_size=steps))(body)
    test = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=phases,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
    )(seed(bench.seed)(test))
    test()


class _Program:
    """One program under way."""

    def __init__(self, bench: Bench, handles: list[Recorded]) -> None:
        self._bench = bench
        self._handles = handles
        self._tenants = bench.tenants("t", "T")
        self._oracles = [Oracle(), Oracle()]

    def run(self, program: list[Any]) -> None:
        """Make all steps, then compare all there is through every handle."""
        for step in program:
            self._make(step)
        for handle in self._handles:
            for tenant in (0, 1):
                self._compare(handle, tenant)

    def _make(self, step: Any) -> None:  # noqa: ANN401 - one of the kinds of steps above
        match step:
            case _Commit(handle, tenant, wishes):
                oracle = self._oracles[tenant]
                changes = [wish.settled(oracle) for wish in wishes]
                got = _outcome(self._handles[handle], self._tenants[tenant], changes)
                same(got, oracle.commit(changes), "what a commit came to")
            case _Load(handle, tenant, refs):
                got = self._handles[handle].load(self._tenants[tenant], refs)
                same(got, self._oracles[tenant].load(refs), "the records")
            case _Scan():
                self._page_through(step)
            case _Log(handle, tenant, ref, after, limit):
                got = self._handles[handle].log(self._tenants[tenant], ref=ref, after=after, limit=limit)
                same(got, self._oracles[tenant].log(ref, after, limit), "the entries")
            case _Reopen(handle):
                self._handles[handle] = self._bench.open()
            case _:
                raise TypeError(step)

    def _page_through(self, step: _Scan) -> None:
        handle, tenant, oracle = (
            self._handles[step.handle],
            self._tenants[step.tenant],
            self._oracles[step.tenant],
        )
        query: dict[str, Any] = {"where": step.where, "order": step.order, "limit": step.limit}
        after: Any = None
        for _ in range(len(_KEYS) // max(step.limit, 1) + 2):
            got = handle.scan(tenant, step.kind, **query, after=after)
            same(got, oracle.scan(step.kind, **query, after=after), "the rows of a page")
            if not got:
                return
            last = got[-1]
            after = last.ref.id if step.order is None else (last.terms[step.order], last.ref.id)

    def _compare(self, handle: Recorded, tenant: int) -> None:
        name, oracle = self._tenants[tenant], self._oracles[tenant]
        same(handle.log(name, limit=1_000), oracle.log(None, 0, 1_000), "the log")
        same(handle.load(name, _ALL), oracle.load(_ALL), "all records")
        for kind in _KINDS:
            for order in (None, "due"):
                same(handle.scan(name, kind, order=order), oracle.scan(kind, order=order), "all rows")
            for value in (None, 0, "", "0", "a"):
                where: dict[str, Scalar] = {"x": value}
                got = handle.scan(name, kind, where=where)
                same(got, oracle.scan(kind, where=where), f"the rows where x is {value!r}")


def _outcome(store: Recorded, tenant: str, changes: list[Put | Erase]) -> object:
    try:
        return store.commit(tenant, changes)
    except ConflictError as error:
        return "conflict", error.ref, error.expected, error.actual
    except GoneError as error:
        return "gone", error.ref


CHECKS: tuple[Check[Bench], ...] = (agrees_with_the_model,)
