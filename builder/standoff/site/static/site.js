// The audit site works without this file; with it, chains light up, tables sort and filter, and keys walk the text.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

  // ---- Text: spans, the items that they belong to, and the keys ----
  const text = document.querySelector(".reader .text");
  const island = document.getElementById("links");
  const lens = document.getElementById("lens");
  const links = island ? JSON.parse(island.textContent) : {};
  const pieces = new Map();
  const owners = new Map();
  if (text) {
    for (const element of all(".s, .g a", text)) {
      for (const number of element.dataset.s.split(" ")) {
        if (!pieces.has(number)) pieces.set(number, []);
        pieces.get(number).push(element);
      }
    }
  }
  for (const [anchor, numbers] of Object.entries(links)) {
    for (const number of numbers) {
      const key = String(number);
      if (!owners.has(key)) owners.set(key, []);
      owners.get(key).push(anchor);
    }
  }
  let held = null;

  const clear = () => {
    for (const element of all(".lit, .kin, .hot")) element.classList.remove("lit", "kin", "hot");
  };
  const mark = (numbers, name) => {
    for (const number of numbers) for (const element of pieces.get(String(number)) || []) element.classList.add(name);
  };
  const entityOf = (number) => (owners.get(number) || []).find((anchor) => anchor.startsWith("e"));
  const light = (numbers, anchor) => {
    clear();
    if (anchor) mark(links[anchor] || [], "kin");
    else for (const number of numbers) if (entityOf(number)) mark(links[entityOf(number)], "kin");
    mark(numbers, "lit");
  };
  const line = (parent, label, kind, words, href) => {
    const row = document.createElement("p");
    if (label) {
      const name = document.createElement("span");
      name.className = "label " + kind;
      name.textContent = label;
      row.append(name);
    }
    const target = document.createElement(href ? "a" : "bdi");
    if (href) target.href = href;
    target.textContent = words;
    row.append(target);
    parent.append(row);
  };
  const kindOf = (element) => (element ? (/\b[mvactdqorz]\b/.exec(element.className) || ["z"])[0] : "z");
  const describe = (numbers) => {
    if (!lens) return;
    lens.textContent = "";
    for (const number of numbers.slice(0, 4)) {
      const tag = document.querySelector(`tr[id="s${number}"] .label`);
      const row = document.getElementById("s" + number);
      if (row) line(lens, tag ? tag.textContent : "", kindOf(tag), row.cells[0].textContent.trim(), "#s" + number);
      for (const anchor of (owners.get(number) || []).slice(0, 5)) {
        const card = document.getElementById(anchor);
        const heading = card && card.querySelector("h3");
        if (!heading || anchor.startsWith("n")) continue;
        const name = heading.querySelector(".label");
        const words = (heading.querySelector(".what, .toward") || heading).textContent.replace(/\s+/g, " ").trim();
        line(lens, name && !anchor.startsWith("t") ? name.textContent : "", kindOf(name), words, "#" + anchor);
      }
    }
  };
  const release = () => {
    held = null;
    clear();
    if (lens) lens.textContent = "";
  };
  const numbersOf = (element) => element.dataset.s.split(" ").filter((number) => number !== "");

  if (text) {
    const tags = all(".g a", text);
    const pointed = (event) => event.target.closest(".s, .g a");
    tags.forEach((tag, index) => { tag.tabIndex = index ? -1 : 0; });
    text.addEventListener("pointerover", (event) => {
      const element = pointed(event);
      if (element && held === null) light(numbersOf(element));
    });
    text.addEventListener("pointerleave", () => { if (held === null) clear(); });
    text.addEventListener("click", (event) => {
      const element = pointed(event);
      if (!element || element.matches("a")) return;
      held = numbersOf(element);
      light(held);
      describe(held);
    });
    text.addEventListener("focusin", (event) => {
      const element = event.target.closest(".g a");
      if (!element) return;
      held = numbersOf(element);
      light(held);
      describe(held);
    });
    text.addEventListener("keydown", (event) => {
      const visible = tags.filter((tag) => tag.offsetParent !== null || tag.getClientRects().length);
      const index = visible.indexOf(document.activeElement);
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") release();
      if (index < 0 || !step || event.altKey || event.ctrlKey || event.metaKey) return;
      const next = visible[index + step];
      if (next) {
        event.preventDefault();
        tags.forEach((tag) => { tag.tabIndex = -1; });
        next.tabIndex = 0;
        next.focus();
      }
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && held !== null) release(); });
    for (const card of all(".card, .spans tr[id]")) {
      const isSpan = card.matches("tr");
      const numbers = isSpan ? [card.id.slice(1)] : (links[card.id] || []).map(String);
      const show = () => { if (numbers.length) { light(isSpan ? numbers : [], isSpan ? null : card.id); card.classList.add("hot"); } };
      card.addEventListener("pointerenter", show);
      card.addEventListener("focusin", show);
      card.addEventListener("pointerleave", () => { if (held === null) clear(); else light(held); });
    }
  }

  // ---- Tables: sort by a column, filter by words and by the values of a column ----
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v !== undefined ? cell.dataset.v : cell.textContent.trim().replace(/(\d)\u202f(?=\d)/g, "$1");
  };
  const sortable = (table) => {
    const heads = Array.from(table.tHead.rows[table.tHead.rows.length - 1].cells);
    heads.forEach((head, column) => {
      if (head.dataset.sort === "no" || !head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = Array.from(table.tBodies[0].rows);
        const backwards = head.dataset.sort === "reverse";
        const keyOf = (row) => (backwards ? valueOf(row, column).split(/\s+/).reverse().join(" ") : valueOf(row, column));
        const keyed = rows.map((row, index) => [keyOf(row), index, row]);
        keyed.sort((one, other) => {
          const order = collator.compare(one[0], other[0]);
          return (down ? -order : order) || one[1] - other[1];
        });
        table.tBodies[0].append(...keyed.map((entry) => entry[2]));
      });
    });
  };
  const filterable = (table) => {
    const rows = Array.from(table.tBodies[0].rows);
    const words = rows.map((row) => row.textContent.toLocaleLowerCase());
    const tools = document.createElement("div");
    const field = document.createElement("input");
    const count = document.createElement("output");
    const choices = [];
    tools.className = "tools";
    field.type = "search";
    const labelled = (name, control) => {
      const label = document.createElement("label");
      label.append(name, control);
      tools.append(label);
    };
    labelled("Search these " + table.dataset.filter, field);
    Array.from(table.tHead.rows[0].cells).forEach((head, column) => {
      if (head.dataset.choose === undefined) return;
      const values = new Set(rows.flatMap((row) => valueOf(row, column).split(" · ")));
      if (values.size < 2 || values.size > 200) return;
      const select = document.createElement("select");
      select.append(new Option("any", ""));
      for (const value of Array.from(values).sort(collator.compare)) select.append(new Option(value, value));
      labelled(head.textContent.trim(), select);
      choices.push([column, select]);
    });
    const apply = () => {
      const wanted = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        const fits = wanted.every((word) => words[index].includes(word))
          && choices.every(([column, select]) => !select.value || valueOf(row, column).split(" · ").includes(select.value));
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      const total = table.dataset.total;
      count.textContent = (shown === rows.length ? `${rows.length} ` : `${shown} of ${rows.length} `) + table.dataset.filter
        + (total ? ` on this page, of ${total} in all` : "");
    };
    field.addEventListener("input", apply);
    choices.forEach(([, select]) => select.addEventListener("change", apply));
    tools.append(count);
    (table.closest(".scroll") || table).before(tools);
    apply();
  };
  for (const table of all("table.grid")) {
    if (table.tHead && table.tBodies.length && table.tBodies[0].rows.length > 1) {
      if (table.dataset.filter !== undefined && table.tBodies[0].rows.length > 5) filterable(table);
      sortable(table);
    }
  }
})();
