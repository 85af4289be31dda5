"""Reading LinkedIn's Connections.csv: every quirk, every code, and an account of every row."""

import csv
import io
from datetime import date
from pathlib import Path

import attrs
import pytest

from infoview._channel import Channel
from infoview._people import Contact
from infoview.contacts import (
    ROW_CODES,
    ImportResult,
    Outcome,
    RowIdentity,
    canonical_profile,
    read_linkedin,
    stable_id,
)
from infoview.contacts import _linkedin as linkedin
from infoview.contacts import _source as source
from infoview.contacts._dates import read_date
from infoview.exceptions import InvalidValueError, UnreadableSourceError

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "data" / "Connections.csv"
REFERENCE = ROOT / "docs" / "reference" / "contacts.md"

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
GERMAN = "Vorname,Nachname,URL,E-Mail-Adresse,Unternehmen,Position,Verbunden am"
PLAIN = "Ana,Lopez,https://www.linkedin.com/in/ana-example,,Fictional Labs,Nurse,05 Mar 2024"
OTHER = "Bo,Li,https://www.linkedin.com/in/bo-example,,Example Pharma,Analyst,06 Mar 2024"


def read(*rows: str, header: str = HEADER) -> ImportResult:
    """Read rows below a header."""
    return read_linkedin("\n".join((header, *rows, "")))


def only(result: ImportResult) -> Contact:
    """Take the one contact of a result."""
    (contact,) = result.contacts
    return contact


def codes(result: ImportResult) -> list[tuple[int, str | None, str, Outcome]]:
    """List what was reported."""
    return [(p.row, p.column, p.code, p.outcome) for p in result.problems]


def names(result: ImportResult) -> list[str]:
    """List the people."""
    return [contact.name.full for contact in result.contacts]


# --- the example file ---------------------------------------------------------------------------------------

