import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.letters import COMPLETE, FACTS, MINA, TOMAS, WITHOUT, obeyed, written

from infoview._channel import ConnectionKind, MeetingFormat
from infoview._objective import Connection, Objective, ObjectiveKind
from infoview._people import Consent, Party, PersonName
from infoview._policy import Policy
from infoview._takeaways import Insight
from infoview._text import LINE, NAME, TextRule
from infoview._time import Slot, zone
from infoview.messages import (
    MESSAGE_RULES,
    Facts,
    Message,
    MessageKind,
    Missing,
    NeedsInput,
    ReferralOutcome,
    Thread,
    draft,
)
from infoview.policies import CLASSIC, PRESETS
from infoview.referrals import Referral

Situation = tuple[MessageKind, Facts]
Drafter = Callable[[MessageKind, Facts], Message | NeedsInput]
Law = Callable[[Message, Facts], None]

REQUESTS = [kind for kind in MessageKind if kind.startswith("request_") or kind == "referral_outreach"]
REFERRED = [MessageKind.REQUEST_WARM, MessageKind.REFERRAL_OUTREACH]
SHARING = [MessageKind.REQUEST_ALUMNI, MessageKind.REQUEST_EVENT]
THANKS = [kind for kind in MessageKind if kind.startswith("thank_you")]
PROPOSALS = [MessageKind.PROPOSE_TIMES, MessageKind.RESCHEDULE, MessageKind.NO_SHOW_THEM]

ZONES = ["Europe/Berlin", "America/New_York", "Pacific/Chatham", "UTC"]
WORDS = st.sampled_from(["ward", "notes", "become", "data", "for", "small", "teams", "over", "many", "years"])
MARKS = st.sampled_from(["", ".", "!", "?", "...", ",", " ."])

PLAIN_LINES = st.builds("{}{}".format, st.lists(WORDS, min_size=1, max_size=9).map(" ".join), MARKS)
"""What a friendly person types: words that are no names, and any mark at the end."""

PLAIN_NAMES = st.builds(
    PersonName,
    given=st.sampled_from(["Amal", "Bo", "Chidi"]),
    family=st.sampled_from(["Quist", "Rao", "Sorel"]),
)

PIECES = ["=", "?", ".", "…", "—", "You ", "I will ", "because ", "{0}", "%s", "\u00a0", "Wort ", "é", "İ"]
CHARACTERS = st.characters(exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"))
HOSTILE = st.lists(st.sampled_from(PIECES) | CHARACTERS, max_size=30).map("".join)


def passable(text: str, rule: TextRule) -> str:
    """Bend a text until it passes its rule."""
    bent = re.sub(r"=\?+", "=", text)[: rule.max_length].strip() or "…"
    assert rule.fault(bent) is None
    return bent


HOSTILE_LINES = HOSTILE.map(lambda text: passable(text, LINE))
HOSTILE_NAMES = st.builds(
    PersonName,
    given=HOSTILE.map(lambda text: passable(text, NAME)),
    family=st.sampled_from([None, "Okafor"]),
    salutation=st.sampled_from([None, "Dr. Okafor"]),
)
"""What passes the rules for text, and nobody would type."""


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    """Draw a slot of the next years in some zone."""
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 2_000_000)))
    return Slot(start=start, minutes=draw(st.integers(15, 60)), zone=draw(st.sampled_from(ZONES)))


