"""Messages: what each kind needs, and drafts that say nothing but the facts.

A draft is a proposal. A person reads it, changes it, and sends it; nothing here does.
"""

from infoview.messages._draft import draft
from infoview.messages._facts import Facts, Missing, NeedsInput, ReferralOutcome
from infoview.messages._message import Message, MessageKind, Thread
from infoview.messages._needs import Need
from infoview.messages._opener import opener
from infoview.messages._rules import MESSAGE_RULES, Limit, MessageRule
from infoview.messages._when import day_in_words, slot_in_words

__all__ = [
    "MESSAGE_RULES",
    "Facts",
    "Limit",
    "Message",
    "MessageKind",
    "MessageRule",
    "Missing",
    "Need",
    "NeedsInput",
    "ReferralOutcome",
    "Thread",
    "day_in_words",
    "draft",
    "opener",
    "slot_in_words",
]
