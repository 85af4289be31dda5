from datetime import UTC, date, datetime

import attrs
import pytest
from tests.letters import (
    BERLIN,
    COMPLETE,
    DUBLIN,
    FACTS,
    MINA,
    PRIYA,
    REQUEST_THREAD,
    TOMAS,
    WITHOUT,
    asked,
    slot,
    written,
)

from infoview._channel import Channel, MeetingFormat
from infoview._objective import Objective, ObjectiveKind
from infoview._people import Consent, Contact, Party, PersonName
from infoview._policy import POLICY_RULES
from infoview._takeaways import Insight
from infoview._time import Slot
from infoview.exceptions import InvalidValueError
from infoview.messages import (
    MESSAGE_RULES,
    Facts,
    Message,
    MessageKind,
    MessageRule,
    NeedsInput,
    ReferralOutcome,
    Thread,
    day_in_words,
    draft,
    slot_in_words,
)
from infoview.messages._english import ENGLISH
from infoview.messages._needs import SLOT, Known, texts_of
from infoview.messages._phrases import bare, clause, listed, predicate, question, sentence
from infoview.policies import CLASSIC, DALTON

LENGTHS = {
    MessageKind.REQUEST_COLD: 100,
    MessageKind.REQUEST_WARM: 100,
    MessageKind.REQUEST_ALUMNI: 100,
    MessageKind.REQUEST_EVENT: 100,
    MessageKind.REFERRAL_OUTREACH: 100,
    MessageKind.LINKEDIN_NOTE: 200,
    MessageKind.INTRO_REQUEST: 110,
    MessageKind.FORWARDABLE_BLURB: 75,
    MessageKind.REFERRER_CHECK_BACK: 50,
    MessageKind.NUDGE: 50,
    MessageKind.WITHDRAW: 50,
    MessageKind.DECLINE_REPLY: 50,
    MessageKind.ASYNC_QUESTIONS: 120,
    MessageKind.PROPOSE_TIMES: 140,
    MessageKind.CONFIRM: 60,
    MessageKind.REMINDER_DAY_BEFORE: 50,
    MessageKind.RESCHEDULE: 140,
    MessageKind.CANCEL: 60,
    MessageKind.NO_SHOW_ME: 60,
    MessageKind.NO_SHOW_THEM: 140,
    MessageKind.THANK_YOU: 90,
    MessageKind.THANK_YOU_WITH_REFERRALS: 100,
    MessageKind.THANK_YOU_NO_REFERRAL: 90,
    MessageKind.CLOSE_LOOP: 60,
    MessageKind.PROGRESS_UPDATE: 80,
    MessageKind.RECONNECT: 80,
}
"""How long each kind gets by the classic policy, written down a second time."""

