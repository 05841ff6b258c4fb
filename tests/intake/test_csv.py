"""CSV: what is detected, what is accepted, what is refused and why."""

from __future__ import annotations

import datetime as dt

import pytest

from didymium.errors import HostileInputError, InputError, MappingError
from didymium.intake.mapping import from_tree
from didymium.intake.read import read_declarations
from didymium.intake.schema import DECLARATIONS, REJECTS


def said(intake) -> str:
    return "\n".join(intake.detected)


def reasons(intake) -> list[tuple[int, str, str]]:
    return intake.rejects().select("source_row", "column", "reason").rows()


def test_canonical_file_gives_the_canonical_schema(write, rows, drain):
    frame, intake = drain(write(rows(5)))
    assert dict(frame.schema) == DECLARATIONS
    assert frame["origin"].to_list() == ["NA"] * 5  # Namibia is never null
    assert frame["source_row"].to_list() == [2, 3, 4, 5, 6]
    assert frame["net_kg"].to_list() == [1.5, 2.5, 3.5, 4.5, 5.5]
    assert frame["aggregate"].to_list() == [False] * 5
    assert dict(intake.rejects().schema) == REJECTS
    assert "comma between columns" in said(intake)
    assert "UTF-8" in said(intake)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",1,2024-03-01,export,284690,CN,1,1,USD", "declaration_id", "not stated"),
        ("X,1,2024-02-31,export,284690,CN,1,1,USD", "date", "no such day"),
        ("X,1,31/02/2024,export,284690,CN,1,1,USD", "date", "no such day"),
        ("X,1,24-03-01,export,284690,CN,1,1,USD", "date", "two digits"),
        ("X,1,1824-03-01,export,284690,CN,1,1,USD", "date", "out of range"),
        ("X,1,,export,284690,CN,1,1,USD", "date", "not stated"),
        ("X,1,2024-03-01,sideways,284690,CN,1,1,USD", "direction", "known are export, import, transit"),
        ("X,1,2024-03-01,export,28469,CN,1,1,USD", "hs_code", "6 to 10 digits"),
        ("X,1,2024-03-01,export,28469a,CN,1,1,USD", "hs_code", "6 to 10 digits"),
        ("X,1,2024-03-01,export,,CN,1,1,USD", "hs_code", "not stated"),
        ("X,1,2024-03-01,export,284690,Atlantis,1,1,USD", "origin", "alpha-2"),
        ("X,1,2024-03-01,export,284690,CN,-5,1,USD", "net_kg", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,0,1,USD", "net_kg", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,1e308,1,USD", "net_kg", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,nan,1,USD", "net_kg", "not a number"),
        ("X,1,2024-03-01,export,284690,CN,inf,1,USD", "net_kg", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,many,1,USD", "net_kg", "not a number"),
        ("X,1,2024-03-01,export,284690,CN,,1,USD", "net_kg", "quantity not stated"),
        ("X,1,2024-03-01,export,284690,CN,1,-1,USD", "value", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,1,1e16,USD", "value", "out of range"),
        ("X,1,2024-03-01,export,284690,CN,1,1,dollars", "currency", "ISO 4217"),
        ("X,0,2024-03-01,export,284690,CN,1,1,USD", "item_no", "whole number"),
        ("X,1.5,2024-03-01,export,284690,CN,1,1,USD", "item_no", "whole number"),
        ("D2,1,2024-03-01,export,284690,CN,1,1,USD", "declaration_id", "stands in row 3 already"),
        ("X,1,2024-03-01,export,284690,CN,1,1,USD,more", None, "10 fields where the header has 9"),
        ("X,1,2024-03-01", None, "3 fields where the header has 9"),
        ("X\0,1,2024-03-01,export,284690,CN,1,1,USD", None, "zero byte"),
        ('"X,1,2024-03-01,export,284690,CN,1,1,USD', None, "never closed"),
    ],
)
def test_a_bad_row_is_refused_with_its_place_and_reason(write, rows, drain, line, column, reason):
    frame, intake = drain(write(rows(3, line)))
    assert frame.height == 3
    ((row, where, why),) = reasons(intake)
    assert (row, where) == (5, column)
    assert reason in why


def test_only_the_first_fault_of_a_row_is_told_and_others_go_on(write, rows, drain):
    frame, intake = drain(
        write(
            rows(
                2,
                "X,1,2024-02-31,export,28,CN,-1,1,USD",
                *[f"Y{i},1,2024-03-01,EX,2846.90.10,chn,1,0,usd" for i in range(3)],
            )
        )
    )
    assert reasons(intake) == [(4, "date", "there is no such day in the calendar")]
    assert frame["hs_code"].to_list()[-1] == "28469010"
    assert frame["origin"].to_list()[-1] == "CN"
    assert frame["direction"].unique().to_list() == ["export"]
    assert frame["currency"].to_list()[-1] == "USD"


def test_a_corrected_row_after_a_refused_one_is_no_duplicate(write, rows, drain):
    frame, _ = drain(
        write(rows(1, "X,1,2024-03-01,export,284690,CN,-1,1,USD", "X,1,2024-03-01,export,284690,CN,2,1,USD"))
    )
    assert frame["declaration_id"].to_list() == ["D1", "X"]


def test_duplicates_are_found_across_batches(write, rows, drain):
    frame, intake = drain(write(rows(50) + rows(50).split("\n", 1)[1]), batch_rows=7)
    assert frame.height == 50
    assert reasons(intake)[0] == (52, "declaration_id", "declaration D1 item 1 stands in row 2 already")


def test_batches_can_be_read_again(write, rows):
    intake = read_declarations(write(rows(20, "D1,1,2024-03-01,export,284690,CN,1,1,USD")))
    first = [b.to_dicts() for b in intake.batches(6)]
    assert first == [b.to_dicts() for b in intake.batches(6)]
    assert (intake.counts.rows_in, intake.counts.rejected) == (21, 1)


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_batch_size_changes_nothing(write, rows, drain, size):
    whole, _ = drain(write(rows(17)))
    split, _ = drain(write(rows(17)), batch_rows=size)
    assert whole.equals(split)


def number_file(write, *cells: str, delimiter: str = ";"):
    lines = [delimiter.join(("declaration_id", "date", "direction", "hs_code", "net_kg", "value"))]
    lines += [delimiter.join((f"D{i}", "2024-03-01", "export", "284690", cell, "7")) for i, cell in enumerate(cells)]
    return write("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.234,56", "12,5"], [1234.56, 12.5]),
        (["1,234.56", "12.5"], [1234.56, 12.5]),
        (["1 234,56", "12,5"], [1234.56, 12.5]),
        (["1\u202f234,5", "1\u00a0234\u00a0567,5"], [1234.5, 1234567.5]),
        (["1'234.56", "1’234’567.5"], [1234.56, 1234567.5]),
        (["1.234.567", "1.234"], [1234567, 1234]),
        (["1,234,567", "1,234"], [1234567, 1234]),
        (["1.234", "5.25"], [1.234, 5.25]),
        (["1,234", "5,25"], [1.234, 5.25]),
        (["٣٫٥", "１２.5"], None),
        (["1e3", "2.5E-1"], [1000, 0.25]),
        (["+5", "07"], [5, 7]),
    ],
)
def test_number_forms_are_decided_by_evidence(write, drain, cells, values):
    frame, intake = drain(number_file(write, *cells))
    if values is None:
        assert frame.height + intake.counts.rejected == len(cells)
    else:
        assert frame["net_kg"].to_list() == values


