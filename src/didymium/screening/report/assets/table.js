"use strict";
document.documentElement.classList.add("scripted");
/* The ranked table: rows come from the embedded JSON and are drawn in chunks; chunks far from the screen are empty. */
const didymium = (() => {
  const byId = (id) => document.getElementById(id);
  const table = byId("list");
  const source = JSON.parse(byId("rows").textContent);
  const rows = source.rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [source.columns[i], cell])));
  const CHUNK = 40, PRINTED = 100, ORIGINS = 6;
  const BANDS = [["90 % and over", 0.9, 2], ["50 to 90 %", 0.5, 0.9], ["10 to 50 %", 0.1, 0.5], ["under 10 %", -1, 0.1]];
  const band = (row) => (BANDS.find(([, low, high]) => row.probability >= low && row.probability < high) || ["not stated"])[0];
  const FACETS = {
    probability: { name: "probability", of: band, label: (value) => value, order: BANDS.map(([name]) => name) },
    question: { name: "question", of: (row) => row.question || "none named", label: (value) => value },
    permission: { name: "permission", of: (row) => row.permission, label: (value) => value },
    origin: { name: "origin", of: (row) => row.origin, label: (value) => source.countries[value] || "not stated", most: ORIGINS },
  };
  const state = { key: "rank", down: false, words: [], chosen: Object.fromEntries(Object.keys(FACETS).map((key) => [key, new Set()])) };
  let shown = rows, current = -1, bodies = [], heights = [];
  for (const row of rows) {
    row.hay = [row.rank, row.declaration_id, row.decision, row.goods, row.hs_code, row.route_text, row.permission, row.date, row.question]
      .join(" ").toLowerCase().normalize("NFKC");
  }

  function make(tag, cls, text) {
    const node = document.createElement(tag);
    if (cls) node.className = cls;
    if (text !== undefined) node.textContent = text;
    return node;
  }
  const known = ["free", "licence required", "licence held", "prohibited", "unknown", "not applicable"];
  const badgeClass = (value) => "badge " + (known.includes(value) ? value : "unknown").replaceAll(" ", "-");

  function cell(cls, label, text) {
    const node = make("td", cls);
    if (label) node.dataset.label = label;
    node.append(cls === "route" ? make("bdi", "", text) : text);
    return node;
  }
  function line(row, index) {
    const tr = make("tr");
    tr.tabIndex = index === Math.max(current, 0) ? 0 : -1;
    tr.dataset.index = index;
    tr.setAttribute("aria-rowindex", index + 2);
    const permission = make("td", "perm"), text = make("td", "text"), goods = make("td", "goods");
    permission.append(make("span", badgeClass(row.permission), row.permission));
    const holder = row.page ? text.appendChild(make("a")) : text;
    if (row.page) holder.href = "#" + row.page;
    holder.append(make("bdi", "", row.decision || "no sentence"));
    goods.append(make("bdi", "", row.goods || "not stated"), " ", make("span", "code", row.hs_code));
    tr.append(cell("r rank", "rank", row.rank), cell("r prob", "probability", row.probability_text), permission, text, goods,
      cell("r", "mass", row.net_text), cell("r", "value", row.value_text), cell("r", "USD/kg", row.unit_text),
      cell("route", "route", row.route_text), cell("date", "date", row.date));
    return tr;
  }

  function fill(n) {
    const body = bodies[n];
    if (!body || body.dataset.full) return;
    body.dataset.full = "1";
    body.replaceChildren(...shown.slice(n * CHUNK, (n + 1) * CHUNK).map((row, i) => line(row, n * CHUNK + i)));
  }
  function empty(n) {
    const body = bodies[n];
    if (!body.dataset.full || body.contains(document.activeElement)) return;
    heights[n] = body.getBoundingClientRect().height || heights[n];
    delete body.dataset.full;
    gap(n);
  }
  function gap(n) {
    const tr = make("tr", "gap"), td = make("td");
    td.colSpan = 10;
    const typical = heights.find((height) => height) || CHUNK * 60;
    td.style.height = (heights[n] || typical * Math.min(1, (shown.length - n * CHUNK) / CHUNK)) + "px";
    tr.setAttribute("aria-hidden", "true");
    tr.append(td);
    bodies[n].replaceChildren(tr);
  }
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) (entry.isIntersecting ? fill : empty)(Number(entry.target.dataset.n));
  }, { rootMargin: "1500px 0px" });

  function draw() {
    watcher.disconnect();
    const count = Math.ceil(shown.length / CHUNK);
    bodies = Array.from({ length: count }, (_, n) => { const body = make("tbody"); body.dataset.n = n; return body; });
    heights = new Array(count).fill(0);
    table.querySelectorAll("tbody").forEach((body) => body.remove());
    table.append(...bodies);
    fill(0);
    if (count) heights[0] = bodies[0].getBoundingClientRect().height;
    for (let n = 1; n < count; n++) gap(n);
    bodies.forEach((body) => watcher.observe(body));
    table.setAttribute("aria-rowcount", shown.length + 1);
  }

  const collator = new Intl.Collator("en", { numeric: true });
  function compare(a, b) {
    const x = a[state.key], y = b[state.key];
    const lacksX = x === null || x === "", lacksY = y === null || y === "";
    if (lacksX || lacksY) return lacksX - lacksY || a.rank - b.rank;
    const order = typeof x === "number" ? x - y : collator.compare(x, y);
    return (state.down ? -order : order) || a.rank - b.rank;
  }
  function fits(row) {
    for (const key in FACETS) if (state.chosen[key].size && !state.chosen[key].has(FACETS[key].of(row))) return false;
    return state.words.every((word) => row.hay.includes(word));
  }
  function update() {
    shown = rows.filter(fits);
    if (state.key !== "rank" || state.down) shown.sort(compare);
    current = -1;
    draw();
    const digits = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
    byId("count").textContent = shown.length === rows.length ? digits(rows.length) + " lines" : digits(shown.length) + " of " + digits(rows.length) + " lines";
    byId("none").hidden = shown.length > 0;
    byId("clear").hidden = !state.words.length && Object.values(state.chosen).every((set) => !set.size);
    for (const th of table.querySelectorAll("th")) {
      if (th.dataset.key === state.key) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    }
    byId("sort").value = state.key + (state.down ? " down" : "");
  }
  const FALLING = ["probability", "net_kg", "value_usd", "usd_per_kg", "date"];
  function sortBy(key, down) {
    state.down = down !== undefined ? down : state.key === key ? !state.down : FALLING.includes(key);
    state.key = key;
    update();
  }

  function chips() {
    for (const [key, facet] of Object.entries(FACETS)) {
      const counts = new Map();
      for (const row of rows) counts.set(facet.of(row), (counts.get(facet.of(row)) || 0) + 1);
      const values = facet.order ? facet.order.filter((value) => counts.has(value))
        : [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || collator.compare(a, b));
      if (values.length < 2) continue;
      const box = make("div", "group");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "Filter by " + facet.name);
      box.append(make("span", "name", facet.name));
      const most = facet.most || values.length;
      for (const value of values.slice(0, most)) box.append(chip(key, facet, value, counts.get(value)));
      if (values.length > most) box.append(more(key, facet, values.slice(most), counts, box));
      byId("chips").append(box);
    }
  }
  function chip(key, facet, value, count) {
    const button = make("button", "chip", facet.label(value) + " ");
    button.type = "button";
    button.dataset.facet = key;
    button.setAttribute("aria-pressed", "false");
    button.append(make("span", "n", count));
    button.addEventListener("click", () => {
      const set = state.chosen[key];
      if (!set.delete(value)) set.add(value);
      button.setAttribute("aria-pressed", String(set.has(value)));
      update();
    });
    return button;
  }
  function more(key, facet, values, counts, box) {
    const select = make("select");
    select.setAttribute("aria-label", "More values of " + facet.name);
    select.append(new Option("others …", ""));
    const sorted = [...values].sort((a, b) => collator.compare(facet.label(a), facet.label(b)));
    for (const value of sorted) select.append(new Option(facet.label(value) + " " + counts.get(value), value));
    select.addEventListener("change", () => {
      const value = select.value, button = chip(key, facet, value, counts.get(value));
      select.selectedOptions[0].remove();
      select.value = "";
      box.insertBefore(button, select);
      button.click();
    });
    return select;
  }
  function clear() {
    byId("search").value = "";
    state.words = [];
    for (const key in state.chosen) state.chosen[key].clear();
    for (const button of document.querySelectorAll(".chip")) button.setAttribute("aria-pressed", "false");
    update();
  }

  /* CSV: text that a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers. */
  const CSV = ["rank", "declaration_id", "item_no", "probability", "permission", "question", "decision", "hs_code", "goods", "net_kg",
    "value_usd", "usd_per_kg", "origin", "import_country", "route", "date"];
  function quoted(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r\n]/.test(value) ? "'" + value : value;
    return /[",\r\n]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
  }
  const csv = () => "\ufeff" + [CSV, ...shown.map((row) => CSV.map((key) => row[key]))].map((cells) => cells.map(quoted).join(",")).join("\r\n") + "\r\n";

  function select(index) {
    if (!shown.length) return;
    const old = table.querySelector('tr[tabindex="0"]');
    if (old) old.tabIndex = -1;
    current = Math.max(0, Math.min(shown.length - 1, index));
    fill(Math.floor(current / CHUNK));
    const tr = table.querySelector(`tr[data-index="${current}"]`);
    tr.tabIndex = 0;
    tr.focus({ preventScroll: true });
    const box = tr.getBoundingClientRect(), top = 56, bottom = window.innerHeight - 24;
    if (box.top < top) window.scrollBy(0, box.top - top);
    else if (box.bottom > bottom) window.scrollBy(0, box.bottom - bottom);
  }
  function start() {
    for (const th of table.querySelectorAll("th")) {
      const button = make("button", "", th.textContent);
      button.type = "button";
      button.addEventListener("click", () => sortBy(th.dataset.key));
      th.replaceChildren(button);
      const falls = FALLING.includes(th.dataset.key);
      byId("sort").append(new Option(th.textContent + (falls ? ", largest first" : ""), th.dataset.key + (falls ? " down" : "")));
    }
    byId("sort").addEventListener("change", (event) => { const [key, down] = event.target.value.split(" "); sortBy(key, down === "down"); });
    let wait;
    byId("search").addEventListener("input", (event) => {
      clearTimeout(wait);
      wait = setTimeout(() => { state.words = event.target.value.toLowerCase().normalize("NFKC").split(/\s+/).filter(Boolean); update(); }, 120);
    });
    byId("clear").addEventListener("click", () => { clear(); byId("search").focus(); });
    let url;
    byId("csv").addEventListener("click", (event) => {
      if (url) URL.revokeObjectURL(url);
      url = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
      event.currentTarget.href = url;
    });
    table.addEventListener("focusin", (event) => { const tr = event.target.closest("tbody tr[data-index]"); if (tr) current = Number(tr.dataset.index); });
    window.addEventListener("beforeprint", () => {
      watcher.disconnect();
      table.querySelectorAll("tbody").forEach((body) => body.remove());
      const body = make("tbody");
      body.append(...shown.slice(0, PRINTED).map(line));
      table.append(body);
    });
    window.addEventListener("afterprint", draw);
    if (window.innerWidth < 960) document.querySelector(".filters").open = false;
    chips();
    update();
  }
  if (table) start();
  return {
    step: (by) => select(current < 0 ? 0 : current + by),
    page: () => (shown[current] || {}).page || "",
    order: () => shown.map((row) => row.page).filter(Boolean),
    back: (page) => { const index = shown.findIndex((row) => row.page === page); if (index >= 0) select(index); },
  };
})();
