"""Informational interviews as a pure domain library.

An informational interview is a short talk in which somebody asks a person who knows about a position, a
company, an industry or a career path. The ten steps, and where each lives:

 1. identify the objective: `Objective`
 2. list the people in your network: `infoview.contacts`
 3. schedule 15 to 30 minutes, undiscouraged: `Interview`, `infoview.scheduling`
 4. outline the questions of best return: `infoview.outline`
 5. be professional: `infoview.preparation`, `Policy`
 6. show interest: `infoview.messages`
 7. say what you look for; the résumé only if asked: `PersonalStatement`, `Interview`
 8. ask for names: `Referral`
 9. thank, follow up, stay in touch: `infoview.messages`, `infoview.agenda`
10. use the referrals: `infoview.referrals`, `infoview.desk`

Importing the package loads none of it; every name is loaded when it is first used.
"""

_NAMES = {
    "_address": ("EmailAddress",),
    "_channel": (
        "Channel",
        "ConnectionKind",
        "MeetingFormat",
    ),
    "_choices": (
        "Cadence",
        "ChannelOrder",
        "CoffeeBill",
        "OpeningQuestion",
        "QuietDays",
        "ReferralAsk",
        "ResumeRule",
        "Salutation",
        "Severity",
        "ThanksBy",
    ),
    "_events": (
        "Accepted",
        "AnswersReceived",
        "ApologySent",
        "Cancelled",
        "CheckedBack",
        "Closed",
        "CommitmentKept",
        "CommitmentMade",
        "Confirmed",
        "CustomEvent",
        "DebriefWritten",
        "Declined",
        "Deferred",
        "DoNotContactAsked",
        "EVENTS",
        "EVENT_TYPES",
        "Erased",
        "Event",
        "Expired",
        "GaveUp",
        "GroupJoined",
        "GroupLeft",
        "Held",
        "Identified",
        "InsightRecorded",
        "IntroMade",
        "IntroRefused",
        "IntroRequested",
        "Lapsed",
        "NameUseAnswered",
        "NoShowRecorded",
        "NoteTaken",
        "Nudged",
        "ObligationWaived",
        "OpportunityRaised",
        "OutOfOfficeReceived",
        "OverrunGranted",
        "Prepared",
        "QuestionsSent",
        "Rebooked",
        "Reconnected",
        "ReferralReceived",
        "Reopened",
        "ReplyThanked",
        "ReportedBack",
        "RequestSent",
        "Rescheduled",
        "ResumeRequested",
        "ResumeShared",
        "Retried",
        "Scheduled",
        "Started",
        "ThanksSent",
        "ThanksWaived",
        "TimeCountered",
        "TimesProposed",
        "Touched",
        "Undone",
        "Withdrawn",
        "WrittenAnswersOffered",
    ),
    "_guards": (
        "Case",
        "Guard",
        "NEVER",
        "event_guard",
        "time_guard",
    ),
    "_interview": (
        "Decision",
        "Flag",
        "Interview",
    ),
    "_lifecycle": (
        "LIFECYCLE",
        "Lifecycle",
    ),
    "_objective": (
        "Connection",
        "Objective",
        "ObjectiveKind",
    ),
    "_obligations": (
        "Obligation",
        "ObligationKind",
    ),
    "_outreach": (
        "Outreach",
        "outreach_among",
    ),
    "_people": (
        "Consent",
        "Contact",
        "Party",
        "PersonName",
        "PersonalStatement",
        "Seeker",
    ),
    "_policy": (
        "POLICY_CHOICES",
        "POLICY_RULES",
        "Policy",
        "PolicyChoice",
        "PolicyRule",
    ),
    "_stages": (
        "ENDED",
        "LIVE",
        "Stage",
    ),
    "_takeaways": (
        "Commitment",
        "Debrief",
        "Insight",
        "Note",
    ),
    "_time": (
        "BusinessCalendar",
        "Slot",
        "WEEKDAYS",
        "Weekdays",
    ),
    "_transitions": (
        "Opens",
        "TRANSITIONS",
        "Transition",
    ),
    "desk": ("Desk",),
    "exceptions": (
        "ConflictError",
        "GoneError",
        "GroupRefusedError",
        "GuardError",
        "IllegalTransitionError",
        "InfeasibleOutlineError",
        "InfoviewError",
        "InvalidDataError",
        "InvalidLifecycleError",
        "InvalidValueError",
        "NotFoundError",
        "Problem",
        "Reason",
        "StorageError",
        "StoreUnavailableError",
        "UnreadableSourceError",
        "UnsupportedSchemaError",
    ),
    "groups": ("GroupTalk",),
    "referrals": ("Referral",),
}
"""Every public name, by the module it lives in. `__init__.pyi` says the same to type checkers."""

_MODULES = (
    "agenda",
    "contacts",
    "conversion",
    "desk",
    "drafts",
    "exceptions",
    "groups",
    "messages",
    "outline",
    "pictures",
    "policies",
    "preparation",
    "referrals",
    "scheduling",
    "storage",
)
"""The public modules."""

_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted((*_HOME, *_MODULES))  # noqa: PLE0605 # pyright: ignore[reportUnsupportedDunderAll] - the stub spells it out


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415 - not needed before a name is

    if name in _HOME:
        value = getattr(import_module(f"infoview.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"infoview.{name}")
    elif name == "__version__":
        value = import_module("importlib.metadata").version("infoview")
    else:
        raise AttributeError(f"module 'infoview' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
