"""Two findings as a screening gives them, one with hostile text, for tests of the terminal output."""

from __future__ import annotations

import datetime as dt

from didymium.screening.views import Evidence, Field, Finding, Intake, Place, Screening

HOSTILE = "nickel \x1b[2J\x1b]0;owned\x07powder [bold]x[/bold] \u202eredwop :smile: " + "Silbererz" * 40


def finding(rank: int = 1, goods: str = "nickel powder", item_no: int = 1) -> Finding:
    evidence = [
        Evidence("unit_value", "contents", 2.0, 2.0, "Declared at 412 USD/kg; nickel powder cost 14-22.", "USGS"),
        Evidence("peer_value", "contents", 1.5, 0.75, "Dearer than 99.8 % of 1 204 lines.", "this file"),
        Evidence("mass_balance", "contents", -0.25, -0.25, "Net and gross mass fit.", "own reasoning"),
    ]
    places = [
        Place("Haiphong", "loading", "VN", 20.85, 106.68),
        Place("Viet Nam", "dispatch", "VN", 16.0, 106.0),
        Place("Walvis Bay", "discharge", "NA", -22.95, 14.5),
    ]
    return Finding(
        declaration_id=f"D-{rank:03d}", item_no=item_no, rank=rank, probability=0.866, prior_bans=-1.69,
        posterior_bans=0.81, questions={"contents": 2.5}, permission="licence required",
        permission_because="Announcement 18 of 2025, article 1.",
        decision="Declared nickel powder at 412 USD/kg; nickel powder cost 14-22 USD/kg in May 2024.",
        evidence=evidence, fields=[Field("goods", goods, "nickel powder 14-22 USD/kg")], date=dt.date(2024, 5, 3),
        goods=goods, hs_code="750400", net_kg=12_500.0, value_usd=5_150_000.0, usd_per_kg=412.0, route=places,
        mode="sea", corridors=[], peers=None, control_dates=[], sources=["USGS MCS 2026"],
    )  # fmt: skip


def screening(findings: list[Finding]) -> Screening:
    return Screening(
        title="test", version="0", reference_hash="ab" * 32,
        intake=[Intake("one.csv", 12, 10, 2, ["CSV, comma"]), Intake("two.csv", 1_200, 1_200, 0, [])],
        lines_screened=1_210, lines_listed=1_210, expected_false=24.3, checks=[("unit_value", "contents", "?")],
        findings=findings, listed=[{"rank": 1}],
    )  # fmt: skip
