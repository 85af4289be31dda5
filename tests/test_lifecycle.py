"""The lifecycle: its stages, its table of transitions, and how to look things up in it."""

from collections import Counter

import pytest
from tests.lives import LIVES, living
from tests.rulebook import BACK, STEPS

from infoview import _events as ev
from infoview._events import EVENT_TYPES, EVENTS
from infoview._lifecycle import LIFECYCLE
from infoview._obligations import ObligationKind
from infoview._stages import ENDED, LIVE, Stage
from infoview._transitions import TRANSITIONS
from infoview.exceptions import InvalidValueError
from infoview.policies import PRESETS

_STAGE_NAMES = """
    IDENTIFIED PREPARED INTRO_PENDING REQUESTED DEFERRED ACCEPTED SCHEDULING SCHEDULED CONFIRMED IN_PROGRESS
    WRITTEN HELD THANKED IN_TOUCH DORMANT DECLINED NO_RESPONSE WITHDRAWN CANCELLED NO_SHOW CLOSED
"""
STAGES = _STAGE_NAMES.split()

GOING_ON = STAGES[:15]
BEFORE_THE_TALK = [*STAGES[:9], "WRITTEN"]

# From | event | to, as the guides and the tools of others have it, in infoview's words.
GUIDES = f"""
    IDENTIFIED | Prepared | PREPARED
    IDENTIFIED PREPARED | IntroRequested | INTRO_PENDING
    INTRO_PENDING | IntroMade | REQUESTED ACCEPTED
    INTRO_PENDING | CheckedBack | INTRO_PENDING
    INTRO_PENDING | IntroRefused | PREPARED
    PREPARED | RequestSent | REQUESTED
    REQUESTED | Nudged | REQUESTED
    REQUESTED | OutOfOfficeReceived | REQUESTED
    REQUESTED | Deferred | DEFERRED
    DEFERRED | Retried | REQUESTED
    REQUESTED DEFERRED | Accepted | ACCEPTED
    REQUESTED DEFERRED ACCEPTED SCHEDULING | Declined | DECLINED
    REQUESTED | WrittenAnswersOffered | WRITTEN
    REQUESTED | Expired | NO_RESPONSE
    NO_RESPONSE | Accepted | ACCEPTED
    NO_RESPONSE | Declined | DECLINED
    {" ".join(BEFORE_THE_TALK)} | Withdrawn | WITHDRAWN
    {" ".join(BEFORE_THE_TALK)} | GroupJoined | STAYS
    {" ".join(BEFORE_THE_TALK)} | GroupLeft | STAYS
    {" ".join(STAGES)} | Undone | {BACK}
    ACCEPTED | TimesProposed | SCHEDULING
    SCHEDULING | TimeCountered | SCHEDULING
    ACCEPTED SCHEDULING REQUESTED | Scheduled | SCHEDULED
    SCHEDULED | Confirmed | CONFIRMED
    SCHEDULED CONFIRMED | Rescheduled | SCHEDULED
    SCHEDULED CONFIRMED | Cancelled | CANCELLED
    CANCELLED | Rebooked | SCHEDULING
    SCHEDULED CONFIRMED | NoShowRecorded | NO_SHOW
    NO_SHOW | Rebooked | SCHEDULING
    NO_SHOW | GaveUp | CLOSED
    SCHEDULED CONFIRMED | Started | IN_PROGRESS
    IN_PROGRESS | OverrunGranted | IN_PROGRESS
    IN_PROGRESS SCHEDULED CONFIRMED | Held | HELD
    WRITTEN | AnswersReceived | HELD
    HELD | ThanksSent | THANKED
    HELD | ThanksWaived | THANKED
    HELD | ReferralReceived | HELD
    HELD | InsightRecorded | HELD
    HELD | CommitmentMade | HELD
    THANKED | ReferralReceived | THANKED
    THANKED | InsightRecorded | THANKED
    THANKED | CommitmentMade | THANKED
    THANKED | ReportedBack | IN_TOUCH
    THANKED | Reconnected | IN_TOUCH
    THANKED IN_TOUCH DORMANT | Touched | IN_TOUCH
    THANKED IN_TOUCH | Lapsed | DORMANT
    DORMANT | Reconnected | IN_TOUCH
    {" ".join(GOING_ON)} | Closed | CLOSED
    {" ".join(STAGES)} | DoNotContactAsked | CLOSED
    {" ".join(STAGES)} | Erased | CLOSED
    DECLINED NO_RESPONSE WITHDRAWN CANCELLED | Reopened | PREPARED
"""