QUIRKS = [
    # (what is quirky, what the file holds, its row, who comes out, with which codes)
    ("byte order mark", "\ufeffNotes:\r\n", 1, "Tomas Okafor", ()),
    (
        "line break and comma in the quoted notes",
        "may see theirs.\r\nYou see an address only",
        1,
        "Tomas Okafor",
        (),
    ),
    ("CRLF", "Connected On\r\nTomas,", 1, "Tomas Okafor", ()),
    ("comma in quotation marks", '"Lead Data Analyst, Clinical Systems"', 1, "Tomas Okafor", ()),
    ("Sept", ",12 Sept 2026", 1, "Tomas Okafor", ()),
    ("no address", "-lindqvist-example,,Example Health", 2, "Priya Lindqvist", ()),
    ("two-digit day", ",05 Mar 2024", 3, "Amara Castellan", ()),
    ("one-digit day", ",1 Sep 2023", 4, "Jonas Wetherby", ()),
    ("honorific, degrees behind commas", 'Dr. Leila,"Varga, PhD, MBA"', 6, "Leila Varga", ()),
    ("capitals", "SOFIA,DE LA CRUZ", 7, "Sofia de la Cruz", ()),
    ("small letters and a particle", "pieter,van der berg", 8, "Pieter van der Berg", ()),
    ("O'", "Siobhan,O'BRIEN", 9, "Siobhan O'Brien", ()),
    ("Mc, no company and no position", "FIONA,MCALDER,https", 10, "Fiona McAlder", ()),
    ("pronouns in brackets", "Rui (he/him)", 11, "Rui Takemoto", ()),
    ("pronouns", "Halloran she/her", 12, "Noor Halloran", ()),
    ("emoji", "✨ Bianca ✨,Oyelaran 🩺", 13, "Bianca Oyelaran", ()),
    ("a bar and a slogan", "Nieminen | Hiring data people!", 14, "Gustavo Nieminen", ()),
    ("a dash and an employer", "Abernathy - Fictional Labs", 15, "Ines Abernathy", ()),
    ("Chinese name", "明,林", 16, "林 明", ()),
    ("Korean name", "서연,한", 17, "한 서연", ()),
    ("Hungarian name", "Zsófia,Kerekes", 18, "Zsófia Kerekes", ()),
    ("mononym", "Madhuri,,https", 19, "Madhuri", ()),
    ("initial for a family name", "Ravi,K.", 20, "Ravi K.", ()),
    ("degree that is a name too", "Ma-Lindholm MA", 21, "Jack Ma-Lindholm", ()),
    ("nickname and generation", '"Robert ""Bo""",Hale Jr.', 22, "Robert Hale", ()),
    ("degree without a comma", "Ngozi,Falk RN", 23, "Ngozi Falk", ()),
    ("quoted comma in a company", '"Figment, Inc."', 24, "Thandiwe Moreau", ()),
    ("doubled quotation marks", '"The ""Blue Door"" Clinic"', 25, "Lukas Adeyemi", ()),
    ("line break in a cell", '"Two Line\r\nHealth"', 26, "Carmen Solheim", ()),
    ("empty row", "\r\n,,,,,,\r\n", 27, None, ("empty_row",)),
    ("date year first", ",2025-01-15", 28, "Yara Fontaine", ()),
    ("date month first", ",03/15/2024", 29, "Owen Castillo", ()),
    ("date with two readings", ",03/04/2024", 30, "Hana Brightwater", ("ambiguous_date",)),
    ("junk for a date", ",sometime in spring", 31, "Emil Ngata", ("bad_date",)),
    ("date from a spreadsheet", ",5-Mar-24", 32, "Aroha Steiner", ()),
    ("no address of a person", "dmitri.vale(at)example.org", 33, "Dmitri Vale", ("bad_email",)),
    ("no profile", "https://example.org/lucia-hartono", 34, "Lucia Hartono", ("bad_url",)),
    ("http, slash, tracking", "http://linkedin.com/in/lucia-pereira-example/?trk=", 35, "Lucia Pereira", ()),
    ("the same person again", "https://www.linkedin.com/in/lucia-pereira", 36, None, ("duplicate_person",)),
    ("the same by a country's host", "https://de.linkedin.com/in/tomas", 37, None, ("duplicate_person",)),
    ("no name", "\r\n,,https://www.linkedin.com/in/nameless", 38, None, ("missing_name",)),
    ("closed account", "LinkedIn,Member,,", 39, None, ("not_a_person",)),
    ("organisation", "Figment Staffing,LLC,", 40, None, ("not_a_person",)),
    ("short row", "grace-ostrander-example\r\n", 41, "Grace Ostrander", ("short_row",)),
    ("comma without quotation marks", ",Acme Sample, Inc.,", 42, "Halima Reyes", ("extra_cells",)),
    ("formula for a name", "=HYPERLINK(", 43, None, ("formula_like",)),
    ("hostile formula", "=cmd|'/C calc'!A0", 44, "Petra Lindgren", ("formula_like",)),
    ("sign before a company", "@Home Sample Care", 45, "Mikkel Dube", ("formula_like",)),
    ("direction override", "Vera\u202e,Ashdown", 46, "Vera Ashdown", ("bidi_control",)),
    ("mojibake in a name", "ZoÃ«,MarchettÃ\xad", 47, "Zoë Marchettí", ("mojibake", "mojibake")),
    ("lost letter in a name", "Jos\ufffd,Quill", 48, None, ("mojibake",)),
    ("mojibake in a company", "SociÃ©tÃ© Exemple", 49, "Tilda Nakagawa", ("mojibake",)),
    ("over-long company", "Very Very Very", 50, "Cosmo Ferreira", ("too_long",)),
    ("NUL", "Da\0Rocha", 51, "Ana DaRocha", ("control_character",)),
    ("percent-encoded profile", "/in/bj%C3%B6rn-", 52, "Björn Åkerlund-Osei", ()),
    ("no URL", "Maria,Silva-Hart,,,Example Schools", 53, "Maria Silva-Hart", ()),
    ("namesake of the same day", "Maria,Silva-Hart,,,Riverbank", 54, "Maria Silva-Hart", ()),
    ("no company", ",,,Freelance Data Analyst", 57, "Stefan Oduya", ()),
    ("no position", "Example Public Health Agency,,06", 58, "Rosa Whitlock", ()),
    ("unclosed quotation mark", ',"Broken Quote Hospital,', 65, "Hector Vasquez-Lamb", ("unclosed_quote",)),
    ("a row after it", '"Sample Care Group, West"', 66, "Greta Obi", ()),
]


@pytest.fixture(scope="module")
def example() -> ImportResult:
    """Read the example file."""
    return read_linkedin(EXAMPLE)


@pytest.mark.parametrize(
    ("fragment", "row", "person", "reported"), [q[1:] for q in QUIRKS], ids=[q[0] for q in QUIRKS]
)
def test_the_example_file_has_the_quirk_and_the_reader_copes(
    example: ImportResult, fragment: str, row: int, person: str | None, reported: tuple[str, ...]
) -> None:
    """The file holds the quirk; its row gives the person, or is skipped, with just these codes."""
    assert fragment in EXAMPLE.read_bytes().decode()
    assert reported == tuple(problem.code for problem in example.problems if problem.row == row)
    skipped = {skip.row: skip.code for skip in example.skipped}
    if person is None:
        assert skipped[row] == reported[0]
    else:
        index = row - 1 - sum(1 for earlier in skipped if earlier < row)
        assert person == example.contacts[index].name.full


