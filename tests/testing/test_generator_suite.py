"""The suite for message generators: infoview's own passes, and every check catches what it is for."""

import html
import re
import threading
from collections.abc import Callable
from itertools import cycle

import attrs
import pytest

from infoview._people import Consent
from infoview._policy import Policy
from infoview.exceptions import InvalidValueError
from infoview.messages import Facts, Message, MessageKind, Missing, NeedsInput, draft
from infoview.policies import PRESETS
from infoview.testing._report import Status
from infoview.testing._run import run_check
from infoview.testing.generators import (
    _SAMPLE,
    GENERATOR_CHECKS,
    Draft,
    _plan,
    check_generator,
    generator_suite,
)

TestOurDraft = generator_suite(draft)
TestSomeKinds = generator_suite(draft, kinds=(MessageKind.NUDGE, MessageKind.CONFIRM), name="two kinds")

Answer = Message | NeedsInput
ALL = tuple(MessageKind)


def with_body(change: Callable[[str, Facts], str]) -> Draft:
    """Draft as infoview does, and then change the text."""

    def changed(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
        answer = draft(kind, facts, policy=policy)
        if isinstance(answer, NeedsInput):
            return answer
        return attrs.evolve(answer, body=change(answer.body, facts))

    return changed


def cannot_withdraw(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Ask for more, whatever is known."""
    if kind is MessageKind.WITHDRAW:
        return NeedsInput(kind, (Missing("news", "say why"),))
    return draft(kind, facts, policy=policy)


def reads_without_looking(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Suppose that there is a connection."""
    assert facts.connection is not None
    return draft(kind, facts, policy=policy)


def returns_a_text(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Return the text alone."""
    answer = draft(kind, facts, policy=policy)
    return answer.body if isinstance(answer, Message) else answer  # type: ignore[return-value] - the fault


def knows_the_presets(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Look the policy up by its name."""
    return draft(kind, facts, policy={preset.name: preset for preset in PRESETS}[policy.name])


def shrugs(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Say no, and not why."""
    answer = draft(kind, facts, policy=policy)
    return answer if isinstance(answer, Message) else NeedsInput(kind, ())


def asks_for_the_unknown(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Ask for what Facts cannot hold."""
    answer = draft(kind, facts, policy=policy)
    return answer if isinstance(answer, Message) else NeedsInput(kind, (Missing("salary", "say how much"),))


def asks_without_a_reason(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Ask, and not say what for."""
    answer = draft(kind, facts, policy=policy)
    return answer if isinstance(answer, Message) else NeedsInput(kind, (Missing("news", " "),))


def invents(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Fill what is missing in from somebody else's facts."""
    answer = draft(kind, facts, policy=policy)
    return answer if isinstance(answer, Message) else draft(kind, _SAMPLE, policy=policy)


def looks_up_the_kind(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Let a KeyError escape."""
    return dict.fromkeys(ALL, draft)[kind](kind, facts, policy=policy)


def moody() -> Draft:
    """Choose the last word by a counter."""
    words = cycle(("Best.", "Cheers."))
    return with_body(lambda body, _: f"{body}\n{next(words)}")


def bound_to_a_thread() -> Draft:
    """Serve the thread that came first."""
    owners: list[int] = []

    def bound(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
        owners.append(threading.get_ident())
        if owners[-1] != owners[0]:
            raise RuntimeError("made in another thread")
        return draft(kind, facts, policy=policy)

    return bound


def tells_the_note(body: str, facts: Facts) -> str:
    """Add the private note."""
    return f"{body}\n{facts.contact.note}" if facts.contact.note else body


def names_without_consent(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Suppose that the referrer agreed."""
    if facts.connection:
        facts = attrs.evolve(facts, connection=attrs.evolve(facts.connection, consent=Consent.GRANTED))
    return draft(kind, facts, policy=policy)


def tells_of_the_last() -> Draft:
    """Mention whom it wrote to before."""
    names = ["nobody"]

    def telling(body: str, facts: Facts) -> str:
        names.append(facts.contact.name.full)
        return f"{body}\nI wrote to {names[-2]} too."

    return with_body(telling)


def with_subject(subject: str) -> Draft:
    """Set the subject, past every rule."""

    def forced(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
        answer = draft(kind, facts, policy=policy)
        object.__setattr__(answer, "subject", subject) if isinstance(answer, Message) else None
        return answer

    return forced


def always_withdraws(_: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Write another kind of message than was asked for."""
    return draft(MessageKind.WITHDRAW, facts, policy=policy)


def sets_the_news(kind: MessageKind, facts: Facts, *, policy: Policy) -> Answer:
    """Change the facts by force."""
    object.__setattr__(facts, "news", None)
    return draft(kind, facts, policy=policy)


def talks(body: str, _: Facts) -> str:
    """Say everything three times."""
    first, *rest = body.split("\n\n")
    return "\n\n".join((first, *rest[:-1] * 3, *rest[-1:]))


CLOCK = re.compile(r"\d\d:\d\d")

BROKEN: tuple[tuple[str, Callable[[], Draft]], ...] = (
    ("G1-every-kind", lambda: cannot_withdraw),
    ("G1-any-facts", lambda: reads_without_looking),
    ("G1-any-facts", lambda: returns_a_text),
    ("G1-any-facts", lambda: shrugs),
    ("G1-any-facts", lambda: asks_for_the_unknown),
    ("G1-any-facts", lambda: asks_without_a_reason),
    ("G1-any-policy", lambda: knows_the_presets),
    ("G1-nothing-known", lambda: invents),
    ("G1-unknown-kind", lambda: looks_up_the_kind),
    ("G2-same-again", moody),
    ("G2-threads", bound_to_a_thread),
    ("G3-placeholder", lambda: with_body(lambda body, _: f"{body}\n{{name}}")),
    ("G3-placeholder", lambda: with_body(lambda body, facts: f"{body}\n{facts.contact.organisation}")),
    ("G3-reads-well", lambda: with_body(lambda body, _: body.replace(" to ", " to  "))),
    ("G3-reads-well", lambda: with_body(lambda body, facts: f"{body}\nA, {facts.contact.note or ''}, B.")),
    ("G4-private", lambda: with_body(tells_the_note)),
    ("G4-private", lambda: with_body(lambda body, facts: f"{body}\n{facts.contact.id}")),
    ("G4-consent", lambda: names_without_consent),
    ("G4-memory", tells_of_the_last),
    ("G5-subject", lambda: with_subject("Hello\r\nBcc: everybody@example.org")),
    ("G5-subject", lambda: with_subject("very " * 30 + "long")),
    ("G5-mail", lambda: with_subject("Hello\r\nBcc: everybody@example.org")),
    ("G6-length", lambda: with_body(talks)),
    ("G6-asked-for", lambda: always_withdraws),
    ("G7-names", lambda: with_body(lambda body, _: html.escape(body.title()))),
    ("G8-zone", lambda: with_body(lambda body, _: re.sub(r"\([^)]*\)", "", body))),
    ("G8-right-times", lambda: with_body(lambda body, _: CLOCK.sub("03:07", body))),
    ("G8-right-times", lambda: with_body(lambda body, _: CLOCK.sub("3:07 pm", body))),
    ("G9-only-reads", lambda: sets_the_news),
)


@pytest.mark.parametrize(("check_id", "make"), BROKEN)
def test_a_broken_generator_is_caught(check_id: str, make: Callable[[], Draft]) -> None:
    """The check that is for the fault fails."""
    check = next(check for check in GENERATOR_CHECKS if check.id == check_id)
    outcome, is_stuck = run_check(_plan(make(), ALL, None, level="quick", expected_failures={}), check)
    assert (outcome.status, is_stuck) == (Status.FAILED, False)


def test_every_check_has_a_generator_that_it_catches() -> None:
    """No check is there for nothing."""
    assert {check_id for check_id, _ in BROKEN} == {check.id for check in GENERATOR_CHECKS}


def test_a_report_shows_how_to_see_it_oneself() -> None:
    """The facts that the failure was found with are there as a script that runs."""
    only = ("G6-asked-for",)
    report = check_generator(always_withdraws, kinds=(MessageKind.NUDGE,), name="withdrawing", only=only)
    text = next(outcome.text for outcome in report.failures if outcome.check.id == "G6-asked-for")
    script = text.partition("This script does the same:\n\n")[2].partition("\n\nUsual causes")[0]
    names: dict[str, object] = {}
    exec("\n".join(line.removeprefix("    ") for line in script.splitlines()), names)  # noqa: S102 - that is the test
    assert str(report).startswith("withdrawing: NOT ok")
    assert isinstance(names["facts"], Facts)


def test_morning_and_afternoon_are_told_apart() -> None:
    """A clock with twelve hours is right when it is."""

    def twelve(body: str, _: Facts) -> str:
        def half(found: re.Match[str]) -> str:
            hour, minute = map(int, found[0].split(":"))
            return f"{hour % 12 or 12}:{minute:02} {'pm' if hour >= 12 else 'a.m.'}"

        return CLOCK.sub(half, body)

    check = next(check for check in GENERATOR_CHECKS if check.id == "G8-right-times")
    outcome, _ = run_check(_plan(with_body(twelve), ALL, None, level="quick", expected_failures={}), check)
    assert outcome.status is Status.PASSED


def test_a_check_that_is_not_there_cannot_be_expected_to_fail() -> None:
    """A slip of the pen does not switch anything off."""
    with pytest.raises(InvalidValueError, match="unknown_name"):
        generator_suite(draft, expected_failures={"G0": "a slip"})
