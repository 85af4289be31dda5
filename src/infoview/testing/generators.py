"""A suite for message generators of your own.

::

    from infoview.testing.generators import generator_suite

    TestOurDraft = generator_suite(our_draft)

A generator takes what `infoview.messages.draft` takes: a kind, facts, and a policy by name. It returns what
that returns: a message, or what has to be known first.
"""

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from email import message_from_bytes
from email import policy as mail_policy
from types import MappingProxyType
from typing import Any, Final, Protocol, TypeAlias, cast

import attrs
from hypothesis import strategies as st

from infoview._address import EmailAddress
from infoview._channel import Channel, ConnectionKind, MeetingFormat
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._people import Consent, Contact, Party, PersonName, Seeker
from infoview._policy import Policy
from infoview._takeaways import Insight
from infoview._text import LINE
from infoview._time import Slot, zone
from infoview.drafts import to_eml
from infoview.exceptions import InfoviewError
from infoview.messages import (
    MESSAGE_RULES,
    Facts,
    Message,
    MessageKind,
    NeedsInput,
    ReferralOutcome,
    Thread,
)
from infoview.policies import CLASSIC, PRESETS
from infoview.referrals import Referral
from infoview.testing._check import Check, Failed, Layer, Level, hold, raised, same
from infoview.testing._report import Report
from infoview.testing._run import Plan, run_checks
from infoview.testing._suite import suite_class
from infoview.testing._trial import Trial, law, plan_of
from infoview.testing.strategies import complete_facts, facts, person_names, policies

__all__ = ["GENERATOR_CHECKS", "GENERATOR_LAWS", "Draft", "check_generator", "generator_suite"]


class Draft(Protocol):
    """A generator of messages, such as `infoview.messages.draft`."""

    def __call__(self, kind: MessageKind, facts: Facts, /, *, policy: Policy) -> Message | NeedsInput:
        """Write a message from facts, and from nothing else.

        Args:
            kind: What the message is for.
            facts: What may be said.
            policy: Knows the limits.

        Returns:
            The message, or everything that it lacks.
        """
        ...


@attrs.frozen
class _Generator:
    """What is looked at.

    Attributes:
        draft: The generator.
        kinds: The kinds of message that it can write.
    """

    draft: Draft
    kinds: tuple[MessageKind, ...]

    def answer(self, kind: MessageKind, facts: Facts, policy: Policy = CLASSIC) -> Message | NeedsInput:
        """Ask for a message; an error of the generator becomes one that names the kind."""
        try:
            answer = cast("object", self.draft(kind, facts, policy=policy))
        except Exception as error:
            what = f"drafting a {kind} raised {type(error).__name__}"
            raise Failed(what, str(error), "a Message, or NeedsInput") from error
        if isinstance(answer, Message):
            return answer
        if not isinstance(answer, NeedsInput):
            raise Failed(f"the answer for a {kind}", repr(answer), "a Message, or NeedsInput")
        hold(answer.missing, f"what a {kind} needs is named")
        for missing in answer.missing:
            known = missing.fact == "policy" or missing.fact.partition(".")[0] in _FACTS
            hold(known, f"what a {kind} needs is a field of Facts, or the policy", missing.fact)
            hold(missing.why.strip(), f"it is said why a {kind} needs {missing.fact}")
        return answer

    def messages(self, facts: Facts, policy: Policy = CLASSIC) -> Iterator[Message]:
        """Write the messages of all kinds for which the facts are enough."""
        for kind in self.kinds:
            answer = self.answer(kind, facts, policy)
            if isinstance(answer, Message):
                yield answer


_Trial: TypeAlias = Trial[_Generator]

_FACTS = frozenset(field.name for field in attrs.fields(Facts))

