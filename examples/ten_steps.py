"""One seeker, ten steps: from an address book to the second talk.

Run it as ``python examples/ten_steps.py [FOLDER]``. It reads ``examples/data/Connections.csv``, keeps
everything in an SQLite file, prints what each step brings, and leaves the drafts, the outline and the
database in FOLDER (``ten-steps`` if none is named). The people are invented, and so is the clock: the output
is always the same.
"""

import sys
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import attrs

from infoview import (
    Accepted,
    Commitment,
    CommitmentMade,
    Confirmed,
    Connection,
    ConnectionKind,
    Consent,
    Debrief,
    DebriefWritten,
    Desk,
    EmailAddress,
    GuardError,
    Held,
    Insight,
    InsightRecorded,
    Interview,
    MeetingFormat,
    NameUseAnswered,
    Nudged,
    Objective,
    ObjectiveKind,
    Party,
    PersonalStatement,
    PersonName,
    Prepared,
    Referral,
    ReferralReceived,
    ReportedBack,
    RequestSent,
    ResumeShared,
    Scheduled,
    Seeker,
    Started,
    ThanksSent,
    TimesProposed,
)
from infoview.contacts import rank, read_linkedin
from infoview.drafts import to_eml
from infoview.messages import (
    Facts,
    MessageKind,
    NeedsInput,
    ReferralOutcome,
    Thread,
    day_in_words,
    draft,
    opener,
)
from infoview.outline import DEFAULT_BANK, QuestionKind, build_outline
from infoview.preparation import ResearchNote, checklist, open_items
from infoview.scheduling import Window, propose_slots
from infoview.storage import SQLiteStore

CONNECTIONS = Path(__file__).parent / "data" / "Connections.csv"
CHICAGO = "America/Chicago"
NEW_YORK = "America/New_York"

MINA = Seeker(
    id="mina",
    name=PersonName(given="Mina", family="Sandoval"),
    email=EmailAddress("mina.sandoval@example.org"),
    zone=CHICAGO,
    background="a hospital nurse moving into health-data analysis",
    phone="+1 312 555 0142",
    statement=PersonalStatement(
        "I have been a hospital nurse for six years. What I like best is finding out from our own numbers "
        "why patients come back. I am learning SQL in the evenings, and before I decide how to go on, I "
        "would like to understand what such work is like from day to day."
    ),
)
OBJECTIVE = Objective(
    kind=ObjectiveKind.POSITION,
    subject="clinical data analyst",
    broad="health-data analysis",
    learn=("what fills an ordinary week", "which skills show first", "how people get in from the ward"),
)
WISHES: dict[str, int] = {
    QuestionKind.TYPICAL_WEEK: 150,
    QuestionKind.SKILLS_NEEDED: 150,
    QuestionKind.ENTRY_ROUTES: 150,
}
INSIGHT = Insight(id="wards-first", text="asking the ward first which number they would act on", advice=True)
PROMISE = Commitment(
    id="exercise", owner=Party.SEEKER, text="send the SQL exercise on readmissions", due=date(2026, 10, 26)
)
REFERRALS = (
    Referral(
        id="priya",
        name=PersonName(given="Priya", family="Lindqvist"),
        organisation="Example Health Analytics",
        position="Clinical Data Analyst",
        email=EmailAddress("priya.lindqvist@example.org"),
        reason="came to data from a nursing career",
        consent=Consent.GRANTED,
    ),
    Referral(
        id="leila",
        name=PersonName(given="Leila", family="Varga", salutation="Dr. Varga"),
        organisation="Placeholder University",
        reason="teaches an evening course for clinicians",
    ),
)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = at(10, 5, 9)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def set(self, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let the time come."""
        self.now = at(month, day, hour, minute)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """Name an instant of the autumn of 2026 as Mina's clock shows it."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(CHICAGO))


def title(step: int, text: str) -> None:
    """Print the heading of a step."""
    print(f"\n\n{step}. {text}\n{'-' * 72}\n")


def in_words(moment: datetime | None, zone: str) -> str:
    """Write an instant for people in a zone."""
    if moment is None:
        return "whenever it suits"
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_in_words(local.date())}, {local:%H:%M} ({zone})"


