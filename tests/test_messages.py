import attrs
from tests.letters import (
    MINA,
)

from infoview._channel import MeetingFormat
from infoview.messages import (
    Facts,
    MessageKind,
    NeedsInput,
    ReferralOutcome,
    Thread,
    draft,
)
from infoview.policies import CLASSIC

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
            print(f"  row {problem.row}: {problem.sentence}")
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
        outline = build_outline(DEFAULT_BANK, minutes=self.slot.minutes)
        print(outline.to_text())
        print(f"Value {outline.value}, proven best: {outline.gap == 0}.")
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
        if statement:
            print(f'"{statement.text}"')
            print(
                f"\n{statement.words} words, about {statement.seconds()} seconds of {CLASSIC.statement_seconds}."
            )
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
        print("\nWhat is due in the next three weeks:")
        for action in self.desk.agenda(until=self.clock() + timedelta(weeks=3)):
            print(f"  {in_words(action.due, CHICAGO)}: {action.sentence} ({action.reference})")

    def use_the_referrals(self) -> None:
        """Step 10."""
        title(10, "Use the referrals: each leads to the next talk")
        self.clock.set(10, 21)
        follow_up = self.desk.follow(self.talk, REFERRALS[0].id)
        priya = self.desk.contact(follow_up.contact_id)
        print(f"A new interview, with {priya.name}, follows the one with {self.tomas.name}. The request:\n")
        facts = Facts(
            seeker=MINA, contact=priya, objective=OBJECTIVE, connection=follow_up.connection, minutes=20
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