_CODES = """
    apology_owed cancelled_for_good check_back_out_of_range check_back_too_early colleague_asked_lately
    connector_missing consent_missing contact_asked_enough contact_away contact_not_asked duplicate_reference
    expiry_too_early held_too_early hook_missing in_a_group in_no_group lapse_too_early length_out_of_range
    minutes_out_of_range moves_used_up no_apology_owed no_commitment_open no_name_to_use
    no_reply_to_thank_for no_report_owed no_show_too_early not_prepared nothing_owed nothing_specific
    nothing_to_undo nudge_on_day_off nudge_too_early nudges_used_up objective_missing open_obligations
    organisation_busy overrun_too_early overrun_too_long overrun_used_up reason_missing rebook_too_early
    reconnect_too_early reopen_too_early resume_attached resume_not_requested retry_too_early
    slot_taken slot_too_soon slots_overlap start_has_passed start_too_early thanks_too_early too_many_no_shows
    too_many_questions too_many_slots too_many_takeaways unknown_commitment unknown_obligation
    unknown_referral unknown_report until_not_ahead week_full
"""
GUARD_CODES = _CODES.split()

OPENED = {
    "IntroRequested": {"check_back"},
    "CheckedBack": {"check_back"},
    "Declined": {"reply_thanks"},
    "AnswersReceived": {"debrief", "thank_you"},
    "NoShowRecorded": {"apology"},
    "Held": {"debrief", "thank_you"},
    "InsightRecorded": {"report_back"},
    "ReferralReceived": {"report_back"},
    "CommitmentMade": {"commitment"},
}

SETTLED = {
    "CheckedBack": {"check_back"},
    "IntroMade": {"check_back"},
    "IntroRefused": {"check_back"},
    "ReplyThanked": {"reply_thanks"},
    "ApologySent": {"apology"},
    "DebriefWritten": {"debrief"},
    "ThanksSent": {"thank_you"},
    "ThanksWaived": {"thank_you"},
    "CommitmentKept": {"commitment"},
    "ReportedBack": {"report_back"},
}


def _legal_steps() -> set[tuple[str, str, str]]:
    steps = set()
    for row in TRANSITIONS:
        if row.source is not None:
            targets = [row.target, *([row.target_if[1]] if row.target_if else [])]
            names = [target.name if target else BACK for target in targets]
            steps |= {(row.source.name, row.event.__name__, name) for name in names}
    return steps


def _steps_ahead() -> set[tuple[str, str, str]]:
    return {step for step in _legal_steps() if step[2] != BACK}


def _guide_steps() -> list[tuple[str, str, str]]:
    lines = [line.split("|") for line in GUIDES.strip().splitlines()]
    return [
        (source, event.strip(), source if target == "STAYS" else target)
        for sources, event, targets in lines
        for source in sources.split()
        for target in targets.split()
    ]


class TestStages:
    """The stages an interview can stand in."""

    def test_are_the_twenty_one_of_the_map(self) -> None:
        """The stages are the known ones, and their values are their names in lower case."""
        assert [stage.name for stage in Stage] == STAGES
        assert [name.lower() for name in STAGES] == [stage.value for stage in Stage]

    def test_either_go_on_or_have_ended(self) -> None:
        """Every stage is live or ended, and none is both."""
        assert set(Stage) == set(LIVE) | set(ENDED)
        assert set(LIVE) & set(ENDED) == set()
        assert [stage.name for stage in LIVE] == GOING_ON

    def test_can_all_be_reached(self) -> None:
        """A walk along the table from the first stage comes through every stage."""
        reached, before = {"IDENTIFIED"}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {target for source, _, target in _steps_ahead() if source in reached}
        assert set(STAGES) == reached

    def test_can_all_be_left_but_one(self) -> None:
        """Every stage leads to another one, except the closed one."""
        left = {source for source, _, target in _steps_ahead() if target != source}
        assert {"CLOSED"} == set(STAGES) - left

    def test_closed_knows_only_names_and_silence(self) -> None:
        """When all is over a name may be granted, silence be asked for and a slip be undone, no more."""
        wanted = ("DoNotContactAsked", "Erased", "NameUseAnswered", "Undone")
        assert wanted == LIFECYCLE.allowed_events(Stage.CLOSED)

    @pytest.mark.parametrize("stage", Stage)
    def test_are_lived_through(self, stage: Stage) -> None:
        """The told life of a stage ends there."""
        assert stage is living(stage).stage
        assert set(Stage) == set(LIVES)


