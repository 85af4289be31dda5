"""Names as people type them, and what is left of them."""

import pytest

from infoview.contacts import _names, clean_name
from infoview.contacts._names import names_a_person
from infoview.exceptions import InvalidValueError

CLEANED = {
    # What was typed: what the person is called, in given and family name.
    ("Ana", "Lopez"): ("Ana", "Lopez"),
    # Capitals, small letters, particles.
    ("ANA", "LOPEZ"): ("Ana", "Lopez"),
    ("ana", "lopez"): ("Ana", "Lopez"),
    ("Ana", "VAN DER BERG"): ("Ana", "van der Berg"),
    ("ana", "van der berg"): ("Ana", "van der Berg"),
    ("MARIA DE LOS", "SANTOS"): ("Maria de Los", "Santos"),
    ("MARIA", "DE LA CRUZ"): ("Maria", "de la Cruz"),
    ("MARIA", "LA ROSA"): ("Maria", "La Rosa"),
    ("VAN", "DO"): ("Van", "Do"),
    ("PETER", "'T HOOFT"): ("Peter", "'t Hooft"),
    ("Siobhan", "O'BRIEN"): ("Siobhan", "O'Brien"),
    ("Siobhan", "O\u2019BRIEN"): ("Siobhan", "O\u2019Brien"),
    ("FIONA", "MCDONALD"): ("Fiona", "McDonald"),
    ("TAMAR", "MCHEDLIDZE"): ("Tamar", "Mchedlidze"),
    ("JEAN-LUC", "SMITH-JONES"): ("Jean-Luc", "Smith-Jones"),
    ("İBRAHİM", "YILMAZ"): ("İbrahim", "Yilmaz"),
    # Capitals that are several characters make no initials.
    ("陳.\u0390", ""): ("陳.\u0390", None),
    ("\u0390.", "ŋ.ŋ."): ("\u03aa\u0301.", "Ŋ.Ŋ."),
    ("Ana Maria", "da Silva"): ("Ana Maria", "da Silva"),
    # Initials.
    ("JP", "Morgan"): ("JP", "Morgan"),
    ("JO", "MORGAN"): ("Jo", "Morgan"),
    ("JP", "NG"): ("JP", "Ng"),
    ("j.r.", "smith"): ("J.R.", "Smith"),
    ("M.D.", "Patel"): ("M.D.", "Patel"),
    ("Ana", "K."): ("Ana", "K."),
    # Honorifics, degrees, generations.
    ("Dr. Ana", "Lopez, PhD, MBA"): ("Ana", "Lopez"),
    ("Ana", "Lopez Ph.D. CPA"): ("Ana", "Lopez"),
    ("Ana, RN", "Lopez"): ("Ana", "Lopez"),
    ("Ana Lopez, PhD, RN", ""): ("Ana Lopez", None),
    ("Ana", "Lopez, Head of Data"): ("Ana", "Lopez"),
    ("Ana", "Lopez MA"): ("Ana", "Lopez"),
    ("Ana", "PhD"): ("Ana", None),
    ("Robert", "Hale Jr."): ("Robert", "Hale"),
    ("Robert", "Hale III"): ("Robert", "Hale"),
    ("Dr.", "Okafor"): ("Okafor", None),
    # Names that look like degrees stay.
    ("Jack", "Ma"): ("Jack", "Ma"),
    ("JACK", "MA"): ("Jack", "Ma"),
    ("LI", "MA"): ("Li", "Ma"),
    ("Chidi", "MBA"): ("Chidi", "Mba"),
    ("MD", "Rahman"): ("MD", "Rahman"),
    ("Jack MA", ""): ("Jack MA", None),
    # Pronouns, nicknames, emoji, employers.
    ("Ana", "Lopez (she/her)"): ("Ana", "Lopez"),
    ("Ana", "Lopez she / her / hers"): ("Ana", "Lopez"),
    ('Robert "Bo"', "Hale"): ("Robert", "Hale"),
    ("Robert \u201cBo\u201d", "Hale (Hiring"): ("Robert", "Hale"),
    ("✨ Ana ✨", "Lopez 🩺"): ("Ana", "Lopez"),
    ("👩\u200d⚕️ Ana", "Lopez"): ("Ana", "Lopez"),
    ("\U0001d5d4\U0001d5fb\U0001d5ee", "Lopez"): ("Ana", "Lopez"),
    ("Ana", "Lopez | Hiring!"): ("Ana", "Lopez"),
    ("Ana", "Lopez - Fictional Labs"): ("Ana", "Lopez"),
    ("Ana", "Lopez @ Fictional Labs"): ("Ana", "Lopez"),
    ("Ana", "#OpenToWork"): ("Ana", None),
    # Orders and scripts: nothing is moved.
    ("Lopez, Ana", ""): ("Lopez, Ana", None),
    ("Nagy", "Zsófia"): ("Nagy", "Zsófia"),
    ("Nguyễn", "Thị Mai"): ("Nguyễn", "Thị Mai"),
    ("نگین", "کریمی"): ("نگین", "کریمی"),
    ("می\u200cنو", "کریمی"): ("می\u200cنو", "کریمی"),
    ("李明", ""): ("李明", None),
    # One name only.
    ("Madhuri", ""): ("Madhuri", None),
    ("Madhuri", "."): ("Madhuri", None),
    ("", "Lopez"): ("Lopez", None),
}

