"""What the guides ask for, rule by rule, and where a policy holds it.

Beside each rule stand the fields of `infoview.Policy` with its numbers and choices, or the reason why it has
none.
"""

_ALWAYS = "nothing to choose: all guides agree, or nobody says otherwise"
_TEXT = "a matter of wording, which the drafts and their checks know"
_STATE = "a matter of what has happened, which the lifecycle knows"

HELD: dict[str, dict[str, tuple[str, ...] | str]] = {
    "how long to talk": {
        "how many minutes to ask for": (
            "minutes_min",
            "minutes_default",
            "minutes_max",
            "minutes_cold",
            "minutes_in_person",
        ),
        "the request names the length": _ALWAYS,
        "the seeker keeps to it, and starts in time": ("overrun_minutes", "early_start_minutes"),
        "when time is up, say so, ask for a little more, and stop": (
            "time_warning_minutes",
            "overrun_minutes",
        ),
        "no time after all: another time, or the one question": ("rescue_minutes", "minutes_min"),
        "a little small talk, short answers of one's own": ("small_talk_minutes", "own_answer_seconds"),
    },
    "the request": {
        "the length of the request": ("request_words", "request_words_min", "words_tolerance"),
        "no word about jobs": ("job_ask",),
        "the connection comes first": _ALWAYS,
        "the ask is a question": _ALWAYS,
        "an interest both narrow and broad": _TEXT,
        "more about the contact than about the seeker": ("about_contact_percent", "i_sentences_percent"),
        "no résumé with it": ("resume",),
        "how and when you follow up": ("missing_follow_up_plan",),
        "a subject that says what it is about": _TEXT,
        "a subject that is short and no stock phrase": ("subject_characters", "stock_subject"),
        "formal address until they sign otherwise, times in their zone": ("salutation",),
        "one line that is true of this person only": ("duplicate_opening_days",),
        "an easy way out": _TEXT,
        "e-mail before the phone, unless they prefer otherwise": ("channel_order",),
        "a note with an invitation": ("linkedin_note_characters",),
    },
    "silence": {
        "how long to wait before a nudge": ("nudge_wait",),
        "how many nudges": ("nudge_max",),
        "when to ask a second person there": ("second_contact_wait",),
        "not a whole office at once": ("organisation_live_max",),
        "a nudge is short": ("nudge_words", "nudge_words_min"),
        "then stop: when silence is an answer": ("expire_after_nudge", "expire_after_request"),
        "an out-of-office reply is no answer": ("away_dated_wait", "away_undated_wait"),
        "not now: one more try, not too soon": ("retry_wait",),
        "a late answer is honoured": _STATE,
        "no nudges on days off": ("quiet_days",),
    },
    "agreeing on a time": {
        "answer a yes at once": ("answer_wait",),
        "propose two or three times": ("slots_min", "slots_max", "times_words", "slot_words"),
        "confirm the day before, be reminded": (
            "confirm_hours",
            "reminder_minutes",
            "confirm_words",
            "reminder_words",
        ),
        "be on time": ("arrive_minutes", "early_start_minutes"),
        "move it once at most, and offer two other times": ("move_max", "slots_min"),
        "cancel with notice": ("cancel_notice_hours", "cancel_words"),
        "somebody does not come": (
            "no_show_grace_minutes",
            "no_show_max",
            "no_show_rest_days",
            "apology_words",
        ),
        "a time lies ahead and is free": ("slot_lead_minutes",),
        "who pays the coffee": ("coffee",),
        "defer to their schedule and channel": _ALWAYS,
    },
    "preparation and conduct": {
        "an objective first": ("missing_objective",),
        "read about person and organisation": ("research_minutes", "research_sources"),
        "a short statement about yourself": ("statement_seconds", "words_per_minute"),
        "the résumé only if asked": ("resume",),
        "never ask for a job in the talk": ("job_ask",),
        "they may raise a job themselves": _STATE,
        "the seeker leads and listens; which question opens": ("opening_question", "own_answer_seconds"),
        "dress as people do there": "nothing to choose: their workplace decides, and the checklist says so",
        "few notes in the talk, full ones right after": ("debrief_hours",),
        "the purpose first, the thanks last": "a matter of order, which the outline knows",
        "keep what was said in confidence": "nothing to choose: notes are private everywhere",
    },
    "afterwards": {
        "when to thank": ("thank_not_before_minutes", "thank_due_hours", "thank_late_hours"),
        "one thing they said, at fitting length": (
            "thank_words",
            "thank_words_min",
            "thank_names_words",
            "duplicate_opening_days",
        ),
        "no new ask in the thanks": _TEXT,
        "by e-mail or by letter": ("thanks_by",),
        "tell them when their advice was used": ("report_back_days",),
        "keep promises": "every promise has a day of its own",
        "be in touch again": (
            "reconnect_first_days",
            "reconnect_days",
            "cadence",
            "lapse_days",
            "reopen_days",
            "update_words",
        ),
        "with news or something useful": _STATE,
        "tell everybody who helped how it ended": _STATE,
        "record what you learned": _STATE,
    },
    "names": {
        "ask for names at the end, or later": ("referral_ask", "referral_ask_days"),
        "how many names": ("names_min", "names_max"),
        "ask whether their name may be used": _ALWAYS,
        "they ask first: agree when to check back": ("check_back_min", "check_back_max", "check_back_words"),
        "both sides agree to an introduction": ("intro_request_words", "blurb_words"),
        "use a name soon": ("referral_follow_days",),
        "tell the referrer what came of it": ("report_back_days", "close_loop_words"),
        "a name is used once": _STATE,
        "ask for a real referral only after a talk": _STATE,
    },
    "a no": {
        "thank for it, and go on": ("decline_reply_words", "withdraw_words"),
        "answers in writing": ("written_questions_min", "written_questions_max", "written_questions_words"),
    },
    "caps": {
        "for one contact, whoever asks": ("contact_month_max", "nudge_max"),
        "for one organisation": ("organisation_live_max",),
        "for one week": ("week_requests_max",),
    },
}
"""By subject: each rule of the guides, with the fields that hold it or the reason why none does."""
