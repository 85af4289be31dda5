"""Laws of the import: everything is accounted for, what was written is read, and names settle."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from urllib.parse import quote

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoview._address import EmailAddress
from infoview._channel import Channel
from infoview._objective import Objective, ObjectiveKind
from infoview._people import Contact, PersonName
from infoview.contacts import (
    ROW_CODES,
    ImportResult,
    Ranked,
    RowIdentity,
    canonical_profile,
    clean_name,
    rank,
    read_linkedin,
    stable_id,
)
from infoview.contacts._dates import read_date
from infoview.contacts._names import names_a_person
from infoview.exceptions import InvalidValueError, UnreadableSourceError

Read = Callable[[str], ImportResult]
Clean = Callable[[str, str], PersonName | None]

HEADER = ("First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On")
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]

# --- strategies ---------------------------------------------------------------------------------------------

_WORDS = st.text("aeimnostAEMÉéłżçÅ李明김", min_size=1, max_size=8)
_TITLES = ("Ma", "MA", "JP", "J.R.", "Dr.", "PhD,", "Jr.", "(she/her)", "van", "de", "la", "O'RO", "MC")
_SIGNS = ("|", "-", "@", "=", ",", "'", '"', "[", "🌟", "\u0130", "\u01c4", "ß", "Σ")
_PARTS = st.lists(st.sampled_from(_TITLES + _SIGNS) | _WORDS, max_size=4).map(" ".join)
_ODD_CAPITALS = [
    one for one in map(chr, range(0x20000)) if len(one.upper()) > 1 or one.title() != one.upper()
]
"""Characters whose capital is several, or is another at the beginning of a word."""
_ODD_WORDS = st.lists(
    st.sampled_from(_ODD_CAPITALS) | st.sampled_from([".", "'", "-", " ", "陳", "a", "B", "mc"]), max_size=6
).map("".join)
_ANY_CELL = st.text("aZ,\"';=+-@|(\n\r\t \0\u202e\ufffdÃ©/05:Méa", max_size=12)


def _settled(first: str, last: str) -> PersonName | None:
    return clean_name(first, last) if names_a_person(first, last) else None


NAMES = st.builds(_settled, _WORDS, _WORDS | st.just("")).filter(bool)
LINES = st.text("abcXYZ09éł漢 ,;\"'.&|=-", min_size=1, max_size=20).filter(
    lambda text: text == " ".join(text.split()) and text[0].isalnum()
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@st.composite
def networks(draw: st.DrawFn) -> list[Contact]:
    """Draw the contacts of an export, no profile twice."""
    slugs = draw(st.lists(st.text("abcé-9", min_size=1, max_size=6), unique=True, max_size=5))
    people: list[Contact] = []
    for slug in slugs:
        email = draw(st.none() | st.sampled_from(["a@example.org", "B.c+d@example.com"]).map(EmailAddress))
        profile = canonical_profile(f"linkedin.com/in/{slug}")
        assert profile is not None
        people.append(
            Contact(
                id=f"linkedin:{profile.removeprefix('https://www.linkedin.com/')}",
                name=draw(NAMES),
                email=email,
                organisation=draw(st.none() | LINES),
                position=draw(st.none() | LINES),
                profile=profile,
                connected_on=draw(st.none() | DAYS),
                channel=Channel.LINKEDIN_MESSAGE if email is None else Channel.EMAIL,
                source="linkedin",
            )
        )
    return people


def spelled(day: date | None) -> str:
    """Spell a day as the export does, whatever the locale."""
    return "" if day is None else f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}"


def written(people: Sequence[Contact], delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    """Write contacts as the export does."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting)
    writer.writerow(HEADER)
    for one in people:
        row = (one.name.given, one.name.family, one.profile, one.email, one.organisation, one.position)
        writer.writerow([*("" if cell is None else str(cell) for cell in row), spelled(one.connected_on)])
    return out.getvalue()


# --- laws ---------------------------------------------------------------------------------------------------


def accounts_for(read: Read, text: str, records: int | None = None) -> None:
    """Check the account of one file, and the number of its records where it is known from elsewhere."""
    try:
        result = read(text)
    except UnreadableSourceError:
        return
    assert result.rows == len(result.contacts) + len(result.skipped)
    assert result.rows > 0
    numbers = [skip.row for skip in result.skipped]
    assert numbers == sorted(set(numbers) & set(range(1, result.rows + 1)))
    reported = {(problem.row, problem.code) for problem in result.problems}
    assert reported >= {(skip.row, skip.code) for skip in result.skipped}
    assert {code for _, code in reported} <= ROW_CODES.keys()
    assert all(problem.sentence for problem in result.problems)
    assert records in (None, result.rows)


