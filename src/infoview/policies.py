"""Ready-made policies. Derive your own with `attrs.evolve(CLASSIC, name="ours", nudge_wait=5)`."""

import attrs

from infoview._choices import OpeningQuestion, ReferralAsk, ResumeRule
from infoview._policy import Policy

__all__ = ["CAMPUS", "CLASSIC", "DALTON", "FINANCE", "GENTLE", "PRESETS"]

CLASSIC = Policy(name="classic")
"""The middle of the guides: thanks within a day, one nudge after seven business days."""

DALTON = attrs.evolve(
    CLASSIC,
    name="dalton",
    request_words=75,
    statement_seconds=120,
    reconnect_first_days=7,
    reconnect_days=30,
    referral_ask=ReferralAsk.LATER,
    opening_question=OpeningQuestion.WHAT_YOU_WORK_ON,
)
"""Dalton, *The 2-Hour Job Search*: fewer than 75 words, a word after a week and then monthly, names later."""

GENTLE = attrs.evolve(
    CLASSIC,
    name="gentle",
    nudge_wait=10,
    thank_not_before_minutes=60,
    thank_due_hours=72,
    thank_late_hours=120,
    reconnect_days=90,
)
"""More time on both sides: Princeton for thanks, Wahlberg for later words; the wait for a nudge is ours."""

FINANCE = attrs.evolve(CLASSIC, name="finance", nudge_max=2, nudge_wait=5, resume=ResumeRule.BRING)
"""Banking and consulting, where a second nudge and a résumé at hand are expected."""

CAMPUS = attrs.evolve(
    CLASSIC,
    name="campus",
    nudge_max=2,
    nudge_wait=4,
    expire_after_nudge=2,
    expire_after_request=10,
    no_show_rest_days=7,
)
"""Mentoring platforms, where a request runs out after two weeks and two reminders, and a no-show rests."""

PRESETS = (CLASSIC, DALTON, GENTLE, FINANCE, CAMPUS)
"""All of the above."""