GENERATOR_LAWS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "G1": "Whatever is known, there is an answer: a message, or what has to be known first.",
        "G2": "Equal facts give equal text, whatever was written before, and by whom.",
        "G3": "A message reads as if a person had written it: nothing is left to fill in.",
        "G4": "A message says nothing that is private, and nothing about others than those it is about.",
        "G5": "A subject is one short line, and a message becomes a mail of just that text.",
        "G6": "A message is of the kind that was asked for, for the contact, and within the policy's limits.",
        "G7": "Names are written as their owners write them.",
        "G8": "Times are right, and never without their zone.",
        "G9": "Facts and policy are only read.",
    }
)
"""What a generator keeps to."""

_SAMPLE: Final = Facts(
    seeker=Seeker(
        id="lene",
        name=PersonName(given="Lene", family="Aasgard"),
        email=EmailAddress("lene@example.org"),
        zone="Europe/Oslo",
        background="a baker moving into food chemistry",
        phone="+47 555 01 23",
    ),
    contact=Contact(id="rui", name=PersonName(given="Rui", family="Bandeira"), zone="Europe/Lisbon"),
    objective=Objective(kind=ObjectiveKind.POSITION, subject="a flavour chemist"),
    connection=Connection(
        kind=ConnectionKind.REFERRAL,
        text="we both were at Example College",
        fact="wrote the guide to sourdough",
        referrer_id="ines",
        referrer=PersonName(given="Ines", family="Caldas"),
        consent=Consent.GRANTED,
    ),
    shared="Example College",
    thread=Thread(subject="A question on flavour"),
    slots=tuple(
        Slot(start=datetime(2026, 3, day, 10, tzinfo=UTC), minutes=20, zone="Europe/Lisbon")
        for day in (10, 11)
    ),
    slot=Slot(start=datetime(2026, 3, 9, 10, tzinfo=UTC), minutes=20, zone="Europe/Lisbon"),
    meeting_format=MeetingFormat.VIDEO,
    who_calls=Party.SEEKER,
    place="https://meet.example.org/lene",
    reason="I fell ill",
    rebook=True,
    questions=("How did you start?", "What would you learn?", "Whom should I read?"),
    insight=Insight(id="yeast", text="yeast and time"),
    next_step="bake it tonight",
    referrals=(Referral(id="ada", name=PersonName(given="Ada", family="Dahl")),),
    referral=Referral(id="ada", name=PersonName(given="Ada", family="Dahl")),
    referral_outcome=ReferralOutcome.MET,
    check_back_on=date(2026, 3, 12),
    target=Contact(id="ada", name=PersonName(given="Ada", family="Dahl")),
    news="I passed the course",
)
"""Everything that any kind needs, in few words."""

_BARE: Final = Facts(
    seeker=attrs.evolve(_SAMPLE.seeker, background=None, phone=None), contact=_SAMPLE.contact
)


def _text_of(message: Message) -> str:
    return f"{message.subject or ''}\n{message.body}"


# -- G1 ------------------------------------------------------------------------------------------------------


def _writes_every_kind(trial: _Trial) -> None:
    for kind in trial.subject.kinds:
        answer = trial.subject.answer(kind, _SAMPLE)
        hold(isinstance(answer, Message), f"a {kind} can be written when everything is known", answer)


def _answers_any_facts(trial: _Trial) -> None:
    def look(kind: MessageKind, facts: Facts) -> None:
        trial.subject.answer(kind, facts)

    trial.for_all(look, examples=60, kind=_kinds(trial), facts=facts())


def _answers_under_any_policy(trial: _Trial) -> None:
    def look(facts: Facts, policy: Policy) -> None:
        for kind in trial.subject.kinds:
            trial.subject.answer(kind, facts, policy)

    trial.for_all(look, facts=complete_facts(), policy=policies())


def _asks_when_nothing_is_known(trial: _Trial) -> None:
    for kind in trial.subject.kinds:
        answer = trial.subject.answer(kind, _BARE)
        if MESSAGE_RULES[kind].missing(_BARE, CLASSIC):
            hold(isinstance(answer, NeedsInput), f"a {kind} is not written when nothing is known", answer)
            same(cast("NeedsInput", answer).kind, kind, "the kind of message that needs more")