def reads_back(read: Read, people: Sequence[Contact], delimiter: str = ",", quoting: int = 0) -> None:
    """Check that a written network is read as it was."""
    result = read(written(people, delimiter, quoting))
    assert tuple(people) == result.contacts
    assert result.problems == ()


def recovers(read: Read, people: Sequence[Contact], at: int) -> None:
    """Check that a row with an unclosed quotation mark leaves all others as they were."""
    lines = written(people).splitlines()
    lines.insert(at + 1, 'Broken,Row,,,"Fictional Labs,Nurse,05 Mar 2024')
    result = read("\n".join(lines))
    others = tuple(one for one in result.contacts if one.name.full != "Broken Row")
    assert tuple(people) == others
    assert [(at + 1, "unclosed_quote")] == [(problem.row, problem.code) for problem in result.problems]


def settles(clean: Clean, first: str, last: str) -> None:
    """Check that a cleaned name is clean."""
    try:
        name = clean(first, last)
    except InvalidValueError:
        return
    if name is not None:
        assert name == clean(name.given, name.family or "")


def tells_apart(new_id: Callable[[RowIdentity], str], people: Sequence[tuple[str, str]]) -> None:
    """Check that rows without a profile get ids of their own, and the same again."""
    text = "\n".join([",".join(HEADER), *(f"{first},{last},,,,,05 Mar 2024" for first, last in people)])
    ids = [contact.id for contact in read_linkedin(text, new_id=new_id).contacts]
    assert len(people) == len(set(ids))
    assert ids == [contact.id for contact in read_linkedin(text, new_id=new_id).contacts]


def keeps(canonical: Callable[[str], str | None], address: str) -> None:
    """Check that an address, once canonical, is one that a contact may have."""
    rule = attrs.fields(Contact).profile.validator
    profile = canonical(address)
    try:
        rule(Contact, attrs.fields(Contact).profile, profile)
    except InvalidValueError as error:
        raise AssertionError from error


def ranks_all(
    order: Callable[..., tuple[Ranked, ...]], people: Sequence[Contact], shuffled: Sequence[Contact]
) -> None:
    """Check that a ranking holds everybody, falls, and does not depend on the order given."""
    objective = Objective(kind=ObjectiveKind.POSITION, subject="abc XYZ", broad="09")
    ranked = order(people, objective, today=date(2026, 11, 24))
    assert sorted(one.id for one in people) == sorted(one.contact.id for one in ranked)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert ranked == order(shuffled, objective, today=date(2026, 11, 24))


