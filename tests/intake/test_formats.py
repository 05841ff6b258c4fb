"""One test per fixed layout, on small samples of our own."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from didymium.errors import InputError, UsageError
from didymium.intake.mapping import from_tree
from didymium.intake.read import read_assays, read_declarations
from didymium.intake.recognise import FORMATS
from didymium.intake.suggest import suggest


def test_every_format_is_listed_once_and_documented(repository):
    assert len({(f.name, f.table) for f in FORMATS}) == len(FORMATS)
    text = (repository / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [f.title for f in FORMATS if f.title not in text] == []


def test_asycuda(samples, drain):
    frame, intake = drain(samples / "asycuda.xml")
    (row,) = frame.to_dicts()
    assert intake.format == "asycuda"
    assert row["declaration_id"] == "MMRGN-2024-E1204"
    assert (row["item_no"], row["date"], row["direction"]) == (1, dt.date(2024, 5, 18), "export")
    assert (row["hs_code"], row["origin"], row["import_country"], row["mode"]) == ("2846900010", "MM", "CN", "road")
    assert (row["net_kg"], row["gross_kg"], row["value"], row["currency"]) == (20000.5, 20400.0, 180000.0, "USD")
    assert (row["exporter"], row["exporter_address"]) == ("Sample Minerals Co", "12 Harbour Road, Yangon")
    assert (row["package_kind"], row["packages"], row["label_text"]) == ("bag", 40.0, "RE CARB LOT 7")
    assert row["description"] == "Mixed rare earth carbonate"
    assert row["licence_no"] == "L-77"
    assert intake.rejects().select("source_row", "reason").rows() == [(2, "quantity not stated")]


def test_wco(samples, drain):
    frame, intake = drain(samples / "wco.xml")
    (row,) = frame.to_dicts()
    assert intake.format == "wco"
    assert (row["declaration_id"], row["date"], row["direction"]) == ("REF-1", dt.date(2024, 3, 4), "export")
    assert (row["hs_code"], row["net_kg"], row["gross_kg"]) == ("2846903000", 2000.0, 2100.0)
    assert (row["packages"], row["package_kind"], row["label_text"]) == (7.0, "drum", "LA-1\nLA-2")
    assert (row["value"], row["currency"], row["transit_countries"], row["mode"]) == (9000.0, "EUR", "DE", "air")
    assert (row["licence_no"], row["certificate_of_origin_no"]) == ("EE-DU-1", "CO-5")
    assert (row["exporter"], row["importer"]) == ("Sample Oxides AS", "Example Catalysts Inc.")
    ((number, column, why),) = intake.rejects().select("source_row", "column", "reason").rows()
    assert (number, column) == (2, "FunctionCode")
    assert "amendment" in why


def test_the_published_wco_samples(shared_benchmarks, drain):
    files = sorted((shared_benchmarks / "formats" / "hmrc_wco_dm").glob("*.xml"))
    assert len(files) == 19
    mapping = from_tree({"constants": {"date": "2021-06-01"}})
    read = {file.name: drain(file, mapping) for file in files}
    whole = {name: frame for name, (frame, _) in read.items() if "Amendment" not in name}
    assert len(whole) == 13
    without_code = {
        n for n, f in whole.items() if f.is_empty()
    }  # simplified declarations: they carry no commodity code
    assert without_code == {"TT_IM005a.xml", "TT_IM005b.xml"}
    assert {read[n][1].rejects()["reason"].item() for n in without_code} == {"code not stated"}
    assert whole["TT_IM001d.xml"].height == 3
    for name, (frame, intake) in read.items():
        if "Amendment" in name:
            assert frame.is_empty()
            assert intake.rejects()["reason"].str.contains("amendment").all()
    row = whole["TT_IM001b.xml"].row(0, named=True)
    assert (row["hs_code"], row["net_kg"], row["value"], row["origin"]) == ("8510900000", 100.0, 1000.0, "US")


def test_ams(samples, drain):
    frame, intake = drain(samples / "ams__header_2024.csv")
    assert intake.format == "ams"
    (row,) = frame.to_dicts()
    assert (row["declaration_id"], row["hs_code"], row["import_country"]) == ("2024010100001", "284690", "US")
    assert row["export_country"] == "MY"
    assert row["net_kg"] == pytest.approx(20000 * 0.45359237)
    assert row["gross_kg"] == pytest.approx(22046 * 0.45359237)
    assert (row["value"], row["currency"], row["mode"]) == (52000.0, "USD", "sea")
    assert row["description"] == "LANTHANUM CARBONATE IN DRUMS"
    assert row["exporter"] == "SAMPLE RARE EARTHS SDN BHD"
    assert row["exporter_address"] == "LOT 1 JALAN CONTOH, KUANTAN, 26080, MY"
    assert row["date"] == dt.date(2024, 1, 21)
    why = intake.rejects().select("source_row", "reason").rows()
    assert why == [(3, "the bill of lading is marked as deleted"), (4, "code not stated"), (4, "value not stated")]


def test_ams_header_without_its_sisters(samples, tmp_path):
    alone = tmp_path / "ams__header_2024.csv"
    alone.write_bytes((samples / "ams__header_2024.csv").read_bytes())
    with pytest.raises(InputError, match="cargodesc"):
        read_declarations(alone)


def test_baci(samples, drain):
    frame, intake = drain(samples / "baci_HS92_Y2024_V202601.csv")
    assert intake.format == "baci"
    assert frame["declaration_id"].to_list() == ["2024-TR-BJ-284690", "2024-S19-NA-284610"]
    assert frame["net_kg"].to_list() == [40_700_000.0, 750.0]
    assert frame["value"].to_list() == [2_035_000.0, 1250.0]
    assert frame["origin"].to_list() == ["TR", "TW"]
    assert frame["import_country"].to_list() == ["BJ", "NA"]
    assert frame["date"].unique().to_list() == [dt.date(2024, 12, 31)]
    assert frame["aggregate"].all()
    assert intake.rejects()["reason"].to_list() == ["quantity not stated"]


def test_baci_without_its_country_codes(samples, tmp_path):
    alone = tmp_path / "baci.csv"
    alone.write_bytes((samples / "baci_HS92_Y2024_V202601.csv").read_bytes())
    with pytest.raises(InputError, match="country_codes_V"):
        read_declarations(alone)


def test_comtrade(samples, drain):
    frame, intake = drain(samples / "comtrade.csv")
    assert intake.format == "comtrade"
    seen = frame.select("direction", "origin", "export_country", "import_country", "net_kg", "value").rows()
    assert seen == [
        ("import", "MM", "MM", "CN", 41_000_000.0, 900_000_000.0),
        ("export", "CN", "CN", "JP", 12_000_000.0, 500_000_000.0),
        ("export", None, "HK", "US", 1200.0, 90_000.0),
    ]
    assert intake.rejects().select("source_row", "column").rows() == [(5, "origin"), (6, "net_kg")]


def test_comtrade_legacy_columns(write, drain):
    head = (
        "Classification,Year,Period,Aggregate Level,Trade Flow,Reporter Code,Reporter,Reporter ISO,"
        "Partner Code,Partner,Partner ISO,Commodity Code,Netweight (kg),Trade Value (US$)\n"
    )
    frame, _ = drain(write(head + "H4,2018,2018,6,Exports,516,Namibia,NAM,156,China,CHN,284690,10,500\n"))
    assert frame.select("declaration_id", "origin", "direction").rows() == [
        ("2018-NAM-CHN-284690-EXPORTS", "NA", "export")
    ]


def test_trade_flows_as_parquet(tmp_path, drain):
    path = tmp_path / "flows.parquet"
    pl.DataFrame(
        {"year": [2024, 2024], "hs6": ["284690"] * 2, "exporter": ["TR", "NA"], "importer": ["BJ", "CN"],
         "value_usd": [2035000.0, 5.0], "net_kg": [40700000.0, None]},
        schema_overrides={"year": pl.Int16},
    ).write_parquet(path)  # fmt: skip
    frame, intake = drain(path)
    (row,) = frame.to_dicts()
    assert (row["declaration_id"], row["date"], row["aggregate"]) == ("2024-TR-BJ-284690", dt.date(2024, 12, 31), True)
    assert (row["direction"], row["origin"], row["export_country"], row["currency"]) == ("export", "TR", "TR", "USD")
    assert intake.rejects()["reason"].to_list() == ["quantity not stated"]


def test_parquet_gives_the_same_as_csv(write, rows, drain, tmp_path):
    text = rows(
        30,
        "X,1,2024-03-01,export,28,CN,1,1,USD",
        "Y,1,2024-03-01,export,284690,CN,-1,1,USD",
        "D3,1,2024-03-01,export,284690,CN,1,1,USD",
    )
    plain, from_csv = drain(write(text))
    path = tmp_path / "in.parquet"
    typed = pl.read_csv(text.encode(), schema_overrides={"hs_code": pl.String}, try_parse_dates=True)
    typed.write_parquet(path, row_group_size=10)
    frame, intake = drain(path, batch_rows=7)
    shown = [c for c in plain.columns if not c.startswith("source_")]
    assert frame.select(shown).equals(plain.select(shown))
    assert intake.rejects()["column"].to_list() == from_csv.rejects()["column"].to_list()
    assert (from_csv.rejects()["source_row"] - intake.rejects()["source_row"]).to_list() == [1, 1, 1]


@pytest.mark.parametrize("kind", [pl.Categorical, pl.String])
def test_parquet_of_other_types_is_read_too(tmp_path, drain, kind):
    path = tmp_path / "in.parquet"
    pl.DataFrame(
        {"declaration_id": [1, 2], "date": [dt.datetime(2024, 3, d) for d in (1, 2)],  # noqa: DTZ001
         "direction": ["EX", "im"],
         "hs_code": [284690, 28], "net_kg": [1, 2], "value": ["1.5", "2.5"], "origin": ["NA", "Malaysia"]},
        schema_overrides={"direction": kind},
    ).write_parquet(path)  # fmt: skip
    frame, intake = drain(path)
    (row,) = frame.to_dicts()
    assert (row["declaration_id"], row["direction"], row["origin"], row["value"]) == ("1", "export", "NA", 1.5)
    assert intake.rejects()["column"].to_list() == ["hs_code"]


def test_xlsx(tmp_path, drain):
    import xlsxwriter

    path = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover").write(0, 0, "Extract of the register")
        sheet = book.add_worksheet("Lines")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(2, 0, ["declaration_id", "date", "hs_code", "net_kg", "value", "direction", "origin"])
        sheet.write_row(3, 0, ["A1", None, 284690, 1234.5, 0.001, "export", "NA"])
        sheet.write_datetime(3, 1, dt.datetime(2024, 3, 4), day)  # noqa: DTZ001
        sheet.write_row(5, 0, ["A2", "2024-13-04", "2846.90", 1, 5, "EX", "CN"])
    frame, intake = drain(path)
    (row,) = frame.to_dicts()
    assert (row["date"], row["hs_code"], row["net_kg"], row["value"]) == (dt.date(2024, 3, 4), "284690", 1234.5, 0.001)
    assert (row["origin"], row["source_row"]) == ("NA", 4)
    assert intake.rejects().select("source_row", "column").rows() == [(6, "date")]
    assert "sheet 'Lines'" in intake.detected[0]
    with pytest.raises(InputError, match="no sheet 'Data'"):
        read_declarations(path, from_tree({"table": {"sheet": "Data"}}))


def test_ods(tmp_path, drain):
    import zipfile

    def cells(*texts: str) -> str:
        return "".join(
            f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>' for t in texts
        )

    names = ("declaration_id", "date", "direction", "hs_code", "net_kg", "value", "origin")
    body = "".join(
        f"<table:table-row>{cells(*row)}</table:table-row>"
        for row in (names, ("A1", "2024-03-04", "export", "2846.90", "12.5", "7", "NA"))
    )
    spaces = " ".join(
        f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Lines">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "in.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr("content.xml", content)
    frame, _ = drain(path)
    assert frame.select("declaration_id", "net_kg", "origin").rows() == [("A1", 12.5, "NA")]


def test_assays_as_written(write, drain):
    head = "declaration_id,item_no,sample_id,analyte,value,unit,basis,uncertainty,lod,method,surface,date,laboratory\n"
    lines = ["D1,1,S,Nd2O3,12.5,%,oxide,0.1,,XRF,powder,2024-03-01,L", "D1,1,S,Dy,<0.05,wt%,,,,XRF,,,",
             "D1,1,S,Tb,trace,ppm,,,0.01,XRF,,,",
             "D1,1,S,La,n.d.,ppm,,,,XRF,,,", "D1,1,S,Ce,-,ppm,,,,XRF,,,",
             "D1,1,S,Pr,often,ppm,,,,XRF,,,", "D1,1,S,Sm,-4,ppm,,,,XRF,,,",
             "D1,1,S,Fe,5,furlong,,,,XRF,,,"]  # fmt: skip
    frame, intake = drain(write(head + "\n".join(lines) + "\n"), read=read_assays)
    assert frame.select("analyte", "value", "value_number", "censored", "unit", "basis", "lod").rows() == [
        ("Nd2O3", "12.5", 12.5, None, "wt%", "oxide", None),
        ("Dy", "<0.05", None, "below_lod", "wt%", "element", 0.05),
        ("Tb", "trace", None, "trace", "ppm", "element", 0.01),
        ("La", "n.d.", None, "below_lod", "ppm", "element", None),
        ("Ce", "-", None, "not_measured", "ppm", "element", None),
    ]
    assert intake.rejects()["column"].to_list() == ["value", "value", "unit"]


def test_assays_with_a_decimal_comma(write, drain):
    frame, _ = drain(write("declaration_id;analyte;value;unit\nD1;Nd;1,25;%\nD1;Dy;<0,05;%\n"), read=read_assays)
    assert frame.select("value_number", "lod").rows() == [(1.25, None), (None, 0.05)]


def test_the_benchmark_assays_are_read_whole(shared_benchmarks, drain):
    frame, intake = drain(shared_benchmarks / "consignments" / "assays.csv", read=read_assays)
    assert (frame.height, intake.counts.rejected) == (8041, 0)


def test_vanta(samples, drain):
    mapping = from_tree({"columns": {"declaration_id": "Test Label"}})
    frame, intake = drain(samples / "vanta.csv", mapping, read=read_assays)
    assert intake.format == "xrf_vanta"
    assert frame.select(
        "declaration_id", "analyte", "basis", "value_number", "uncertainty", "lod", "censored", "source_row"
    ).rows() == [
        ("D-1", "Fe", "element", 641000.0, 2567.0, None, None, 2),
        ("D-1", "Nd", "element", 241000.0, 967.0, None, None, 2),
        ("D-2", "Fe2O3", "oxide", 12000.0, 40.0, None, None, 3),
        ("D-2", "Nd", "element", None, None, 20.0, "below_lod", 3),
    ]
    told = "\n".join(intake.detected)
    assert "Fe x2.5" in told
    assert "does not look for Dy and Tb" in told
    assert frame["method"].unique().to_list() == ["pXRF"]


def test_fixed_layouts_need_no_mapping(samples):
    with pytest.raises(UsageError, match="needs no mapping"):
        suggest(samples / "asycuda.xml")
