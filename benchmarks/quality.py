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
from typing import Any

from benchmarks.scoring import consignments

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


#: name -> (file that marks the kind, predict, truth file, score)
KINDS: dict[str, tuple[str, Callable[[Path, Path], None], str, Callable[[Path, Path], dict[str, Any]]]] = {
    "consignments": ("declarations.csv", predict_consignments, "truth.csv", score_consignments),
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
        kind = next((k for k in KINDS.values() if (folder / k[0]).exists()), None)
        if kind is None:
            print(f"{folder.name}: nothing here that this version predicts")
            continue
        figures[folder.name] = run(folder, kind)
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD.parent / "quality.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    default = (ROOT.parent / "shared" / "benchmarks").resolve()
    if arguments.bench.resolve() == default and not arguments.only:
        write_document(figures)
    print(f"figures: {(BUILD.parent / 'quality.json').relative_to(ROOT)}")


def run(folder: Path, kind: tuple[Any, ...]) -> dict[str, Any] | None:
    _, predict, truth, score = kind
    out = BUILD / folder.name
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    predict(folder, out)
    if not (folder / truth).exists():
        print(f"{folder.name}: predicted, no truth to score against")
        return None
    result: dict[str, Any] = score(folder, out)
    print(f"{folder.name}: " + ", ".join(f"{k} {v:.4g}" for k, v in result.items() if isinstance(v, (int, float))))
    return result


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
    for key, value in result.items():
        if isinstance(value, dict):
            lines.append(f"\n{key.replace('_', ' ')}:\n\n| group | share | lines |\n|---|---:|---:|\n")
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