class TestAccount:
    """Rule: 'A file that is not of the kind raises; never zero rows in silence. Every record counts'."""

    @given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
    def test_any_bytes_are_refused_or_accounted_for(self, data: bytes) -> None:
        """Bytes without a header never come back as a result."""
        with pytest.raises(UnreadableSourceError):
            read_linkedin(data)

    @given(st.text(st.characters(), max_size=60), st.sampled_from(",;\t"))
    def test_any_text_below_a_header_is_accounted_for(self, text: str, delimiter: str) -> None:
        """Every record is a contact or a skipped row with a problem."""
        accounts_for(read_linkedin, f"{delimiter.join(HEADER)}\n{text}")

    @given(st.lists(st.lists(_ANY_CELL, min_size=1, max_size=9).map(",".join), max_size=8))
    def test_any_rows_of_odd_cells_are_accounted_for(self, rows: list[str]) -> None:
        """Quotation marks, line breaks and faults of every kind keep the account."""
        accounts_for(read_linkedin, "\n".join([",".join(HEADER), *rows]))

    @given(st.lists(_ANY_CELL.map(lambda cell: cell.replace('"', "").replace("\r", "")), min_size=1))
    def test_without_quotation_marks_every_line_is_a_record(self, rows: list[str]) -> None:
        """The number of records is known from the number of line ends."""
        body = "\n".join(rows)
        records = body.count("\n") + 1 if not body.endswith("\n") and body else body.count("\n")
        accounts_for(read_linkedin, f"{','.join(HEADER)}\n{body}", records)

    @given(
        st.lists(
            st.lists(
                _ANY_CELL.map(lambda cell: cell.replace("\n", " ").replace("\r", " ")), min_size=7, max_size=7
            ),
            min_size=1,
            max_size=6,
        )
    )
    def test_well_formed_files_have_as_many_records_as_the_csv_module_finds(
        self, rows: list[list[str]]
    ) -> None:
        """Where all quotation marks close, the csv module is the judge."""
        out = io.StringIO()
        csv.writer(out).writerows([HEADER, *rows])
        accounts_for(read_linkedin, out.getvalue(), len(rows))

    def test_a_reader_that_forgets_skipped_rows_is_caught(self) -> None:
        """The law is no empty promise."""

        def forgetful(text: str) -> ImportResult:
            return attrs.evolve(read_linkedin(text), skipped=())

        with pytest.raises(AssertionError):
            accounts_for(forgetful, f"{','.join(HEADER)}\n,,,,,,\n")

    def test_a_reader_that_skips_without_a_word_is_caught(self) -> None:
        """A skipped row needs its problem."""

        def silent(text: str) -> ImportResult:
            return attrs.evolve(read_linkedin(text), problems=())

        with pytest.raises(AssertionError):
            accounts_for(silent, f"{','.join(HEADER)}\n,,,,,,\n")

    def test_a_reader_that_counts_empty_lines_as_nothing_is_caught(self) -> None:
        """Empty records count."""

        def sparing(text: str) -> ImportResult:
            return attrs.evolve(read_linkedin(text), rows=1, skipped=())

        with pytest.raises(AssertionError):
            accounts_for(sparing, f"{','.join(HEADER)}\nAna,,,,,,\n,,,,,,\n", 2)