@st.composite
def situations(
    draw: st.DrawFn,
    kinds: list[MessageKind] | type[MessageKind] = MessageKind,
    lines: st.SearchStrategy[str] = PLAIN_LINES,
    names: st.SearchStrategy[PersonName] = PLAIN_NAMES,
) -> Situation:
    """Draw a kind and facts that lack nothing it needs, as far as their texts say something."""
    kind = draw(st.sampled_from(list(kinds)))
    shared, link = draw(lines), draw(lines)
    referral = st.builds(Referral, id=st.just("r"), name=names)
    facts = Facts(
        seeker=attrs.evolve(
            MINA, name=draw(names), zone=draw(st.sampled_from(ZONES)), background=draw(lines)
        ),
        contact=attrs.evolve(TOMAS, name=draw(names), zone=draw(st.sampled_from([None, *ZONES]))),
        objective=Objective(
            kind=draw(st.sampled_from(ObjectiveKind)),
            subject=draw(lines),
            broad=draw(st.none() | lines),
            learn=tuple(draw(st.lists(lines, max_size=2))),
        ),
        connection=Connection(
            kind=ConnectionKind.REFERRAL,
            text=f"we share {shared}"[:200].strip() if kind in SHARING else link,
            fact=draw(lines),
            referrer_id="referrer",
            referrer=draw(names),
            consent=Consent.GRANTED,
        ),
        shared=shared,
        minutes=draw(st.none() | st.integers(15, 30)),
        thread=Thread(subject="Earlier") if kind is MessageKind.NUDGE or draw(st.booleans()) else None,
        slots=tuple(draw(st.lists(slots(), min_size=2, max_size=3))),
        slot=draw(slots()),
        meeting_format=draw(st.sampled_from(MeetingFormat)),
        who_calls=draw(st.sampled_from(Party)),
        place="https://meet.example.org/a",
        reason=draw(lines),
        rebook=draw(st.booleans()),
        questions=tuple(draw(st.lists(lines, min_size=3, max_size=5))),
        insight=Insight(id="i", text=draw(lines)),
        next_step=draw(lines),
        referrals=tuple(draw(st.lists(referral, min_size=1, max_size=3))),
        referral=draw(referral),
        referral_outcome=draw(st.sampled_from(ReferralOutcome)),
        check_back_on=draw(st.dates(date(1999, 1, 1), date(2100, 1, 1))),
        target=attrs.evolve(TOMAS, id="target", name=draw(names)),
        news=draw(lines),
    )
    return kind, facts


HOSTILE_SITUATIONS = situations(lines=HOSTILE_LINES, names=HOSTILE_NAMES)


def core(message: Message) -> list[str]:
    """Take the paragraphs between greeting and sign-off."""
    paragraphs = message.body.split("\n\n")
    return paragraphs[1:-1] if MESSAGE_RULES[message.kind].framed else paragraphs


def sentences(message: Message) -> list[str]:
    """Cut the text into sentences and listed lines."""
    lines = "\n".join(core(message)).split("\n")
    return [sentence for line in lines for sentence in re.split(r"(?<=[.?!]) ", line)]


def drafted(situation: Situation) -> Message:
    """Draft a message; facts that are to be shortened are the matter of another law."""
    message = draft(*situation)
    assume(isinstance(message, Message))
    assert isinstance(message, Message)
    return message


def breaks(law: Callable[..., None], *arguments: object) -> bool:
    """Tell whether a law is broken."""
    try:
        law(*arguments)
    except AssertionError:
        return True
    return False


def notices(law: Law, kind: MessageKind, pattern: str, replacement: str) -> bool:
    """Tell whether a law holds for a believable message, and no longer when a pattern in it is replaced."""
    message = written(kind)
    spoilt = attrs.evolve(
        message,
        subject=message.subject and re.sub(pattern, replacement, message.subject),
        body=re.sub(pattern, replacement, message.body),
    )
    return not breaks(law, message, COMPLETE[kind]) and breaks(law, spoilt, COMPLETE[kind])


