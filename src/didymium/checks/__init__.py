"""The checks, in the order in which evidence is listed. A new check is one new file and one line here."""

from __future__ import annotations

from didymium.checks import (
    assay_contents,
    assay_heavy,
    code_switch,
    composition_goods,
    composition_possible,
    cover_form,
    cover_story,
    description_code,
    first_trade,
    grade_heavy,
    grade_label,
    grade_use,
    hub_surge,
    label_goods,
    label_mass,
    mass_balance,
    origin_capacity,
    origin_stage,
    packing_density,
    peer_value,
    producer_place,
    route,
    structuring,
    unit_value,
    volume_jump,
)
from didymium.checks.base import Check, Question, Row

__all__ = ["CHECKS", "Check", "Question", "Row"]

CHECKS: tuple[Check, ...] = (
    description_code.CHECK,
    label_goods.CHECK,
    composition_goods.CHECK,
    assay_contents.CHECK,
    unit_value.CHECK,
    peer_value.CHECK,
    packing_density.CHECK,
    label_mass.CHECK,
    mass_balance.CHECK,
    cover_story.CHECK,
    cover_form.CHECK,
    first_trade.CHECK,
    code_switch.CHECK,
    volume_jump.CHECK,
    composition_possible.CHECK,
    grade_heavy.CHECK,
    grade_label.CHECK,
    assay_heavy.CHECK,
    grade_use.CHECK,
    origin_stage.CHECK,
    origin_capacity.CHECK,
    route.CHECK,
    producer_place.CHECK,
    hub_surge.CHECK,
    structuring.CHECK,
)
