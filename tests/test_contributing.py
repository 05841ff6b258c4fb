"""CONTRIBUTING.md works: its blocks are applied to a copy of the package, and its promises come true there."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", flags=re.M | re.S)


class Copy:
    """A copy of the package in a folder of its own, and the blocks of one section of the guide."""

    def __init__(self, root: Path, section: str) -> None:
        self.root = root
        self.blocks = BLOCK.findall(section)

    def apply(self) -> None:
        """Write, append to or change the files that the section names."""
        for language, name, text in self.blocks:
            if language == "diff":
                self.patch(self.root / name, text)
            elif name.startswith("src/didymium/reference/data/"):
                with (self.root / name).open("a", encoding="utf-8") as table:
                    table.write(text)
            elif "." in name:
                assert not (self.root / name).exists(), f"{name} is not new"
                (self.root / name).write_text(text, encoding="utf-8")

    @staticmethod
    def patch(path: Path, text: str) -> None:
        """Apply a block of diff: its lines without + stand in the file in this order, those with + come between."""
        lines = text.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if not line.startswith("+"))
        after = "".join(f"{line[1:]}\n" for line in lines)
        content = path.read_text(encoding="utf-8")
        assert content.count(before) == 1, f"the guide says {path.name} holds:\n{before}"
        path.write_text(content.replace(before, after), encoding="utf-8")

    def commands(self) -> list[list[str]]:
        """Commands of the `sh check` blocks."""
        shell = [text for language, name, text in self.blocks if (language, name) == ("sh", "check")]
        return [shlex.split(line) for text in shell for line in text.splitlines()]

    def run(self, *arguments: str) -> str:
        """Run didymium or python of the copy, return what it prints."""
        program, *rest = arguments
        command = [sys.executable, *(["-m", "didymium"] if program == "didymium" else []), *rest]
        environment = {**os.environ, "PYTHONPATH": str(self.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def guide(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Copy:
    shutil.copytree(repository / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {request.param}\n(.*?)(?=^## |\Z)", text, flags=re.M | re.S)
    assert section, f"the guide has no section {request.param}"
    return Copy(tmp_path, section[1])


@pytest.mark.parametrize("guide", ["Add a check"], indirect=True)
def test_add_a_check(guide: Copy) -> None:
    guide.apply()
    screen, explain = guide.commands()
    guide.run(*screen)
    shown = guide.run(*explain)
    assert "Said to originate in CN, and sent to CN." in shown
    evidence = next((guide.root / "out/returning").glob("evidence*.csv"))
    with evidence.open(encoding="utf-8", newline="") as table:
        spoke = {
            row["declaration_id"]: float(row["weight_bans"])
            for row in csv.DictReader(table)
            if row["check"] == "returning"
        }
    assert spoke == {"R-1": 0.3}


@pytest.mark.parametrize("guide", ["Add a format"], indirect=True)
def test_add_a_format(guide: Copy) -> None:
    guide.apply()
    (check,) = guide.commands()
    answer = json.loads(guide.run(*check))
    assert (answer["rows_in"], answer["accepted"], answer["rejected"]) == (3, 2, 1)
    (refused,) = answer["first_rejects"]
    assert (refused["source_row"], refused["column"]) == (3, "date")
    assert "2024-02-31" in refused["value"]
    assert "JSON Lines." in answer["detected"]


CORRIDORS = """
import json, polars as pl
from didymium.reference.prices import corridors
month = corridors().filter(pl.col("month") == 2026 * 12 + 5)
print(json.dumps(month.select("material", "market", "high_usd_per_kg", "basis").rows()))
"""


@pytest.mark.parametrize("guide", ["Add a price"], indirect=True)
def test_add_a_price(guide: Copy) -> None:
    """In June 2026: what rests on the new quotation changes, and nothing else."""
    before = json.loads(guide.run("python", "-c", CORRIDORS))
    guide.apply()
    after = json.loads(guide.run("python", "-c", CORRIDORS))
    changed = {row[0]: (old[3], row[3]) for old, row in zip(before, after, strict=True) if old != row}
    assert changed["tb_oxide"] == ("extrapolated", "quoted")
    assert changed["tb_metal"] == ("extrapolated", "derived")
    assert len(before) > 100
    assert not {"la_oxide", "ce_metal", "dy_oxide"} & set(changed)
    inside = next(row for row in after if row[:2] == ["tb_oxide", "inside"])
    assert inside[2] > 1500
    verify, why = guide.commands()
    assert "no problem" in guide.run(*verify)
    assert "CONTRIBUTING.md" in guide.run(*why)


@pytest.mark.parametrize("guide", ["Add a regime"], indirect=True)
def test_add_a_regime(guide: Copy) -> None:
    guide.apply()
    check, diff = guide.commands()
    answer = guide.run(*check)
    assert "licence required on 2026-06-01" in answer
    assert "XX-2026-1#X1" in answer
    assert "XX-2026-1" in guide.run(*diff)
    day_before = [*check[:-1], "2026-05-31"]
    assert guide.run(*day_before).startswith("free")