NOBODY = [
    ("", ""),
    ("-", "."),
    ("🌟", "🌟"),
    ("ada@example.org", ""),
    ("https://example.org", ""),
    ("| x", ""),
]


@pytest.mark.parametrize(("typed", "called"), CLEANED.items(), ids=repr)
def test_what_is_no_name_is_dropped_and_what_may_be_one_stays(
    typed: tuple[str, str], called: tuple[str, str | None]
) -> None:
    """A typed name comes out as the name alone."""
    name = clean_name(*typed)
    assert name is not None
    assert called == (name.given, name.family)


@pytest.mark.parametrize("typed", NOBODY, ids=repr)
def test_no_letter_is_no_name(typed: tuple[str, str]) -> None:
    """Cells without a name give none."""
    assert clean_name(*typed) is None


def test_cleaning_ends_even_where_it_goes_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two forms that became each other would not hold up an import; either of them settles."""
    monkeypatch.setattr(_names, "_cleaned", lambda given, family: (given.swapcase(), family))
    for typed in ("ana", "ANA"):
        name = clean_name(typed)
        assert name is not None
        assert clean_name(name.given) == name


@pytest.mark.parametrize(
    ("given", "family", "full"),
    [
        ("明", "林", "林 明"),
        ("서연", "한", "한 서연"),
        ("さくら", "森", "森 さくら"),
        ("Ming", "Lin", "Ming Lin"),
        ("Ming", "林", "Ming 林"),
        ("マリア", "ロペス", "マリア ロペス"),
    ],
)
def test_only_names_in_han_or_hangul_put_the_family_first(given: str, family: str, full: str) -> None:
    """The order follows the script of both parts and nothing else."""
    name = clean_name(given, family)
    assert name is not None
    assert full == name.full


@pytest.mark.parametrize(
    ("first", "last", "person"),
    [
        ("Ana", "Lopez", True),
        ("", "", True),
        ("Ana", "Lopez, Figment Inc.", True),
        ("Ana", "Lopez | Figment Inc.", True),
        ("LinkedIn", "Member", False),
        ("LinkedIn-Mitglied", "", False),
        ("Figment Staffing", "LLC", False),
        ("Figment", "Health, Inc.", False),
        ("Figment GmbH", "", False),
    ],
)
def test_closed_accounts_and_organisations_are_no_persons(first: str, last: str, person: bool) -> None:  # noqa: FBT001 - a table of examples
    """A closed account and a name with a legal form are told from persons."""
    assert person is names_a_person(first, last)


@pytest.mark.parametrize(
    ("given", "family", "code"),
    [
        ("x" * 301, "", "too_long"),
        ("Ana", "x" * 301, "too_long"),
        ("Ana", "Lo" * 51, "too_long"),
        ("An\u202ea", "Lopez", "bidi_control"),
        ("Ana", "Lo =?a?b?=", "encoded_word"),
    ],
    ids=["raw given", "raw family", "cleaned", "override", "encoded"],
)
def test_what_cannot_be_a_name_is_refused(given: str, family: str, code: str) -> None:
    """A name that breaks the rules for one-line text is an error with the rule's code."""
    with pytest.raises(InvalidValueError) as caught:
        clean_name(given, family)
    assert code == caught.value.code
