"""Drafting: from facts to a message, or to the list of facts that are missing."""

from collections.abc import Mapping
from types import MappingProxyType

from infoview._policy import Policy
from infoview._text import LINE
from infoview.exceptions import InvalidValueError
from infoview.messages._english import ENGLISH, Language, Letter
from infoview.messages._facts import Facts, Missing, NeedsInput
from infoview.messages._message import Message, MessageKind
from infoview.messages._needs import Known, texts_of
from infoview.messages._rules import MESSAGE_RULES, MessageRule
from infoview.policies import CLASSIC

__all__ = ["draft"]

_LANGUAGES: Mapping[str, Language] = MappingProxyType({"en": ENGLISH})

_SUBJECT_END = 60
"""A subject stays below this many characters, or a mail client cuts it."""


def draft(
    kind: MessageKind, facts: Facts, *, policy: Policy = CLASSIC, locale: str = "en"
) -> Message | NeedsInput:
    """Write a message from facts, and from nothing else.

    Equal facts give equal text. What is missing is asked for, never invented, and a text that would get
    longer than the guides allow asks for shorter facts. Nothing is sent, and no clock is read.

    Args:
        kind: What the message is for; `MESSAGE_RULES` tells what each kind needs.
        facts: What may be said.
        policy: Knows the limits.
        locale: The language, such as ``en``.

    Returns:
        The message, or everything that it lacks.

    Raises:
        InvalidValueError: When the kind is none (code ``unknown_kind``), or there are no words for the locale
            (code ``unknown_locale``).
    """
    rule, language = _rule(kind), _language(locale)
    if missing := rule.missing(facts, policy):
        return NeedsInput(rule.kind, missing)
    known = Known(facts, policy)
    letters = language.letters[rule.kind](known)
    letter = next((each for each in letters if _excess(rule, each, policy) <= 0), None)
    subject = _subject(rule, letters[-1], facts)
    if letter is None or subject is None:
        return NeedsInput(
            rule.kind,
            (
                *(_shorter_subject(rule) if subject is None else ()),
                *(_shorter_text(rule, letters[-1], known) if letter is None else ()),
            ),
        )
    thread = None if rule.opens else facts.thread
    return Message(
        kind=rule.kind,
        channel=rule.channel,
        to=facts.contact.name,
        subject=subject or None,
        body=_body(rule, letter, facts, language),
        references=thread.references if thread else (),
    )


def _rule(kind: object) -> MessageRule:
    if not isinstance(kind, MessageKind):
        raise InvalidValueError("draft.kind", "unknown_kind", "give a MessageKind")
    return MESSAGE_RULES[kind]


def _language(locale: object) -> Language:
    if not isinstance(locale, str) or locale not in _LANGUAGES:
        raise InvalidValueError("draft.locale", "unknown_locale", f"choose one of: {', '.join(_LANGUAGES)}")
    return _LANGUAGES[locale]


def _body(rule: MessageRule, letter: Letter, facts: Facts, language: Language) -> str:
    if not rule.framed:
        return "\n\n".join(letter.paragraphs)
    frame = (language.greeting(facts.contact), *letter.paragraphs, language.sign_off(facts.seeker))
    return "\n\n".join(frame)


def _subject(rule: MessageRule, letter: Letter, facts: Facts) -> str | None:
    """Choose the subject: that of the thread, the first that fits, none (empty); `None` when none fits."""
    if facts.thread and not rule.opens:
        return facts.thread.reply_subject
    if not letter.subjects:
        return ""
    # A name that ends in "=" makes the beginning of a mail encoding (=?…) when a question mark follows.
    fitting = (each for each in letter.subjects if len(each) < _SUBJECT_END and LINE.fault(each) is None)
    return next(fitting, None)


def _excess(rule: MessageRule, letter: Letter, policy: Policy) -> int:
    return rule.limit.measure("\n\n".join(letter.paragraphs)) - rule.limit.most(policy)


def _shorter_subject(rule: MessageRule) -> tuple[Missing, ...]:
    named = (rule.in_subject,) if rule.in_subject else ()
    why = f"give a shorter form: the subject names it and stays under {_SUBJECT_END} characters"
    return tuple(Missing(need.fact, why) for need in named)


def _shorter_text(rule: MessageRule, letter: Letter, known: Known) -> tuple[Missing, ...]:
    """Ask for shorter facts, the longest first, until the text would fit."""
    excess = _excess(rule, letter, known.policy)
    unit, most = rule.limit.unit, rule.limit.most(known.policy)
    said = {
        need.fact: texts_of(known[need]) for need in rule.needs if need.in_text and need.when(known.facts)
    }
    sizes = {fact: sum(map(rule.limit.measure, texts)) for fact, texts in said.items()}
    asked: list[Missing] = []
    for fact in sorted(said, key=lambda fact: -sizes[fact]):
        size, least = sizes[fact], len(said[fact])
        if excess > 0 and size > least:
            target = max(least, size - excess)
            excess -= size - target
            asked.append(Missing(fact, f"shorten to at most {target} {unit}: the text has room for {most}"))
    if excess > 0:
        needed = f"even the shortest facts would need {most + excess} {unit} where there is room for {most}"
        asked.append(
            Missing(
                "policy", f"{needed}: raise the limit where the policy sets it, or write this one yourself"
            )
        )
    return tuple(asked)
