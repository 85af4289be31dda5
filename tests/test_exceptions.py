import copy
import inspect
import pickle
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import attrs
import pytest

from infoview import exceptions
from infoview.exceptions import (
    ConflictError,
    GoneError,
    GroupRefusedError,
    GuardError,
    IllegalTransitionError,
    InfeasibleOutlineError,
    InfoviewError,
    InvalidDataError,
    InvalidLifecycleError,
    InvalidValueError,
    NotFoundError,
    Problem,
    Reason,
    StorageError,
    StoreUnavailableError,
    UnreadableSourceError,
    UnsupportedSchemaError,
)

PRIVATE = "ada.okafor@example.org"
"""Stands for personal data in an attribute; no text may hold it."""

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)

HEADINGS = (InfoviewError, StorageError)
VALUES = (Problem, Reason)

SAMPLES: dict[type[InfoviewError], InfoviewError] = {
    type(error): error
    for error in (
        InvalidValueError("PersonName.given", "too_long", "shorten to at most 100 characters"),
        InvalidDataError(
            (
                Problem("$.contact.email", "bad_address", "Give an address."),
                Problem("$.slots[1]", "too_many", "Give one."),
            )
        ),
        UnreadableSourceError("a header row that names the columns", "an empty file"),
        InfeasibleOutlineError(("closer", "opener"), 20, 12),
        InvalidLifecycleError(
            (
                Problem("$.transitions[3].target", "not_a_stage", "give a member of a StrEnum"),
                Problem("$.stages.waitlisted", "dead_end", "give a row that leads on"),
            )
        ),
        IllegalTransitionError("held", "Nudged", ("DebriefWritten", "ThanksSent"), 7),
        GuardError("Nudged", (Reason("nudge_too_early", "Wait for the answer.", NOON),), NOON, 7),
        GroupRefusedError(
            "Held",
            {
                PRIVATE: IllegalTransitionError("closed", "Held", ("NameUseAnswered",)),
                f"{PRIVATE} again": IllegalTransitionError("closed", "Held", ("NameUseAnswered",)),
                f"{PRIVATE} too": GuardError("Held", (Reason("too_early", "Wait."),), None),
            },
        ),
        NotFoundError("interview", PRIVATE),
        ConflictError(PRIVATE, 3, 4),
        GoneError(PRIVATE),
        UnsupportedSchemaError("of schema version 9", 1),
        StoreUnavailableError("commit", outcome_known=True),
    )
}

COPIES: dict[str, Callable[[InfoviewError], InfoviewError]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle{protocol}": lambda error, protocol=protocol: pickle.loads(  # noqa: S301 - our own bytes
            pickle.dumps(error, protocol)
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}

every_sample = pytest.mark.parametrize("error", SAMPLES.values(), ids=lambda error: type(error).__name__)


def drawn_tree() -> dict[str, tuple[str, str | None]]:
    """Read the tree in the module's docstring: each class with its parent and its built-in ancestor."""
    tree: dict[str, tuple[str, str | None]] = {}
    ancestors: list[str] = []
    for line in (exceptions.__doc__ or "").splitlines():
        if match := re.match(r"^    (?P<branch>[│├└─ ]*)(?P<name>\w+Error)(?: \((?P<builtin>\w+)\))?", line):
            depth = len(match["branch"]) // 4
            ancestors[depth:] = [match["name"]]
            tree[match["name"]] = (ancestors[depth - 1] if depth else "Exception", match["builtin"])
    return tree


def told(value: object) -> object:
    """Take errors apart, wherever they are, for they are compared by identity."""
    if isinstance(value, InfoviewError):
        return type(value), told(value.args)
    if isinstance(value, Mapping):
        return {key: told(member) for key, member in value.items()}
    return tuple(map(told, value)) if isinstance(value, tuple) else value


class TestTree:
    """Which errors there are and how they hang together."""

    def test_names_every_public_class_in_one_of_three_kinds(self) -> None:
        """Every public name is an error that is raised, a heading, or a value that errors carry."""
        kinds = {cls.__name__ for cls in (*SAMPLES, *HEADINGS, *VALUES)}
        assert kinds == set(exceptions.__all__)

    def test_matches_its_drawing(self) -> None:
        """The tree drawn in the docstring is the tree of the classes, built-in ancestors included."""
        actual = {}
        for cls in (*SAMPLES, *HEADINGS):
            parent, *builtins = (base.__name__ for base in cls.__bases__)
            actual[cls.__name__] = (parent, builtins[0] if builtins else None)
        assert drawn_tree() == actual

    @pytest.mark.parametrize("heading", HEADINGS)
    def test_refuses_to_raise_a_heading(self, heading: type[InfoviewError]) -> None:
        """A heading says that one of its subclasses is to be raised."""
        with pytest.raises(
            TypeError, match=f"^{heading.__name__} is a heading; raise one of its subclasses$"
        ):
            heading()

    def test_lets_others_add_errors_and_headings(self) -> None:
        """A subclass outside the library can be raised, and can be a heading if it says so."""

        class ForeignError(InfoviewError):
            """A foreign error."""

        class ForeignHeadingError(InfoviewError, abstract=True):
            """A foreign heading."""

        class BelowError(ForeignHeadingError):
            """An error below a foreign heading."""

        assert ForeignError("why").args == ("why",)
        assert BelowError().args == ()
        with pytest.raises(TypeError, match="ForeignHeadingError is a heading"):
            ForeignHeadingError()

    def test_gives_each_error_a_stable_code_of_its_own(self) -> None:
        """No two errors share a code, and every code is a word for programs."""
        codes = [error.code for error in SAMPLES.values()] + [heading.code for heading in HEADINGS]
        assert len(set(codes)) == len(codes)
        assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