def test_the_example_file_is_accounted_for(example: ImportResult) -> None:
    """All rows are contacts or skipped, and only the quirks above are reported."""
    assert (example.rows, len(example.contacts), len(example.skipped)) == (68, 60, 8)
    quirky = {(row, code) for _, _, row, _, reported in QUIRKS for code in reported}
    assert quirky == {(problem.row, problem.code) for problem in example.problems}


def test_the_example_reads_each_field(example: ImportResult) -> None:
    """Every column arrives in its field."""
    tomas = example.contacts[0]
    assert tomas.id == "linkedin:in/tomas-okafor-example"
    assert str(tomas.email) == "tomas.okafor@example.org"
    assert tomas.organisation == "Example Health Analytics"
    assert tomas.position == "Lead Data Analyst, Clinical Systems"
    assert tomas.profile == "https://www.linkedin.com/in/tomas-okafor-example"
    assert tomas.connected_on == date(2026, 9, 12)
    assert (tomas.source, tomas.channel) == ("linkedin", Channel.EMAIL)
    assert example.contacts[1].channel is Channel.LINKEDIN_MESSAGE


def test_sentences_hold_nothing_of_the_file(example: ImportResult) -> None:
    """No cell of the file turns up in what is said about it."""
    said = "\n".join(problem.sentence for problem in example.problems)
    rows = list(csv.reader(io.StringIO(EXAMPLE.read_bytes().decode("utf-8-sig"), newline="")))[5:]
    assert not [cell for row in rows for cell in row if len(cell) > 4 and cell in said]


# --- codes --------------------------------------------------------------------------------------------------

LONG = "x" * 201
CODES = {
    "ambiguous_date": (
        "Ana,Lopez,,,,,03/04/2024",
        "Ana Lopez",
        [("Connected On", "ambiguous_date", Outcome.LEFT_OUT)],
    ),
    "bad_date": ("Ana,Lopez,,,,,31 Feb 2024", "Ana Lopez", [("Connected On", "bad_date", Outcome.LEFT_OUT)]),
    "bad_email": (
        "Ana,Lopez,,ana@@example,,,",
        "Ana Lopez",
        [("Email Address", "bad_email", Outcome.LEFT_OUT)],
    ),
    "bad_url": ("Ana,Lopez,javascript:alert(1),,,,", "Ana Lopez", [("URL", "bad_url", Outcome.LEFT_OUT)]),
    "bidi_control": (
        "An\u202ea\u200b,Lopez,,,Fictional\u2066 Labs,,",
        "Ana Lopez",
        [("First Name", "bidi_control", Outcome.REPAIRED), ("Company", "bidi_control", Outcome.LEFT_OUT)],
    ),
    "control_character": (
        "An\x07a,Lopez,,,,N\0urse,",
        "Ana Lopez",
        [
            ("First Name", "control_character", Outcome.REPAIRED),
            ("Position", "control_character", Outcome.LEFT_OUT),
        ],
    ),
    "duplicate_person": (
        "Ana,Lopez,www.linkedin.com/in/bo-example/?x=1,,,,",
        None,
        [("URL", "duplicate_person", Outcome.SKIPPED)],
    ),
    "empty_row": (" ,,\t,,,,", None, [(None, "empty_row", Outcome.SKIPPED)]),
    "encoded_word": ("Ana,Lo =?utf-8?q?x?=,,,,,", None, [("Last Name", "encoded_word", Outcome.SKIPPED)]),
    "extra_cells": (
        "Ana,Lopez,,ana@example.org,Figment, Inc.,Nurse,05 Mar 2024",
        "Ana Lopez",
        [(None, "extra_cells", Outcome.LEFT_OUT)],
    ),
    "formula_like": (
        "-Ana,Lopez,=A1,+1,@Home Care,@SUM(1+1),=TODAY()",
        "Ana Lopez",
        [
            ("First Name", "formula_like", Outcome.REPAIRED),
            ("URL", "formula_like", Outcome.LEFT_OUT),
            ("Email Address", "formula_like", Outcome.LEFT_OUT),
            ("Company", "formula_like", Outcome.KEPT),
            ("Position", "formula_like", Outcome.LEFT_OUT),
            ("Connected On", "formula_like", Outcome.LEFT_OUT),
        ],
    ),
    "missing_name": (".,🌟,,,Fictional Labs,,", None, [("First Name", "missing_name", Outcome.SKIPPED)]),
    "mojibake": (
        "JosÃ©,Lopez,,,CafÃ© Ã\xa0 x,L\ufffdwe,",
        "José Lopez",
        [
            ("First Name", "mojibake", Outcome.REPAIRED),
            ("Company", "mojibake", Outcome.LEFT_OUT),
            ("Position", "mojibake", Outcome.LEFT_OUT),
        ],
    ),
    "not_a_person": (
        "Figment,Labs,https://www.linkedin.com/company/figment-example,,,,",
        None,
        [("URL", "not_a_person", Outcome.SKIPPED)],
    ),
    "repeated_header": (HEADER.upper(), None, [(None, "repeated_header", Outcome.SKIPPED)]),
    "short_row": ("Ana,Lopez,", "Ana Lopez", [(None, "short_row", Outcome.KEPT)]),
    "surrogate": ("An\udc61,Lopez,,,,,", None, [("First Name", "surrogate", Outcome.SKIPPED)]),
    "too_long": (
        f"Ana,Lopez,,,{LONG},{LONG},",
        "Ana Lopez",
        [("Company", "too_long", Outcome.LEFT_OUT), ("Position", "too_long", Outcome.LEFT_OUT)],
    ),
    "unclosed_quote": (
        'Ana,Lopez,,,"Fictional Labs,Nurse,05 Mar 2024',
        "Ana Lopez",
        [("Company", "unclosed_quote", Outcome.LEFT_OUT)],
    ),
}
OF_THE_HEADER = {"unknown_column"}


