"""`make quality`: run the product through its public interface on every benchmark folder, then score.

    python -m benchmarks.quality --bench DIR [--only NAME]

Predictions are made first, without the truth files; scoring is a second step that reads predictions and truth. Raw
predictions go to build/quality/NAME/, figures to build/quality.json and, for the default folder, to docs/quality.md
between its markers. A folder whose kind is not known here is named and left alone.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.scoring import concentration, consignments, controls, geopolrisk, gold, ledger, supply

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "quality"
DOC = ROOT / "docs" / "quality.md"
START, END = "<!-- figures: start (written by make quality) -->", "<!-- figures: end -->"


def didymium(*arguments: str | Path) -> None:
    """The command as a user runs it."""
    subprocess.run([sys.executable, "-m", "didymium", *map(str, arguments)], check=True)


def predict_consignments(folder: Path, out: Path) -> None:
    assays = folder / "assays.csv"
    extra = ["--assays", assays] if assays.exists() else []
    work = out / "screen"
    didymium("screen", folder / "declarations.csv", *extra, "--out", work, "--quiet")
    shutil.copy(work / "findings.csv", out / "findings.csv")


def score_consignments(folder: Path, out: Path) -> dict[str, Any]:
    return consignments.score(consignments.load(out / "findings.csv", folder / "truth.csv"))


STRINGS, ASSAYS = "composition_strings.yaml", "assay_cases.yaml"


def predict_composition(folder: Path, out: Path) -> None:
    from didymium.composition import as_answer, assess, read

    def verdict(case: dict[str, Any]) -> dict[str, Any]:
        rows = [{**row, "remark": case.get("laboratory_remark")} for row in case["assay"]]
        found = assess(case["declaration"], rows)
        return {"verdict": found.verdict, "elements": list(found.elements), "reason": found.reason,
                "next_measurement": found.next_measurement}  # fmt: skip

    answers = {STRINGS: lambda case: as_answer(read(case["text"])), ASSAYS: verdict}
    for name, answer in answers.items():
        if (folder / name).exists():
            gold.predict(folder / name, out / name, answer)


def score_composition(folder: Path, out: Path) -> dict[str, Any]:
    found = {name: gold.score(out / name, folder / name) for name in (STRINGS, ASSAYS) if (folder / name).exists()}
    return {
        f"{name.removesuffix('.yaml')}: {key}": value for name, part in found.items() for key, value in part.items()
    }


MINED = Path("facts", "production", "mine_production.csv")
MINED_VINTAGE = "WMD-gpr2.0.1"


def predict_geopolrisk(folder: Path, out: Path) -> None:
    """Every country-year from World Mining Data, which lies beside the benchmarks and may not be shipped."""
    mined = folder.parent.parent / MINED
    if not mined.exists():
        print(f"{folder.name}: {MINED} is not beside the benchmarks")
        return
    options = ("--mine-production", mined, "--vintage", MINED_VINTAGE, "--as-published", "--csv")
    with (out / "scores.csv").open("w", encoding="utf-8") as file:
        command = [sys.executable, "-m", "didymium", "supply", "geopolrisk", *map(str, options)]
        subprocess.run(command, check=True, stdout=file)


def score_geopolrisk(folder: Path, out: Path) -> dict[str, Any]:
    if not (out / "scores.csv").exists():
        return {}
    return geopolrisk.score(out / "scores.csv", folder / "reference.csv")


class Kind(NamedTuple):
    """marks: files, any of which tells that a folder is of this kind; truth: file without which nothing can be scored."""

    marks: tuple[str, ...]
    predict: Callable[[Path, Path], None]
    score: Callable[[Path, Path], dict[str, Any]]
    truth: str | None = None


KINDS: dict[str, Kind] = {
    "consignments": Kind(("declarations.csv",), predict_consignments, score_consignments, "truth.csv"),
    "composition": Kind((STRINGS, ASSAYS), predict_composition, score_composition),
    "controls": Kind((controls.CASES,), controls.predict, controls.score),
    "ledger": Kind((ledger.LEDGER,), ledger.predict, ledger.score),
    "geopolrisk": Kind(("reference.csv",), predict_geopolrisk, score_geopolrisk, "reference.csv"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "benchmarks")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    if not arguments.bench.is_dir():
        sys.exit(f"{arguments.bench}: no such folder. Name one with BENCH=DIR.")
    figures: dict[str, Any] = {}
    for folder in sorted(p for p in arguments.bench.iterdir() if p.is_dir()):
        if arguments.only and folder.name != arguments.only:
            continue
        kinds = [kind for kind in KINDS.values() if any((folder / mark).exists() for mark in kind.marks)]
        if not kinds:
            print(f"{folder.name}: nothing here that this version predicts")
            continue
        figures[folder.name] = run(folder, kinds)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD.parent / "quality.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    default = (ROOT.parent / "shared" / "benchmarks").resolve()
    if arguments.bench.resolve() == default and not arguments.only:
        write_document(figures)
        concentration.write(DOC)
        supply.write(DOC)
    print(f"figures: {(BUILD.parent / 'quality.json').relative_to(ROOT)}")


def run(folder: Path, kinds: list[Kind]) -> dict[str, Any] | None:
    """Predict and score every kind of task in a folder; None where there is nothing to score against."""
    out = BUILD / folder.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    result: dict[str, Any] = {}
    for kind in kinds:
        kind.predict(folder, out)
        if kind.truth is not None and not (folder / kind.truth).exists():
            print(f"{folder.name}: predicted, no truth to score against")
            continue
        result |= kind.score(folder, out)
    print(f"{folder.name}: " + ", ".join(f"{k} {v:.4g}" for k, v in result.items() if isinstance(v, (int, float))))
    return result or None


def write_document(figures: dict[str, Any]) -> None:
    text = DOC.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    _, after = rest.split(END, 1)
    blocks = [as_markdown(name, result) for name, result in figures.items() if result]
    DOC.write_text(f"{before}{START}\n\n{''.join(blocks)}{END}{after}", encoding="utf-8")


def as_markdown(name: str, result: dict[str, Any]) -> str:
    lines = [f"### {name}\n\n", "| measure | value |\n|---|---:|\n"]
    lines += [
        f"| {key.replace('_', ' ')} | {value:.4g} |\n"
        for key, value in result.items()
        if isinstance(value, (int, float))
    ]
    lines += [f"\n{key.replace('_', ' ')}: {value}\n" for key, value in result.items() if isinstance(value, str)]
    for key, value in result.items():
        if isinstance(value, dict):
            lines.append(f"\n{key.replace('_', ' ')}:\n\n| group | share | number |\n|---|---:|---:|\n")
            lines += [f"| {group} | {share:.3f} | {n} |\n" for group, (share, n) in value.items()]
    bands = result.get("reliability_bands", [])
    if bands:
        lines.append(
            "\nreliability (mean probability against share of false labels):\n\n"
            "| band | lines | mean probability | share false |\n|---|---:|---:|---:|\n"
        )
        lines += [
            f"| {b['from']:.2f} to {b['to']:.2f} | {b['lines']} | {b['mean_probability']:.3f} | {b['share_false']:.3f} |\n"
            for b in bands
        ]
    return "".join(lines) + "\n"


if __name__ == "__main__":
    main()
