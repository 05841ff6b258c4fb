"""A realistic Screening to draw: ten varied findings and, if wanted, ten thousand listed lines. Invented consignments."""
# ruff: noqa: E501 - sentences stand on one line

from __future__ import annotations

import datetime as dt
import math
import random

from didymium.screening.views import (
    Corridor,
    CorridorPoint,
    Evidence,
    Field,
    Finding,
    Intake,
    Peers,
    Place,
    Screening,
)
from tests.report import law_sample

COUNTRIES = {
    "AU": "Australia",
    "BJ": "Benin",
    "CN": "China",
    "DE": "Germany",
    "EE": "Estonia",
    "HK": "Hong Kong",
    "JP": "Japan",
    "KR": "South Korea",
    "LA": "Laos",
    "MM": "Myanmar",
    "MY": "Malaysia",
    "NA": "Namibia",
    "NL": "Netherlands",
    "TH": "Thailand",
    "TR": "Türkiye",
    "US": "United States",
    "VN": "Viet Nam",
    "AE": "United Arab Emirates",
    "MX": "Mexico",
}
PLACES = {
    "Mersin": ("TR", 36.8, 34.6),
    "Türkiye": ("TR", 39.0, 35.0),
    "Cotonou": ("BJ", 6.35, 2.43),
    "Ganzhou": ("CN", 25.8, 114.9),
    "Shenzhen": ("CN", 22.5, 114.1),
    "Hong Kong": ("HK", 22.3, 114.2),
    "Los Angeles": ("US", 33.7, -118.3),
    "Hai Phong": ("VN", 20.9, 106.7),
    "Osaka": ("JP", 34.6, 135.4),
    "Pangwa": ("MM", 25.6, 98.4),
    "Tengchong": ("CN", 25.0, 98.5),
    "Sillamäe": ("EE", 59.4, 27.8),
    "Hamburg": ("DE", 53.5, 9.9),
    "Kuantan": ("MY", 4.0, 103.4),
    "Fremantle": ("AU", -32.05, 115.7),
    "Jebel Ali": ("AE", 25.0, 55.1),
    "Walvis Bay": ("NA", -22.95, 14.5),
    "Rotterdam": ("NL", 51.9, 4.5),
    "Laem Chabang": ("TH", 13.1, 100.9),
    "Busan": ("KR", 35.1, 129.0),
    "Vientiane": ("LA", 17.97, 102.6),
    "Manzanillo": ("MX", 19.05, -104.3),
    "Laredo": ("US", 27.5, -99.5),
    "Shanghai": ("CN", 31.2, 121.5),
}
CONTROLS = [
    (dt.date(2023, 12, 21), "ban on technology"),
    (dt.date(2025, 4, 4), "CN-2025-18 licences"),
    (dt.date(2024, 10, 1), "regulations in force"),
]
CHECKS = [
    ("description_code", "contents", "Do the words and the code speak of the same material?"),
    ("unit_value", "contents", "Does the unit value fit the price corridor of the declared material on that date?"),
    ("peer_value", "contents", "Is the unit value usual among consignments of like code, origin and period?"),
    ("packing_density", "contents", "Do mass and volume fit the bulk density of the declared material?"),
    ("origin_stage", "origin", "Did anything at this stage run in the claimed country on that date?"),
    ("origin_capacity", "origin", "Could the claimed origin have made or imported this much in twelve months?"),
    ("route", "origin", "Do dispatch, transit, ports and mode fit the claimed origin?"),
    ("grade_heavy", "composition", "Does the magnet grade need dysprosium or terbium that the papers do not name?"),
    ("structuring", "behaviour", "Many small lots of linked parties in a short time?"),
]


def place(name: str, role: str) -> Place:
    country, lat, lon = PLACES[name]
    return Place(name=name, role=role, country=country, lat=lat, lon=lon)