def _refuses_in_the_librarys_words(trial: _Trial) -> None:
    unknown = cast("MessageKind", "no such kind")
    what = "drafting a message of an unknown kind"
    raised(InfoviewError, lambda: trial.subject.draft(unknown, _SAMPLE, policy=CLASSIC), what)


def _kinds(trial: _Trial) -> st.SearchStrategy[MessageKind]:
    return st.sampled_from(trial.subject.kinds)


# -- G2 ------------------------------------------------------------------------------------------------------


def _writes_the_same_again(trial: _Trial) -> None:
    def look(facts: Facts, others: Facts) -> None:
        for kind in trial.subject.kinds:
            first = trial.subject.answer(kind, facts)
            same(trial.subject.answer(kind, facts), first, f"a {kind} for the same facts, written twice")
            trial.subject.answer(kind, others)
            again = trial.subject.answer(kind, copy.deepcopy(facts))
            same(again, first, f"a {kind} for equal facts, written after another one")

    trial.for_all(look, examples=10, facts=complete_facts(), others=complete_facts())


_THREADS = 4


def _serves_threads(trial: _Trial) -> None:
    people = [attrs.evolve(_SAMPLE, contact=_named(_SAMPLE.contact, f"Rui {'I' * n}")) for n in range(1, 9)]
    asked = [(kind, one) for kind in trial.subject.kinds for one in people]
    alone = [trial.subject.answer(kind, one) for kind, one in asked]
    with ThreadPoolExecutor(_THREADS) as threads:
        together = threads.map(trial.subject.answer, *zip(*asked, strict=True))
        for (kind, _), written, expected in zip(asked, together, alone, strict=True):
            same(written, expected, f"a {kind}, written by one of several threads")


def _named(contact: Contact, given: str) -> Contact:
    return attrs.evolve(contact, name=PersonName(given=given))


# -- G3 ------------------------------------------------------------------------------------------------------

_PLACEHOLDERS = re.compile(
    r"""[{}\[\]<>]|\$\w|%\(?\w|\b(?:None|null|undefined|NaN|TODO|TBD|XXX|True|False)\b|_{3,}""", re.VERBOSE
)
_SLIPS = re.compile(
    r"""[^\S\n]{2,}|[^\S\n]+$|[^\S\n]+[,;:.?!](?=\s|$)|[,;:]\s*[,;:.?!]|\(\s*\)|(?<!\.)\.\.(?!\.)|\n{3,}""",
    re.MULTILINE,
)


def _finds_none(pattern: re.Pattern[str], trial: _Trial, what: str) -> None:
    """Look for a pattern in messages about everything, and in those without what may be left out."""

    def look(facts: Facts) -> None:
        for kind in trial.subject.kinds:
            fields = attrs.fields_dict(Facts)
            spare: dict[str, Any] = {name: fields[name].default for name in MESSAGE_RULES[kind].may_use}
            for known in (facts, attrs.evolve(facts, **spare)):
                answer = trial.subject.answer(kind, known)
                found = pattern.search(_text_of(answer)) if isinstance(answer, Message) else None
                if found:
                    raise Failed(f"a {kind} holds {what}", repr(_around(found)), "a text without that")

    trial.for_all(look, facts=complete_facts())


def _around(found: re.Match[str]) -> str:
    return found.string[max(0, found.start() - 30) : found.end() + 30]


def _fills_everything_in(trial: _Trial) -> None:
    _finds_none(_PLACEHOLDERS, trial, "something that was to be filled in")


def _reads_well(trial: _Trial) -> None:
    _finds_none(_SLIPS, trial, "a slip that nobody would type")


# -- G4 ------------------------------------------------------------------------------------------------------

_MARK = "Qzx"
"""What no text says by chance."""