class TestTable:
    """The table of transitions."""

    @pytest.mark.parametrize("step", _guide_steps(), ids=" ".join)
    def test_has_the_step(self, step: tuple[str, str, str]) -> None:
        """Every step that the guides know has a row."""
        assert step in _legal_steps()

    def test_has_no_other_steps_than_the_rulebook(self) -> None:
        """Events and stages meet exactly where the rulebook says, and lead where it says."""
        wanted = {
            (source, event, target or source)
            for event, (sources, target) in STEPS.items()
            for source in sources.split()
        }
        wanted.add(("INTRO_PENDING", "IntroMade", "ACCEPTED"))
        assert wanted == _legal_steps()

    def test_has_this_many_rows(self) -> None:
        """A row that is added or lost is noticed, whatever it says."""
        assert len(TRANSITIONS) == 283

    def test_leads_back_from_everywhere(self) -> None:
        """Undoing has a row in every stage, and it alone names no target."""
        back = {(row.event, row.source) for row in TRANSITIONS if row.target is None}
        assert {(ev.Undone, stage) for stage in Stage} == back

    def test_forms_groups_before_the_talk(self) -> None:
        """A group is joined and left wherever the talk is still ahead, booked or not, and nothing moves."""
        for event in (ev.GroupJoined, ev.GroupLeft):
            rows = [row for row in TRANSITIONS if row.event is event]
            assert set(BEFORE_THE_TALK) == {row.source.name for row in rows}
            assert all(row.target is row.source for row in rows)

    def test_holds_the_caps_against_requests(self) -> None:
        """Every request counts; the organisation is asked about only before the first."""
        here, counted = {"organisation_busy", "colleague_asked_lately"}, {"contact_asked_enough", "week_full"}
        capped = {row.event: (here | counted) & {guard.code for guard in row.guards} for row in TRANSITIONS}
        wanted = {ev.RequestSent: here | counted, ev.Retried: counted}
        assert wanted == {event: codes for event, codes in capped.items() if codes}

    def test_knows_every_event(self) -> None:
        """Every event has at least one row, and no row is for anything else."""
        assert set(EVENT_TYPES) == {row.event for row in TRANSITIONS}

    def test_has_one_row_per_stage_and_event(self) -> None:
        """No stage has two rows for one event."""
        counts = Counter((row.source, row.event) for row in TRANSITIONS)
        assert {1} == set(counts.values())

    def test_begins_with_a_person(self) -> None:
        """Only the identification of a person needs no stage, and it needs none."""
        assert [ev.Identified] == [row.event for row in TRANSITIONS if row.source is None]
        assert [row.source for row in TRANSITIONS if row.event is ev.Identified] == [None]

    def test_gives_its_sources(self) -> None:
        """Every row says who says so."""
        assert [row for row in TRANSITIONS if not row.why.strip()] == []

    def test_opens_what_the_guides_say_is_owed(self) -> None:
        """Rows open the obligations that the rules name."""
        opened = {row.event.__name__: {str(o.kind) for o in row.opens} for row in TRANSITIONS if row.opens}
        assert opened == OPENED
        assert {str(kind) for kind in ObligationKind} == set().union(*opened.values())

    def test_settles_what_the_guides_say_is_done(self) -> None:
        """Rows settle the obligations that the rules name; beginning anew settles an attempt's."""
        settled = {
            row.event.__name__: {str(kind) for kind in row.settles} for row in TRANSITIONS if row.settles
        }
        assert {"check_back"} == settled.pop("Withdrawn")
        assert {"reply_thanks"} == settled.pop("Reopened")
        assert settled == SETTLED

    def test_counts_real_contact(self) -> None:
        """Talks, answers, thanks, reports and touches count as contact; requests and plans do not."""
        contact = {row.event.__name__ for row in TRANSITIONS if row.is_contact}
        assert {
            "Held",
            "AnswersReceived",
            "ThanksSent",
            "ReportedBack",
            "Reconnected",
            "Touched",
        } == contact