def test_every_code_has_an_example() -> None:
    """The table of codes and the examples below name the same codes."""
    assert CODES.keys() | OF_THE_HEADER == ROW_CODES.keys()


@pytest.mark.parametrize(("line", "person", "reported"), CODES.values(), ids=CODES.keys())
def test_a_code_is_reported_and_the_rows_around_it_are_read(
    line: str, person: str | None, reported: list[tuple[str | None, str, Outcome]]
) -> None:
    """A faulty row is reported with row, column, code and outcome; its neighbours are read as ever."""
    result = read(OTHER, line, "Cy,Diaz,,,,,")
    people = ["Bo Li", "Cy Diaz"] if person is None else ["Bo Li", person, "Cy Diaz"]
    assert people == names(result)
    assert [(2, *problem) for problem in reported] == codes(result)
    assert [problem.line for problem in result.problems] == [3] * len(reported)
    assert [(skip.row, skip.code) for skip in result.skipped] == (
        [] if person is not None else [(2, reported[-1][1])]
    )


def test_a_contact_keeps_what_is_sound_of_a_faulty_row() -> None:
    """What was left out is `None`, and the rest is there."""
    contact = read(CODES["extra_cells"][0]).contacts[0]
    assert (str(contact.email), contact.organisation, contact.position, contact.connected_on) == (
        "ana@example.org",
        None,
        None,
        None,
    )
    kept = only(read(CODES["formula_like"][0]))
    assert (
        kept.organisation,
        kept.position,
        kept.email,
        kept.connected_on,
    ) == ("@Home Care", None, None, None)


def test_a_duplicate_names_the_row_that_was_kept() -> None:
    """The problem points to the earlier row."""
    result = read(OTHER, "Ana,Lopez,,,,,", "Bo,Li,http://linkedin.com/in/bo-example/,,,,")
    (problem,) = result.problems
    assert problem.earlier_row == 1
    assert problem.sentence == (
        "row 3, URL: An earlier row has the same profile. It is row 1. The row was skipped. "
        "Compare the two and keep one."
    )


def test_blank_extra_cells_move_nothing() -> None:
    """Delimiters at the end of a row are reported, and the row is read."""
    result = read(f"{PLAIN},,")
    assert codes(result) == [(1, None, "extra_cells", Outcome.KEPT)]
    assert only(result).connected_on == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (f"{'x' * 301},Lopez,,,,,", "First Name", "too_long"),
        (f"Ana,{'Lo' * 51},,,,,", "Last Name", "too_long"),
        (f"{'Lo' * 51},,,,,,", "First Name", "too_long"),
        ("Ã\xa9\ufffd,Lopez,,,,,", "First Name", "mojibake"),
        ("Ana,=Lopez,,,,,", "Last Name", "formula_like"),
        ("\uff1dcmd,Lopez,,,,,", "First Name", "formula_like"),
    ],
)
def test_a_name_beyond_repair_skips_the_row(line: str, column: str, code: str) -> None:
    """A faulty name that could only be guessed is reported under its column."""
    result = read(line)
    assert [(1, column, code, Outcome.SKIPPED)] == codes(result)
    assert result.contacts == ()


@pytest.mark.parametrize(
    "text", ["LÍŠKA", "Café—Bar", "SÃO", "Groß\u2013Klein", "naïve", "Dvořák", "Å", "à€€"]
)
def test_sound_text_is_no_mojibake(text: str) -> None:
    """Letters that only look like a wrong decoding stay."""
    assert text == only(read(f"Ana,Lopez,,,{text},,")).organisation