def _marked(contact: Contact, place: str) -> Contact:
    """Put marks into what is known of a person and not said."""
    mark = f"{_MARK}{place}"
    return attrs.evolve(
        contact,
        id=f"{mark}Id",
        email=EmailAddress(f"{mark}Mail@example.org"),
        profile=f"https://www.example.org/in/{mark}Profile",
        source=f"{mark}Source",
        note=f"{mark}Note",
    )


def _with_secrets(facts: Facts) -> Facts:
    """Put marks into everything that no message says."""
    connection, target, insight = facts.connection, facts.target, facts.insight
    return attrs.evolve(
        facts,
        seeker=attrs.evolve(facts.seeker, id=f"{_MARK}SeekerId"),
        contact=_marked(facts.contact, "Contact"),
        target=target and _marked(target, "Target"),
        connection=connection and attrs.evolve(connection, referrer_id=f"{_MARK}ReferrerId"),
        insight=insight and attrs.evolve(insight, id=f"{_MARK}InsightId"),
        referral=facts.referral and _marked_referral(facts.referral),
        referrals=tuple(map(_marked_referral, facts.referrals)),
    )


def _marked_referral(referral: Referral) -> Referral:
    mail = EmailAddress(f"{_MARK}ReferralMail@example.org")
    return attrs.evolve(referral, id=f"{_MARK}ReferralId", email=mail)


def _has_no_mark(message: Message, what: str) -> None:
    found = re.search(rf"{_MARK}\w*", _text_of(message), re.IGNORECASE)
    if found:
        raise Failed(f"a {message.kind} tells {what}", repr(_around(found)), "a message without that")


def _keeps_secrets(trial: _Trial) -> None:
    def look(facts: Facts) -> None:
        for message in trial.subject.messages(_with_secrets(facts)):
            _has_no_mark(message, "what is private, an id, or somebody's address")

    trial.for_all(look, examples=10, facts=complete_facts())


def _asks_before_it_names(trial: _Trial) -> None:
    for consent in (Consent.UNASKED, Consent.REFUSED):
        sample, referrer = cast("Connection", _SAMPLE.connection), PersonName(given=f"{_MARK}Referrer")
        connection = attrs.evolve(sample, referrer=referrer, consent=consent)
        for message in trial.subject.messages(attrs.evolve(_SAMPLE, connection=connection)):
            _has_no_mark(message, f"the name of a referrer whose consent is {consent}")


def _forgets_others(trial: _Trial) -> None:
    other = attrs.evolve(
        _with_secrets(_SAMPLE),
        seeker=attrs.evolve(_SAMPLE.seeker, name=PersonName(given=f"{_MARK}Seeker")),
        contact=_named(_SAMPLE.contact, f"{_MARK}Contact"),
        news=f"{_MARK}News",
        reason=f"{_MARK}Reason",
        place=f"{_MARK}Place",
    )
    for kind in trial.subject.kinds:
        trial.subject.answer(kind, other)
        for message in trial.subject.messages(_SAMPLE):
            _has_no_mark(message, "what another message was about")


# -- G5 ------------------------------------------------------------------------------------------------------

_SUBJECT_END = 78
"""RFC 5322, 2.1.1: a line should not be longer."""


def _has_a_short_subject(trial: _Trial) -> None:
    def look(facts: Facts) -> None:
        for message in trial.subject.messages(facts):
            subject = message.subject
            if subject is not None:
                hold(not LINE.fault(subject), f"the subject of a {message.kind} is one line of text", subject)
                is_own = facts.thread is None or subject != facts.thread.reply_subject
                short = not is_own or len(subject) <= _SUBJECT_END
                hold(short, f"a subject has at most {_SUBJECT_END} characters", subject)

    trial.for_all(look, facts=complete_facts(plain=False) | complete_facts())