GOLDEN: dict[MessageKind, tuple[str | None, str]] = {
    MessageKind.REQUEST_COLD: (
        "A question about the role of a health data analyst",
        """\
Dear Tomas Okafor,

I am writing because I read your article on readmissions in the Example Health Journal, and because you \
showed there how ward notes become data.

As a nurse moving into health-data analysis, I would like to learn more about the role of a health data \
analyst, above all how nurses come to it, and about health data in general.

Would you have 20 minutes for a video call, at a time that suits you? If now is a bad time, no reply is \
needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.REQUEST_WARM: (
        "Tomas Okafor gave me your name",
        """\
Dear Priya Lindqvist,

Tomas Okafor gave me your name, and since you set up the trial registry at Example Hospital, I would \
value your view.

As a nurse moving into health-data analysis, I would like to learn more about the role of a health data \
analyst, above all how nurses come to it, and about health data in general.

Would you have 20 minutes for a video call, at a time that suits you? If now is a bad time, no reply is \
needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.REQUEST_ALUMNI: (
        "Example College, and a question for you",
        """\
Dear Tomas Okafor,

I am writing because we both studied at Example College, and because you moved from the hospital \
pharmacy into data analysis yourself.

As a nurse moving into health-data analysis, I would like to learn more about the role of a health data \
analyst, above all how nurses come to it, and about health data in general.

Would you have 20 minutes for a video call, at a time that suits you? If now is a bad time, no reply is \
needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.REQUEST_EVENT: (
        "Example Data Day, and a question for you",
        """\
Dear Tomas Okafor,

I am writing because I heard your talk at Example Data Day, and because you said that a good question \
beats a big model.

As a nurse moving into health-data analysis, I would like to learn more about the role of a health data \
analyst, above all how nurses come to it, and about health data in general.

Would you have 20 minutes for a video call, at a time that suits you? If now is a bad time, no reply is \
needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.REFERRAL_OUTREACH: (
        "Tomas Okafor gave me your name",
        """\
Dear Priya Lindqvist,

Tomas Okafor gave me your name and said you know hospital data best.

As a nurse moving into health-data analysis, I would like to hear how you got started, and to learn \
about the role of a health data analyst and about health data in general.

Would you have 20 minutes for a video call, at a time that suits you? If now is a bad time, no reply is \
needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.LINKEDIN_NOTE: (
        None,
        """\
Dear Tomas Okafor, I am writing because I read your article on readmissions in the Example Health \
Journal. As a nurse moving into health-data analysis, I would be glad to connect. Mina Sandoval""",
    ),
    MessageKind.INTRO_REQUEST: (
        "An introduction to Priya Lindqvist?",
        """\
Dear Tomas Okafor,

Would you be comfortable introducing me to Priya Lindqvist? If so, this is ready to be forwarded:

Mina Sandoval is a nurse moving into health-data analysis and would like to learn more about the role of \
a health data analyst. Since you set up the trial registry at Example Hospital, Mina is hoping for 20 \
minutes of your time for a video call. If that suits you, mina.sandoval@example.org is the address; if \
not, no reply is needed.

If you would rather not, that is perfectly fine.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.FORWARDABLE_BLURB: (
        None,
        """\
Mina Sandoval is a nurse moving into health-data analysis and would like to learn more about the role of \
a health data analyst. Since you set up the trial registry at Example Hospital, Mina is hoping for 20 \
minutes of your time for a video call. If that suits you, mina.sandoval@example.org is the address; if \
not, no reply is needed.""",
    ),
    MessageKind.REFERRER_CHECK_BACK: (
        "About Priya Lindqvist",
        """\
Dear Tomas Okafor,

We had agreed on Tuesday 17 March for another word about Priya Lindqvist. Have you had a chance to ask \
whether an introduction would be welcome? If it does not suit, that is perfectly fine.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.NUDGE: (
        "Re: A question about the role of a health data analyst",
        """\
Dear Tomas Okafor,

My earlier message may have come at a busy moment, so here it is in one line: would you have 20 minutes \
to talk about the role of a health data analyst? If now is a bad time, no reply is needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.WITHDRAW: (
        "My request for a conversation",
        """\
Dear Tomas Okafor,

Please set aside my request for a conversation; no reply is needed. Thank you for your time, and should \
our paths cross later, I would be glad to hear about your work.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.DECLINE_REPLY: (
        "Thank you for your answer",
        """\
Dear Tomas Okafor,

Thank you for letting me know; that is perfectly fine. Should somebody else come to mind whom I could \
ask about the role of a health data analyst, I would be grateful for the name. All good wishes for your \
work.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.ASYNC_QUESTIONS: (
        "What I would like to ask you",
        """\
Dear Tomas Okafor,

Thank you for offering to answer in writing. This is what I would most like to know:

1. What led you from your studies to this role?
2. Which skills show first in people who do well?
3. In my place, what would you learn next?

A line or two on each is plenty, and there is no hurry.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.PROPOSE_TIMES: (
        "Times for our video call",
        """\
Dear Tomas Okafor,

Thank you for agreeing to talk. Would one of these times suit you for a video call?

- Tuesday 17 March 2026, 15:00 to 15:20 (Europe/Berlin), which is 14:00 in Dublin (Europe/Dublin)
- Wednesday 18 March 2026, 09:30 to 09:50 (Europe/Berlin), which is 08:30 in Dublin (Europe/Dublin)

If none of them does, please send me a time that suits you.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.CONFIRM: (
        "Our video call on Tuesday 10 March",
        """\
Dear Tomas Okafor,

This is to confirm our video call on Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin), which is \
14:00 in Dublin (Europe/Dublin).

Link: https://meet.example.org/mina-tomas

Should anything come up, my number is +353 20 910 0142. Thank you for making the time.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.REMINDER_DAY_BEFORE: (
        "Reminder: our video call on Tuesday 10 March",
        """\
Dear Tomas Okafor,

Our video call is on Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin), which is 14:00 in Dublin \
(Europe/Dublin).

Link: https://meet.example.org/mina-tomas

Should anything come up, my number is +353 20 910 0142.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.RESCHEDULE: (
        "A new time for our conversation",
        """\
Dear Tomas Okafor,

I am sorry, but I can no longer make Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin). Would one of \
these times suit you instead?

- Tuesday 17 March 2026, 15:00 to 15:20 (Europe/Berlin), which is 14:00 in Dublin (Europe/Dublin)
- Wednesday 18 March 2026, 09:30 to 09:50 (Europe/Berlin), which is 08:30 in Dublin (Europe/Dublin)

If none of them does, please send me a time that suits you.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.CANCEL: (
        "Our conversation on Tuesday 10 March",
        """\
Dear Tomas Okafor,

I am sorry, but I have to cancel our conversation on Tuesday 10 March 2026, 15:00 to 15:20 \
(Europe/Berlin), because my shift on the ward was moved.

Thank you for having set the time aside. If you are willing, I will suggest other times as soon as I can \
keep them.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.NO_SHOW_ME: (
        "My apologies for Tuesday 10 March",
        """\
Dear Tomas Okafor,

I missed our conversation on Tuesday 10 March, and I am sorry. You kept the time free and I was not \
there; there is no excuse for that.

If you are still willing to talk, any time that suits you will suit me. If not, that is perfectly \
understandable.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.NO_SHOW_THEM: (
        "A new time for our conversation",
        """\
Dear Tomas Okafor,

We seem to have missed each other on Tuesday 10 March, and I hope that all is well. Would one of these \
times suit you instead?

- Tuesday 17 March 2026, 15:00 to 15:20 (Europe/Berlin), which is 14:00 in Dublin (Europe/Dublin)
- Wednesday 18 March 2026, 09:30 to 09:50 (Europe/Berlin), which is 08:30 in Dublin (Europe/Dublin)

If none of them does, please send me a time that suits you.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.THANK_YOU: (
        "Thank you for our conversation",
        """\
Dear Tomas Okafor,

Thank you for talking with me on Tuesday 10 March. What you said about starting with SQL before any \
dashboard tool was what I needed to hear, and I will finish a SQL course before I open a dashboard.

It was generous of you to share your time and your experience.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.THANK_YOU_WITH_REFERRALS: (
        "Thank you for our conversation",
        """\
Dear Tomas Okafor,

Thank you for talking with me on Tuesday 10 March. What you said about starting with SQL before any \
dashboard tool was what I needed to hear, and I will finish a SQL course before I open a dashboard.

Thank you also for pointing me to Priya Lindqvist and Jonas Weber. I will get in touch soon and tell you \
what comes of it.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.THANK_YOU_NO_REFERRAL: (
        "Thank you for our conversation",
        """\
Dear Tomas Okafor,

Thank you for talking with me on Tuesday 10 March. What you said about starting with SQL before any \
dashboard tool was what I needed to hear, and I will finish a SQL course before I open a dashboard.

Your advice gives me plenty to work with, and I am grateful for it.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.CLOSE_LOOP: (
        "What came of your suggestion",
        """\
Dear Tomas Okafor,

You gave me the name of Priya Lindqvist, and I would like you to know what came of it: we have had our \
conversation, and I owe it to you. Thank you again for your help. No reply is needed.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.PROGRESS_UPDATE: (
        "What came of your advice",
        """\
Dear Tomas Okafor,

What you said about starting with SQL before any dashboard tool has led somewhere. I passed the SQL \
course last week and have begun a small project on readmissions.

Thank you for setting me on that track. No reply is needed, and all good wishes for your own work.

Kind regards,
Mina Sandoval""",
    ),
    MessageKind.RECONNECT: (
        "News since our conversation",
        """\
Dear Tomas Okafor,

Since our conversation on Tuesday 10 March 2026 there has been some news. I passed the SQL course last \
week and have begun a small project on readmissions. What you said about starting with SQL before any \
dashboard tool has stayed with me.

All good wishes for your own work; no reply is needed.

Kind regards,
Mina Sandoval""",
    ),
}
"""Subject and body of every kind, to be read aloud."""

LONG = "word " * 39 + "word"
"""A line of forty words."""

WORDS = "w " * 79 + "w"
"""A line of eighty words."""


def for_objective(kind: ObjectiveKind, subject: str) -> Facts:
    """Take the facts with another objective."""
    return attrs.evolve(FACTS, objective=Objective(kind=kind, subject=subject))


def with_link(facts: Facts, **changes: object) -> Facts:
    """Take the facts with another connection."""
    assert facts.connection is not None
    return attrs.evolve(facts, connection=attrs.evolve(facts.connection, **changes))


class TestTable:
    """`MESSAGE_RULES`: one table that drafts, tests and docs read."""

    def test_has_a_row_and_words_for_every_kind(self) -> None:
        """No kind lacks its rule or its words."""
        assert set(MESSAGE_RULES) == set(MessageKind) == set(ENGLISH.letters) == set(GOLDEN)

    @pytest.mark.parametrize("rule", MESSAGE_RULES.values(), ids=lambda rule: rule.kind)
    def test_names_only_facts_that_there_are(self, rule: MessageRule) -> None:
        """Every need and every optional fact is a field of `Facts`."""
        fields = {field.name for field in attrs.fields(Facts)}
        assert {need.fact.partition(".")[0] for need in rule.needs} | set(rule.may_use) <= fields

    def test_takes_every_length_from_the_policy(self) -> None:
        """Each kind is as long as the policy's number for it says, with more words for more times."""
        limits = {kind: rule.limit.most(CLASSIC) for kind, rule in MESSAGE_RULES.items()}
        assert limits == LENGTHS
        assert MESSAGE_RULES[MessageKind.REQUEST_COLD].limit.most(DALTON) == 75
        assert {kind for kind, rule in MESSAGE_RULES.items() if rule.limit.unit == "characters"} == {
            MessageKind.LINKEDIN_NOTE
        }

    @pytest.mark.parametrize("number", [name for name in POLICY_RULES if name.endswith("_words")])
    def test_has_a_kind_for_every_length(self, number: str) -> None:
        """No number of words in a policy is there for nothing."""
        other = attrs.evolve(CLASSIC, **{number: getattr(CLASSIC, number) + 1})
        limits = [rule.limit for rule in MESSAGE_RULES.values()]
        assert [limit for limit in limits if limit.most(other) > limit.most(CLASSIC)] != []

    def test_a_need_shows_its_fact(self) -> None:
        """The table can be printed."""
        assert repr(SLOT) == "Need('slot')"


class TestGolden:
    """The text must read like something a thoughtful person would send."""

    @pytest.mark.parametrize("kind", MessageKind)
    def test_reads_as_written_here(self, kind: MessageKind) -> None:
        """A believable set of facts gives exactly this text."""
        message = written(kind)
        assert (message.subject, message.body) == GOLDEN[kind]

    @pytest.mark.parametrize("kind", MessageKind)
    def test_goes_to_the_contact(self, kind: MessageKind) -> None:
        """The message carries its kind, its channel and its reader."""
        message = written(kind)
        channel = Channel.LINKEDIN_NOTE if kind is MessageKind.LINKEDIN_NOTE else Channel.EMAIL
        assert (message.kind, message.channel, message.to) == (kind, channel, COMPLETE[kind].contact.name)


class TestNeeds:
    """A missing fact is asked for, all missing facts at once, and none is invented."""

    @pytest.mark.parametrize(
        ("kind", "fact"),
        [
            (rule.kind, need.fact)
            for rule in MESSAGE_RULES.values()
            for need in rule.needs
            if need.when(COMPLETE[rule.kind])
        ],
    )
    def test_each_fact_is_asked_for(self, kind: MessageKind, fact: str) -> None:
        """Taking one fact away asks for that one, and says why."""
        (why,) = [need.why for need in MESSAGE_RULES[kind].needs if need.fact == fact]
        wanted = asked(kind, WITHOUT[fact](COMPLETE[kind]))
        assert wanted[fact] == why.format(policy=CLASSIC)
        # The shared name stands in the link, so it falls with it.
        assert set(wanted) - {"shared"} == {fact} - {"shared"}

    @pytest.mark.parametrize("kind", [rule.kind for rule in MESSAGE_RULES.values() if rule.needs])
    def test_all_are_asked_for_at_once(self, kind: MessageKind) -> None:
        """With nothing known but the two people, every need is named, in the order of the table."""
        seeker = attrs.evolve(MINA, background=None, phone=None)
        answer = draft(kind, Facts(seeker=seeker, contact=TOMAS))
        needs = [need.fact for need in MESSAGE_RULES[kind].needs]
        assert isinstance(answer, NeedsInput)
        assert answer.kind is kind
        # The minutes have a default, and nobody calls as long as it is no phone call.
        assert [m.fact for m in answer.missing] == [f for f in needs if f not in ("minutes", "who_calls")]

    def test_punctuation_is_no_fact(self) -> None:
        """A text without a letter or a digit counts as missing."""
        empty = with_link(attrs.evolve(FACTS, news="?!"), text="—", fact="...")
        assert set(asked(MessageKind.RECONNECT, empty)) == {"news"}
        assert set(asked(MessageKind.REQUEST_COLD, empty)) == {"connection.text", "connection.fact"}

    @pytest.mark.parametrize("consent", [Consent.UNASKED, Consent.REFUSED])
    @pytest.mark.parametrize("kind", [MessageKind.REQUEST_WARM, MessageKind.REFERRAL_OUTREACH])
    def test_a_name_needs_consent(self, kind: MessageKind, consent: Consent) -> None:
        """A referrer who has not said yes is not named."""
        assert set(asked(kind, with_link(COMPLETE[kind], consent=consent))) == {"connection.consent"}

    @pytest.mark.parametrize("minutes", [CLASSIC.minutes_min - 1, CLASSIC.minutes_max + 1])
    def test_minutes_stay_within_the_policy(self, minutes: int) -> None:
        """Neither too short nor too long a talk is asked for."""
        wanted = asked(MessageKind.NUDGE, attrs.evolve(COMPLETE[MessageKind.NUDGE], minutes=minutes))
        assert wanted == {"minutes": "ask for 15 to 30 minutes"}

    def test_minutes_may_be_chosen(self) -> None:
        """The facts win over the policy's default."""
        assert "30 minutes" in written(MessageKind.REQUEST_COLD, attrs.evolve(FACTS, minutes=30)).body

    @pytest.mark.parametrize(
        "slots",
        [
            (slot(17, 15),),
            (slot(17, 15), slot(17, 15, 10)),
            tuple(slot(day, 15) for day in range(1, CLASSIC.slots_max + 2)),
        ],
        ids=["one", "overlapping", "too many"],
    )
    def test_times_are_two_or_more_and_apart(self, slots: tuple[Slot, ...]) -> None:
        """One time is no choice, a grid is no kindness."""
        assert set(asked(MessageKind.PROPOSE_TIMES, attrs.evolve(FACTS, slots=slots))) == {"slots"}

    def test_one_time_will_do_where_the_policy_allows_no_more(self) -> None:
        """The policy has the last word on how many times are proposed."""
        policy = attrs.evolve(CLASSIC, slots_min=1, slots_max=1)
        one = attrs.evolve(FACTS, slots=FACTS.slots[:1])
        assert written(MessageKind.PROPOSE_TIMES, one, policy=policy).body.count("\n- ") == 1

    @pytest.mark.parametrize("questions", [FACTS.questions[:2], FACTS.questions * 2, (*FACTS.questions, "?")])
    def test_questions_are_few_and_real(self, questions: tuple[str, ...]) -> None:
        """Three to five questions can be answered in writing."""
        wanted = asked(MessageKind.ASYNC_QUESTIONS, attrs.evolve(FACTS, questions=questions))
        assert set(wanted) == {"questions"}

    def test_names_are_few(self) -> None:
        """Thanks for names are no list."""
        names = attrs.evolve(FACTS, referrals=(PRIYA,) * 11)
        assert set(asked(MessageKind.THANK_YOU_WITH_REFERRALS, names)) == {"referrals"}

    def test_the_shared_name_stands_in_the_link(self) -> None:
        """A school that the first sentence does not name is asked for."""
        elsewhere = attrs.evolve(COMPLETE[MessageKind.REQUEST_ALUMNI], shared="Another College")
        assert set(asked(MessageKind.REQUEST_ALUMNI, elsewhere)) == {"shared"}

    def test_words_need_what_the_table_lists(self) -> None:
        """Words that use a fact which their row does not list are refused by name."""
        with pytest.raises(InvalidValueError, match=r"Facts\.slot.*missing_fact"):
            Known(attrs.evolve(FACTS, slot=None), CLASSIC)[SLOT]


class TestLimits:
    """A text that would get too long asks for shorter facts, and never goes out."""

    def test_the_longest_fact_is_to_be_shortened(self) -> None:
        """The advice says how many words the fact may have; with one word more it is given again."""
        kind = MessageKind.THANK_YOU
        long = attrs.evolve(FACTS, insight=Insight(id="i", text=LONG), next_step=LONG[:149])
        assert asked(kind, long) == {"insight": "shorten to at most 25 words: the text has room for 90"}

        fitting = attrs.evolve(long, insight=Insight(id="i", text=LONG[: 25 * 5 - 1]))
        assert written(kind, fitting).body.count("word") == 25 + 30
        longer = attrs.evolve(long, insight=Insight(id="i", text=LONG[: 26 * 5 - 1]))
        assert asked(kind, longer) == {"next_step": "shorten to at most 29 words: the text has room for 90"}

    def test_several_facts_are_shortened_where_one_is_not_enough(self) -> None:
        """A tight policy asks for shorter facts, the longest first."""
        policy = attrs.evolve(CLASSIC, request_words=50)
        long = with_link(FACTS, text=LONG, fact=LONG[:149])
        wanted = asked(MessageKind.REQUEST_COLD, long, policy=policy)
        assert list(wanted)[:2] == ["connection.text", "connection.fact"]

    def test_a_limit_below_the_bare_text_is_the_policys_matter(self) -> None:
        """Where no shorter fact can help, the policy is named."""
        policy = attrs.evolve(CLASSIC, request_words=30, request_words_min=30)
        wanted = asked(MessageKind.REQUEST_COLD, FACTS, policy=policy)
        assert wanted["policy"].startswith("even the shortest facts would need")

    @pytest.mark.parametrize(("words", "above_all", "in_general"), [(100, 1, 1), (80, 0, 1), (75, 0, 0)])
    def test_the_richest_letter_that_fits_is_taken(self, words: int, above_all: int, in_general: int) -> None:
        """With fewer words allowed, what matters most goes first, then the broad field; the rest stays."""
        policy = attrs.evolve(CLASSIC, request_words=words)
        body = written(MessageKind.REQUEST_COLD, policy=policy).body
        assert (body.count("above all"), body.count("in general")) == (above_all, in_general)

    def test_a_note_counts_characters(self) -> None:
        """A note to LinkedIn is measured in UTF-16 units, whichever of the two LinkedIn counts."""
        sized = with_link(FACTS, text="we met on the ward")
        length = len(written(MessageKind.LINKEDIN_NOTE, sized).body)
        exact = attrs.evolve(CLASSIC, linkedin_note_characters=length)
        assert written(MessageKind.LINKEDIN_NOTE, sized, policy=exact)

        astral = with_link(FACTS, text="we met on the war\N{GRINNING FACE}")
        wanted = asked(MessageKind.LINKEDIN_NOTE, astral, policy=exact)
        assert set(wanted) == {"seeker.background"}

    @pytest.mark.parametrize(
        ("family", "subject"),
        [
            ("Okafor", "Tomas Okafor gave me your name"),
            ("O" * 36, f"Through Tomas {'O' * 36}"),
            ("O" * 60, "Through Tomas"),
        ],
    )
    def test_a_long_name_gets_a_shorter_subject(self, family: str, subject: str) -> None:
        """The referrer stays in the subject, in the longest form that fits."""
        name = PersonName(given="Tomas", family=family)
        facts = with_link(COMPLETE[MessageKind.REQUEST_WARM], referrer=name)
        assert written(MessageKind.REQUEST_WARM, facts).subject == subject

    def test_a_name_that_fits_no_subject_is_asked_for_again(self) -> None:
        """A referrer is never left out of the subject."""
        name = PersonName(given="O" * 60)
        wanted = asked(MessageKind.REQUEST_WARM, with_link(COMPLETE[MessageKind.REQUEST_WARM], referrer=name))
        assert set(wanted) == {"connection.referrer"}
        assert "under 60 characters" in wanted["connection.referrer"]

    def test_a_long_topic_leaves_the_subject(self) -> None:
        """What does not fit into a subject is said in the text alone."""
        facts = for_objective(ObjectiveKind.INDUSTRY, "the analysis of readmissions in small rural hospitals")
        assert written(MessageKind.REQUEST_COLD, facts).subject == "A question about your work"

    def test_a_name_that_would_begin_a_mail_encoding_stays_out_of_the_subject(self) -> None:
        """Harmless alone, the end of the name and a question mark would open an encoded-word."""
        facts = attrs.evolve(FACTS, target=Contact(id="t", name=PersonName(given="Priya=")))
        assert written(MessageKind.INTRO_REQUEST, facts).subject == "A question about an introduction"

    @pytest.mark.parametrize("kind", ["love_letter", "withdraw", [], None], ids=repr)
    def test_unknown_kind(self, kind: MessageKind) -> None:
        """What is no kind of message is refused."""
        with pytest.raises(InvalidValueError, match=r"draft\.kind.*unknown_kind"):
            draft(kind, FACTS)

    @pytest.mark.parametrize("locale", ["tlh", [], None], ids=repr)
    def test_unknown_language(self, locale: str) -> None:
        """A language without words is refused, and the others are listed."""
        with pytest.raises(InvalidValueError, match=r"draft\.locale: choose one of: en \[unknown_locale\]"):
            draft(MessageKind.WITHDRAW, FACTS, locale=locale)

    @pytest.mark.parametrize(
        ("value", "texts"),
        [
            ("two words", ("two words",)),
            (("one", "two three"), ("one", "two three")),
            (PRIYA.name, ("Priya Lindqvist",)),
            (FACTS.objective, ("a health data analyst",)),
            (FACTS.insight, ("starting with SQL before any dashboard tool",)),
            (FACTS.referrals, ("Priya Lindqvist", "Jonas Weber")),
            (TOMAS, ("Tomas Okafor",)),
            (20, ()),
            (True, ()),
            (MeetingFormat.IN_PERSON, ()),
            (Consent.GRANTED, ()),
            (Party.SEEKER, ()),
            (ReferralOutcome.MET, ()),
        ],
    )
    def test_texts_of_a_fact(self, value: object, texts: tuple[str, ...]) -> None:
        """What the author can shorten is named, the rest is not."""
        assert texts_of(value) == texts

    def test_thanks_for_written_answers_ask_for_what_they_say(self) -> None:
        """The questions are not in the text, so shortening them would not help."""
        questions = (LONG, LONG, LONG)
        long = attrs.evolve(FACTS, slot=None, questions=questions, next_step=WORDS)
        assert set(asked(MessageKind.THANK_YOU, long)) == {"next_step"}

    def test_a_name_for_the_subject_is_not_to_be_shortened_for_the_text(self) -> None:
        """What only the subject says makes no text longer."""
        shared = "x " * 9 + "x"
        long = with_link(attrs.evolve(FACTS, shared=shared), text=f"we share {shared}", fact=WORDS)
        wanted = asked(MessageKind.REQUEST_ALUMNI, long, policy=attrs.evolve(CLASSIC, request_words=52))
        assert list(wanted) == ["connection.fact", "connection.text", "seeker.background"]

    def test_no_name_is_shortened_to_nothing(self) -> None:
        """Of several names, each keeps a word."""
        wordy = attrs.evolve(PRIYA, name=PersonName(given="W " * 49 + "W"))
        long = attrs.evolve(FACTS, referrals=(wordy,) * 3, insight=Insight(id="i", text=LONG), next_step=LONG)
        wanted = asked(MessageKind.THANK_YOU_WITH_REFERRALS, long)
        assert wanted["referrals"].startswith("shorten to at most 3 words")


class TestThread:
    """A nudge stays in the conversation; a request begins one."""

    def test_an_answer_carries_the_thread(self) -> None:
        """Subject and references go on, and the last id is the one answered."""
        thread = Thread(subject="re: Times", references=("<a@example.org>", "<b@example.org>"))
        message = written(MessageKind.CONFIRM, attrs.evolve(FACTS, thread=thread))
        assert (message.subject, message.references) == ("re: Times", thread.references)
        assert message.in_reply_to == "<b@example.org>"

    def test_a_request_begins_its_own(self) -> None:
        """A thread that is given does not capture a request."""
        message = written(MessageKind.REQUEST_COLD, attrs.evolve(FACTS, thread=REQUEST_THREAD))
        assert (message.subject, message.in_reply_to) == (GOLDEN[MessageKind.REQUEST_COLD][0], None)


class TestWording:
    """Facts complete sentences; what they repeat, and how they end, is taken care of."""

    @pytest.mark.parametrize(
        ("kind", "subject", "words"),
        [
            (ObjectiveKind.POSITION, "The role of data engineer", "the role of data engineer"),
            (ObjectiveKind.COMPANY, "Example Health Inc.", "working at Example Health Inc."),
            (ObjectiveKind.INDUSTRY, "Health analytics", "working in Health analytics"),
            (ObjectiveKind.CAREER_PATH, "From nursing into data analysis", "the path from nursing into data"),
            (ObjectiveKind.CAREER_PATH, "clinical data science", "the path into clinical data science"),
        ],
    )
    def test_every_objective_has_words(self, kind: ObjectiveKind, subject: str, words: str) -> None:
        """What it is about decides how it is put."""
        body = written(MessageKind.REQUEST_COLD, for_objective(kind, subject)).body
        assert f"learn more about {words}" in body

    def test_an_objective_may_say_only_what_matters_most(self) -> None:
        """Without a broad field the sentence ends earlier."""
        objective = Objective(
            kind=ObjectiveKind.COMPANY, subject="Example Hospital", learn=("Why people stay",)
        )
        message = written(MessageKind.REQUEST_COLD, attrs.evolve(FACTS, objective=objective))
        assert "about working at Example Hospital, above all why people stay.\n" in message.body

    def test_beginnings_that_the_sentence_has_are_not_repeated(self) -> None:
        """Facts written as whole sentences read as well as fragments do."""
        kind = MessageKind.REQUEST_COLD
        wordy = attrs.evolve(
            with_link(
                FACTS,
                text="Because I read your article on readmissions in the Example Health Journal.",
                fact="You showed there how ward notes become data.",
            ),
            seeker=attrs.evolve(
                MINA, background="I\N{RIGHT SINGLE QUOTATION MARK}m a nurse moving into health-data analysis."
            ),
        )
        assert written(kind, wordy) == written(kind)

    def test_thanks_take_whole_sentences_too(self) -> None:
        """The insight and the next step may repeat their beginnings and end in full stops."""
        kind = MessageKind.THANK_YOU
        wordy = attrs.evolve(
            FACTS,
            insight=Insight(
                id="i", text="What you said about starting with SQL before any dashboard tool..."
            ),
            next_step="I will finish a SQL course before I open a dashboard.",
        )
        assert written(kind, wordy) == written(kind)

    @pytest.mark.parametrize(
        ("talk", "who", "line", "end"),
        [
            (MeetingFormat.PHONE, Party.SEEKER, "I call you at +49 30 1", "my number is +353 20 910 0142."),
            (
                MeetingFormat.PHONE,
                Party.CONTACT,
                "You call me at +353 20 910 0142",
                "same number reaches me.",
            ),
            (MeetingFormat.IN_PERSON, None, "Place: +49 30 1", "my number is +353 20 910 0142."),
        ],
    )
    def test_a_talk_has_its_place_or_its_caller(
        self, talk: MeetingFormat, who: Party | None, line: str, end: str
    ) -> None:
        """Nobody waits for a call that the other meant to make."""
        facts = attrs.evolve(FACTS, meeting_format=talk, who_calls=who, place="+49 30 1")
        for kind in (MessageKind.CONFIRM, MessageKind.REMINDER_DAY_BEFORE):
            body = written(kind, facts).body
            assert f"\n\n{line}\n\n" in body
            assert end in body

    def test_a_call_by_the_contact_needs_no_place(self) -> None:
        """Who calls is asked for on the phone, and a place only where there is one."""
        facts = attrs.evolve(FACTS, meeting_format=MeetingFormat.PHONE, place=None)
        assert set(asked(MessageKind.CONFIRM, facts)) == {"who_calls", "place"}
        assert written(MessageKind.CONFIRM, attrs.evolve(facts, who_calls=Party.CONTACT))

    @pytest.mark.parametrize(
        ("outcome", "words"),
        [
            (ReferralOutcome.CONTACTED, "I have written"),
            (ReferralOutcome.ANSWERED, "an answer has come"),
            (ReferralOutcome.MET, "we have had our conversation"),
            (ReferralOutcome.DECLINED, "a conversation will not come about"),
            (ReferralOutcome.NO_REPLY, "my message has had no answer"),
        ],
    )
    def test_every_outcome_is_told(self, outcome: ReferralOutcome, words: str) -> None:
        """The loop is closed also when nothing came of it."""
        facts = attrs.evolve(FACTS, referral_outcome=outcome)
        assert f"what came of it: {words}" in written(MessageKind.CLOSE_LOOP, facts).body

    def test_a_cancellation_may_be_final(self) -> None:
        """Without a wish for another time none is hinted at."""
        body = written(MessageKind.CANCEL, attrs.evolve(FACTS, rebook=False)).body
        assert "Please use the time for something else; no reply is needed." in body

    def test_written_answers_are_thanked_for(self) -> None:
        """Where nobody talked, the thanks do not say so."""
        message = written(MessageKind.THANK_YOU, attrs.evolve(FACTS, slot=None))
        assert message.subject == "Thank you for your answers"
        assert "Thank you for answering my questions in writing. What you said" in message.body

    def test_a_reconnection_needs_no_more_than_news(self) -> None:
        """Without a talk and an insight the news stands alone."""
        message = written(MessageKind.RECONNECT, attrs.evolve(FACTS, slot=None, insight=None))
        assert message.subject == "Some news to share"
        assert "What you said" not in message.body

    def test_an_insight_that_does_not_fit_is_left_out_of_a_reconnection(self) -> None:
        """What is told only when it is known never stands in the way of the news."""
        facts = attrs.evolve(FACTS, insight=Insight(id="i", text=LONG), news=LONG)
        assert "What you said" not in written(MessageKind.RECONNECT, facts).body

    def test_a_shared_name_needs_no_full_stop(self) -> None:
        """The subject goes on after it."""
        facts = with_link(
            attrs.evolve(FACTS, shared="Example College."), text="We both studied at Example College."
        )
        subject = written(MessageKind.REQUEST_ALUMNI, facts).subject
        assert subject == "Example College, and a question for you"

    @pytest.mark.parametrize("objective", [None, Objective(kind=ObjectiveKind.COMPANY, subject="…")])
    def test_a_pointer_needs_no_objective(self, objective: Objective | None) -> None:
        """Thanks for a no are complete without it."""
        body = written(MessageKind.DECLINE_REPLY, attrs.evolve(FACTS, objective=objective)).body
        assert "whom I could ask, I would be grateful" in body

    @pytest.mark.parametrize("salutation", ["The Rev. Okafor Jr.", "Dear The Rev. Okafor Jr."])
    def test_a_known_salutation_is_used(self, salutation: str) -> None:
        """Formal address follows what the contact is called, once."""
        contact = attrs.evolve(TOMAS, name=attrs.evolve(TOMAS.name, salutation=salutation))
        body = written(MessageKind.WITHDRAW, attrs.evolve(FACTS, contact=contact)).body
        assert body.startswith("Dear The Rev. Okafor Jr.,\n\n")

    def test_an_unknown_zone_is_the_slots(self) -> None:
        """Where the contact's zone is not known, the slot's own is named."""
        contact = attrs.evolve(TOMAS, zone=None)
        facts = attrs.evolve(FACTS, contact=contact, slot=slot(10, 9, zone="America/New_York"))
        body = written(MessageKind.CONFIRM, facts).body
        assert "09:00 to 09:20 (America/New_York), which is 13:00 in Dublin" in body


class TestPhrases:
    """How a fact is fitted into an English sentence."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain", "plain"),
            ("a sentence.", "a sentence"),
            ("really?!", "really"),
            ("and so on...", "and so on"),
            ("the U.S.", "the U.S."),
            ("Example Inc.", "Example Inc."),
            ("Example Inc..", "Example Inc"),
            ("a blank .", "a blank"),
        ],
    )
    def test_bare(self, text: str, expected: str) -> None:
        """Marks that end a sentence go, the full stop of an abbreviation stays."""
        assert bare(text) == expected

    @pytest.mark.parametrize(
        ("text", "leads", "expected"),
        [
            ("We both studied law.", (), "we both studied law"),
            ("We've met", (), "we've met"),
            ("Example College let us in", (), "Example College let us in"),
            ("IT people met", (), "IT people met"),
            ("I heard you", (), "I heard you"),
            ("Because we met", ("because",), "we met"),
            ("because", ("because",), "because"),
            ("because —", ("because",), "because —"),
            ("becausewe met", ("because",), "becausewe met"),
        ],
    )
    def test_clause(self, text: str, leads: tuple[str, ...], expected: str) -> None:
        """A capital goes where only the beginning of a sentence asked for it."""
        assert clause(text, *leads) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [("Built it", "built it"), ("You built it", "built it"), ("SQL it", "SQL it"), ("x", "x")],
    )
    def test_predicate(self, text: str, expected: str) -> None:
        """A verb begins small, an abbreviation as it is."""
        assert predicate(text, "you") == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("we met", "We met."),
            ("We met!!", "We met."),
            ("we met at Example Inc.", "We met at Example Inc."),
            ('she said "go."', 'She said "go."'),
        ],
    )
    def test_sentence(self, text: str, expected: str) -> None:
        """One capital, one full stop."""
        assert sentence(text) == expected

    @pytest.mark.parametrize("text", ["what next", "What next?", "what next.", "what next ??"])
    def test_question(self, text: str) -> None:
        """One capital, one question mark."""
        assert question(text) == "What next?"

    @pytest.mark.parametrize(
        ("names", "expected"),
        [(["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
    )
    def test_listed(self, names: list[str], expected: str) -> None:
        """The last two are joined by a word."""
        assert listed(names) == expected


class TestWhen:
    """Days and times are spelt out, and a time never comes without its zone."""

    def test_day(self) -> None:
        """The weekday comes first, the year where it is wanted."""
        assert day_in_words(date(2026, 3, 10)) == "Tuesday 10 March 2026"
        assert day_in_words(datetime(2028, 2, 29, 23, tzinfo=UTC), year=False) == "Tuesday 29 February"

    @pytest.mark.parametrize(
        ("when", "zones", "expected"),
        [
            (slot(10, 15), (), "Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin)"),
            (slot(10, 15), (BERLIN, "Europe/Paris"), "Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin)"),
            (slot(10, 15), (DUBLIN, DUBLIN), "Tuesday 10 March 2026, 14:00 to 14:20 (Europe/Dublin)"),
            (
                slot(10, 3),
                (BERLIN, "America/New_York"),
                "Tuesday 10 March 2026, 03:00 to 03:20 (Europe/Berlin), \
which is 22:00 on Monday 9 March in New York (America/New_York)",
            ),
            (
                slot(10, 15),
                (BERLIN, "UTC", "Etc/GMT+5"),
                "Tuesday 10 March 2026, 15:00 to 15:20 (Europe/Berlin), \
which is 14:00 in UTC, which is 09:00 in Etc/GMT+5",
            ),
            (
                slot(10, 23, 50),
                (),
                "Tuesday 10 March 2026, 23:50 to 00:10 the next day (Europe/Berlin)",
            ),
            (
                slot(29, 1, 50),
                (),
                "Sunday 29 March 2026, 01:50 to 03:10 (Europe/Berlin, UTC+01:00 at the start)",
            ),
            (
                slot(25, 2, 10, month=10),
                (),
                "Sunday 25 October 2026, 02:10 to 02:30 (Europe/Berlin, UTC+02:00 at the start)",
            ),
        ],
        ids=["own", "alike", "twice", "other day", "no city", "midnight", "spring", "autumn"],
    )
    def test_slot(self, when: Slot, zones: tuple[str, ...], expected: str) -> None:
        """The reader's zone comes first, others where clocks differ, the offset where clocks change."""
        assert slot_in_words(when, zones=zones) == expected

    def test_unknown_zone(self) -> None:
        """A zone that is none is refused."""
        with pytest.raises(InvalidValueError, match="unknown_zone"):
            slot_in_words(slot(10, 15), zones=("Mars/Olympus",))


class TestMessage:
    """A message can be built from any text, and from nothing that could split a header."""

    def test_tidies_what_a_form_sends(self) -> None:
        """Line ends become line feeds, and blanks at the ends go."""
        message = Message(kind=MessageKind.NUDGE, to=TOMAS.name, body="  Hello,\r\n\r\nGoodbye\n ")
        assert message.body == "Hello,\n\nGoodbye"
        assert (message.channel, message.subject, message.in_reply_to) == (Channel.EMAIL, None, None)

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("subject", "a\nBcc: b@example.org", "control_character"),
            ("subject", "=?utf-8?q?a?=", "encoded_word"),
            ("subject", "x" * 201, "too_long"),
            ("body", "x" * 10_001, "too_long"),
            ("body", "a\x00b", "control_character"),
            ("body", None, "not_text"),
            ("kind", "nudge", "wrong_type"),
            ("channel", "email", "wrong_type"),
            ("to", "Tomas", "wrong_type"),
            ("references", ("<a@example.org>", "<a b>"), "bad_message_id"),
            ("references", ("<=?utf-8?q?a?=>",), "bad_message_id"),
            ("references", (f"<{'a' * 499}>",), "bad_message_id"),
            ("references", (None,), "bad_message_id"),
            ("references", ["<a@example.org>"], "wrong_type"),
            ("references", ("<a@example.org>",) * 101, "out_of_range"),
        ],
    )
    def test_refuses(self, field: str, value: object, code: str) -> None:
        """Each field names itself and its broken rule."""
        good = Message(kind=MessageKind.NUDGE, to=TOMAS.name, body="Hello")
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(good, **{field: value})
        assert (caught.value.field, caught.value.code) == (f"Message.{field}", code)

    def test_a_thread_leaves_room_for_its_answer(self) -> None:
        """The longest subject can still be answered."""
        nudge = COMPLETE[MessageKind.NUDGE]
        assert written(MessageKind.NUDGE, attrs.evolve(nudge, thread=Thread(subject="x" * 190))).subject
        with pytest.raises(InvalidValueError, match=r"Thread\.subject"):
            Thread(subject="x" * 191)


class TestFacts:
    """Facts refuse what is none."""

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("seeker", TOMAS, "wrong_type"),
            ("contact", MINA, "wrong_type"),
            ("objective", "data", "wrong_type"),
            ("minutes", 0, "out_of_range"),
            ("slots", [slot(10, 15)], "wrong_type"),
            ("place", "x" * 2_001, "too_long"),
            ("reason", "two\nlines", "control_character"),
            ("rebook", "yes", "wrong_type"),
            ("questions", ("",), "empty"),
            ("referrals", (TOMAS,), "wrong_type"),
            ("check_back_on", datetime(2026, 3, 17, tzinfo=UTC), "not_a_date"),
        ],
    )
    def test_refuses(self, field: str, value: object, code: str) -> None:
        """Each field names itself and its broken rule."""
        with pytest.raises(InvalidValueError) as caught:
            attrs.evolve(FACTS, **{field: value})
        assert (caught.value.field, caught.value.code) == (f"Facts.{field}", code)