class TestAnswers:
    """`draft` is pure and total: a message, or something to ask for, and the same again."""

    @staticmethod
    def law(drafter: Drafter, kind: MessageKind, facts: Facts) -> None:
        """There is an answer, and it stays."""
        answer = drafter(kind, facts)
        assert isinstance(answer, Message) or answer.missing
        assert answer == drafter(kind, facts)

    @given(situation=HOSTILE_SITUATIONS)
    def test_any_facts(self, situation: Situation) -> None:
        """Whatever the texts, there is one answer."""
        self.law(draft, *situation)

    @given(situation=situations(), policy=st.sampled_from(PRESETS), times=st.lists(slots(), max_size=6))
    def test_any_policy(self, situation: Situation, policy: Policy, times: list[Slot]) -> None:
        """Neither a policy nor times at random bring it down."""
        kind, facts = situation
        facts = attrs.evolve(facts, slots=tuple(times))
        self.law(lambda kind, facts: draft(kind, facts, policy=policy), kind, facts)

    def test_notices_moods(self) -> None:
        """A drafter that never says the same twice is caught."""
        moods = iter(["glad", "sorry"])

        def moody(kind: MessageKind, facts: Facts) -> Message:
            return attrs.evolve(written(kind, facts), subject=next(moods))

        assert breaks(self.law, moody, MessageKind.WITHDRAW, FACTS)

    def test_notices_shrugs(self) -> None:
        """A drafter that neither writes nor asks is caught."""
        assert breaks(self.law, lambda kind, _: NeedsInput(kind, ()), MessageKind.WITHDRAW, FACTS)


class TestMissing:
    """A missing fact is asked for, never invented; all missing facts are asked for at once."""

    @staticmethod
    def law(drafter: Drafter, kind: MessageKind, facts: Facts) -> None:
        """What the row of the kind misses is asked for, and nothing else."""
        missing = MESSAGE_RULES[kind].missing(facts, CLASSIC)
        answer = drafter(kind, facts)
        if missing:
            assert answer == NeedsInput(kind, missing)
        elif isinstance(answer, NeedsInput):
            assert all("short" in each.why for each in answer.missing)

    @given(situation=situations(), taken=st.sets(st.sampled_from(sorted(WITHOUT)), max_size=6))
    def test_facts_taken_away(self, situation: Situation, taken: set[str]) -> None:
        """Any facts that go are asked for."""
        kind, facts = situation
        for fact in sorted(taken):
            facts = WITHOUT[fact](facts)
        self.law(draft, kind, facts)

    def test_notices_filler(self) -> None:
        """A drafter that makes up a link is caught."""

        def inventive(kind: MessageKind, facts: Facts) -> Message | NeedsInput:
            link = attrs.evolve(FACTS.connection, text="I have long admired your work")  # type: ignore[type-var]  # is there
            return draft(kind, attrs.evolve(facts, connection=link))

        unlinked = WITHOUT["connection.text"](FACTS)
        assert breaks(self.law, inventive, MessageKind.REQUEST_COLD, unlinked)

    def test_notices_one_question_at_a_time(self) -> None:
        """A drafter that asks for the first fact only is caught."""

        def slow(kind: MessageKind, facts: Facts) -> NeedsInput:
            return NeedsInput(kind, MESSAGE_RULES[kind].missing(facts, CLASSIC)[:1])

        assert breaks(self.law, slow, MessageKind.THANK_YOU, Facts(seeker=MINA, contact=TOMAS))

    def test_notices_a_name_used_without_consent(self) -> None:
        """A drafter that names a referrer who was not asked is caught."""
        kind = MessageKind.REQUEST_WARM
        unasked = WITHOUT["connection.consent"](COMPLETE[kind])
        assert breaks(self.law, lambda kind, _: draft(kind, COMPLETE[kind]), kind, unasked)