def _becomes_a_mail(trial: _Trial) -> None:
    to = EmailAddress("rui@example.org")

    def look(facts: Facts) -> None:
        sender = attrs.evolve(facts.seeker, email=_SAMPLE.seeker.email)
        for message in trial.subject.messages(facts):
            if message.channel is Channel.EMAIL:
                mail = message_from_bytes(to_eml(message, sender=sender, to=to), policy=mail_policy.default)
                what = f"what a {message.kind} becomes as a mail"
                same(mail["Subject"], message.subject, f"{what}: the subject")
                same({*mail} - _HEADERS, set[str](), f"{what}: headers that nobody meant")
                body = cast("str", mail.get_content()).replace("\r\n", "\n").removesuffix("\n")
                same(body, message.body, f"{what}: the text")

    trial.for_all(look, examples=10, facts=complete_facts(plain=False) | complete_facts())


_HEADERS = frozenset(
    ("From", "To", "Subject", "In-Reply-To", "References", "X-Unsent", "MIME-Version", "Content-Type")
) | {"Content-Transfer-Encoding"}


# -- G6 ------------------------------------------------------------------------------------------------------

_LEAST_FRAMED = 3


def _core(message: Message) -> str:
    """Take what the limits count: the text between greeting and sign-off."""
    paragraphs = message.body.split("\n\n")
    framed = MESSAGE_RULES[message.kind].framed and len(paragraphs) >= _LEAST_FRAMED
    return "\n\n".join(paragraphs[1:-1] if framed else paragraphs)


def _keeps_to_the_length(trial: _Trial) -> None:
    def look(facts: Facts, policy: Policy) -> None:
        for message in trial.subject.messages(facts, policy):
            limit = MESSAGE_RULES[message.kind].limit
            length, most = limit.measure(_core(message)), limit.most(policy)
            hold(length <= most, f"a {message.kind} has at most {most} {limit.unit}", length)

    wordy = complete_facts(plain=False) | complete_facts()
    trial.for_all(look, facts=wordy, policy=st.sampled_from(PRESETS))


def _is_what_was_asked_for(trial: _Trial) -> None:
    def look(facts: Facts) -> None:
        for kind in trial.subject.kinds:
            answer = trial.subject.answer(kind, facts)
            same(answer.kind, kind, "the kind of the answer")
            if isinstance(answer, Message):
                same(answer.to, facts.contact.name, f"whom a {kind} is for")
                same(answer.channel, MESSAGE_RULES[kind].channel, f"how a {kind} travels")

    trial.for_all(look, examples=10, facts=complete_facts())


# -- G7 ------------------------------------------------------------------------------------------------------


def _leaves_names_as_they_are(trial: _Trial) -> None:
    def look(seeker: PersonName, contact: PersonName) -> None:
        known = attrs.evolve(
            _SAMPLE,
            seeker=attrs.evolve(_SAMPLE.seeker, name=seeker),
            contact=attrs.evolve(_SAMPLE.contact, name=contact),
        )
        for message in trial.subject.messages(known):
            if MESSAGE_RULES[message.kind].framed:
                for name in (seeker, contact):
                    forms = {name.full, name.formal, name.given, name.family} - {None}
                    told = any(cast("str", form) in message.body for form in forms)
                    hold(told, f"a {message.kind} has the name as it was given: {name!r}", message.body)

    trial.for_all(look, examples=40, seeker=person_names(), contact=person_names())


# -- G8 ------------------------------------------------------------------------------------------------------

_CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b(?:\s*([ap])\.?m\b)?", re.IGNORECASE)
_OFFSET = re.compile(r"\b(?:UTC|GMT)\b")
_HALF_DAY = 12


def _zones_of(facts: Facts) -> set[str]:
    slots = [*facts.slots, *([facts.slot] if facts.slot else [])]
    known = {facts.seeker.zone, facts.contact.zone, *(slot.zone for slot in slots)}
    return {key for key in known if key is not None}


def _names_zones(trial: _Trial) -> None:
    def look(facts: Facts) -> None:
        for message in trial.subject.messages(facts):
            for line in message.body.split("\n"):
                named = _OFFSET.search(line) or any(key in line for key in _zones_of(facts))
                hold(named or not _CLOCK.search(line), f"a time in a {message.kind} has its zone", line)

    trial.for_all(look, facts=complete_facts())