def test_an_open_number_form_is_assumed_and_said(write, drain):
    frame, intake = drain(number_file(write, "1.234", "2.345"))
    assert frame["net_kg"].to_list() == [1.234, 2.345]
    assert "1.234 is read as 1.234" in said(intake)
    assert "assumed" in said(intake)
    frame, _ = drain(number_file(write, "1.234", "2.345"), from_tree({"numbers": {"decimal": ","}}))
    assert frame["net_kg"].to_list() == [1234, 2345]


def test_groups_that_are_not_of_three_are_refused(write, drain):
    frame, intake = drain(number_file(write, "1,234.5", "12,34.5", "1.2.3"))
    assert frame["net_kg"].to_list() == [1234.5]
    assert intake.counts.rejected == 2


def date_file(write, *cells: str):
    lines = ["declaration_id;date;direction;hs_code;net_kg;value"]
    return write("\n".join([*lines, *(f"D{i};{cell};export;284690;1;1" for i, cell in enumerate(cells))]) + "\n")


@pytest.mark.parametrize(
    ("cells", "dates"),
    [
        (["03/04/2024", "25/04/2024"], [dt.date(2024, 4, 3), dt.date(2024, 4, 25)]),
        (["03/04/2024", "04/25/2024"], [dt.date(2024, 3, 4), dt.date(2024, 4, 25)]),
        (["03.04.2024", "05.06.2024"], [dt.date(2024, 4, 3), dt.date(2024, 6, 5)]),
        (["20240403", "2024/04/05", "2024年4月6日"], [dt.date(2024, 4, 3), dt.date(2024, 4, 5), dt.date(2024, 4, 6)]),
        (
            ["3 Apr 2024", "April 5, 2024", "2024-04-06T10:00:00"],
            [dt.date(2024, 4, 3), dt.date(2024, 4, 5), dt.date(2024, 4, 6)],
        ),
        (["05/05/2024"], [dt.date(2024, 5, 5)]),
    ],
)
def test_date_orders_are_decided_by_evidence(write, drain, cells, dates):
    frame, _ = drain(date_file(write, *cells))
    assert frame["date"].to_list() == dates