class TestLength:
    """Every kind has its limit, greeting and sign-off not counted; a subject has fewer than 60 characters."""

    @staticmethod
    def law(message: Message, _: Facts) -> None:
        """Text and subject stay within their limits."""
        limit = MESSAGE_RULES[message.kind].limit
        assert limit.measure("\n\n".join(core(message))) <= limit.most(CLASSIC)
        assert message.subject is None or len(message.subject) < 60

    @given(situation=situations() | HOSTILE_SITUATIONS)
    def test_of_any_text(self, situation: Situation) -> None:
        """No facts make a message longer."""
        self.law(drafted(situation), situation[1])

    def test_notices_a_talker(self) -> None:
        """A text that says everything three times, and a subject that goes on, are caught."""
        assert notices(self.law, MessageKind.NUDGE, "(My .*)", r"\1 \1 \1")
        assert notices(self.law, MessageKind.WITHDRAW, "My request", "My" + " very" * 10 + " small request")


def _into_connection(field: str) -> Callable[[Facts, str], Facts]:
    return lambda facts, text: attrs.evolve(
        facts,
        connection=attrs.evolve(facts.connection, **{field: text}),  # type: ignore[type-var]  # is there
    )


def _into_seeker(field: str) -> Callable[[Facts, str], Facts]:
    return lambda facts, text: attrs.evolve(facts, seeker=attrs.evolve(facts.seeker, **{field: text}))


def _into(field: str) -> Callable[[Facts, str], Facts]:
    return lambda facts, text: attrs.evolve(facts, **{field: text})


FREE_TEXTS: dict[str, Callable[[Facts, str], Facts]] = {
    "seeker.background": _into_seeker("background"),
    "seeker.phone": _into_seeker("phone"),
    "objective": lambda facts, text: attrs.evolve(
        facts, objective=Objective(kind=ObjectiveKind.COMPANY, subject=text)
    ),
    "connection.text": _into_connection("text"),
    "connection.fact": _into_connection("fact"),
    "insight": lambda facts, text: attrs.evolve(facts, insight=Insight(id="i", text=text)),
    "place": _into("place"),
    "reason": _into("reason"),
    "next_step": _into("next_step"),
    "news": _into("news"),
}
"""The facts that people write as long as they like, and where each belongs."""


class TestAdvice:
    """A text that would get longer than the guides allow asks for shorter facts."""

    @given(
        kind=st.sampled_from(
            [
                kind
                for kind, rule in MESSAGE_RULES.items()
                if {need.fact for need in rule.needs} & set(FREE_TEXTS) and rule.limit.unit == "words"
            ]
        ),
        sizes=st.fixed_dictionaries(dict.fromkeys(FREE_TEXTS, st.integers(1, 50))),
    )
    def test_followed_once_is_enough(self, kind: MessageKind, sizes: dict[str, int]) -> None:
        """Facts shortened as advised fit, and none was asked to get longer."""
        facts = attrs.evolve(COMPLETE[kind], shared="www")
        for fact, size in sizes.items():
            facts = FREE_TEXTS[fact](facts, " ".join(["www"] * size))
        answer = draft(kind, facts)
        for missing in answer.missing if isinstance(answer, NeedsInput) else ():
            size = int(missing.why.removeprefix("shorten to at most ").partition(" ")[0])
            assert size < sizes[missing.fact]
            facts = FREE_TEXTS[missing.fact](facts, " ".join(["www"] * size))
        assert isinstance(draft(kind, facts), Message)


WORDY_LINES = st.integers(1, 100).map(lambda size: " ".join(["w"] * size))
"""Lines of up to a hundred words: as long as a line may be."""
WORDY_NAMES = st.builds(
    PersonName,
    given=st.integers(1, 50).map(lambda size: " ".join(["W"] * size)),
    family=st.none() | st.integers(1, 50).map(lambda size: " ".join(["W"] * size)),
)