def _tells_the_right_times(trial: _Trial) -> None:
    def look(facts: Facts) -> None:
        slots = [*facts.slots, *([facts.slot] if facts.slot else [])]
        moments = [moment for slot in slots for moment in (slot.start, slot.end)]
        clocks = {
            (there.hour, there.minute)
            for key in _zones_of(facts)
            for there in (moment.astimezone(zone(key)) for moment in moments)
        }
        for message in trial.subject.messages(facts):
            for found in _CLOCK.finditer(message.body):
                what = f"a time in a {message.kind} is one of the facts"
                hold(_read(found) in clocks, what, _around(found))

    trial.for_all(look, facts=complete_facts())


def _read(found: re.Match[str]) -> tuple[int, int]:
    hour, minute, half = int(found[1]), int(found[2]), found[3]
    if half:
        hour = hour % _HALF_DAY + (_HALF_DAY if half in "pP" else 0)
    return hour, minute


# -- G9 ------------------------------------------------------------------------------------------------------


def _only_reads(trial: _Trial) -> None:
    def look(facts: Facts, policy: Policy) -> None:
        for kind in trial.subject.kinds:
            before = copy.deepcopy((facts, policy))
            trial.subject.answer(kind, facts, policy)
            same((facts, policy), before, f"facts and policy after drafting a {kind}")

    trial.for_all(look, examples=5, facts=complete_facts(), policy=policies())


GENERATOR_CHECKS: Final[tuple[Check[_Trial], ...]] = (
    law(
        "G1-every-kind",
        "When everything is known, every kind can be written.",
        _writes_every_kind,
        "The generator asks for something that Facts cannot hold, or cannot write a kind: name those it can.",
    ),
    law(
        "G1-any-facts",
        "Whatever is known, missing or odd, there is an answer.",
        _answers_any_facts,
        "A field that may be None is read without looking.",
        "What cannot be said is raised as an error: return NeedsInput.",
    ),
    law(
        "G1-any-policy",
        "Under any policy, there is an answer.",
        _answers_under_any_policy,
        "A number of the policy is divided by, or a text is cut until it breaks.",
    ),
    law(
        "G1-nothing-known",
        "What is missing is asked for, and not invented.",
        _asks_when_nothing_is_known,
        "A general sentence stands in for a missing fact.",
    ),
    law(
        "G1-unknown-kind",
        "A kind that there is not is refused with an error of infoview.",
        _refuses_in_the_librarys_words,
        "A KeyError of a table escapes: raise InvalidValueError.",
    ),
    law(
        "G2-same-again",
        "Equal facts give equal text, also when another message was written meanwhile.",
        _writes_the_same_again,
        "A phrase is chosen by chance, by the clock or by a counter: choose it by the facts.",
        "A model is sampled: give it a seed and keep its answers.",
    ),
    law(
        "G2-threads",
        "Several threads that write at once write what each would alone.",
        _serves_threads,
        "Facts or half a text are kept in the generator: keep them in local names.",
        layer=Layer.HAMMER,
    ),
    law(
        "G3-placeholder",
        "Nothing is left that was to be filled in.",
        _fills_everything_in,
        "A template names a field that is not replaced, or a value that is None is written.",
    ),
    law(
        "G3-reads-well",
        "What is not known leaves no gap: no double blanks, no lone commas, no empty brackets.",
        _reads_well,
        "An optional part leaves its comma or blank behind: build sentences of the parts that are there.",
    ),
    law(
        "G4-private",
        "Private notes, ids, and the addresses of others are not told.",
        _keeps_secrets,
        "A whole object is written instead of a name, or handed to a model with everything in it.",
    ),
    law(
        "G4-consent",
        "A referrer who did not agree is not named.",
        _asks_before_it_names,
        "The name is written without a look at Connection.consent.",
    ),
    law(
        "G4-memory",
        "A message tells nothing of what an earlier one was about.",
        _forgets_others,
        "A cache has too short a key, or a list that is a default argument grows.",
    ),
    law(
        "G5-subject",
        "A subject is one line of at most 78 characters, unless it is that of the thread.",
        _has_a_short_subject,
        "A text of the facts is put into the subject as it is.",
    ),
    law(
        "G5-mail",
        "As a mail, a message has its subject and its text, and no header that nobody meant.",
        _becomes_a_mail,
        "A line end in the subject splits the header.",
    ),
    law(
        "G6-length",
        "No message is longer than the policy allows for its kind.",
        _keeps_to_the_length,
        "The limit of one policy is written into the code.",
        "Where facts are too long, NeedsInput asks for shorter ones.",
    ),
    law(
        "G6-asked-for",
        "The answer is of the kind that was asked for; a message goes to the contact, by the kind's channel.",
        _is_what_was_asked_for,
        "An introduction is for the connector, who is the contact here, and not for the target.",
    ),
    law(
        "G7-names",
        "Names are written as they were given: with signs of any script, joined letters, emoji, apostrophes.",
        _leaves_names_as_they_are,
        "Names are capitalised, normalised, escaped or cut.",
    ),
    law(
        "G8-zone",
        "Every time of day has its zone on the same line.",
        _names_zones,
        "A time is written in the writer's zone, which the reader cannot know.",
    ),
    law(
        "G8-right-times",
        "Every time of day is the start or the end of a slot, in a zone that the facts name.",
        _tells_the_right_times,
        "A time is written in UTC, or in the machine's own zone.",
    ),
    law(
        "G9-only-reads",
        "Facts and policy are the same afterwards.",
        _only_reads,
        "Something is set in them by force, or a list inside of them changes.",
    ),
)
"""Everything that the suite looks at. Ids never change."""


