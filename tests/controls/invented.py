"""Acts that nobody issued, one file each, as a user would add them; every kind of relation and rule is in one of them."""

from __future__ import annotations

from pathlib import Path

from didymium.controls import instruments, read_folder
from didymium.controls.load import linked
from didymium.controls.model import Instrument

FILES = {
    "EU-MAGNETS": """
id: EU-MAGNETS
issuer: EU
kind: dual-use list
title: magnets with dysprosium or terbium
published: 2026-02-01
valid_from: 2026-03-01
valid_to: null
measures:
  - article: art3
    outcome: licence required
    text: magnets with 0.1 % or more of dysprosium or terbium, to all countries but allies
    movements:
      - leaves: [DE, FR, NL, BE]
        enters_not: [DE, FR, NL, BE, US, JP, NO]
    hits_by_item: true
    items:
      - item: M1
        text: permanent magnets with Dy or Tb
        forms: [permanent magnet]
        elements: [Dy, Tb]
        least_wt_pct: 0.1
    evidence: [end-use statement]
sources: [invented]
""",
    "SG-AMENDED": """
id: SG-AMENDED
issuer: SG
kind: dual-use list
title: a list of which one entry was narrowed and another is new
published: 2025-01-01
valid_from: 2025-01-01
valid_to: 2028-06-30
measures:
  - article: list
    outcome: licence required
    text: oxides
    movements: [{leaves: [SG]}]
    hits_by_item: true
    items:
      - {item: a, text: heavy oxides, forms: [oxide], elements: [Dy, Tb, Ho], valid_to: 2025-12-31}
      - {item: a.new, text: dysprosium oxide, forms: [oxide], elements: [Dy], valid_from: 2026-01-01}
      - {item: b, text: yttrium oxide, forms: [oxide], elements: [Y]}
  - article: whole
    outcome: prohibited
    text: metals, as one measure
    movements: [{leaves: [SG]}]
    items:
      - {item: old, text: heavy metals, forms: [metal], elements: [Dy, Tb, Ho], main_element: true, valid_to: 2025-12-31}
      - {item: new, text: dysprosium metal, forms: [metal], elements: [Dy], main_element: true, valid_from: 2026-07-01}
""",
    "DE-NOTIFY": """
id: DE-NOTIFY
issuer: DE
kind: export ban
title: a duty to notify, harder for soldiers
published: null
valid_from: 2024-01-01
valid_to: null
measures:
  - outcome: notify
    text: all rare-earth goods
    movements: [{leaves: [DE]}]
    items:
      - {item: rare earths, text: rare earths, forms: [oxide, compound, metal, alloy, permanent magnet], rare_earths: true}
    end_use: {uses: [civil, military]}
    escalations:
      - outcome: prohibited
        end_use: {uses: [military], silence: 'no'}
""",
    "CN-70-LONGER": """
id: CN-70-LONGER
issuer: CN
kind: suspension
title: the suspension of No. 70 goes on
published: 2026-11-05
valid_from: 2026-11-05
valid_to: 2027-11-10
unverified_after: 2027-11-10
relations: [{type: extends, target: CN-2025-70}]
""",
    "US-SUSP-ENDS": """
id: US-SUSP-ENDS
issuer: US
kind: background
title: the suspension of the affiliates rule ends early
published: 2026-05-20
valid_from: 2026-06-01
valid_to: null
relations: [{type: terminates, target: US-BIS-AFFIL-SUSP}]
""",
    "MY-RAW-2": """
id: MY-RAW-2
issuer: MY
kind: export ban
title: a new ban in place of the old one, suspended for a month at its start
published: 2026-01-10
valid_from: 2026-02-01
valid_to: null
relations: [{type: replaces, target: MY-RAW}]
measures:
  - outcome: prohibited
    text: raw rare earths and oxides
    movements: [{leaves: [MY]}]
    items:
      - {item: raw, text: raw rare earths, forms: [ore, raw mixture, oxide], rare_earths: true}
""",
    "MY-RAW-2-SUSP": """
id: MY-RAW-2-SUSP
issuer: MY
kind: suspension
title: the first month of it is suspended
published: 2026-01-20
valid_from: 2026-02-01
valid_to: 2026-02-28
relations: [{type: suspends, target: MY-RAW-2}]
""",
}


def write(folder: Path, *names: str) -> tuple[Instrument, ...]:
    """Write these acts (or all) into a folder and read it as a user's folder is read."""
    for name in names or FILES:
        (folder / f"{name}.yaml").write_text(FILES[name], encoding="utf-8")
    return read_folder(folder)


def acts(folder: Path, *names: str) -> tuple[Instrument, ...]:
    """The shipped acts and these."""
    return linked([*instruments(), *write(folder, *names)])