class TestEveryError:
    """What holds for each of them."""

    @every_sample
    @pytest.mark.parametrize("way", COPIES)
    def test_survives_a_copy(self, error: InfoviewError, way: str) -> None:
        """Copying and pickling keep the class, the attributes, the arguments and the text."""
        twin = COPIES[way](error)
        assert type(twin) is type(error)
        assert told(vars(twin)) == told(vars(error))
        assert told(twin.args) == told(error.args)
        assert str(twin) == str(error)

    def test_would_notice_an_error_that_forgets_its_arguments(self) -> None:
        """A broken double that keeps its data from the root does not survive pickling."""
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            pickle.loads(pickle.dumps(ForgetfulError("x")))  # noqa: S301 - our own bytes

    @every_sample
    def test_documents_its_attributes(self, error: InfoviewError) -> None:
        """The docstring has a line for every attribute an error carries."""
        doc = inspect.getdoc(type(error)) or ""  # without the indent, which Python 3.13 drops by itself
        assert [name for name in vars(error) if f"\n    {name}: " not in doc] == []

    @every_sample
    def test_keeps_personal_data_out_of_its_text(self, error: InfoviewError) -> None:
        """An id or a reference, which may be somebody's address, is in the attributes only."""
        assert PRIVATE not in str(error)

    @every_sample
    def test_says_something_on_one_line_per_fault(self, error: InfoviewError) -> None:
        """A text is never empty and never ends in the middle of a sentence."""
        assert re.search(r"[\w.\])]\Z", str(error))


