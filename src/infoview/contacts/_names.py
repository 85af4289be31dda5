"""Names as people type them into a profile, freed of everything that is not the name.

A profile's name cells carry degrees, pronouns, emoji, employers and slogans. What is surely none of the name
is dropped; where a guess could be wrong, as with the family name Ma and the degree MA, the text stays.
"""

import re
from unicodedata import normalize

from infoview._people import PersonName
from infoview.exceptions import InvalidValueError

__all__ = ["MAX_RAW_NAME", "clean_name", "names_a_person"]

MAX_RAW_NAME = 300
"""The most characters of a part of a name before it is cleaned."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DECORATION = re.compile(
    "(?:[\u2122\u00ae\u00a9\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\ufe0f\u20e3"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]\u200d?)+"
)
"""Emoji, arrows and signs, with the joiners that tie them together."""

_STYLED = re.compile("[\U0001d400-\U0001d7ff]+")
"""Letters meant for formulas, used as bold or script type."""

_ASIDE = re.compile(r"[(\uff08\[{][^)\uff09\]}]*[)\uff09\]}]?|\"[^\"]*\"?|[“„][^“”]*[“”]?")
_PRONOUNS = re.compile(
    r"\b(?:she|her|hers|he|him|his|they|them|theirs|ze|zir|xe|xem|any|all)"
    r"(?:\s*/\s*(?:she|her|hers|he|him|his|they|them|theirs|ze|zir|xe|xem|any|all))+\b",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[|¦•#;:].*|(?:^|\s)(?:[-\u2013\u2014/~·]+\s|@).*", re.DOTALL)
"""An employer or a slogan behind the name; a hyphen or a point inside a name has no blanks around it."""

_ADDRESS = re.compile(r"\S@\S|://|\bwww\.", re.IGNORECASE)
_EDGE = ' ,;:|/\\*_~·•<>=+-\u2013\u2014"”“\uff1d\uff0b\uff0d\uff20'

_HONORIFICS = frozenset({"dr", "prof", "mr", "mrs", "ms"})

_PLAIN = re.compile("[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+")
"""A single word as most names are: nothing but an honorific could be taken from it."""

_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DEGREES = _words(
    "PhD DPhil PharmD EdD PsyD DrPH MBBS BSc MSc MPhil MEd MEng BEng PEng MRes LLM LLB MBA EMBA MPA MPH "
    "MPP MHA MHI MSN BSN DNP FNP APRN CRNA CCRN CNM DPT DVM DDS DMD DBA LCSW LMSW CPA CFA CFP CMA FRM PMP "
    "CSM CSPO CISSP CISA CISM CIPP SPHR PHR ACCA FCCA RHIA RHIT CPHIMS CHDA FACHE FRCP MRCP SHRM-CP "
    "SHRM-SCP Esq"
)
_SPELLED = _DEGREES | {degree.upper() for degree in _DEGREES} | {"Phd", "phd"}
_SHORT_DEGREES = _words("MA BA BS MS MD DO JD RN NP PA PE CA OD")
"""Two letters that are names as well."""

_NEVER_A_NAME = _words("PhD DPhil PharmD EdD PsyD DrPH BSc MSc MPhil MEd MEng BEng PEng MRes")
"""Degrees that no name looks like."""

_PARTICLES = _words("van von der den de da das do dos du ten ter zu bin ibn bint y e af av 't")
_ARTICLES = frozenset({"la", "las", "los"})
"""Small after a particle, as in de la Cruz; a name's own beginning otherwise."""

_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?")
_SEAM = re.compile(r"([-\u2010\u2011])")
_SINGLE_LETTER = re.compile(r"[^\W\d_]['\u2019\u02bc](?=[^\W\d_]{2})")
_MC = re.compile(r"mc(?!hed)(?=[^\W\d_]{2})")
_VOWELS = frozenset("AEIOUY")

_OWN_ORDER = re.compile("[\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003134f]+")
_OWN_ORDER_GIVEN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7a3\U00020000-\U0003134f]+")
"""Han, Hangul and, in a given name, Kana: scripts whose own names put the family first."""

_CLOSED_ACCOUNTS = frozenset({"linkedin member", "linkedin user", "linkedin mitglied"})
_LEGAL_FORMS = frozenset({"inc", "llc", "ltd", "gmbh", "corp", "plc"})


def names_a_person(first: str, last: str, /) -> bool:
    """Tell whether two name cells can be those of a person.

    Args:
        first: The cell of the given name.
        last: The cell of the family name.

    Returns:
        `False` for the words that stand for a closed account, and for a name that ends in a legal form such
        as Inc. or GmbH.
    """
    name = _TAIL.sub("", f"{first} {last}".strip())
    if " ".join(name.casefold().replace("-", " ").split()) in _CLOSED_ACCOUNTS:
        return False
    # "Acme Health, Inc." is an organisation; "Ada Lopez, Acme Inc." is a person and her employer.
    _, comma, ending = name.rpartition(",")
    *others, last = ending.split() or [""]
    return bool(comma and others) or last.strip(".").casefold() not in _LEGAL_FORMS