class TestObedience:
    """Obeying everything that is asked for gives a message."""

    @staticmethod
    def law(drafter: Drafter, kind: MessageKind, facts: Facts) -> None:
        """Facts are given and shortened as asked, three times at most."""
        for _ in range(3):
            answer = drafter(kind, facts)
            if isinstance(answer, Message):
                return
            for missing in answer.missing:
                facts = obeyed(kind, facts, missing)
        assert isinstance(drafter(kind, facts), Message)

    @pytest.mark.parametrize("kind", MessageKind)
    @given(data=st.data())
    def test_helps(self, kind: MessageKind, data: st.DataObject) -> None:
        """Whatever is missing or too long, for every kind; only the two people keep their names."""
        lines, names = st.one_of(PLAIN_LINES, WORDY_LINES), st.one_of(PLAIN_NAMES, WORDY_NAMES)
        _, facts = data.draw(situations([kind], lines=lines, names=names))
        facts = attrs.evolve(
            facts,
            seeker=attrs.evolve(facts.seeker, name=MINA.name),
            contact=attrs.evolve(facts.contact, name=TOMAS.name),
            slot=data.draw(st.sampled_from([facts.slot, None])),
        )
        for fact in sorted(data.draw(st.sets(st.sampled_from(sorted(WITHOUT)), max_size=4))):
            facts = WITHOUT[fact](facts)
        self.law(draft, kind, facts)

    def test_notices_advice_about_another_fact(self) -> None:
        """A drafter that has facts shortened which the text does not contain is caught."""

        def beside_the_point(kind: MessageKind, facts: Facts) -> Message | NeedsInput:
            answer = draft(kind, facts)
            if isinstance(answer, Message):
                return answer
            return NeedsInput(kind, (Missing("questions", "shorten to at most 3 words: no room"),))

        long = attrs.evolve(FACTS, slot=None, next_step=" ".join(["w"] * 100))
        assert not breaks(self.law, draft, MessageKind.THANK_YOU, long)
        assert breaks(self.law, beside_the_point, MessageKind.THANK_YOU, long)


class TestSecrets:
    """Private notes never reach messages: a message says what its kind's row lists, and nothing else."""

    @staticmethod
    def law(drafter: Drafter, kind: MessageKind, facts: Facts) -> None:
        """What the row does not list changes nothing."""
        rule = MESSAGE_RULES[kind]
        told = {"seeker", "contact", *rule.may_use, *(need.fact.partition(".")[0] for need in rule.needs)}
        told |= set() if rule.opens else {"thread"}
        untold = {field.name: field.default for field in attrs.fields(Facts) if field.name not in told}
        bare = {"id": "x", "organisation": None, "position": None, "source": "x", "email": None, "note": None}
        stripped = attrs.evolve(
            facts,
            **untold,
            seeker=attrs.evolve(facts.seeker, id="x"),
            contact=attrs.evolve(facts.contact, **bare),
        )
        if stripped.target:
            stripped = attrs.evolve(stripped, target=attrs.evolve(stripped.target, **bare))
        assert drafter(kind, facts) == drafter(kind, stripped)

    @given(situation=situations() | HOSTILE_SITUATIONS)
    def test_stay_out(self, situation: Situation) -> None:
        """Leaving all the rest out gives the same answer."""
        self.law(draft, *situation)

    def test_notices_a_leak(self) -> None:
        """A drafter that quotes the private note is caught."""

        def chatty(kind: MessageKind, facts: Facts) -> Message:
            message = written(kind, facts)
            return attrs.evolve(message, body=f"{message.body}\nPS: {facts.contact.note}")

        assert breaks(self.law, chatty, MessageKind.THANK_YOU, FACTS)