@pytest.mark.parametrize(
    ("garbled", "text"),
    [
        ("Å\x81ukasz", "Łukasz"),
        ("æ\x9dŽæ\u02dcŽ", "李明"),
        ("Ð\x90Ð½Ð½Ð°", "Анна"),
        ("ÐÐ½Ð½Ð°", None),
        ("Ã\xa0", "à"),
    ],
)
def test_a_garbled_name_is_undone_where_it_can_be(garbled: str, text: str | None) -> None:
    """Both ways of decoding UTF-8 wrongly are undone; a byte that got lost is not made up."""
    result = read(f"{garbled},,,,,,")
    assert ([] if text is None else [text.title()]) == names(result)


def test_cells_that_say_nothing_are_empty() -> None:
    """A lone dash is no company, and no problem either."""
    result = read("Ana,-,-,--,-,.,?")
    contact = only(result)
    assert (contact.organisation, contact.position, contact.connected_on) == (None, None, None)
    assert result.problems == ()


# --- quotation marks ----------------------------------------------------------------------------------------


def test_a_quoted_cell_may_go_on_over_lines() -> None:
    """Line breaks inside quotation marks become blanks, and the next record counts on."""
    result = read('Ana,Lopez,,,"Fictional\r\n\r\n""Labs""",Nurse,05 Mar 2024', OTHER)
    assert [c.organisation for c in result.contacts] == ['Fictional "Labs"', "Example Pharma"]
    assert result.rows == 2


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        (['Ana,Lopez,,,"Labs,Nurse,05 Mar 2024', OTHER], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,"Labs,Nurse,05 Mar 2024', *[f"Cy{n},Diaz,,,,," for n in range(30)]], None),
        (['Ana,Lopez,,,"Labs,Nurse,05 Mar 2024', 'Bo,Li,,,"Beta, Inc.",Nurse,'], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,"Labs,Nurse,05 Mar 2024', 'Bo,Li,,,"Beta,Nurse,'], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,,,"05 Mar 2024', 'Bo,Li,,,,,06 Mar 2024"'], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,"Labs" West,Nurse,05 Mar 2024', OTHER], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,,"Nurse', '"x,05 Mar 2024', OTHER], ["Ana Lopez", "Bo Li"]),
        (['Ana,Lopez,,,"Labs', 'West"', OTHER], ["Ana Lopez", "West", "Bo Li"]),
        (['Ana,Lopez,,,"Labs', *[""] * 25, OTHER], ["Ana Lopez", "Bo Li"]),
        (['Ana,"Lopez,,,,,', OTHER], ["Bo Li"]),
        (['"Ana', OTHER], ["Bo Li"]),
        (['Ana,Lopez,,,"'], ["Ana Lopez"]),
    ],
)
def test_an_unclosed_quotation_mark_swallows_no_row(rows: list[str], people: list[str] | None) -> None:
    """What stands before the mark is kept, and reading goes on with the next line."""
    result = read(*rows)
    expected = ["Ana Lopez", *[f"Cy{n} Diaz" for n in range(30)]] if people is None else people
    assert expected == names(result)
    assert result.problems[0].code == "unclosed_quote"
    assert result.rows == len(rows)
    assert result.rows == len(result.contacts) + len(result.skipped)


def test_a_cell_larger_than_the_limit_of_the_csv_module_is_a_problem_of_its_row() -> None:
    """A huge cell is left out, the rows around it are read, and the csv module's limit is not touched."""
    before = csv.field_size_limit()
    huge = "x " * 100_000
    result = read(PLAIN, f'Cy,Diaz,,,"{huge}",Nurse,05 Mar 2024', OTHER)
    assert names(result) == ["Ana Lopez", "Cy Diaz", "Bo Li"]
    assert codes(result) == [(2, "Company", "too_long", Outcome.LEFT_OUT)]
    assert before == csv.field_size_limit()


# --- the file -----------------------------------------------------------------------------------------------

TEXT = f"{HEADER}\n{PLAIN}\n{OTHER}\n"


class Pieces:
    """An open file that gives prepared pieces."""

    def __init__(self, *pieces: str | bytes) -> None:
        self.pieces = iter(pieces)

    def read(self, size: int, /) -> str | bytes:
        """Give the next piece, however much was asked for."""
        assert size > 0
        return next(self.pieces, "")


