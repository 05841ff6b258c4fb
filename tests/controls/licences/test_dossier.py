"""The dossier of an application: filled from a declaration, honest about what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from didymium.controls.licences import dossier
from didymium.errors import UsageError
from didymium.intake.schema import DECLARATIONS

ROW: dict[str, Any] = {
    "declaration_id": "A-1", "item_no": 2, "hs_code": "2846901993", "description": "dysprosium oxide | <b>pure</b>",
    "composition": "Dy2O3 99.5%", "exporter": "Ganzhou A", "import_country": "NA", "net_kg": 100.0, "value": None,
}  # fmt: skip


def test_filled_as_far_as_the_declaration_goes() -> None:
    made = dossier.prepare(ROW)
    assert made.fields["Net mass, kg"] == "100"
    assert made.fields["Country of end use"] == "NA"
    assert made.fields["Value"] is None
    assert {"Value", "Number of the contract"} <= set(made.missing)
    assert "Net mass, kg" not in made.missing
    assert any("Certificate of end user" in one for one in made.missing)
    assert not made.complete
    assert made.source.startswith("http")
    assert any(one.startswith("1C905.b:") for one in made.candidates)
    assert not any(one.startswith("1C904") for one in made.candidates)


def test_nothing_is_missing_once_all_is_known() -> None:
    asked = dossier.regime("cn_dual_use")
    known = {field.id: "x" for field in asked.field if field.id != "customs_code"}
    made = dossier.prepare(ROW, known=known, at_hand=[document.id for document in asked.document])
    assert (made.complete, made.missing, made.candidates) == (True, [], [])
    assert "Nothing." in dossier.markdown(made)


def test_a_customs_code_too_short_is_not_complete() -> None:
    made = dossier.prepare({**ROW, "hs_code": "284690"})
    assert "Customs code (10 digits of the Chinese tariff): 284690 is not complete" in made.missing


def test_text_of_a_file_is_no_markup() -> None:
    text = dossier.markdown(dossier.prepare(ROW))
    assert "dysprosium oxide \\| \\<b\\>pure" in text


def test_every_regime_asks_for_columns_that_are_there_and_names_its_source() -> None:
    assert dossier.regimes()
    for name in dossier.regimes():
        asked = dossier.regime(name)
        assert {field.column for field in asked.field if field.column} <= set(DECLARATIONS)
        assert len({field.id for field in asked.field}) == len(asked.field)
        assert asked.source
        assert asked.confidence in ("high", "medium", "low")


def test_what_the_dossier_does_not_know_is_an_error() -> None:
    with pytest.raises(UsageError, match="Known: cn_dual_use"):
        dossier.prepare(ROW, "mars")
    with pytest.raises(UsageError, match="no field 'colour'"):
        dossier.prepare(ROW, known={"colour": "red"})
    with pytest.raises(UsageError, match="no document 'poem'"):
        dossier.prepare(ROW, at_hand=["poem"])