class TestRequests:
    """The connection comes first; the ask is a question, names the minutes, and gives an easy way out.

    A referrer stands in the subject and in the first sentence (Dalton; Simon Fraser; Tufts; Berkeley).
    """

    @staticmethod
    def law(message: Message, facts: Facts) -> None:
        """Link, question, minutes, way out: in that order."""
        opening, *_, ask = core(message)
        assert re.fullmatch(
            rf"Would you have {facts.minutes or CLASSIC.minutes_default} minutes for [^.?!]*\? "
            r"If now is a bad time, no reply is needed\.",
            ask,
        )
        assert message.body.count("?") == 1
        assert facts.connection is not None
        if message.kind in REFERRED:
            assert facts.connection.referrer is not None
            assert opening.startswith(f"{facts.connection.referrer.full} gave me your name")
            assert facts.connection.referrer.full in str(message.subject)
        else:
            assert opening.startswith("I am writing because ")

    @given(situation=situations(REQUESTS))
    def test_are_built_like_that(self, situation: Situation) -> None:
        """Every kind of request is."""
        self.law(drafted(situation), situation[1])

    @pytest.mark.parametrize(
        ("kind", "pattern", "replacement"),
        [
            (MessageKind.REQUEST_COLD, r"\d+ minutes", "some time"),
            (MessageKind.REQUEST_COLD, "20 minutes", "45 minutes"),
            (MessageKind.REQUEST_COLD, r"suits you\?", "suits you."),
            (MessageKind.REQUEST_COLD, "If now is a bad time, no reply is needed.", "I count on you."),
            (MessageKind.REQUEST_EVENT, "I am writing", "My name is Mina. I am writing"),
            (MessageKind.REQUEST_WARM, "Tomas Okafor gave me", "A friend gave me"),
            (MessageKind.REQUEST_WARM, "Tomas Okafor gave me", "Here I am. Tomas Okafor gave me"),
            (MessageKind.REFERRAL_OUTREACH, "Tomas Okafor gave me your name$", "A question"),
        ],
    )
    def test_notices(self, kind: MessageKind, pattern: str, replacement: str) -> None:
        """Requests without minutes, question, way out, link or referrer are caught."""
        assert notices(self.law, kind, pattern, replacement)


FORBIDDEN = re.compile(
    r"\b(jobs?|internships?|openings?|vacanc\w+|hir(e|es|ed|ing)|recruit\w*|r[eé]sum[eé]s?|cv|opportunit\w+"
    r"|pick your brain|touch base|circle back|finds you well|urgent|asap|follow(ing)? up|just checking"
    r"|informational interview|networking|coffee chat|refer me)\b|[{}<>!\[\]]",
    re.IGNORECASE,
)
STUMBLES = re.compile(r"[.,;:?] ?[.,;:?]|  | [.,;:?)]|\b[A-Z]{4,}\b")


class TestTongue:
    """No job, no résumé, no stock phrase, no placeholder, no shouting; most sentences do not begin with I."""

    @staticmethod
    def law(message: Message, _: Facts) -> None:
        """Subject and text are decent, and their marks are in order."""
        text = f"{message.subject}\n{message.body}"
        assert not FORBIDDEN.search(text)
        assert not STUMBLES.search(text)
        said = sentences(message)
        assert all(re.match(r"[A-Z0-9-]", sentence) for sentence in said)
        assert 2 * sum(sentence.startswith("I ") for sentence in said) < len(said) or len(said) == 1

    @given(situation=situations())
    def test_is_minded(self, situation: Situation) -> None:
        """Decent facts give decent messages."""
        self.law(drafted(situation), situation[1])

    @pytest.mark.parametrize(
        ("pattern", "replacement"),
        [
            ("Thank you for your time", "Are there any openings"),
            ("Thank you for your time", "May I pick your brain"),
            (r"work\.", "work!"),
            (r"work\.", "work.."),
            ("conversation;", "conversation ,"),
            ("Thank you", "THANK you"),
            ("Thank you", "{thanks}"),
            ("Thank you", "thank you"),
            ("Thank you", "I am here. I am new. I thank you"),
        ],
    )
    def test_notices(self, pattern: str, replacement: str) -> None:
        """Texts that ask for a job, shout, stumble or talk of themselves are caught."""
        assert notices(self.law, MessageKind.WITHDRAW, pattern, replacement)


CALENDAR = frozenset(
    [
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *(
            "November",
            "December",
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ),
    ]
)