def test_an_undecidable_date_order_is_refused_until_the_mapping_says(write, drain):
    frame, intake = drain(date_file(write, "03/04/2024", "2024-05-06"))
    assert frame.height == 1
    assert "undecidable" in said(intake)
    frame, _ = drain(date_file(write, "03/04/2024", "2024-05-06"), from_tree({"dates": {"order": "mdy"}}))
    assert frame["date"].to_list() == [dt.date(2024, 3, 4), dt.date(2024, 5, 6)]


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("utf-8", "Größe 釹 ниодим", "UTF-8"),
        ("utf-8-sig", "Größe 釹", "byte-order mark"),
        ("utf-16", "Größe 釹 neodym", "UTF-16"),
        ("utf-16-le", "plain latin text only", "UTF-16"),
        ("cp1252", "Größe Müller Straße café à la carte", "Windows-1252"),
        ("gb18030", "氧化钕粉末稀土化合物包头北方出口贸易有限公司", "GB18030"),
        ("cp932", "ネオジム磁石の輸出についての説明です酸化物", "Shift-JIS"),
    ],
)
def test_encodings(write, drain, encoding, text, name):
    head = "declaration_id,date,direction,hs_code,net_kg,value,description\n"
    body = "".join(f"D{i},2024-03-01,export,284690,1,1,{text} {i}\n" for i in range(40))
    frame, intake = drain(write(head + body, encoding=encoding))
    assert name in said(intake)
    assert frame["description"][0] == f"{text} 0"


def test_mixed_encodings_are_read_line_by_line_and_said(write, drain):
    head = b"declaration_id,date,direction,hs_code,net_kg,value,description\n"
    good = "".join(f"D{i},2024-03-01,export,284690,1,1,Größe\n" for i in range(9)).encode()
    bad = "E1,2024-03-01,export,284690,1,1,Größe\n".encode("cp1252")
    frame, intake = drain(write(head + good + bad))
    assert frame["description"].unique().to_list() == ["Größe"]
    assert "1 lines are not" in said(intake)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(write, rows, drain, delimiter):
    frame, _ = drain(write(rows(5).replace(",", delimiter)))
    assert frame.height == 5


def test_title_lines_above_the_header_and_blank_lines_are_no_rows(write, rows, drain):
    frame, intake = drain(write("Customs extract 2024\n\n" + rows(2) + "\n\n" + rows(4).split("\n", 3)[3]))
    assert frame["source_row"].to_list() == [4, 5, 8, 9]
    assert "Header in row 3" in said(intake)


def test_sep_line_of_spreadsheets(write, rows, drain):
    frame, _ = drain(write("sep=;\r\n" + rows(2).replace(",", ";").replace("\n", "\r\n")))
    assert frame["source_row"].to_list() == [3, 4]


