/* Findings as pages: the hash says which one is open. Keys: j, k, Enter, Escape, /. */
(() => {
  const root = document.documentElement, title = document.title;
  let open = null, scrolled = 0;
  function show() {
    const wanted = document.getElementById(location.hash.slice(1));
    const page = wanted && wanted.classList.contains("finding") ? wanted : null;
    const before = open;
    if (page && !before) scrolled = window.scrollY;
    if (before) before.classList.remove("open");
    open = page;
    root.classList.toggle("paged", Boolean(page));
    if (!page) {
      document.title = title;
      if (before) { window.scrollTo(0, scrolled); didymium.back(before.id); }
      return;
    }
    page.classList.add("open");
    const heading = page.querySelector("h2");
    document.title = heading.textContent;
    const order = didymium.order(), at = order.indexOf(page.id);
    if (at >= 0) { aim(page, ".previous", order[at - 1]); aim(page, ".next", order[at + 1]); }
    window.scrollTo(0, 0);
    for (const box of page.querySelectorAll(".box")) aside(box);
    heading.focus({ preventScroll: true });
  }
  function aside(box) { // a plot wider than the screen begins where the consignment is
    if (box.scrollWidth <= box.clientWidth) return;
    const marks = [...box.querySelectorAll(".own, .own-rule, .own ~ text:last-child, .own-rule + text, .leg, .place")];
    const boxes = marks.map(mark => mark.getBoundingClientRect()), frame = box.getBoundingClientRect();
    if (!boxes.length) return;
    const left = Math.min(...boxes.map(one => one.left)), right = Math.max(...boxes.map(one => one.right));
    box.scrollLeft += (left + right - frame.left - frame.right) / 2;
  }
  function aim(page, name, target) {
    let link = page.querySelector(name);
    if (!link && target) {
      link = document.createElement("a");
      link.className = name.slice(1);
      link.textContent = name.slice(1);
      page.querySelector(name === ".next" ? ".pager .muted" : ".pager .back")[name === ".next" ? "before" : "after"](link);
    }
    if (link) { link.hidden = !target; if (target) link.href = "#" + target; }
  }
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest("input, select, textarea");
    if (typing) { if (event.key === "Escape") typing.blur(); return; }
    const by = { j: 1, k: -1 }[event.key];
    if (by && open) {
      const link = open.querySelector(by > 0 ? ".next:not([hidden])" : ".previous:not([hidden])");
      if (link) location.hash = link.getAttribute("href");
    } else if (by) didymium.step(by);
    else if (event.key === "Enter" && !open && event.target.closest("tbody tr") && !event.target.closest("a")) {
      if (didymium.page()) location.hash = didymium.page();
    } else if (event.key === "Escape" && open) location.hash = "table";
    else if (event.key === "/" && !open && document.getElementById("search")) {
      document.querySelector(".filters").open = true;
      document.getElementById("search").focus();
    } else return;
    event.preventDefault();
  }
  let unfolded = [];
  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll(".notes details:not([open]), .asks details:not([open])")];
    for (const part of unfolded) part.open = true;
  });
  window.addEventListener("afterprint", () => { for (const part of unfolded) part.open = false; });
  window.addEventListener("hashchange", show);
  document.addEventListener("keydown", key);
  if (location.hash) show();
})();