class TestNames:
    """A message names nobody and nothing that is not in the facts."""

    @staticmethod
    def law(message: Message, facts: Facts) -> None:
        """A word with a capital begins a sentence, or is a day, or stands in the facts."""
        known = set(re.findall(r"[^\W_]+", f"{facts!r} {ZONES}")) | CALENDAR | {"I"}
        begun = [*sentences(message), message.subject or ""]
        rest = " ".join(re.sub(r"^\W*\w+", "", sentence) for sentence in begun)
        assert {word for word in re.findall(r"[^\W_]+", rest) if word[0].isupper()} <= known

    @given(situation=situations())
    def test_are_known(self, situation: Situation) -> None:
        """Every capital is accounted for."""
        self.law(drafted(situation), situation[1])

    def test_notices_an_invention(self) -> None:
        """A text that knows somebody by itself is caught."""
        assert notices(self.law, MessageKind.WITHDRAW, "your work", "your work with Dana Petrov")


class TestThanks:
    """Thanks name one specific thing and what you do with it; nothing new is asked (Yale; Texas A&M)."""

    @staticmethod
    def law(message: Message, facts: Facts) -> None:
        """The insight, the next step and every name are there, and no question is."""
        assert facts.insight is not None
        assert facts.insight.text.rstrip(".,!? ") in message.body
        assert str(facts.next_step).rstrip(".,!? ") in message.body
        assert "?" not in message.body
        names = facts.referrals if message.kind is MessageKind.THANK_YOU_WITH_REFERRALS else ()
        assert all(referral.name.full in message.body for referral in names)

    @given(situation=situations(THANKS))
    def test_are_built_like_that(self, situation: Situation) -> None:
        """Every kind of thanks is."""
        self.law(drafted(situation), situation[1])

    @pytest.mark.parametrize(
        ("pattern", "replacement"),
        [
            ("What you said about .*? was", "Everything was"),
            (r", and I will [^.]*\.", "."),
            (r"what comes of it\.", "what comes of it. May I call you again?"),
            ("Jonas Weber", "others"),
        ],
    )
    def test_notices(self, pattern: str, replacement: str) -> None:
        """Thanks without substance, with a new ask, or with a name forgotten are caught."""
        assert notices(self.law, MessageKind.THANK_YOU_WITH_REFERRALS, pattern, replacement)


class TestTimes:
    """Times are offered in their zone, never without it, and in yours where the clocks differ (Texas A&M)."""

    @staticmethod
    def law(message: Message, facts: Facts) -> None:
        """Each time stands on a line of its own, with day, clock and zone."""
        listed = re.findall(r"^- (.*)$", message.body, re.MULTILINE)
        assert len(listed) == len(facts.slots)
        for line, slot in zip(listed, facts.slots, strict=True):
            theirs, mine = facts.contact.zone or slot.zone, facts.seeker.zone
            there, here = slot.start.astimezone(zone(theirs)), slot.start.astimezone(zone(mine))
            assert re.match(
                rf"{there:%A} {there.day} {there:%B} {there.year}, {there:%H:%M} to [^(]*\({theirs}", line
            )
            if there.utcoffset() != here.utcoffset():
                assert f"which is {here:%H:%M}" in line
                assert line.partition("which is")[2].rstrip(")").endswith(mine)

    @given(situation=situations(PROPOSALS))
    def test_can_be_read_by_both(self, situation: Situation) -> None:
        """Nobody has to guess."""
        self.law(drafted(situation), situation[1])

    @pytest.mark.parametrize(
        ("pattern", "replacement"),
        [(r" \(Europe/Berlin\)", ""), (", which is .*", ""), ("(?m)^- .*08:30.*$", "")],
    )
    def test_notices(self, pattern: str, replacement: str) -> None:
        """A time without its zone, in one zone only, or left out is caught."""
        assert notices(self.law, MessageKind.PROPOSE_TIMES, pattern, replacement)