def generator_suite(
    draft: Draft,
    *,
    kinds: Collection[MessageKind] = tuple(MessageKind),
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
) -> type:
    """Build a class of tests for a message generator, for pytest to collect.

    Args:
        draft: The generator.
        kinds: The kinds of message that it can write; at least one.
        name: What it is called in reports; its own name when left out.
        level: How long to look: ``quick``, ``full`` or ``soak``.
        expected_failures: Ids of checks that are known to fail, each with the reason. One that passes all the
            same is reported.

    Returns:
        A fresh class with a test for each check.

    Raises:
        InvalidValueError: When there is no such level, or no such check.
    """
    plan = _plan(draft, kinds, name, level=level, expected_failures=expected_failures)
    return suite_class("GeneratorSuite", plan)


def check_generator(
    draft: Draft,
    *,
    kinds: Collection[MessageKind] = tuple(MessageKind),
    name: str | None = None,
    level: Level | str = Level.QUICK,
    expected_failures: Mapping[str, str] | None = None,
    only: Collection[str] | None = None,
) -> Report:
    """Look at a message generator without pytest.

    Args:
        draft: As for `generator_suite`.
        kinds: As for `generator_suite`.
        name: As for `generator_suite`.
        level: As for `generator_suite`.
        expected_failures: As for `generator_suite`.
        only: The ids of the checks to run; all when left out.

    Returns:
        The report: ``report.ok``, and everything in words as its text.

    Raises:
        InvalidValueError: As `generator_suite`.
    """
    plan = _plan(draft, kinds, name, level=level, expected_failures=expected_failures, only=only)
    return run_checks(plan)


def _plan(
    draft: Draft,
    kinds: Collection[MessageKind],
    name: str | None,
    *,
    level: Level | str,
    expected_failures: Mapping[str, str] | None,
    only: Collection[str] | None = None,
) -> Plan:
    title = name or str(getattr(draft, "__name__", type(draft).__name__))
    subject = _Generator(draft, tuple(kinds))
    return plan_of(
        title,
        subject,
        GENERATOR_CHECKS,
        GENERATOR_LAWS,
        level=level,
        expected_failures=expected_failures,
        only=only,
    )