@pytest.mark.parametrize(
    "given",
    [
        TEXT,
        TEXT.rstrip(),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        f"\ufeff{TEXT}",
        f"\u00ef\u00bb\u00bf{TEXT}",
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        io.StringIO(TEXT),
        io.BytesIO(TEXT.encode()),
        Pieces(TEXT[:50], TEXT[50:]),
        Pieces(TEXT[:50].encode(), TEXT[50:].encode()),
        f"Notes:\n\n{TEXT}",
        f'Notes:,,,,,,\n"Some, ""many""\nlines",,,,,,\n,,,,,,\n{TEXT}',
        f'"Notes that nobody closes\n{TEXT}',
        f"sep=;\n{TEXT}".replace(",", ";"),
        TEXT.replace(",", "\t"),
        TEXT.replace("First Name", " FIRST\u00a0 name ").replace("URL", "url"),
        TEXT.replace(HEADER, '"' + HEADER.replace(",", '","') + '"'),
        TEXT.replace(HEADER, HEADER + ",,"),
        TEXT.replace(HEADER, GERMAN),
    ],
)
def test_the_same_two_people_are_read_from_every_shape_of_file(given: source.Source) -> None:
    """Encoding, line ends, delimiter, notes and header may differ; the people are the same."""
    result = read_linkedin(given)
    assert read_linkedin(TEXT).contacts == result.contacts
    assert not [problem for problem in result.problems if problem.code != "short_row"]


def test_a_path_is_opened_and_text_is_contents(tmp_path: Path) -> None:
    """A `Path` is read; the same as `str` is taken for contents."""
    path = tmp_path / "Connections.csv"
    path.write_text(TEXT, encoding="utf-8")
    assert names(read_linkedin(path)) == ["Ana Lopez", "Bo Li"]
    with pytest.raises(UnreadableSourceError):
        read_linkedin(str(path))


def test_older_exports_have_no_url() -> None:
    """The header of older exports is known."""
    result = read(
        "Ana,Lopez,ana@example.org,Fictional Labs,Nurse,05 Mar 2024",
        header="First Name,Last Name,Email Address,Company,Position,Connected On",
    )
    contact = only(result)
    assert (contact.profile, contact.organisation) == (None, "Fictional Labs")
    assert result.problems == ()


def test_the_german_file_is_reported_in_its_own_words() -> None:
    """Problems name the column as the file does."""
    result = read(
        "Ana,Lopez,,,Beispiel-Labor,Pflege,12. März 2024",
        "Bo,Li,,,,,irgendwann",
        header=GERMAN,
    )
    assert result.contacts[0].connected_on == date(2024, 3, 12)
    assert codes(result) == [(2, "Verbunden am", "bad_date", Outcome.LEFT_OUT)]


def test_columns_that_no_export_has_are_reported_once() -> None:
    """Another column, or one that comes twice, is named by its position under row 0."""
    result = read(f"{PLAIN},secret,Eve", header=f"{HEADER},Mood,First Name")
    assert codes(result) == [
        (0, "column 8", "unknown_column", Outcome.LEFT_OUT),
        (0, "column 9", "unknown_column", Outcome.LEFT_OUT),
    ]
    assert result.problems[0].sentence.startswith("header, column 8: ")
    assert names(result) == ["Ana Lopez"]


def test_a_quotation_mark_in_an_unknown_column_costs_only_that() -> None:
    """The column of an unclosed quotation mark may have no known name."""
    result = read(f'{PLAIN},"x', header=f"{HEADER},Mood")
    assert codes(result)[-1] == (1, "column 8", "unclosed_quote", Outcome.LEFT_OUT)
    assert only(result).connected_on == date(2024, 3, 5)


UNREADABLE = {
    "nothing": ("", "nothing"),
    "only notes": ("Notes:\n\n", "none in the first 2 lines"),
    "a path": ("examples/data/Connections.csv", "the name of a file"),
    "another export": ("First Name,Last Name,Title,Company\nAna,Lopez,,\n", "none in the first 2 lines"),
    "a broken header": (f'{HEADER},"x\n{PLAIN}\n', "none in the first 2 lines"),
    "a huge header": (f"{HEADER}{',' * 10_000}\n{PLAIN}\n", "none in the first 2 lines"),
    "a header too far down": ("\n" * 50 + TEXT, "none in the first 50 lines"),
    "a row above the header": (f"{PLAIN}\n{TEXT}", "a row above it"),
    "a header alone": (f"{HEADER}\n", "none; ask for the export again"),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), "NUL characters"),
    "Windows-1252": (TEXT.replace("Lopez", "López").encode("cp1252"), "other bytes in line 2"),
    "half of UTF-16": (TEXT.encode("utf-16")[:-1], "other bytes"),
    "an archive": (b"PK\x03\x04...", "an archive"),
    "too many bytes": (b"x" * 50_000_001, "more"),
    "a file that never ends": (Pieces(*["x" * 1_000_000] * 60), "more"),
    "too many lines": ("\n" * 500_001 + "x", "more"),
    "mixed pieces": (Pieces("x", b"y"), "a file that gives neither"),
    "text in another encoding": (
        io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xfd"), encoding="utf-8"),
        "bytes that its encoding refuses",
    ),
    "no source": (None, "an object of type NoneType"),
}