def corridor(
    material: str, low: float, high: float, years: tuple[int, int] = (2019, 2025), swing: float = 0.3
) -> Corridor:
    points = []
    for half in range(2 * (years[1] - years[0]) + 1):
        factor = math.exp(swing * (math.sin(half / 2.3) - math.sin((2 * (2024 - years[0]) + 1) / 2.3)))  # 1 in mid-2024
        date = dt.date(years[0] + half // 2, 1 if half % 2 == 0 else 7, 1)
        points.append(CorridorPoint(date, round(low * factor, 4), round(high * factor, 4)))
    return Corridor(material=material, points=points, source="USGS MCS 2026 (Argus), https://doi.org/10.3133/mcs2026")


def peers(middle: float, n: int, label: str) -> Peers:
    edges = [round(middle * 10 ** ((index - 12) / 12), 6) for index in range(25)]
    counts = [round(n * 0.11 * math.exp(-(((index - 11.5) / 3.6) ** 2))) for index in range(24)]
    return Peers(label=label, edges_usd_per_kg=edges, counts=counts, median_usd_per_kg=middle, n=sum(counts))


def ev(check: str, bans: float, because: str, counted: float | None = None) -> Evidence:
    question = next(question for name, question, _ in CHECKS if name == check)
    source = (
        "didymium price table, USGS MCS 2026 (Argus)"
        if "value" in check
        else "didymium facilities table, as of 2026-02"
    )
    return Evidence(check, question, bans, bans if counted is None else counted, because, source)


def finding(
    identity: str,
    decision: str,
    evidence: list[Evidence],
    route: list[tuple[str, str]],
    *,
    goods: str,
    hs: str,
    kg: float,
    usd: float | None,
    date: dt.date,
    permission: tuple[str, str],
    corridors: list[Corridor] | None = None,
    peer: Peers | None = None,
    mode: str | None = "sea",
    fields: list[Field] | None = None,
    controls: bool = False,
) -> Finding:
    prior = -1.69
    posterior = prior + sum(item.counted_bans for item in evidence)
    questions: dict[str, float] = {}
    for item in evidence:
        questions[item.question] = round(questions.get(item.question, 0.0) + item.counted_bans, 4)
    unit = None if usd is None else usd / kg
    return Finding(
        declaration_id=identity,
        item_no=1,
        rank=0,
        probability=1 / (1 + 10**-posterior),
        prior_bans=prior,
        posterior_bans=posterior,
        questions=questions,
        permission=permission[0],
        permission_because=permission[1],
        decision=decision,
        evidence=evidence,
        fields=fields or [],
        date=date,
        goods=goods,
        hs_code=hs,
        net_kg=kg,
        value_usd=usd,
        usd_per_kg=unit,
        route=[place(name, role) for name, role in route],
        mode=mode,
        corridors=corridors or [],
        peers=peer,
        control_dates=CONTROLS if controls else [],
        sources=[
            "U.S. Geological Survey, Mineral Commodity Summaries 2026",
            "CEPII, BACI HS92, release 202601 (Etalab 2.0)",
        ],
    )


FREE = ("free", "No measure of the reference base covers code, origin and date.")


def ten() -> list[Finding]:
    """Ten findings, from plain falsehoods to a lawful shipment and one where nearly nothing is known."""
    made = [
        finding(
            "2024-TR-BJ-284690",
            "Declared 40 700 t of rare-earth compounds at 0.05 USD/kg; the cheapest of them cost 0.9 to 1.6 USD/kg in 2024, "
            "and clinker costs 0.04 to 0.07.",
            [
                ev(
                    "unit_value",
                    2.1,
                    "0.05 USD/kg is 18 times under the corridor of mixed rare-earth carbonate (0.9 to 1.6 USD/kg, 2024).",
                    1.7,
                ),
                ev(
                    "origin_capacity",
                    1.9,
                    "40 700 t is 31 times what Türkiye could have made or imported of code 284690 in 2024 (1 300 t).",
                ),
                ev(
                    "peer_value",
                    1.4,
                    "Robust z of -6.2 among 2 114 flows of code 284690 in 2024 (median 6.1 USD/kg).",
                    0.6,
                ),
            ],
            [("Türkiye", "origin"), ("Mersin", "loading"), ("Cotonou", "destination")],
            goods="Compounds of rare-earth metals, n.e.s. (trade flow of 2024)",
            hs="284690",
            kg=40_700_000,
            usd=2_035_000,
            date=dt.date(2024, 12, 31),
            permission=FREE,
            controls=True,
            corridors=[
                corridor("mixed rare-earth carbonate", 0.9, 1.6),
                corridor("cement clinker", 0.04, 0.07, swing=0.08),
            ],
            peer=peers(6.1, 2114, "Flows of code 284690 in 2024"),
            fields=[
                Field("code", "284690", "compounds of rare-earth metals, of yttrium or of scandium, other than cerium"),
                Field("net mass", "40 700 t", "apparent availability of Türkiye in 2024: 1 300 t"),
                Field("unit value", "0.05 USD/kg", "mixed rare-earth carbonate 0.9 to 1.6 USD/kg"),
            ],
        ),
        finding(
            "HK24-0093317",
            "Declared nickel powder at 412 USD/kg; nickel powder cost 14 to 22 USD/kg in May 2024, terbium metal cost 780 to 830.",
            [
                ev(
                    "unit_value",
                    2.2,
                    "412 USD/kg is 19 times over the corridor of nickel powder (14 to 22 USD/kg, May 2024).",
                    1.9,
                ),
                ev(
                    "packing_density",
                    1.1,
                    "Drums of 50 kg in 11 L mean 4.5 g/cm3; nickel powder packs at 2.0 to 3.6 g/cm3.",
                    0.8,
                ),
                ev("route", 0.7, "Dispatched from Ganzhou, a rare-earth separation centre, through Hong Kong."),
                ev("description_code", -0.3, "The words ‘nickel powder 镍粉’ and code 7504 speak of one material."),
            ],
            [
                ("Ganzhou", "origin"),
                ("Shenzhen", "loading"),
                ("Hong Kong", "transit"),
                ("Los Angeles", "discharge"),
                ("Laredo", "destination"),
            ],
            goods="镍粉 Nickel powder 99.9%, industrial use",
            hs="750400",
            kg=1_200,
            usd=494_400,
            date=dt.date(2024, 5, 14),
            permission=(
                "licence required",
                "Terbium metal needs an export licence since 2025-04-04 (CN-2025-18, article 1); as declared the goods are free.",
            ),
            corridors=[
                corridor("nickel powder", 14, 22),
                corridor("terbium metal", 780, 830, swing=0.45),
                corridor("dysprosium metal", 300, 420),
            ],
            peer=peers(18, 640, "Nickel powder from China, 2024"),
            controls=True,
            fields=[
                Field("description", "镍粉 Nickel powder 99.9%, industrial use", "nickel powder (code 750400): agrees"),
                Field("packages", "24 drums of 50 kg, 11 L each", "4.5 g/cm3; nickel powder packs at 2.0 to 3.6"),
            ],
        ),
        finding(
            "MM-TC-2025-118",
            "Declared clay at 9.8 USD/kg from Pangwa; clay costs 0.05 to 0.4 USD/kg, mixed rare-earth oxide costs 7 to 14.",
            [
                ev("unit_value", 1.9, "9.8 USD/kg is 24 times over the corridor of clay.", 1.6),
                ev("route", 1.2, "Pangwa is a mining district of ion-adsorption clays."),
            ],
            [("Pangwa", "origin"), ("Tengchong", "destination")],
            goods="Clay, other",
            hs="250840",
            kg=28_000,
            usd=274_400,
            date=dt.date(2025, 2, 3),
            mode="road",
            permission=("unknown", "Cannot tell: the importing licence is not stated."),
            corridors=[corridor("common clay", 0.05, 0.4), corridor("mixed rare-earth oxide", 7, 14)],
            peer=peers(0.2, 88, "Clay from Myanmar, 2024 to 2025"),
            controls=True,
        ),
        finding(
            "DE-9911",
            "Declared ferrite magnets N42SH; that grade exists only in NdFeB and needs 3 to 4.5 % of dysprosium or terbium.",
            [
                ev(
                    "grade_heavy",
                    2.0,
                    "Grade N42SH (20 kOe at least) is a sintered NdFeB grade with 3.0 to 4.5 % Dy + Tb.",
                ),
                ev("unit_value", 0.6, "61 USD/kg is 6 times over ferrite magnets (3 to 10 USD/kg)."),
            ],
            [("Shanghai", "origin"), ("Rotterdam", "transit"), ("Hamburg", "destination")],
            goods="Ferrite magnet arcs N42SH for motors",
            hs="85051920",
            kg=3_400,
            usd=207_400,
            date=dt.date(2025, 5, 20),
            permission=(
                "prohibited",
                "End user on the control list of 2025-03-11; export of dual-use items to it is forbidden (CN-2025-13, article 1).",
            ),
            corridors=[corridor("ferrite magnet", 3, 10)],
        ),
        finding(
            "AE-77120-B",
            "Declared origin United Arab Emirates for neodymium metal; no plant there makes rare-earth metal.",
            [
                ev("origin_stage", 1.7, "No metal plant is known in the United Arab Emirates to date."),
                ev("route", 0.4, "Jebel Ali is a re-export hub.", 0.3),
            ],
            [("Jebel Ali", "origin"), ("Busan", "destination")],
            goods="Neodymium metal ingots 99.5%",
            hs="280530",
            kg=18_000,
            usd=1_314_000,
            date=dt.date(2025, 6, 12),
            permission=("unknown", "Cannot tell: true origin decides."),
            corridors=[corridor("neodymium metal", 62, 88)],
            peer=peers(71, 430, "Code 280530, 2025"),
        ),
        finding(
            "US-24-55813",
            "Declared toner powder at 31 USD/kg with 4.4 g/cm3; toner weighs 0.3 to 0.8 g/cm3.",
            [
                ev("packing_density", 1.3, "4.4 g/cm3 against 0.3 to 0.8 for toner."),
                ev("structuring", 0.8, "Nine lots of 490 kg in eleven days by two linked exporters."),
            ],
            [("Laem Chabang", "origin"), ("Manzanillo", "discharge"), ("Laredo", "destination")],
            goods="Toner powder",
            hs="370790",
            kg=490,
            usd=15_190,
            date=dt.date(2024, 9, 30),
            permission=FREE,
        ),
        finding(
            "NA-2025-000017",
            "Declared rare-earth concentrate from Namibia at 3.1 USD/kg; the price fits, the twelve-month mass is 1.4 times what is known to be mined there.",
            [
                ev("origin_capacity", 0.7, "1 900 t in twelve months against 1 350 t."),
                ev("unit_value", -0.4, "3.1 USD/kg lies inside the corridor of concentrate."),
            ],
            [("Walvis Bay", "origin"), ("Shanghai", "destination")],
            goods="Rare earth concentrate",
            hs="253090",
            kg=410_000,
            usd=1_271_000,
            date=dt.date(2025, 3, 8),
            permission=FREE,
            corridors=[corridor("rare-earth concentrate", 2.1, 4.8)],
        ),
        finding(
            "JP-VN-3301",
            "Declared didymium metal from Viet Nam at 64 USD/kg; Viet Nam makes it from imported feed and the price fits.",
            [
                ev(
                    "origin_stage", -1.1, "Two metal plants run in Viet Nam since 2012; processing origin is an origin."
                ),
                ev("unit_value", -0.6, "64 USD/kg lies inside the corridor of didymium metal (58 to 74 USD/kg)."),
                ev("route", -0.4, "Hai Phong to Osaka is the usual way."),
            ],
            [("Hai Phong", "origin"), ("Osaka", "destination")],
            goods="Didymium metal (Pr-Nd)",
            hs="280530",
            kg=20_000,
            usd=1_280_000,
            date=dt.date(2024, 7, 2),
            permission=FREE,
            corridors=[corridor("didymium metal", 58, 74)],
            peer=peers(63, 211, "Code 280530 from Viet Nam, 2024"),
        ),
        finding(
            "EE-0451",
            "Declared cerium carbonate from Estonia at 1.9 USD/kg; a plant at Sillamäe makes it and the price fits.",
            [
                ev("origin_stage", -0.9, "Sillamäe separates light rare earths since 1990."),
                ev("unit_value", -0.5, "1.9 USD/kg lies inside the corridor."),
            ],
            [("Sillamäe", "origin"), ("Hamburg", "destination")],
            goods="Cerium carbonate",
            hs="284610",
            kg=44_000,
            usd=83_600,
            date=dt.date(2024, 4, 18),
            permission=FREE,
            corridors=[corridor("cerium carbonate", 1.4, 2.6)],
        ),
        finding(
            "LA-000X",
            "Nothing stated beyond code and mass; cannot tell.",
            [],
            [],
            goods="",
            hs="284690",
            kg=0.025,
            usd=None,
            date=dt.date(2025, 8, 1),
            permission=("not applicable", "Sample of less than 50 g."),
            mode=None,
        ),
    ]
    made.sort(key=lambda item: -item.probability)
    return [ranked(item, rank) for rank, item in enumerate(made, 1)]


#: What the law asks of each; a finding that is not named has no determination.
LAWS = {
    "2024-TR-BJ-284690": law_sample.many,
    "HK24-0093317": law_sample.licence,
    "MM-TC-2025-118": law_sample.unknown,
    "DE-9911": law_sample.ban,
    "AE-77120-B": law_sample.unknown,
    "NA-2025-000017": law_sample.none,
    "JP-VN-3301": law_sample.licence,
}


def ranked(item: Finding, rank: int) -> Finding:
    """The finding with its rank and its law."""
    values = {name: getattr(item, name) for name in item.__struct_fields__}
    made = LAWS.get(item.declaration_id)
    return Finding(**{**values, "rank": rank, "law": made(item.date) if made else None})


def line(item: Finding) -> dict[str, object]:
    ends = [stop.country for stop in (item.route[:1] + item.route[-1:])]
    return {
        "rank": item.rank,
        "declaration_id": item.declaration_id,
        "item_no": item.item_no,
        "probability": item.probability,
        "permission": item.permission,
        "decision": item.decision,
        "net_kg": item.net_kg,
        "value_usd": item.value_usd,
        "origin": ends[0] if ends else None,
        "import_country": ends[-1] if ends else None,
        "route": " → ".join(ends) or None,
        "date": item.date,
        "goods": item.goods,
        "hs_code": item.hs_code,
    }


def screening(listed: int = 10, findings: list[Finding] | None = None) -> Screening:
    """A Screening with `listed` lines: the findings first, then invented ones of falling probability."""
    pages = ten() if findings is None else findings
    rows = [line(item) for item in pages]
    dice = random.Random(7)
    goods = [
        "Neodymium oxide 99.5%",
        "氧化铈 cerium oxide",
        "Nickel powder",
        "Ceramic glaze frit",
        "NdFeB magnets N35",
        "Ferro-silicon",
        "Bột oxit đất hiếm",
    ]
    codes = ["284690", "284610", "750400", "320740", "850511", "720229", "253090"]
    for rank in range(len(rows) + 1, listed + 1):
        which = dice.randrange(7)
        kg, unit = round(10 ** dice.uniform(0, 6), 1), 10 ** dice.uniform(-1.5, 2.5)
        origin, target = dice.choice(sorted(COUNTRIES)), dice.choice(sorted(COUNTRIES))
        rows.append(
            {
                "rank": rank,
                "declaration_id": f"S-{rank:06d}",
                "item_no": 1,
                "probability": 0.6 * (1 - rank / (listed + 1)) ** 3,
                "permission": dice.choice(["free", "free", "licence required", "unknown", "licence held"]),
                "decision": f"Declared {goods[which]} at {unit:.3g} USD/kg; {dice.choice(['the corridor is', 'peers show'])} {unit * 3:.3g} to {unit * 5:.3g} USD/kg.",
                "net_kg": kg,
                "value_usd": None if rank % 41 == 0 else round(kg * unit, 2),
                "origin": origin,
                "import_country": target,
                "route": f"{origin} → {target}",
                "date": dt.date(2024, 1, 1) + dt.timedelta(days=dice.randrange(600)),
                "goods": goods[which],
                "hs_code": codes[which],
                "question": dice.choice(["contents", "origin", "composition", "behaviour"]),
            }
        )
    return Screening(
        title="Screening of declarations-2024.csv",
        version="0.1.0",
        reference_hash="5d2c9f1e7a40b386",
        intake=[
            Intake(
                "declarations-2024.csv",
                len(rows) + 14,
                len(rows) + 11,
                3,
                ["CSV, delimiter ;", "Windows-1252", "decimal comma", "dates day.month.year"],
            )
        ],
        lines_screened=len(rows) + 11,
        lines_listed=len(rows),
        expected_false=round(sum(float(str(row["probability"])) for row in rows), 3),
        checks=CHECKS,
        findings=pages,
        listed=rows,
    )
