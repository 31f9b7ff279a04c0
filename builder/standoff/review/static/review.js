// A page of an adjudication: choices are kept as they are made, keys walk from difference to difference, an editor changes items.
"use strict";
(() => {
  const token = document.querySelector("meta[name=standoff-token]").content;
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const status = one("status");
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const ask = async (path, body) => {
    const options = body === undefined ? {} : {
      method: "POST", body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-Standoff-Token": token },
    };
    try {
      const answer = await fetch(path, options);
      return [answer.status, await answer.json()];
    } catch (error) {
      return [0, { message: "The server does not answer. Is standoff review still running? What was shown as kept is kept." }];
    }
  };

  // ---- The list of documents ----
  const refresh = one("refresh");
  if (refresh) {
    refresh.addEventListener("click", async () => {
      const [, answer] = await ask("refresh", {});
      one("audit-state").textContent = status.textContent = answer.message;
    });
  }
  const bench = one("bench");
  if (!bench) return;

  // ---- What is decided ----
  const report = one("report");
  const words = { open: "open", decided: "decided", gold: "as saved", follows: "follows", alike: "alike" };
  const matters = all(".matters > .matter");
  let queue = Promise.resolve();
  const tell = (text, kind, ...more) => {
    report.replaceChildren(make("p", { textContent: text }), ...more);
    report.className = kind;
    report.hidden = !text;
    if (text) report.focus();
  };
  const setState = (card, state) => {
    for (const name of Object.keys(words)) card.classList.toggle("is-" + name, name === state);
    const shown = card.querySelector("[data-state]");
    if (shown) {
      shown.textContent = words[state];
      shown.className = "state " + state;
    }
    const undo = card.querySelector("[data-do=undo]");
    if (undo) undo.hidden = state !== "decided";
    const drawn = all(`.text .g a[href$="#${card.id}"]`).map((tag) => tag.dataset.s);
    for (const piece of all(".text .s.open, .text .s.settled")) {
      if (piece.dataset.s.split(" ").some((number) => drawn.includes(number))) {
        piece.classList.toggle("open", state === "open");
        piece.classList.toggle("settled", state !== "open");
      }
    }
  };
  const show = (answer) => {
    bench.dataset.stamp = answer.stamp;
    for (const [anchor, state] of Object.entries(answer.states)) {
      const card = one(anchor);
      if (card) setState(card, state);
    }
    one("done").textContent = String(answer.done);
    one("gauge").setAttribute("width", answer.total ? Math.round((100 * answer.done) / answer.total) : 100);
    one("kept").textContent = answer.draft ? " · draft kept" : "";
    one("discard").hidden = !answer.draft;
    bench.dataset.open = String(answer.total - answer.done);
  };
  const failed = (code, answer) => {
    const again = make("button", { type: "button", className: "button", textContent: "Load again" });
    again.addEventListener("click", () => location.reload());
    tell(answer.message, "bad", ...(code === 409 && answer.kind === "conflict" ? [again] : []));
  };
  // One request after the other: each names the state that the one before it has made.
  const send = (path, body) => {
    const result = queue.then(async () => {
      const [code, answer] = await ask(path, { ...body, stamp: bench.dataset.stamp });
      if (code === 200) show(answer);
      return [code, answer];
    });
    queue = result.catch(() => null);
    return result;
  };
  const decide = async (card, body) => {
    const [code, answer] = await send("decide", { key: card.dataset.key, ...body });
    if (code === 200) {
      report.hidden = true;
      const fault = card.querySelector("[data-fault]");
      if (fault) fault.hidden = true;
      status.textContent = `${words[answer.states[card.id]] || "kept"}; ${answer.done} of ${answer.total} differences decided`;
    } else failed(code, answer);
    return code === 200;
  };
  const mixed = (card) => {
    const picks = {};
    for (const part of all(".mix fieldset", card)) {
      const chosen = all("input:checked", part).map((input) => JSON.parse(input.dataset.content));
      if (part.dataset.several !== undefined) picks[part.dataset.field] = chosen;
      else if (chosen.length) picks[part.dataset.field] = chosen[0];
    }
    return picks;
  };
  // Mixing begins with what was chosen whole: its parts are marked.
  const mark = (card, radio) => {
    const letters = radio.dataset.letters.split(" ");
    for (const input of all(".mix input", card)) {
      const mine = input.closest("label").querySelector(".letter").textContent.split(" ");
      input.checked = radio.value !== "out" && mine.some((letter) => letters.includes(letter));
    }
  };
  bench.addEventListener("change", (event) => {
    const input = event.target;
    const card = input.closest(".matter");
    if (!card) return;
    if (input.matches(".options input")) {
      mark(card, input);
      decide(card, { choice: input.value });
    } else if (input.matches(".mix input")) {
      for (const radio of all(".options input", card)) radio.checked = false;
      decide(card, { choice: "own", picks: mixed(card) });
    } else if (input.matches("[data-note]")) decide(card, { note: input.value });
  });
  const undo = async (card) => {
    if (!(await decide(card, { choice: null, note: "" }))) return;
    if (!card.querySelector(".options")) location.reload();
    for (const input of all("input:checked", card)) input.checked = false;
    const note = card.querySelector("[data-note]");
    if (note) note.value = "";
  };
  bench.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const card = button.closest(".matter");
    if (button.dataset.do === "edit") edit(card.dataset.key, "");
    else if (button.dataset.do === "undo") undo(card);
    else if (button.dataset.do === "same") {
      const chosen = card.querySelector(".options input:checked");
      if (!chosen) tell("Decide this one first; then the others can be decided the same.", "bad");
      else decide(card, { choice: chosen.value, same: true }).then((kept) => { if (kept) { location.hash = card.id; location.reload(); } });
    }
    else decide(card, { choice: "out" }).then((kept) => { if (kept) location.reload(); });
  });

  // ---- Walking ----
  let current = null;
  const pieces = new Map();
  for (const piece of all(".leaf .s")) for (const number of piece.dataset.s.split(" ")) pieces.set(number, [...(pieces.get(number) || []), piece]);
  const light = (card) => {
    for (const piece of all(".leaf .s.lit")) piece.classList.remove("lit");
    for (const number of (card.dataset.drawn || "").split(" ")) for (const piece of pieces.get(number) || []) piece.classList.add("lit");
  };
  const go = (card) => {
    if (!card) return;
    if (current) current.classList.remove("here");
    current = card;
    card.classList.add("here");
    light(card);
    card.focus({ preventScroll: true });
    const tall = card.getBoundingClientRect().height > innerHeight * 0.6;
    card.scrollIntoView({ block: tall ? "start" : "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  const beside = (step) => {
    const at = matters.indexOf(current);
    return at < 0 ? matters[0] : matters[at + step];
  };
  const nextOpen = () => {
    const at = matters.indexOf(current);
    const rest = [...matters.slice(at + 1), ...matters.slice(0, at + 1)];
    const found = rest.find((card) => card.classList.contains("is-open"));
    if (found) return go(found);
    const other = document.querySelector(".pager a[data-open]:not([aria-current])");
    if (other && Number(bench.dataset.open)) location.href = other.href;
    else tell("Everything is decided.", "good");
    return undefined;
  };
  one("next").addEventListener("click", nextOpen);
  bench.addEventListener("focusin", (event) => {
    const card = event.target.closest(".matters > .matter");
    if (!card || card === current) return;
    if (current) current.classList.remove("here");
    current = card;
    card.classList.add("here");
    light(card);
  });
  const take = (card, letter) => {
    const radio = all(".options input", card).find((input) => (letter === "x" ? input.value === "out"
      : letter === "g" && bench.dataset.target === input.value ? true
        : input.dataset.letters.toLowerCase().split(" ").includes(letter)));
    if (!radio) return false;
    if (!radio.checked || !card.classList.contains("is-decided")) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    radio.focus();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (!one("keys-on").checked || event.ctrlKey || event.metaKey || event.altKey || one("editor").open) return;
    if (event.target.matches("input:not([type=radio]):not([type=checkbox]), select, textarea")) return;
    const key = event.key.toLowerCase();
    const card = current;
    const done = () => event.preventDefault();
    if (key === "n" || key === "p") { go(beside(key === "n" ? 1 : -1)); done(); }
    else if (key === "o") { nextOpen(); done(); }
    else if (card && key === "e") { edit(card.dataset.key, ""); done(); }
    else if (card && key === "u") { undo(card); done(); }
    else if (card && key === "m" && card.querySelector(".mix")) {
      card.querySelector(".mix").open = true;
      card.querySelector(".mix input").focus();
      done();
    } else if (card && key.length === 1 && take(card, key)) done();
  });

  // ---- Saving ----
  one("save").addEventListener("click", async () => {
    await queue;
    const waiting = Number(bench.dataset.open);
    if (waiting) {
      const go = make("button", { type: "button", className: "button", textContent: "Next open" });
      go.addEventListener("click", nextOpen);
      const few = waiting === 1 ? "1 difference is" : `${waiting} differences are`;
      tell(`Nothing was saved: ${few} not decided yet. The draft is kept.`, "bad", go);
      return;
    }
    const [code, answer] = await send("save", {});
    for (const card of all("[data-fault]")) card.hidden = true;
    if (code === 200) {
      const following = bench.dataset.next;
      const link = make("a", { className: "button", textContent: following ? "Next document" : "All documents",
        href: following ? `../${encodeURIComponent(following)}/index.html` : "../index.html" });
      tell(answer.message, "good", link);
    } else if (answer.kind === "undecided") {
      tell(answer.message, "bad", make("a", { className: "button", href: answer.first, textContent: "The first of them" }));
    } else if (answer.kind === "refused") {
      const list = make("ul");
      for (const fault of answer.faults) {
        const card = fault.anchor && one(fault.anchor);
        const row = make("li");
        row.append(fault.page ? make("a", { href: fault.page, textContent: fault.message }) : fault.message);
        list.append(row);
        const place = card && card.querySelector("[data-fault]");
        if (place) {
          place.textContent = fault.message;
          place.hidden = false;
          if (card.closest("details")) card.closest("details").open = true;
        }
      }
      tell(answer.message, "bad", list);
    } else failed(code, answer);
  });
  one("discard").addEventListener("click", async () => {
    const button = one("discard");
    if (button.dataset.sure === undefined) {
      button.dataset.sure = "";
      button.textContent = "Discard all decisions of this draft?";
      return;
    }
    const [code, answer] = await send("discard", {});
    if (code === 200) location.reload();
    else failed(code, answer);
  });

  // ---- Words that are selected in the text, in code points ----
  const unseen = (node) => node.parentElement.closest(".ctl");
  const offsetIn = (leaf, node, offset) => {
    let at = Number(leaf.dataset.from);
    const walker = document.createTreeWalker(leaf.querySelector("p"), NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.parentElement.closest(".over")) continue;
      const whole = unseen(text) ? 1 : Array.from(text.data).length;
      if (text === node) return at + (unseen(text) ? Math.min(offset, 1) : Array.from(text.data.slice(0, offset)).length);
      if (node.nodeType === 1 && node.compareDocumentPosition(text) & 4 && !(node.compareDocumentPosition(text) & 16)) return at;
      at += whole;
    }
    return at;
  };
  let selected = null;
  document.addEventListener("selectionchange", () => {
    const found = document.getSelection();
    if (!found.rangeCount || found.isCollapsed || one("editor").open) return;
    const range = found.getRangeAt(0);
    const leafOf = (node) => (node.nodeType === 1 ? node : node.parentElement).closest(".leaf");
    const [first, last] = [leafOf(range.startContainer), leafOf(range.endContainer)];
    if (!first || !last) return;
    const start = offsetIn(first, range.startContainer, range.startOffset);
    const end = offsetIn(last, range.endContainer, range.endOffset);
    if (start < end) selected = { start, end, words: found.toString() };
  });

  // ---- The editor ----
  const dialog = one("editor");
  const fields = one("editor-fields");
  let editing = null;
  const labelled = (name, ...controls) => make("label", { className: "field" }, make("span", { textContent: name }), ...controls);
  const select = (options, value, empty) => {
    const control = make("select");
    if (empty !== undefined) control.append(new Option(empty, ""));
    for (const [content, text] of options) control.append(new Option(text, content));
    if (value && !options.some(([content]) => content === value)) control.append(new Option(value, value));
    control.value = value || "";
    return control;
  };
  const listed = (names, value, empty) => {
    if (names && names.length) return select(names.map((name) => [name, name]), value, empty);
    return make("input", { type: "text", value: value || "" });
  };
  const itemsOf = (...layers) => editing.items
    .filter((item) => layers.includes(item.layer) || layers.includes(item.kind))
    .map((item) => [item.key, `${item.label} ${item.words}`]);
  const referred = {
    trigger: ["trigger"], evidence: ["evidence", "content", "other"], source: ["entities", "mention"], source_span: ["mention"],
    parent: ["attributions"], attribution: ["attributions"], mentions: ["mention"], cues: ["cue"], contents: ["content"],
    holder: ["entities", "mention"], target: ["entities", "events", "spans", "attributions", "stance", "relations"],
  };
  const anything = ["entities", "events", "spans", "attributions", "stance", "relations"];
  // Each maker returns [element, how to read its value].
  const plain = (name, value, kind) => {
    const control = make("input", { type: kind || "text", value: value === undefined ? "" : value });
    return [labelled(name, control), () => (kind === "number" && control.value !== "" ? Number(control.value) : control.value)];
  };
  const chosen = (name, control) => [labelled(name, control), () => control.value];
  const rows = (name, values, build) => {
    const box = make("fieldset", { className: "rows" }, make("legend", { textContent: name }));
    const readers = new Map();
    const add = (value) => {
      const row = make("div", { className: "row" });
      const [controls, read] = build(value);
      const remove = make("button", { type: "button", className: "link", textContent: "Remove" });
      remove.setAttribute("aria-label", `Remove from ${name}`);
      remove.addEventListener("click", () => { readers.delete(row); row.remove(); });
      row.append(...controls, remove);
      readers.set(row, read);
      more.before(row);
      return controls[0];
    };
    const more = make("button", { type: "button", className: "link", textContent: "Add" });
    more.setAttribute("aria-label", `Add to ${name}`);
    more.addEventListener("click", () => add(undefined).focus());
    box.append(more);
    for (const value of values || []) add(value);
    return [box, () => Array.from(readers.values(), (read) => read()).filter((value) => value !== null)];
  };
  const named = (control, name) => { control.setAttribute("aria-label", name); return control; };
  const bounds = (values) => rows("words, as offsets", values || (selected ? [[selected.start, selected.end]] : [[0, 1]]), (value) => {
    const [start, end] = (value || [selected ? selected.start : 0, selected ? selected.end : 1])
      .map((offset) => make("input", { type: "number", min: "0", value: String(offset) }));
    named(start, "start");
    named(end, "end");
    const preview = make("bdi", { className: "preview" });
    const draw = () => { preview.textContent = wordsAt(Number(start.value), Number(end.value)); };
    for (const control of [start, end]) control.addEventListener("input", draw);
    const controls = [start, end];
    if (selected) {
      const use = make("button", { type: "button", className: "link", textContent: `Use “${selected.words.slice(0, 40)}”` });
      use.addEventListener("click", () => { start.value = selected.start; end.value = selected.end; draw(); });
      controls.push(use);
    }
    draw();
    return [[...controls, preview], () => [Number(start.value), Number(end.value)]];
  });
  const wordsAt = (start, end) => {
    for (const leaf of all(".leaf")) {
      const letters = [];
      const walker = document.createTreeWalker(leaf.querySelector("p"), NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        if (text.parentElement.closest(".over")) continue;
        if (unseen(text)) letters.push(text.data);
        else letters.push(...text.data);
      }
      const from = start - Number(leaf.dataset.from);
      if (from >= 0 && from < letters.length) return `“${letters.slice(from, end - Number(leaf.dataset.from)).join("")}”`;
    }
    return "";
  };
  const argumentRow = (value) => {
    const names = editing.words.roles[editing.value.label] || [];
    const role = named(listed(names, value && value.role, "role"), "role");
    const filler = named(select([["", "implicit"], ...itemsOf(...anything)], value && value.filler), "filler");
    return [[role, filler], () => {
      if (!role.value) return null;
      const same = value && value.filler === filler.value && value.span ? { span: value.span } : {};
      return filler.value ? { role: role.value, filler: filler.value, ...same } : { role: role.value, implicit: true };
    }];
  };
  const factualityRow = (value) => {
    const source = named(select([["author", "the author"], ...itemsOf("entities", "attributions")], value ? value.source : "author"), "source");
    const content = named(listed(editing.words.factuality, value && value.value, "value"), "value");
    return [[content, source], () => (content.value ? { source: source.value, value: content.value } : null)];
  };
  const attributeRow = (value) => {
    const [name, content] = (value || ["", ""]).map((text) => make("input", { type: "text", value: text }));
    return [[named(name, "name"), named(content, "value")], () => (name.value ? [name.value, content.value] : null)];
  };
  const referenceRow = (name) => (value) => {
    const control = named(select(itemsOf(...referred[name]), value, "none"), name);
    return [[control], () => control.value || null];
  };
  const fieldOf = (name, value) => {
    const { layer, words: inventory } = editing;
    const labels = inventory.labels || {};
    const title = name.replace(/_/g, " ");
    if (name === "fragments") return bounds(value);
    if (name === "arguments") return rows(title, value, argumentRow);
    if (name === "factuality") return rows(title, value, factualityRow);
    if (name === "evidence" && layer === "stance") return rows(title, value, referenceRow(name));
    if (["mentions", "cues", "contents"].includes(name)) return rows(title, value, referenceRow(name));
    if (name === "holder" || name === "source" || (name === "target" && layer !== "stance")) {
      const author = name === "holder" ? [["author", "the author"]] : [];
      return chosen(title, select([...author, ...itemsOf(...referred[name])], value, "none"));
    }
    if (referred[name]) return chosen(title, select(itemsOf(...referred[name]), value, "none"));
    if (name === "kind" && layer === "spans") return chosen(title, select(inventory.kind.map((kind) => [kind, kind]), value || "mention"));
    if (name === "label") return chosen(title, listed(layer === "spans" ? labels[editing.value.kind || "mention"] : labels[layer], value, "label"));
    if (name === "subtype") return chosen(title, listed((inventory.subtype || {})[editing.value.label], value, "none"));
    if (["form", "mode", "act", "irrealis"].includes(name)) return chosen(title, listed(inventory[name], value, "none"));
    if (name === "explicit") {
      const control = select([["true", "yes"], ["false", "no"]], value === undefined ? "" : String(value), "not said");
      return [labelled(title, control), () => (control.value === "" ? null : control.value === "true")];
    }
    if (name.startsWith("count_")) return plain(title, value, "number");
    if (name === "earliest" || name === "latest") return plain(title, value, "date");
    return plain(title, value);
  };
  const draw = () => {
    const readers = {};
    fields.replaceChildren();
    for (const name of editing.fields) {
      const [element, read] = fieldOf(name, editing.value[name]);
      fields.append(element);
      readers[name] = read;
      if (name === "kind" && editing.layer === "spans") {
        element.querySelector("select").addEventListener("change", () => { editing.value = value(); delete editing.value.label; draw(); });
      }
      if (name === "label" && editing.layer === "events") {
        element.lastElementChild.addEventListener("change", () => { editing.value = value(); draw(); });
      }
    }
    const [box, pairs] = rows("attributes", Object.entries(editing.value.attributes || {}), attributeRow);
    if (editing.layer !== "normalizations" && editing.layer !== "notes") fields.append(box);
    const value = () => {
      const found = Object.fromEntries(Object.entries(readers).map(([name, read]) => [name, read()]));
      const attributes = Object.fromEntries(pairs());
      if (Object.keys(attributes).length) found.attributes = attributes;
      return Object.fromEntries(Object.entries(found).filter(([, content]) => content !== "" && content !== null));
    };
    editing.read = value;
  };
  async function edit(key, layer) {
    const [code, answer] = await ask(`item.json?key=${encodeURIComponent(key)}&layer=${encodeURIComponent(layer)}`);
    if (code !== 200) { failed(code, answer); return; }
    editing = { ...answer, key };
    one("editor-head").textContent = key ? answer.title : "A new item";
    one("editor-fault").textContent = "";
    draw();
    if (!key) {
      const layers = [["spans", "a span"], ["entities", "an entity"], ["events", "an event"], ["attributions", "an attribution"],
        ["stance", "a stance"], ["relations", "a relation"]];
      const control = select(layers, editing.layer);
      control.addEventListener("change", () => edit("", control.value));
      fields.prepend(labelled("what", control));
    }
    if (!dialog.open) dialog.showModal();
  }
  one("add").addEventListener("click", () => edit("", "spans"));
  one("editor-close").addEventListener("click", () => dialog.close());
  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { key, layer, read } = editing;
    const [code, answer] = await send("decide", { key: key || "new", layer, choice: "own", value: read() });
    if (code !== 200) { one("editor-fault").textContent = answer.message; return; }
    dialog.close();
    location.hash = answer.anchor || "";
    location.reload();
  });
})();