class ForgetfulError(InfoviewError):
    """The broken double: an error whose data never reaches `BaseException.args`."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class TestTexts:
    """What people read."""

    def test_of_an_invalid_value(self) -> None:
        """The text names the field, the cure and the code."""
        error = SAMPLES[InvalidValueError]
        assert str(error) == "PersonName.given: shorten to at most 100 characters [too_long]"

    def test_of_invalid_data(self) -> None:
        """The text lists every fault with path, cure and code."""
        assert str(SAMPLES[InvalidDataError]).splitlines() == [
            "2 fault(s):",
            "$.contact.email: Give an address. [bad_address]",
            "$.slots[1]: Give one. [too_many]",
        ]

    def test_of_an_unreadable_source(self) -> None:
        """The text says what was expected and what was found."""
        assert str(SAMPLES[UnreadableSourceError]) == (
            "expected a header row that names the columns; found an empty file"
        )

    def test_of_an_outline_that_takes_too_long(self) -> None:
        """The text says how long the musts take, how long there is, and which they are."""
        assert str(SAMPLES[InfeasibleOutlineError]) == (
            "the required questions take 20 slots and there are 12; "
            "take more time or drop one of: closer, opener"
        )

    def test_of_an_outline_that_contradicts_itself(self) -> None:
        """Where no length helps, the text asks for other questions."""
        text = str(InfeasibleOutlineError(("a", "b"), None, 12))
        assert text == "the required questions contradict each other; change one of: a, b"

    def test_of_an_infeasible_outline_without_musts(self) -> None:
        """Where nothing is required by name, the text says none."""
        assert str(InfeasibleOutlineError((), 3, 2)).endswith(": none")

    def test_of_an_invalid_lifecycle(self) -> None:
        """The text counts the faults and lists each with path, cure and code, a line for each."""
        assert str(SAMPLES[InvalidLifecycleError]).splitlines() == [
            "2 fault(s) in the lifecycle:",
            "$.transitions[3].target: give a member of a StrEnum [not_a_stage]",
            "$.stages.waitlisted: give a row that leads on [dead_end]",
        ]

    def test_of_an_illegal_transition(self) -> None:
        """The text names what would be possible."""
        assert str(IllegalTransitionError("held", "Nudged", ("DebriefWritten", "ThanksSent"))) == (
            "Nudged cannot happen in stage held; possible here: DebriefWritten, ThanksSent"
        )

    def test_of_an_illegal_transition_in_a_history(self) -> None:
        """In a replay the text begins with the place, which is told for the first event too."""
        assert str(SAMPLES[IllegalTransitionError]) == (
            "event 7 of the history: "
            "Nudged cannot happen in stage held; possible here: DebriefWritten, ThanksSent"
        )
        first = str(IllegalTransitionError("none", "Held", ("Identified",), 0))
        assert first == "event 0 of the history: Held cannot begin an interview; possible here: Identified"

    def test_of_an_illegal_transition_in_an_unknown_stage(self) -> None:
        """Every stage of a table has rows, so where there are none, another table is meant."""
        text = str(IllegalTransitionError("waitlisted", "Nudged", ()))
        assert text == (
            "Nudged cannot happen in stage waitlisted; "
            "possible here: nothing; pass the lifecycle that has this stage"
        )

    def test_of_a_guard_that_waiting_satisfies(self) -> None:
        """The text ends with the first legal instant."""
        error = GuardError("Nudged", (Reason("nudge_too_early", "Wait for the answer.", NOON),), NOON)
        assert str(error) == (
            "Nudged is refused. Wait for the answer. [nudge_too_early] Earliest: 2026-03-09T12:00:00+00:00."
        )

    def test_of_a_guard_in_a_history(self) -> None:
        """In a replay the text begins with the place."""
        assert str(SAMPLES[GuardError]) == (
            "event 7 of the history: Nudged is refused. Wait for the answer. [nudge_too_early] "
            "Earliest: 2026-03-09T12:00:00+00:00."
        )

    def test_of_a_group_that_refuses(self) -> None:
        """The text counts who refuses, and tells what several of them say once, without their ids."""
        assert str(SAMPLES[GroupRefusedError]).splitlines() == [
            "Held is refused for 3 of the group:",
            "Held cannot happen in stage closed; possible here: NameUseAnswered",
            "Held is refused. Wait. [too_early]",
        ]

    def test_of_a_guard_that_waiting_does_not_satisfy(self) -> None:
        """Without such an instant the text names the rules alone, all of them."""
        reasons = (Reason("nudge_limit", "Stop asking."), Reason("no_consent", "Ask first."))
        text = str(GuardError("Nudged", reasons, None))
        assert text == "Nudged is refused. Stop asking. [nudge_limit] Ask first. [no_consent]"

    def test_of_something_not_found(self) -> None:
        """The text names the kind and what to check."""
        text = str(SAMPLES[NotFoundError])
        assert text == "no interview is stored under this id; check the id and the tenant"

    def test_of_a_conflict(self) -> None:
        """The text names both versions and the way on."""
        assert str(SAMPLES[ConflictError]) == (
            "the record has version 4, not 3; load it again, decide again, and commit again"
        )

    def test_of_something_gone(self) -> None:
        """The text says where to store instead."""
        text = str(SAMPLES[GoneError])
        assert text == "the record was erased and its id is never used again; store under a new id"

    def test_of_an_unsupported_schema(self) -> None:
        """The text says what the database is, what this library reads, and the way on."""
        assert str(SAMPLES[UnsupportedSchemaError]) == (
            "this database is of schema version 9, and this infoview reads schema versions up to 1; "
            "install a newer infoview, or open another file"
        )

    @pytest.mark.parametrize(
        ("outcome_known", "advice"),
        [(True, "nothing was changed"), (False, "it may have happened: look before you try again")],
    )
    def test_of_a_store_that_does_not_answer(self, *, outcome_known: bool, advice: str) -> None:
        """The advice depends on whether the outcome is known."""
        error = StoreUnavailableError("commit", outcome_known)
        assert str(error) == f"commit; {advice}"


class TestPlaces:
    """Where in a history something was refused."""

    @pytest.mark.parametrize(
        "error",
        [IllegalTransitionError("held", "Nudged", ()), GuardError("Nudged", (Reason("c", "s"),), None)],
        ids=lambda error: type(error).__name__,
    )
    def test_are_none_outside_a_replay(self, error: IllegalTransitionError | GuardError) -> None:
        """An error of a single step tells no place, neither in the attribute nor in the text."""
        assert error.place is None
        assert "history" not in str(error)

    @pytest.mark.parametrize("kind", [IllegalTransitionError, GuardError])
    def test_are_told(self, kind: type[InfoviewError]) -> None:
        """An error of a replay tells the place, counted from 0."""
        assert getattr(SAMPLES[kind], "place", None) == 7


class TestGroupRefusals:
    """What a refused group tells a program."""

    def test_are_told_by_interview(self) -> None:
        """Each interview that refuses has its own error, with stage, reasons and all."""
        error = SAMPLES[GroupRefusedError]
        assert isinstance(error, GroupRefusedError)
        refusals = {key: type(refusal) for key, refusal in error.refusals.items()}
        assert (error.event, refusals) == (
            "Held",
            {
                PRIVATE: IllegalTransitionError,
                f"{PRIVATE} again": IllegalTransitionError,
                f"{PRIVATE} too": GuardError,
            },
        )


class TestValues:
    """What errors carry."""

    def test_carry_their_data(self) -> None:
        """A problem and a reason are compared by what they say; waiting helps only if an instant says so."""
        assert Problem("$", "c", "s") == Problem(path="$", code="c", sentence="s")
        assert Reason("c", "s") == Reason(code="c", sentence="s", earliest=None)

    @pytest.mark.parametrize("value", [Problem("$", "c", "s"), Reason("c", "s")])
    def test_are_frozen(self, value: Problem | Reason) -> None:
        """Neither can be changed."""
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            value.code = "other"  # type: ignore[misc]  # the point of the test