class TestRoundTrip:
    """Rule: 'Written with the csv module from contacts, the file reads back equal'."""

    @given(
        networks().filter(bool),
        st.sampled_from(",;\t"),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    )
    def test_what_was_written_is_read(self, people: list[Contact], delimiter: str, quoting: int) -> None:
        """Every field of every contact comes back, and nothing is reported."""
        reads_back(read_linkedin, people, delimiter, quoting)

    @given(DAYS)
    def test_a_day_is_read_from_every_spelling(self, day: date) -> None:
        """Words, ISO and points mean the same day."""
        for text in (spelled(day), day.isoformat(), f"{day.day}.{day.month}.{day.year}"):
            assert day == read_date(text)

    @given(DAYS)
    def test_slashes_give_the_day_or_none(self, day: date) -> None:
        """Either order gives the day, or both readings exist."""
        for text in (f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"):
            assert read_date(text) == (day if day.day > 12 or day.day == day.month else "ambiguous_date")

    def test_a_reader_that_drops_family_names_is_caught(self) -> None:
        """The law looks at names."""

        def informal(text: str) -> ImportResult:
            result = read_linkedin(text)
            people = [attrs.evolve(one, name=PersonName(given=one.name.given)) for one in result.contacts]
            return attrs.evolve(result, contacts=tuple(people))

        ada = Contact(
            id="linkedin:in/a",
            name=PersonName(given="Ada", family="Lopez"),
            profile="https://www.linkedin.com/in/a",
            channel=Channel.LINKEDIN_MESSAGE,
            source="linkedin",
        )
        reads_back(read_linkedin, [ada])
        with pytest.raises(AssertionError):
            reads_back(informal, [ada])


class TestRecovery:
    """Rule: 'An unclosed quotation mark must not swallow the rest of the file'."""

    @given(networks(), st.data())
    def test_all_other_rows_are_read_as_ever(self, people: list[Contact], data: st.DataObject) -> None:
        """Wherever the broken row stands, its neighbours are whole."""
        recovers(read_linkedin, people, data.draw(st.integers(0, len(people))))

    def test_a_reader_on_the_csv_module_is_caught(self) -> None:
        """The csv module reads on to the end of the file."""

        def swallowing(text: str) -> ImportResult:
            out = io.StringIO()
            csv.writer(out).writerows(csv.reader(io.StringIO(text)))
            return read_linkedin(out.getvalue())

        bo = Contact(
            id="linkedin:in/b",
            name=PersonName(given="Bo", family="Li"),
            profile="https://www.linkedin.com/in/b",
            channel=Channel.LINKEDIN_MESSAGE,
            source="linkedin",
        )
        recovers(read_linkedin, [bo], 0)
        with pytest.raises(AssertionError):
            recovers(swallowing, [bo], 0)


class TestNames:
    """Rule: 'Name cleaning is idempotent'."""

    @given(_PARTS, _PARTS)
    def test_a_clean_name_is_clean(self, first: str, last: str) -> None:
        """Cleaning what was cleaned changes nothing."""
        settles(clean_name, first, last)

    @given(st.text(max_size=30), st.text(max_size=30))
    def test_any_text_settles(self, first: str, last: str) -> None:
        """Whatever was typed becomes a name, nobody, or an error."""
        settles(clean_name, first, last)

    @given(_ODD_WORDS, _ODD_WORDS)
    def test_odd_capitals_settle(self, first: str, last: str) -> None:
        """Characters that come back from capitals as others end in one form."""
        settles(clean_name, first, last)

    @pytest.mark.parametrize("place", ["{}", "{}.", "陳.{}", "a.{}", "mc{}b", "o'{}b", "-{}-"])
    def test_every_odd_capital_settles(self, place: str) -> None:
        """Alone, as an initial, and behind what is never or always small."""
        for character in _ODD_CAPITALS:
            settles(clean_name, place.format(character), "")

    def test_a_cleaner_that_drops_one_degree_at_a_time_is_caught(self) -> None:
        """Half a job shows at the second look."""

        def hasty(first: str, last: str) -> PersonName:
            return PersonName(given=first, family=last.rpartition(",")[0] or last)

        with pytest.raises(AssertionError):
            settles(hasty, "Ana", "Lopez, PhD, MBA")


class TestIdentity:
    """Rule: 'A re-import of the same file gives the same ids, and two people never share one'."""

    @given(
        st.lists(st.tuples(st.sampled_from(["Ana", "ana", "Bo"]), st.sampled_from(["Li", ""])), min_size=1)
    )
    def test_namesakes_are_told_apart(self, people: list[tuple[str, str]]) -> None:
        """As many ids as rows, the same each time."""
        tells_apart(stable_id, people)

    @given(st.text(max_size=40))
    def test_a_canonical_address_is_its_own(self, name: str) -> None:
        """Making an address canonical twice changes nothing, and spellings of it agree."""
        profile = canonical_profile(f"http://de.linkedin.com/in/{name}")
        if profile is not None:
            assert profile == canonical_profile(profile)
            assert profile == canonical_profile(f"{profile.removeprefix('https://')}/?trk=x#y")

    @given(st.characters(min_codepoint=0x21), st.integers(150, 200))
    def test_a_canonical_address_can_be_kept(self, character: str, length: int) -> None:
        """However long it gets by percent-encoding, a contact takes it, or there is none."""
        keeps(canonical_profile, f"https://www.linkedin.com/in/{character * length}")

    def test_an_address_that_no_contact_takes_is_caught(self) -> None:
        """A single such row would end the whole import."""
        with pytest.raises(AssertionError):
            keeps(quote, "😀" * 200)

    def test_ids_from_names_alone_are_caught(self) -> None:
        """Namesakes would share one."""
        with pytest.raises(InvalidValueError):
            tells_apart(lambda identity: identity.name.full, [("Ana", "Li"), ("Ana", "Li")])


class TestRanking:
    """Rule: 'A ranking is explainable and deterministic'."""

    @given(networks().flatmap(lambda people: st.tuples(st.just(people), st.permutations(people))))
    def test_everybody_is_ranked_whatever_the_order(
        self, orders: tuple[list[Contact], list[Contact]]
    ) -> None:
        """Nobody is lost, scores fall, and shuffling changes nothing."""
        ranks_all(rank, *orders)

    def test_a_ranking_that_keeps_the_order_given_is_caught(self) -> None:
        """The law looks at order."""

        def lazy(people: Sequence[Contact], objective: Objective, *, today: date) -> tuple[Ranked, ...]:
            return tuple(rank([one], objective, today=today)[0] for one in people)

        people = [Contact(id=id_, name=PersonName(given="Ana")) for id_ in ("1", "2")]
        ranks_all(rank, people, people[::-1])
        with pytest.raises(AssertionError):
            ranks_all(lazy, people, people[::-1])