class TestGuardsOfTheTable:
    """The rules that the rows name."""

    def test_have_stable_codes(self) -> None:
        """The codes are part of the contract: renaming one breaks callers."""
        assert sorted(GUARD_CODES) == sorted({guard.code for row in TRANSITIONS for guard in row.guards})

    def test_have_one_code_each(self) -> None:
        """No two rules share a code."""
        guards = {guard for row in TRANSITIONS for guard in row.guards}
        assert len({guard.code for guard in guards}) == len(guards)

    def test_are_named_once_per_row(self) -> None:
        """No row asks one rule twice."""
        assert [row for row in TRANSITIONS if len(set(row.guards)) != len(row.guards)] == []

    @pytest.mark.parametrize("policy", PRESETS, ids=lambda policy: policy.name)
    def test_speak_in_sentences(self, policy: object) -> None:
        """Every sentence can be filled in from any policy and is a sentence."""
        for guard in {guard for row in TRANSITIONS for guard in row.guards}:
            sentence = guard.sentence.format(policy=policy)
            assert sentence[0].isupper() or sentence[0].isdigit()
            assert sentence.endswith(".")
            assert "{" not in sentence

    def test_are_sorted_by_what_they_need(self) -> None:
        """A row keeps apart the rules that need no event, and those that hold under any policy."""
        for row in TRANSITIONS:
            assert tuple(g for g in row.guards if not g.of_event) == row.time_guards
            assert tuple(g for g in row.guards if g.standing) == row.standing_guards

    def test_stand_when_they_keep_a_history_sane(self) -> None:
        """Identity, references, silence and size hold under any policy; an etiquette's numbers do not."""
        standing = {guard.code for row in TRANSITIONS for guard in row.standing_guards}
        assert {
            "duplicate_reference",
            "nothing_to_undo",
            "too_many_takeaways",
            "unknown_commitment",
            "unknown_obligation",
            "unknown_referral",
            "unknown_report",
        } == standing


class TestLookup:
    """Finding rows."""

    def test_finds_the_row(self) -> None:
        """The row for an event and a stage is the one in the table."""
        for row in TRANSITIONS:
            assert row is LIFECYCLE.row_for(row.event, row.source)

    def test_finds_nothing_where_nothing_is(self) -> None:
        """There is no row for a step that is not in the table, nor for what is no event."""
        assert LIFECYCLE.row_for(ev.Held, Stage.IDENTIFIED) is None
        assert LIFECYCLE.row_for(str, Stage.IDENTIFIED) is None

    def test_knows_the_kinds_of_event(self) -> None:
        """Every event class is one that the table has rows for; nothing else is."""
        assert set(EVENT_TYPES) == set(LIFECYCLE.event_types)
        for kind in EVENT_TYPES:
            LIFECYCLE.check_event_type(kind)
        for other in (str, None, "Held", ev.CustomEvent, ev._Event, [ev.Held]):
            with pytest.raises(InvalidValueError) as refusal:
                LIFECYCLE.check_event_type(other)
            assert (refusal.value.field, refusal.value.code) == ("event_type", "unknown_event")

    def test_knows_the_stages(self) -> None:
        """The stages come in their own order."""
        assert tuple(Stage) == LIFECYCLE.stages

    def test_lists_the_events_of_a_stage(self) -> None:
        """The names come sorted."""
        assert LIFECYCLE.allowed_events(None) == ("Identified",)
        for stage in Stage:
            wanted = sorted(name for name, (sources, _) in STEPS.items() if stage.name in sources.split())
            assert tuple(wanted) == LIFECYCLE.allowed_events(stage)

    def test_a_flag_of_the_event_leads_elsewhere(self) -> None:
        """An introduction leads to a request, or at once to a yes."""
        row = LIFECYCLE.row_for(ev.IntroMade, Stage.INTRO_PENDING)
        assert row is not None
        asked = ev.IntroMade(at=LIVES[Stage.INTRO_PENDING][-1].at, contact_agreed=True)
        agreed = ev.IntroMade(at=asked.at, contact_agreed=True, accepted=True)
        assert [row.leads_to(asked), row.leads_to(agreed)] == [Stage.REQUESTED, Stage.ACCEPTED]

    def test_without_a_flag_there_is_one_target(self) -> None:
        """A row without a flag leads to its target whatever the event says."""
        row = LIFECYCLE.row_for(ev.Withdrawn, Stage.PREPARED)
        assert row is not None
        assert Stage.WITHDRAWN is row.leads_to(ev.Withdrawn(at=LIVES[Stage.PREPARED][-1].at))

    def test_events_are_listed_by_name(self) -> None:
        """Every event of the rulebook exists under its name, and the first one besides."""
        assert {"Identified", *STEPS} == set(EVENTS)


class TestMeanings:
    """What a stage says of itself."""

    def test_each_has_a_meaning_of_its_own(self) -> None:
        """Every stage is told in one sentence, and no two alike."""
        meanings = [stage.meaning for stage in Stage]
        assert len({*meanings}) == len(meanings)
        assert all(meaning.endswith(".") for meaning in meanings)