def test_line_ends_in_cells_keep_the_line_numbers_right(write, drain):
    head = "declaration_id,date,direction,hs_code,net_kg,value,exporter_address\n"
    body = "".join(f'D{i},2024-03-01,export,284690,1,1,"Road {i}\nTown, ""X"""\n' for i in range(30))
    frame, _ = drain(write(head + body), batch_rows=4)
    assert frame["source_row"].to_list() == [2 + 2 * i for i in range(30)]
    assert frame["exporter_address"][0] == 'Road 0\nTown, "X"'


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_two_lines_in_every_row_do_not_hide_the_header(write, rows, drain, delimiter):
    head = "declaration_id,item_no,date,direction,hs_code,net_kg,value,exporter,exporter_address,importer\n"
    body = "".join(f'D{i},1,2024-03-01,export,284690,1,1,X,"Road {i}\n12, Town",Y\n' for i in range(300))
    frame, intake = drain(write((head + body).replace(",", delimiter)))
    assert frame.height == 300
    assert "Header in row 1" in said(intake)


def test_a_header_over_two_lines(write, drain):
    head = 'declaration_id,date,direction,hs_code,"net\nkg",value\n'
    frame, _ = drain(
        write("Extract\n" + head + "D1,2024-03-01,export,284690,1.5,1\nD2,2024-03-01,export,284690,1.5,1\n")
    )
    assert frame.select("net_kg", "source_row").rows() == [(1.5, 4), (1.5, 5)]


def test_an_unclosed_quote_spoils_its_own_line_only(write, rows, drain):
    frame, intake = drain(write(rows(3, '"X,1,2024-03-01,export,284690,CN,1,1,USD') + rows(9).split("\n", 4)[4]))
    assert frame.height == 9
    assert intake.counts.rejected == 1


def test_a_stray_quote_inside_a_cell_is_a_character(write, drain):
    head = "declaration_id,date,direction,hs_code,net_kg,value,description\n"
    frame, _ = drain(write(head + 'D1,2024-03-01,export,284690,1,1,pipe 5" wide\nD2,2024-03-01,export,284690,1,1,x\n'))
    assert frame["description"].to_list() == ['pipe 5" wide', "x"]


def test_columns_not_understood_are_told(write, drain):
    _, intake = drain(
        write(
            "declaration_id,date,direction,hs_code,net_kg,value,Colour,colour 2\n"
            "D1,2024-03-01,export,284690,1,1,red,blue\n"
        )
    )
    assert intake.columns_unused == ["Colour", "colour 2"]


def test_column_names_in_another_case_are_the_same_names(write, drain):
    frame, _ = drain(write("Declaration ID,DATE,Direction,HS-Code,Net KG,Value\nD1,2024-03-01,export,284690,1,1\n"))
    assert frame.height == 1


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"", InputError, "empty"),
        (b"\n\n \n", InputError, "blank lines only"),
        (b"declaration_id,date,direction,hs_code,net_kg,value\n", InputError, "only a header row"),
        (b"no table here\njust words\n", InputError, "no columns found"),
        (b"1,2,3\n4,5,6\n", InputError, "no header row"),
        (bytes(range(256)) * 50, InputError, "not a text file"),
        (b"a,b,c\n1,2,3\n", MappingError, "no column for declaration_id"),
        (b"PAR1 nonsense", InputError, "damaged"),
        (b"PK\x03\x04 nonsense", InputError, "damaged"),
        (b"<html><body>x</body></html>", InputError, "not a format"),
    ],
)
def test_files_that_cannot_be_read_say_why(write, content, error, words):
    with pytest.raises(error, match=words) as caught:
        read_declarations(write(content))
    assert caught.value.file
    assert isinstance(caught.value, InputError | MappingError)


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_declarations(tmp_path / "none.csv")
    with pytest.raises(InputError, match="folder"):
        read_declarations(tmp_path)


def test_too_many_columns(write):
    with pytest.raises(HostileInputError, match="columns"):
        read_declarations(write(",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join("x" * 5000) + "\n"))
