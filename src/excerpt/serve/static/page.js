"use strict";
// Results follow each keystroke; keys move through matches.
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isModified = event => event.ctrlKey || event.metaKey || event.altKey;
  document.documentElement.classList.add("on");
  const field = find("#q"), results = find("#results"), said = find("#said"), keys = find("#keys");

  // Results
  let flight, timer, current = -1, shown = location.search;
  async function load(url, isStep) {
    clearTimeout(timer);
    flight?.abort();
    const own = flight = new AbortController();
    try {
      const response = await fetch(url, {headers: {"x-fragment": "1"}, signal: own.signal});
      const html = await response.text();
      if (own !== flight) return;
      if (response.redirected) throw 0;
      results.innerHTML = html;
      current = -1;
      history[isStep ? "pushState" : "replaceState"](null, "", url);
      shown = location.search;
      const count = find("#count");
      said.textContent = count?.dataset.say || count?.textContent || "";
      document.title = (field.value.trim() ? field.value + " – " : "") + "excerpt";
      if (isStep) { scrollTo(0, 0); count?.focus({preventScroll: true}); }
    } catch (error) {
      if (error.name !== "AbortError") location.href = url;
    }
  }
  // The address with what is typed; it keeps the choices.
  function typed() {
    const url = new URL(location.href);
    ["page", "state"].forEach(name => url.searchParams.delete(name));
    if (field.value.trim()) url.searchParams.set("q", field.value);
    else url.searchParams.delete("q");
    return url.pathname + url.search;
  }
  if (field && location.pathname === "/") {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => load(typed(), false), 60);
    });
    find(".ask").addEventListener("submit", event => {
      event.preventDefault();
      load(typed(), true);
    });
    results.addEventListener("click", event => {
      const link = event.target.closest("a");
      const href = link?.getAttribute("href") || "";
      if (!/^\/(\?|$)/.test(href) || isModified(event) || event.shiftKey) return;
      event.preventDefault();
      const q = new URL(href, location.href).searchParams.get("q");
      if (q !== null) field.value = q;
      load(href, true);
    });
    const sendOptions = form => load("/?" + new URLSearchParams(new FormData(form)), true);
    results.addEventListener("change", event => event.target.form && sendOptions(event.target.form));
    results.addEventListener("submit", event => { event.preventDefault(); sendOptions(event.target); });
    addEventListener("popstate", () => {
      if (location.search === shown) return; // the same results
      field.value = new URL(location.href).searchParams.get("q") || "";
      load(location.href, false);
    });
  }
  const hits = () => all(".hit, .kwic tbody tr");
  function go(step) {
    const list = hits();
    if (!list.length) return;
    current = Math.max(0, Math.min(list.length - 1, current + step));
    list.forEach((hit, i) => hit.classList.toggle("cur", i === current));
    find("h2 a, .r a", list[current]).focus({preventScroll: true});
    list[current].scrollIntoView({block: "nearest"});
  }

  // Quotations
  function toast(text) {
    find(".toast")?.remove();
    const note = document.createElement("div");
    Object.assign(note, {className: "toast", role: "status", textContent: text});
    document.body.append(note);
    setTimeout(() => note.remove(), 2500);
  }
  async function cite(link) {
    const selection = getSelection(), words = `${selection}`.trim();
    const part = words && selection.anchorNode.parentElement.closest(".hit, .doc [id*='-']");
    if (part) link = find("[data-do=cite]", part) || {pathname: "/cite/" + part.id.split("-")[0]};
    try {
      // What is selected, or the whole words of it, or the whole passage.
      for (const quote of part ? [words, words.replace(/^\S+\s+|\s+\S+$/g, ""), ""] : [""]) {
        const query = "?quote=" + encodeURIComponent(quote);
        const response = await fetch("/api/v1" + link.pathname + query);
        if (!response.ok) continue;
        const {quotation, citation} = await response.json();
        await navigator.clipboard.writeText((quote ? "" : `“${quotation}”\n`) + citation + "\n");
        return toast("Copied with its citation");
      }
    } catch { /* shown instead */ }
    location.href = link.pathname;
  }
  document.addEventListener("click", event => {
    const link = event.target.closest("[data-do], [data-step]");
    if (!link || isModified(event)) return;
    event.preventDefault();
    if (link.dataset.step) jump(at + +link.dataset.step);
    else if (link.dataset.do === "cite") cite(link);
    else keys?.showModal();
  });

  // The reader
  const doc = find(".doc"), total = +doc?.dataset.n || 0;
  let at = +doc?.dataset.at || 0;
  function jump(number) {
    if (!total) return;
    number = (number - 1 + total) % total + 1;
    const mark = find("#m" + number);
    const url = new URL(location.href);
    ["at", "first"].forEach(name => url.searchParams.delete(name));
    url.searchParams.set("match", number);
    url.hash = "m" + number;
    if (!mark) { location.href = url; return; }
    all("mark.cur, .mini .cur").forEach(each => each.classList.remove("cur"));
    mark.classList.add("cur");
    find(`.mini [data-m="${number}"]`)?.classList.add("cur");
    mark.scrollIntoView({block: "center"});
    at = number;
    const tool = find(".tools [data-do]");
    if (tool) tool.href = "/cite/" + mark.closest("[id*='-']").id.split("-")[0];
    said.firstChild.textContent = number.toLocaleString("en");
    said.childNodes[1].textContent = ` of ${total.toLocaleString("en")} `;
    history.replaceState(null, "", url);
  }
  const mini = find(".mini");
  if (mini) {
    mini.addEventListener("click", event => {
      const tick = event.target.closest("[data-m]");
      if (tick) jump(+tick.dataset.m);
    });
    const {top, end} = mini.dataset, part = end - top, view = find(".view", mini);
    const paint = () => {
      const box = doc.getBoundingClientRect(), y = Math.max(0, -box.top / box.height);
      const height = Math.min(1 - y, innerHeight / box.height);
      view.setAttribute("y", 1000 * (+top + part * y));
      view.setAttribute("height", Math.max(4, 1000 * part * height));
    };
    addEventListener("scroll", paint, {passive: true});
    addEventListener("resize", paint);
    paint();
  }
  if (at && !/^#m/.test(location.hash)) find("#m" + at)?.scrollIntoView({block: "center"});

  // Keys
  const letters = find("#letters");
  try { letters.checked = localStorage.letters !== "off"; } catch { /* disabled */ }
  letters?.addEventListener("change", () => {
    try { localStorage.letters = letters.checked ? "on" : "off"; } catch { /* disabled */ }
  });
  document.addEventListener("keydown", event => {
    if (isModified(event) || keys?.open) return;
    const focus = document.activeElement, key = event.key;
    if (focus === field) {
      if (key === "Escape") field.blur();
      if (key === "ArrowDown") { event.preventDefault(); go(1); }
    }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(focus.tagName) || !letters?.checked) return;
    const hit = hits()[current];
    const actions = {
      "/": () => { field?.focus(); field?.select(); },
      "?": () => keys.showModal(),
      j: () => go(1),
      k: () => go(-1),
      x: () => { const whole = hit && find(".whole", hit); if (whole) whole.open = !whole.open; },
      c: () => find("[data-do=cite]", hit || document)?.click(),
      n: () => jump(at + 1),
      p: () => jump(at - 1),
      u: () => find(".back")?.click(),
    };
    const action = actions[key] || (/^[12]$/.test(key) && (() => all(".views a")[key - 1]?.click()));
    if (action) { event.preventDefault(); action(); }
  });
})();