@pytest.mark.parametrize(("given", "found"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_of_another_kind_is_refused_with_what_was_found(given: source.Source, found: str) -> None:
    """Reading nothing in silence is no option."""
    with pytest.raises(UnreadableSourceError) as caught:
        read_linkedin(given)
    assert found in caught.value.found
    assert caught.value.expected


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on rows is a limit, not a cut."""
    monkeypatch.setattr(linkedin, "MAX_ROWS", 2)
    assert len(read_linkedin(TEXT).contacts) == 2
    with pytest.raises(UnreadableSourceError):
        read(PLAIN, OTHER, "")


def test_empty_lines_are_rows_and_the_last_line_end_is_none() -> None:
    """Every record counts, also an empty one."""
    result = read("", PLAIN, "", OTHER)
    assert ([skip.row for skip in result.skipped], result.rows) == ([1, 3], 4)


# --- dates, profiles, ids -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05 Mar 2024", date(2024, 3, 5)),
        ("12 Sept 2025", date(2025, 9, 12)),
        ("1 Sep 2023", date(2023, 9, 1)),
        ("12 SEPTEMBER 2025", date(2025, 9, 12)),
        ("12. Mär. 2025", date(2025, 3, 12)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("5-Mar-24", date(2024, 3, 5)),
        ("2025-01-15", date(2025, 1, 15)),
        ("03/15/2024", date(2024, 3, 15)),
        ("15/03/2024", date(2024, 3, 15)),
        ("05/05/2024", date(2024, 5, 5)),
        ("03.04.2024", date(2024, 4, 3)),
        ("03-15-2024", date(2024, 3, 15)),
        ("03/04/2024", "ambiguous_date"),
        ("29 Feb 2023", "bad_date"),
        ("5 Foo 2024", "bad_date"),
        ("Foo 5, 2024", "bad_date"),
        ("13/13/2024", "bad_date"),
        ("2024-13-01", "bad_date"),
        ("05 Mar 1824", "bad_date"),
        ("3/15/24", "bad_date"),
        ("\u0660\u0665 Mar 2024", "bad_date"),
        ("45356", "bad_date"),
    ],
)
def test_a_date_is_read_where_it_has_one_reading(text: str, day: date | str) -> None:
    """A spelling gives the one day it can mean, or a code."""
    assert day == read_date(text)


ANA = "https://www.linkedin.com/in/ana-example"


@pytest.mark.parametrize(
    ("address", "profile"),
    [
        (ANA, ANA),
        (f"{ANA}/", ANA),
        ("http://linkedin.com/in/ana-example", ANA),
        ("www.linkedin.com/in/ana-example?trk=x&y=/in/z", ANA),
        ("HTTPS://DE.LinkedIn.com/in/ana-example/de#top", ANA),
        ("linkedin.com/in/Ana-Example", "https://www.linkedin.com/in/Ana-Example"),
        ("https://www.linkedin.com/in/an%c3%a1", "https://www.linkedin.com/in/an%C3%A1"),
        ("https://www.linkedin.com/in/aná", "https://www.linkedin.com/in/an%C3%A1"),
        ("https://www.linkedin.com/in/", None),
        ("https://www.linkedin.com/in/%ff", None),
        ("https://www.linkedin.com/in/a%20b", None),
        ("https://www.linkedin.com/in/a%0ab", None),
        ("https://www.linkedin.com/in/%20", None),
        (f"https://www.linkedin.com/in/{'a' * 201}", None),
        (
            f"https://www.linkedin.com/in/{'😀' * 164}aaaa",
            f"https://www.linkedin.com/in/{'%F0%9F%98%80' * 164}aaaa",
        ),
        (f"https://www.linkedin.com/in/{'😀' * 164}aaaaa", None),
        ("https://www.linkedin.com@example.org/in/ana", None),
        ("https://www.linkedin.com.example.org/in/ana", None),
        ("https://example.org/https://www.linkedin.com/in/ana", None),
        ("https://www.linkedin.com/company/figment-example", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_a_profile_has_one_address(address: str, profile: str | None) -> None:
    """All spellings of a profile's address become one; anything else is none."""
    assert profile == canonical_profile(address)


def test_ids_stay_when_people_change_employers() -> None:
    """The same person gets the same id from a later export."""
    earlier = read(PLAIN, "Cy,Diaz,,,Fictional Labs,Nurse,05 Mar 2024", "Di,Eng,,,Fictional Labs,,")
    later = read(
        "Di,Eng,,,Fictional Labs,Head,",
        "CY,DIAZ,,cy@example.org,Example Pharma,Head,2024-03-05",
        PLAIN.replace("Fictional Labs", "Example Pharma"),
    )
    assert [c.id for c in earlier.contacts] == [c.id for c in reversed(later.contacts)]


def test_namesakes_get_different_ids() -> None:
    """Without a profile, the same name and day still make two people."""
    row = "Cy,Diaz,,,,,05 Mar 2024"
    first, second = read(row, row).contacts
    assert first.id != second.id


def test_a_profile_too_long_for_an_id_is_hashed() -> None:
    """A name in percent-encoding may be longer than an id may be."""
    contact = only(read(f"Ana,Lopez,https://www.linkedin.com/in/{'é' * 100},,,,"))
    assert contact.id.startswith("linkedin:")
    assert len(contact.id) == len("linkedin:") + 32


def test_a_profile_too_long_for_a_contact_costs_only_itself() -> None:
    """Percent-encoding may make an address longer than a contact takes; the import goes on."""
    result = read(PLAIN, f"Cy,Diaz,https://www.linkedin.com/in/{'😀' * 200},,,,")
    assert [contact.profile is None for contact in result.contacts] == [False, True]
    assert codes(result) == [(2, "URL", "bad_url", Outcome.LEFT_OUT)]


def test_the_caller_may_make_ids() -> None:
    """`new_id` sees the identity and gives the id."""
    seen: list[RowIdentity] = []

    def count(identity: RowIdentity) -> str:
        seen.append(identity)
        return f"c{len(seen)}"

    result = read_linkedin(f"{HEADER}\nCy,Diaz,,,Labs,,\nCy,Diaz,,,Labs,,\n{PLAIN}", new_id=count)
    assert [contact.id for contact in result.contacts] == ["c1", "c2", "c3"]
    assert [identity.occurrence for identity in seen] == [1, 2, 1]
    assert stable_id(seen[0]) == stable_id(attrs.evolve(seen[1], occurrence=1))


@pytest.mark.parametrize(("made", "code"), [("same", "duplicate_id"), ("", "empty")])
def test_an_id_that_is_none_or_comes_twice_is_the_callers_fault(made: str, code: str) -> None:
    """A wrong `new_id` is an error, not a problem of the file."""
    with pytest.raises(InvalidValueError) as caught:
        read_linkedin(TEXT, new_id=lambda _: made)
    assert code == caught.value.code


# --- the reference page -------------------------------------------------------------------------------------


def between(marker: str) -> str:
    """Take a generated part of the page."""
    text = REFERENCE.read_text(encoding="utf-8")
    return text.partition(f"<!-- {marker} -->\n")[2].partition("<!-- end -->")[0]


def test_the_page_lists_the_codes() -> None:
    """The table of codes is the package's own."""
    rows = [f"| `{code}` | {meaning.found} | {meaning.cure} |" for code, meaning in ROW_CODES.items()]
    assert "\n".join(["| Code | What was found | What to do |", "|---|---|---|", *rows, ""]) == between(
        "codes"
    )


def test_the_page_lists_the_columns() -> None:
    """The table of columns is the package's own."""
    fields = ("name", "name", "profile", "email", "organisation", "position", "connected_on")
    rows = [
        f"| {field} | {english} | {german} |"
        for field, english, german in zip(fields, *linkedin.HEADERS.values(), strict=True)
    ]
    assert "\n".join(["| Field | `en` | `de` |", "|---|---|---|", *rows, ""]) == between("columns")


@pytest.mark.parametrize("column", range(7))
@pytest.mark.parametrize("cell", ["\ud800", "\u202e", "\u200b", "\0"])
def test_a_cell_of_nothing_but_disguise_is_reported(cell: str, column: int) -> None:
    """A cell in which nobody can see anything is no empty cell."""
    cells = ["Ada", "Lopez", "https://www.linkedin.com/in/ada-example", "", "Example", "Nurse", "05 Mar 2024"]
    cells[column] = cell
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    found = read_linkedin(f"{header}\n{','.join(cells)}\n")

    assert [problem.column for problem in found.problems] == [header.split(",")[column]]


def test_a_file_name_given_as_text_is_explained() -> None:
    """Text is contents; who passes a name is told so."""
    with pytest.raises(UnreadableSourceError, match=r"give a pathlib\.Path"):
        read_linkedin("exports/Connections.csv")
