"""What must hold for any report: self-contained, escaped, complete, and honest about what is missing."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import lxml.html
import pytest
from lxml import etree

from didymium.screening.report import render, words
from didymium.screening.views import Evidence, Field, Finding, Law, Screening
from tests.report import law_sample, sample

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script><!--",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)' autofocus='",
    "{{ 7 * 7 }}{% raw %}",
    '=HYPERLINK("http://evil.example","x")',
    "javascript:alert(1)",
    "\u202edlog\u202c \u2066x\u2069",
    "\x00\x01\x0b\ud800]]>",
    "W" * 900,
]


def altered(finding: Finding, **changes: object) -> Finding:
    return Finding(**{**{name: getattr(finding, name) for name in finding.__struct_fields__}, **changes})  # type: ignore[arg-type]


def hostile_law(text: str, day: dt.date) -> Law:
    spans = [law_sample.span("0001-01-01", "9999-12-31", text, text), law_sample.span("2030-01-01", "2020-01-01")]
    texts = (text, f"leaves {text}")
    measures = [
        law_sample.measure(identity, standing, outcome=text, spans=spans, reasons=texts, missing=texts, source=text)
        for identity, standing in ((text, text), (f"{text}#1", "applies"), (f"{text}#2", "applies"))
    ]
    return law_sample.law(day, measures, missing=[text], needs=HOSTILE, changes=HOSTILE, remarks=[text])


def hostile() -> Screening:
    findings = []
    for rank, (text, finding) in enumerate(zip(HOSTILE, sample.ten(), strict=True), 1):
        evidence = [Evidence(text, "contents", 1.0, 0.5, text, text)]
        route = [sample.Place(text, text, "TR", 37.0, 35.0), *finding.route]
        corridors = [sample.Corridor(text, corridor.points, text) for corridor in finding.corridors]
        findings.append(
            altered(
                finding,
                declaration_id=text[:80],
                rank=rank,
                decision=text,
                goods=text,
                hs_code=text[:12],
                evidence=evidence,
                route=route,
                corridors=corridors,
                permission=text[:30],
                permission_because=text,
                sources=[text],
                mode=text,
                fields=[Field(text, text, text)],
                control_dates=[(finding.date, text)],
                law=hostile_law(text, finding.date),
                questions={text: 1.0},
            )
        )
    listed = [{**sample.line(finding), "origin": finding.goods, "route": finding.goods} for finding in findings]
    intake = [sample.Intake(HOSTILE[0], 1, 1, 0, HOSTILE)]
    return Screening(
        HOSTILE[2],
        HOSTILE[0],
        HOSTILE[1],
        intake,
        10,
        10,
        1.0,
        [(text, text, text) for text in HOSTILE],
        findings,
        listed,
    )


@pytest.fixture(scope="module", params=["sample", "hostile"])
def page(request: pytest.FixtureRequest) -> str:
    return render(sample.screening(150), sample.COUNTRIES) if request.param == "sample" else render(hostile(), {})


def test_nothing_is_fetched_and_nothing_foreign_runs(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    assert [script.get("type") for script in tree.iter("script")] == ["application/json", None]
    assert not tree.xpath(
        "//img|//iframe|//object|//embed|//link|//base|//form|//audio|//video|//image|//foreignObject"
    )
    for element in tree.iter(etree.Element):
        names = set(element.attrib)
        assert not [
            name for name in names if name.startswith("on") or name in ("style", "src", "srcset", "action", "autofocus")
        ]
        for name in names & {"href", "xlink:href"}:
            target = element.get(name)
            assert re.fullmatch(r"#[\w.-]+", target) or (element.tag == "a" and re.match(r"https?://", target)), target
    assert not re.search(r"url\(|@import", "".join(style.text or "" for style in tree.iter("style")))


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    tree = lxml.html.document_fromstring(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {target[1:] for target in tree.xpath("//@href") if target.startswith("#")} <= set(ids)


def test_every_picture_is_valid_and_has_a_name(page: str) -> None:
    pictures = re.findall(r"<svg xmlns=.*?</svg>(?:(?=\s*</div>)|(?=\s*\n<main))", page, flags=re.S)
    assert len(pictures) > 20
    for picture in pictures:
        root = etree.fromstring(picture.encode())
        assert root.get("aria-label") or root.get("aria-hidden") == "true"
        numbers = [
            value
            for name in ("x", "y", "cx", "cy", "width", "height", "x1", "x2", "y1", "y2", "d")
            for value in root.xpath(f"//@{name}")
        ]
        assert not [value for value in numbers if re.search("nan|inf", value)]


def test_misleading_characters_are_shown(page: str) -> None:
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x01\ud800]", page)


def data(page: str) -> dict[str, Any]:
    text = lxml.html.document_fromstring(page).xpath("//script[@id='rows']/text()")[0]
    content: dict[str, Any] = json.loads(text)
    return content


def test_embedded_rows_are_the_listed_ones() -> None:
    screening = sample.screening(150)
    content = data(render(screening, sample.COUNTRIES))
    assert len(content["rows"]) == 150
    at = {name: index for index, name in enumerate(content["columns"])}
    for row, line in zip(content["rows"], screening.listed, strict=True):
        assert row[at["declaration_id"]] == line["declaration_id"]
        assert row[at["probability"]] == line["probability"]
        assert row[at["net_kg"]] == line["net_kg"]
        assert row[at["value_usd"]] == line["value_usd"]
    assert sum(bool(row[at["page"]]) for row in content["rows"]) == len(screening.findings)


def test_without_scripts_the_first_hundred_lines_are_a_table() -> None:
    tree = lxml.html.document_fromstring(render(sample.screening(150), sample.COUNTRIES))
    assert len(tree.xpath("//table[@id='list']/tbody/tr")) == 100
    assert "first 100 of 150" in tree.xpath("string(//p[@class='nojs'])")


def test_namibia_keeps_its_name() -> None:
    page = render(sample.screening(10), sample.COUNTRIES)
    assert "Namibia (NA)" in page


def test_plain_links_only_for_web_addresses() -> None:
    cut = words.parts("see https://example.org/a?b=1, javascript:alert(1) and http://example.org.")
    assert [link for _, link in cut if link] == ["https://example.org/a?b=1", "http://example.org"]
    assert (
        "".join(piece for piece, _ in cut)
        == "see https://example.org/a?b=1, javascript:alert(1) and http://example.org."
    )


def test_nothing_found_says_so() -> None:
    page = render(sample.screening(0, []), {})
    tree = lxml.html.document_fromstring(page)
    assert not tree.xpath("//table[@id='list']")
    assert "Nothing is listed." in tree.text_content()
    assert "Silence is not a clearance" in tree.text_content()


def test_what_is_missing_is_said() -> None:
    bare = next(finding for finding in sample.ten() if not finding.evidence)
    text = lxml.html.document_fromstring(render(sample.screening(1, [bare]), {})).text_content()
    for sentence in (
        "No price corridor.",
        "No peers to compare with.",
        "No route.",
        "No fields.",
        "Every check is silent",
    ):
        assert sentence in text


def section(law: Law | None, permission: str = "unknown") -> Any:
    """The page of one finding with this law."""
    finding = altered(sample.ten()[0], law=law, permission=permission)
    return lxml.html.document_fromstring(render(sample.screening(1, [finding]), sample.COUNTRIES))


def test_measures_are_grouped_by_how_they_stand() -> None:
    page = section(law_sample.licence(dt.date(2025, 12, 1)), "licence required")
    asks = page.xpath("//section[@class='asks']")[0]
    assert [title.text_content() for title in asks.xpath("h4")][:4] == [
        "Applies",
        "May apply: a fact is missing (6)",
        "Suspended that day (5)",
        "Beside it: ordinary goods licence",
    ]
    text = asks.text_content()
    assert "CN-2025-18, 6 items" in text
    assert "by item: Sm, Gd, Tb, Dy, Lu or Sc content is open." in text
    assert "leaves China (CN)" in text
    assert "suspended 2025-11-07 to 2026-11-10, by CN-2025-70; unverified from 2026-11-11 on." in text
    assert "The papers state no licence." in text
    assert asks.xpath(".//details[contains(summary, 'What an application needs')]//li")
    assert law_sample.SOURCE in asks.xpath(".//a/@href")


def test_every_item_of_a_group_is_there_with_what_is_its_own() -> None:
    page = section(law_sample.unknown(dt.date(2025, 12, 1)))
    folded = page.xpath("//section[@class='asks']//li/details[contains(summary, '7 items')]//li")
    assert [line.text_content().split() for line in folded] == [
        [f"{element}.b", element, "content", "is", "open"] for element in ["Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"]
    ]
    assert "No source is on record." in section(law_sample.ban(dt.date(2025, 12, 1))).text_content()


def test_ruleset_is_named_and_no_measure_is_said() -> None:
    free = section(law_sample.none(dt.date(2025, 3, 8)), "free")
    assert "81ce5c73bd3731a4" in free.xpath("string(//section[@class='made'])")
    assert "No measure to draw." in free.text_content()
    assert not free.xpath("//section[@class='asks']")
    assert "No determination." in section(None).text_content()
    of_others = section(law_sample.licence(dt.date(2025, 12, 1)), "not applicable").text_content()
    assert "only if the goods held what is not named" in of_others