def owed(interview: Interview) -> str:
    """Name what an interview still owes."""
    return ", ".join(obligation.id for obligation in interview.obligations) or "nothing"


class TenSteps:
    """Mina's way from a question to the second talk, a method per step."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "interviews.sqlite"
        for old in folder.glob("interviews.sqlite*"):
            old.unlink()
        self.clock = Clock()
        ids = count(1)
        self.desk = Desk(
            store=SQLiteStore(self.database),
            clock=self.clock,
            new_id=lambda: f"id-{next(ids)}",
            tenant="mina",
        )
        self.desk.keep(MINA)
        self.mails = count(1)

    def walk(self) -> None:
        """Take the ten steps."""
        self.identify_the_objective()
        self.list_the_people()
        self.schedule()
        self.outline_the_session()
        self.be_professional()
        self.show_interest()
        self.say_what_you_look_for()
        self.ask_for_names()
        self.thank()
        self.use_the_referrals()
        self.desk.store.close()
        names = sorted(path.name for path in self.folder.iterdir())
        print(f"\nLeft in the folder {self.folder.name}: {', '.join(names)}")

    def identify_the_objective(self) -> None:
        """Step 1."""
        title(1, "Identify the objective")
        print(f"{MINA.name} wants to know about a {OBJECTIVE.kind.replace('_', ' ')}: {OBJECTIVE.subject}.")
        print(f"The wider field: {OBJECTIVE.broad}. To learn:")
        for wish in OBJECTIVE.learn:
            print(f"  - {wish}")

    def list_the_people(self) -> None:
        """Step 2."""
        title(2, "List the people in your network")
        found = read_linkedin(CONNECTIONS)
        self.desk.keep(*found.contacts)
        print(f"{len(found.contacts)} people read, {len(found.skipped)} rows skipped; what was odd:")
        for problem in found.problems[:4]:
            print(f"  {problem.sentence}")
        print(f"  … and {len(found.problems) - 4} more")
        print("\nThe best people to ask:")
        for number, ranked in enumerate(
            rank(found.contacts, OBJECTIVE, today=self.clock().date())[:5], start=1
        ):
            contact = ranked.contact
            print(f"  {number}. {contact.name}, {contact.position}, {contact.organisation} ({ranked.score})")
            print(f"     {' '.join(ranked.reasons)}")
        by_name = {contact.name.full: contact for contact in found.contacts}
        self.amara = by_name["Amara Castellan"]
        self.tomas = attrs.evolve(by_name["Tomas Okafor"], zone=NEW_YORK)
        self.priya = attrs.evolve(by_name["Priya Lindqvist"], email=REFERRALS[0].email)
        self.desk.keep(self.tomas)

    def schedule(self) -> None:
        """Step 3."""
        title(3, "Schedule 15 to 30 minutes, undiscouraged by busy people")
        self.talk = self.desk.begin(seeker_id=MINA.id, contact_id=self.tomas.id).id
        connection = Connection(
            kind=ConnectionKind.REFERRAL,
            fact="built the readmission dashboard that her ward works with",
            referrer_id=self.amara.id,
            referrer=self.amara.name,
        )
        self.desk.record(self.talk, Prepared, objective=OBJECTIVE, connection=connection)
        try:
            self.desk.record(self.talk, RequestSent, minutes=20)
        except GuardError as error:
            print(f"Not yet: {error.reasons[0].sentence}")
        print("Amara is asked, and says yes. The request:\n")
        prepared = self.desk.record(self.talk, NameUseAnswered, granted=True)
        self.facts = Facts(
            seeker=MINA,
            contact=self.tomas,
            objective=OBJECTIVE,
            connection=prepared.connection,
            meeting_format=MeetingFormat.VIDEO,
            minutes=20,
        )
        request = self.leave(MessageKind.REQUEST_WARM)
        self.desk.record(self.talk, RequestSent, minutes=20)
        self.facts = attrs.evolve(self.facts, thread=request)

        self.clock.set(10, 8)
        print("\nThree days later there is no answer. A nudge?\n")
        try:
            self.desk.record(self.talk, Nudged)
        except GuardError as error:
            print(f"  Refused: {error.reasons[0].sentence}")
            print(f"  Earliest: {in_words(error.earliest, NEW_YORK)}")
        self.clock.set(10, 14)
        print("\nOn that day it is fine:\n")
        self.leave(MessageKind.NUDGE)
        self.desk.record(self.talk, Nudged)

        self.clock.set(10, 15)
        self.desk.record(self.talk, Accepted)
        mornings = (Window(at(10, day, 7, 30), at(10, day, 11)) for day in (19, 20, 21, 22))
        slots = propose_slots(mornings, now=self.clock(), contact_zone=NEW_YORK, minutes=20)
        print("\nTomas agrees. The answer, with times in both zones:\n")
        self.facts = attrs.evolve(self.facts, slots=slots)
        self.leave(MessageKind.PROPOSE_TIMES)
        self.desk.record(self.talk, TimesProposed, slots=slots)
        self.slot = slots[1]
        self.desk.record(self.talk, Scheduled, slot=self.slot, meeting_format=MeetingFormat.VIDEO)

        self.clock.set(10, 19)
        print("\nHe takes the second. On the day before:\n")
        self.facts = attrs.evolve(self.facts, slot=self.slot, place="https://video.example.org/mina-tomas")
        self.leave(MessageKind.CONFIRM)
        self.desk.record(self.talk, Confirmed)

    def outline_the_session(self) -> None:
        """Step 4."""
        title(4, "Outline the session: the questions of best return for the time")
        outline = build_outline(DEFAULT_BANK, minutes=self.slot.minutes, emphasis=WISHES)
        print(outline.to_text())
        print(f"No other choice is worth more: what is left to prove is {outline.gap}.")
        (self.folder / "outline.md").write_text(outline.to_markdown(), "utf-8")

    def be_professional(self) -> None:
        """Step 5."""
        title(5, "Be professional")
        research = (
            ResearchNote(source="talk at the Example Health Data Day", text="How the dashboard came about."),
            ResearchNote(source="profile", text="Began as a laboratory technician."),
            ResearchNote(
                source="annual report of Example Health Analytics", text="Hospitals in three states."
            ),
        )
        done = frozenset({"objective", "questions", "statement", "dress"})
        left = open_items(MeetingFormat.VIDEO, done=done, research=research)
        for item in checklist(MeetingFormat.VIDEO):
            print(f"  [{' ' if item in left else 'x'}] {item.sentence}")

    def show_interest(self) -> None:
        """Step 6."""
        title(6, "Show interest")
        self.clock.set(10, 20, self.slot.start.astimezone(ZoneInfo(CHICAGO)).hour)
        self.desk.record(self.talk, Started)
        print(f'"{opener(self.facts)}"')

    def say_what_you_look_for(self) -> None:
        """Step 7."""
        title(7, "Say what you look for; the résumé only if asked")
        statement = MINA.statement
        if statement and statement.fits():
            print(f'"{statement.text}"')
            print(f"\n{statement.words} words: about {statement.seconds()} seconds, which is short enough.")
        decision = self.desk.interview(self.talk).decide(ResumeShared, now=self.clock())
        print(f"The résumé? {decision.reasons[0].sentence}")

    def ask_for_names(self) -> None:
        """Step 8."""
        title(8, "Ask for names")
        self.clock.set(10, 20, 9, 30)
        self.desk.record(self.talk, Held, minutes=22)
        for referral in REFERRALS:
            self.desk.record(self.talk, ReferralReceived, referral=referral)
            print(f"  {referral.name}, {referral.organisation}: Tomas says she {referral.reason};")
            print(f"    use of his name: {referral.consent}")
        self.desk.record(self.talk, InsightRecorded, insight=INSIGHT)
        self.desk.record(self.talk, CommitmentMade, commitment=PROMISE)
        self.desk.record(
            self.talk, DebriefWritten, debrief=Debrief(learned=INSIGHT.text, fit="Better than I hoped.")
        )

    def thank(self) -> None:
        """Step 9."""
        title(9, "Thank, follow up, stay in touch")
        self.clock.set(10, 20, 16)
        self.facts = attrs.evolve(
            self.facts,
            insight=INSIGHT,
            next_step="rebuild one of our ward reports in SQL before the year is out",
            referrals=REFERRALS,
        )
        self.leave(MessageKind.THANK_YOU_WITH_REFERRALS)
        self.desk.record(self.talk, ThanksSent, specific=INSIGHT.text)
        self.clock.set(10, 21)
        print("\nWhat is due in the next week:")
        for action in self.desk.agenda(until=self.clock() + timedelta(weeks=1)):
            print(f"  {in_words(action.due, NEW_YORK)}: {action.sentence} ({PROMISE.text})")
        print("And in the weeks after:")
        for action in self.desk.agenda(until=self.clock() + timedelta(weeks=8))[1:]:
            print(f"  {in_words(action.due, NEW_YORK)}: {action.sentence} ({action.reference or 'Tomas'})")

    def use_the_referrals(self) -> None:
        """Step 10."""
        title(10, "Use the referrals: each leads to the next talk")
        self.desk.keep(self.priya)
        follow_up = self.desk.follow(self.talk, REFERRALS[0].id, contact_id=self.priya.id)
        print(
            f"A new interview, with {self.priya.name}, follows the one with {self.tomas.name}. The request:\n"
        )
        facts = Facts(
            seeker=MINA, contact=self.priya, objective=OBJECTIVE, connection=follow_up.connection, minutes=20
        )
        self.facts = attrs.evolve(
            self.facts, referral=REFERRALS[0], referral_outcome=ReferralOutcome.CONTACTED
        )
        self.leave(MessageKind.REFERRAL_OUTREACH, facts)
        self.desk.record(follow_up.id, RequestSent, minutes=20)
        print("\nAnd Tomas hears of it:\n")
        self.leave(MessageKind.CLOSE_LOOP)
        self.desk.record(self.talk, ReportedBack, about=REFERRALS[0].id, outcome="written to her")
        print("\nWhere things stand:")
        for interview in self.desk.interviews():
            name = self.desk.contact(interview.contact_id).name
            print(f"  {name}: {interview.stage}, {interview.version} events, owed: {owed(interview)}")

    def leave(self, kind: MessageKind, facts: Facts | None = None) -> Thread:
        """Print a message and leave it as a draft; tell the thread that it begins or goes on with."""
        facts = facts or self.facts
        message = draft(kind, facts)
        if isinstance(message, NeedsInput):
            raise SystemExit(f"{kind} needs: {', '.join(missing.fact for missing in message.missing)}")
        print(f"    Subject: {message.subject}\n")
        print("\n".join(f"    {line}".rstrip() for line in message.body.splitlines()))
        number = next(self.mails)
        message_id = f"<ten-steps.{number}@example.org>"
        to = facts.contact.email
        if to is None:
            raise SystemExit(f"{facts.contact.name} has no address yet")
        mail = to_eml(message, sender=MINA, to=to, message_id=message_id, date=self.clock())
        path = self.folder / f"{number:02}-{kind.replace('_', '-')}.eml"
        path.write_bytes(mail)
        subject = facts.thread.subject if facts.thread else message.subject
        return Thread(subject=subject or "", references=(*message.references, message_id))


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "ten-steps")
    target.mkdir(parents=True, exist_ok=True)
    TenSteps(target).walk()
