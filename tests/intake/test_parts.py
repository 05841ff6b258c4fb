"""The small parts: mapping, suggestions, neutral text, duplicates, words."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.errors import MappingError
from didymium.intake import duplicates
from didymium.intake.cells import words
from didymium.intake.mapping import from_tree, load
from didymium.intake.neutral import neutralise
from didymium.intake.read import read_declarations
from didymium.intake.suggest import suggest

GERMAN = (
    "Registriernummer;Datum;Richtung;Warennummer;Warenbezeichnung;Ursprungsland;Nettomasse (t);Zollwert;Währung;Farbe\n"
)
LINE = "A{i};0{i}.04.2024;Ausfuhr;2846 90 30;Neodymoxid;CN;1.234,5;99,5;EUR;rot\n"


def test_a_mapping_is_applied(write, drain):
    path = write(
        "Nr;Tag;Masse;Ware;Zusatz;Code;Wert\n1;03/04/2024;2,5;Oxid;rein;2846.90;1\n2;13/04/2024;;Oxid;;284690;\n"
    )
    mapping = write(
        '[columns]\ndeclaration_id="Nr"\ndate="Tag"\nnet_kg="masse"\ndescription=["Ware","Zusatz"]\nhs_code="Code"\nvalue="Wert"\n'
        '[constants]\ndirection="Ausfuhr"\nvalue=5\n[units]\nnet_kg="TNE"\n',
        "m.toml",
    )
    frame, intake = drain(path, mapping)
    assert frame.select("declaration_id", "direction", "net_kg", "value", "description").rows() == [
        ("1", "export", 2500.0, 1.0, "Oxid\nrein")
    ]
    assert intake.rejects()["reason"].to_list() == ["quantity not stated"]


def test_words_of_the_user(write, drain):
    path = write("declaration_id,date,direction,hs_code,net_kg,value\n1,2024-01-01,OUT ,284690,1,1\n")
    frame, _ = drain(path, from_tree({"values": {"direction": {"out": "export"}}}))
    assert frame["direction"].to_list() == ["export"]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("[columns]\nnet_kg = \n", 2, "not valid TOML"),
        ('[columns]\nnet_kilo = "x"\n', "net_kilo", "Did you mean net_kg"),
        ('[columns]\nnet_kg = "Masse"\n', "net_kg", "it has 'declaration_id'"),
        ('[columns]\nnet_kg = "valeu"\n', "net_kg", "Did you mean 'value'"),
        ('[colums]\nnet_kg = "x"\n', None, "colums"),
        ('[units]\nnet_kg = "stone"\n', "net_kg", "stone"),
        ('[units]\nvalue = "t"\n', "value", "no unit"),
        ('[dates]\norder = "ydm"\n', None, "ydm"),
        ('[constants]\ndirection = "sideways"\n', "direction", "known are export, import, transit"),
        ('[constants]\ndate = "2024-02-31"\n', "date", "no such day"),
    ],
)
def test_a_mapping_that_does_not_fit_says_where(write, text, place, said):
    path = write("declaration_id,date,direction,hs_code,net_kg,value\n1,2024-01-01,EX,284690,1,1\n")
    with pytest.raises(MappingError) as caught:
        read_declarations(path, write(text, "m.toml"))
    assert said in str(caught.value)
    assert place in (caught.value.row, caught.value.column)


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(MappingError, match="no such mapping"):
        load(tmp_path / "none.toml")


def test_a_suggested_mapping_reads_the_file(write, drain, tmp_path):
    path = write(GERMAN + "".join(LINE.format(i=i) for i in range(1, 8)))
    text = suggest(path)
    frame, intake = drain(path, write(text, "m.toml"))
    row = frame.row(0, named=True)
    assert (row["direction"], row["hs_code"], row["net_kg"], row["value"]) == ("export", "28469030", 1_234_500.0, 99.5)
    assert intake.columns_unused == ["Farbe"]
    assert '#   "Farbe"' in text


@pytest.mark.parametrize(
    "names",
    [
        "报关单号,申报日期,进出口,商品编码,品名,原产国,净重,总价",
        "номер дт,дата,направление,код тн вэд,описание,страна происхождения,вес нетто,таможенная стоимость",
        "Número de declaración,Fecha,Tipo,Partida arancelaria,Descripción,País de origen,Peso neto (kg),Valor FOB",
        "số tờ khai,ngày đăng ký,loại hình,mã hs,tên hàng,xuất xứ,trọng lượng tịnh,trị giá",
        "numéro de déclaration,date,sens,code SH,désignation,pays d'origine,poids net,valeur en douane",
        "Beyanname No,Tescil Tarihi,Flow,GTİP,Eşya Tanımı,Menşe,Net Ağırlık (kg),Kıymet",
    ],
)
def test_names_in_many_languages(write, names):
    path = write(
        names + "\nA1,2024-03-01,export,284690,oxide,CN,1.5,2.5\nA2,2024-03-02,export,284690,oxide,CN,1.5,2.5\n"
    )
    text = suggest(path)
    wanted = ("declaration_id", "date", "direction", "hs_code", "description", "origin", "net_kg", "value")
    assert [c for c in wanted if f"\n{c} = " not in text] == []


def test_columns_are_guessed_by_their_cells(write):
    text = suggest(write("c1,c2,c3,c4\nA1,2024-03-01,28469000,EUR\nA2,2024-03-02,28053000,USD\n"))
    assert 'date = "c2"  # a guess' in text
    assert 'hs_code = "c3"  # a guess' in text
    assert 'currency = "c4"  # a guess' in text
    assert "# net_kg = " in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", " =1"])
def test_formulas_are_neutralised(cell):
    frame = neutralise(pl.DataFrame({"a": [cell, "plain", None], "n": [-1.0, 2.0, None]}))
    assert frame["a"].to_list() == ["'" + cell, "plain", None]
    assert frame["n"].to_list() == [-1.0, 2.0, None]


@given(keys=st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 3)), max_size=40), size=st.integers(1, 9))
def test_duplicates_agree_with_a_plain_dictionary(keys, size):
    def hashed(part):
        return duplicates.key_hash(
            pl.Series([k for k, _ in part], dtype=pl.String), pl.Series([n for _, n in part], dtype=pl.Int32)
        )

    parts = [keys[i : i + size] for i in range(0, len(keys), size)]
    first = duplicates.FirstRows(duplicates.repeated(iter(map(hashed, parts)), 0))
    found: list[int] = []
    for i, part in enumerate(parts):
        rows = np.arange(i * size, i * size + len(part), dtype=np.int64)
        earlier = first.earlier(hashed(part), rows)
        found += [-1] * len(part) if earlier is None else earlier.tolist()
    seen: dict[object, int] = {}
    wanted = [-1 if seen.setdefault(key, row) == row else seen[key] for row, key in enumerate(keys)]
    assert found == wanted


@pytest.mark.parametrize(
    ("cell", "code"),
    [("NA", "NA"), ("na", "NA"), ("Namibia", "NA"), ("NAM", "NA"), ("CHN", "CN"),
     ("Viet Nam", "VN"), ("Vietnam", "VN"), ("Burma", "MM"),
     ("South Korea", "KR"), ("XX", None), ("", None), ("Atlantis", None), ("W00", None)],
)  # fmt: skip
def test_countries(cell, code):
    assert words.country(cell) == code


def test_words_are_well_formed():
    for column, allowed in (("direction", words.DIRECTIONS), ("mode", words.MODES)):
        assert set(words.known(column).values()) == set(allowed)
        assert all(word == words.fold(word) for word in words.known(column))


def test_several_countries():
    assert words.several_countries("sg; HKG|Malaysia") == "SG;HK;MY"
    assert words.several_countries("SG;Atlantis") is None