def clean_name(given: str, family: str = "", /) -> PersonName | None:
    """Free a name of what is none of it.

    Dropped are degrees and credentials, honorifics, Jr. and III, pronouns, nicknames and everything else in
    brackets or quotation marks, emoji, and what follows a bar, a comma or a spaced dash. Text all in capitals
    or all in small letters gets the usual ones, with small particles (van der Berg, de la Cruz) and the
    capitals of O'Brien and McDonald. Only a lone family name becomes the given one; nothing else is moved
    from one part to the other. No order is guessed: only names written in Han or Hangul come with the family
    first.

    Args:
        given: The given name, or the whole name where there is only one cell.
        family: The family name; empty, or a lone sign, when there is none.

    Returns:
        The name; cleaning it again gives the same. `None` when no letter is left.

    Raises:
        InvalidValueError: When a part is longer than 300 characters (code ``too_long``), or what is left
            breaks the rules for one-line text.
    """
    if max(len(given), len(family)) > MAX_RAW_NAME:
        raise InvalidValueError("name", "too_long", f"shorten each part to at most {MAX_RAW_NAME} characters")
    parts = given, family
    seen: set[tuple[str, str]] = set()
    # Ends where nothing changes any more, and would end even where two forms became each other.
    while parts not in seen:
        seen.add(parts)
        parts = _cleaned(*parts)
    given, family = parts
    if not given:
        return None
    family_first = bool(_OWN_ORDER.fullmatch(family) and _OWN_ORDER_GIVEN.fullmatch(given))
    return PersonName(given=given, family=family or None, family_first=family_first)


def _cleaned(given: str, family: str) -> tuple[str, str]:
    family = _without_extras(family, is_family=True)
    given = _without_extras(given, is_family=False, alone=not family)
    if not given:
        return family, ""
    if not _stands_for_initials(given, family):
        given = _recased(given, is_family=False)
    return given, _recased(family, is_family=True)


def _stands_for_initials(given: str, family: str) -> bool:
    shouted = family.isupper() and not _VOWELS.isdisjoint(given)
    return given.isupper() and len(given) <= len("JP") and not shouted


def _without_extras(part: str, *, is_family: bool, alone: bool = False) -> str:
    if _PLAIN.fullmatch(part) and part.casefold() not in _HONORIFICS:
        return part
    text = normalize("NFC", _STYLED.sub(lambda styled: normalize("NFKC", styled[0]), part))
    if _ADDRESS.search(text):
        return ""
    for extra in (_DECORATION, _ASIDE, _PRONOUNS, _TAIL):
        text = extra.sub(" ", text)
    name, _, rest = text.partition(",")
    if is_family or not alone or all(_is_title(word, short=True) for word in rest.replace(",", " ").split()):
        text = name
    words = text.strip(_EDGE).split()
    while words and words[0].rstrip(".").casefold() in _HONORIFICS:
        del words[0]
    short = is_family and not text.isupper()
    while len(words) > 1 and _is_title(words[-1], short=short):
        del words[-1]
    if is_family and len(words) == 1 and words[0].replace(".", "") in _NEVER_A_NAME:
        return ""
    name = " ".join(words).strip(_EDGE)
    return name if any(map(str.isalpha, name)) else ""


def _is_title(word: str, *, short: bool) -> bool:
    bare = word.replace(".", "")
    return bare in _SPELLED or bare.casefold() in _GENERATIONS or (short and bare in _SHORT_DEGREES)


def _recased(part: str, *, is_family: bool) -> str:
    if not (part.isupper() or part.islower()):
        return part
    words: list[str] = []
    particle = False
    remaining = part.lower().split()
    for index, word in enumerate(remaining):
        may_be_small = index < len(remaining) - 1 and (is_family or index > 0)
        particle = may_be_small and (word in _PARTICLES or (particle and word in _ARTICLES))
        words.append(word if particle else _capitalised(word))
    return " ".join(words)


def _capitalised(word: str) -> str:
    # The capital of a letter such as ΐ is several characters, which would be no initial when looked at again.
    if _INITIALS.fullmatch(word) and len(word.upper()) == len(word):
        return word.upper()
    return "".join(_capitalised_piece(piece) for piece in _SEAM.split(word))


def _capitalised_piece(piece: str) -> str:
    start = _SINGLE_LETTER.match(piece) or _MC.match(piece)
    head = start[0] if start else ""
    capitalised = (
        head[:1].title() + head[1:] + piece[len(head) : len(head) + 1].title() + piece[len(head) + 1 :]
    )
    # The small form of the Turkish İ keeps its dot as a character of its own.
    return normalize("NFC", capitalised).replace("i\u0307", "i")
