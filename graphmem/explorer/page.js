
"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const data = JSON.parse(document.getElementById("data").textContent);
  const COLOURS = {
    person: ["#fde3cf", "#b3541e"], organisation: ["#d8e6f7", "#2c5f9e"], place: ["#d7eedd", "#2b7a48"],
    event: ["#f6dbe6", "#a3346b"], work: ["#e8def5", "#6a45a0"], product: ["#dff0f2", "#1f7a86"],
    group: ["#e6e9c9", "#6d7413"], language: ["#f4ecc8", "#8a6d0a"], value: ["#eceff2", "#6d7886"],
    concept: ["#f3f2ee", "#8b8778"], unknown: ["#f3f2ee", "#8b8778"],
  };
  const colour = (kind) => COLOURS[kind] || COLOURS.unknown;
  const byId = (id) => document.getElementById(id);
  let chosen = null, found = null, lit = null, spoken = [];  // the clicked node; what a search found; the lit node; lines with words
  const graph = byId("graph"), view = byId("view"), details = byId("details"), search = byId("search");

  function make(tag, attributes, parent) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (parent) parent.append(element);
    return element;
  }
  function tell(tag, text, parent, className) {           // text only: nothing from the memory is ever parsed as HTML
    const element = document.createElement(tag);
    element.textContent = text;
    if (className) element.className = className;
    if (parent) parent.append(element);
    return element;
  }
  const shorten = (text, most) => { const all = [...text]; return all.length > most ? all.slice(0, most - 1).join("") + "…" : text; };

  // --- nodes and lines -----------------------------------------------------------------------------------------
  const nodes = data.entities.map((entity, index) => ({ ...entity, index, facts: [], lines: [], x: 0, y: 0, hidden: false }));
  const pairs = new Map();
  data.facts.forEach((fact, index) => {
    for (const end of new Set([fact.s, fact.o])) if (end >= 0) nodes[end].facts.push(index);
    if (fact.s < 0 || fact.o < 0 || fact.s === fact.o) return;
    const key = Math.min(fact.s, fact.o) + "-" + Math.max(fact.s, fact.o);
    if (!pairs.has(key)) pairs.set(key, { a: nodes[fact.s], b: nodes[fact.o], facts: [] });
    pairs.get(key).facts.push(fact);
  });
  const lines = [...pairs.values()];
  for (const line of lines) {
    line.a.lines.push(line); line.b.lines.push(line);
    const words = [...new Set(line.facts.map((fact) => (fact.mark === "denied" ? "not: " : "") + fact.predicate))];
    line.label = shorten(words.slice(0, 2).join(" · ") + (words.length > 2 ? " +" + (words.length - 2) : ""), 44);
    line.look = line.facts.some((fact) => !fact.mark) ? "" : line.facts.some((fact) => fact.mark !== "superseded") ? " unsure" : " past";
  }
  const FEW_LINES = 110;                                   // up to so many lines carry their words at once

  function drawNode(node) {
    const big = Math.min(1, node.lines.length / 14), size = 12.5 + 4 * big;
    node.element = make("g", { class: "node", tabindex: "0", role: "button" }, byId("nodes"));
    const [fill, stroke] = colour(node.kind);
    const box = make("rect", { rx: 9, fill, stroke }, node.element);
    const text = make("text", { "font-size": size, "font-weight": node.lines.length > 5 ? 600 : 400 }, node.element);
    text.textContent = shorten(node.name, 30);
    make("title", {}, node.element).textContent = node.name + " (" + node.kind + ")";
    node.w = text.getComputedTextLength() + 18; node.h = size + 10;
    for (const [name, value] of Object.entries({ x: -node.w / 2, y: -node.h / 2, width: node.w, height: node.h })) box.setAttribute(name, value);
  }
  function drawLine(line) {
    line.element = make("path", { class: "line" + line.look }, byId("lines"));
    make("title", {}, line.element).textContent = line.facts.map((fact) => fact.text || fact.subject + " " + fact.predicate + " " + fact.object).join("\n");
    line.words = make("text", { class: "line-label near" }, byId("labels"));
    line.words.textContent = line.label;
    line.w = line.words.getComputedTextLength() + 6; line.h = 14;
    line.words.classList.remove("near");
  }
  nodes.forEach(drawNode);
  lines.forEach(drawLine);

  // --- layout: springs along lines, repulsion between all, boxes that may not overlap ---------------------------------
  const size = () => { const box = graph.getBoundingClientRect(); return [Math.max(320, box.width), Math.max(240, box.height)]; };
  const [width, height] = size();
  const flat = Math.min(1, height / width);                // a wide window gets a wide drawing
  nodes.forEach((node, rank) => {                          // the same spiral every time, the most linked in the middle
    const angle = rank * 2.399963, far = 34 * Math.sqrt(rank + 0.5);
    node.x = far * Math.cos(angle); node.y = far * Math.sin(angle) * flat; node.vx = 0; node.vy = 0;
  });
  function pushApart(one, two, heat) {
    const dx = two.x - one.x || 0.01, dy = two.y - one.y || 0.01, square = dx * dx + dy * dy + 100;
    const away = heat * 5200 / (square * Math.sqrt(square)) * Math.sqrt((1 + one.lines.length) * (1 + two.lines.length));
    one.vx -= dx * away; one.vy -= dy * away; two.vx += dx * away; two.vy += dy * away;
  }
  function pullTogether(line, heat) {
    const { a, b } = line, dx = b.x - a.x, dy = b.y - a.y, far = Math.sqrt(dx * dx + dy * dy) || 1;
    const few = Math.min(a.lines.length, b.lines.length), wanted = 70 + (a.w + b.w) / 6;
    const force = heat * 0.5 * (far - wanted) / far / Math.sqrt(few);
    a.vx += dx * force; a.vy += dy * force; b.vx -= dx * force; b.vy -= dy * force;
  }
  function unstack(one, two) {
    const dx = two.x - one.x, dy = two.y - one.y;
    const overX = (one.w + two.w) / 2 + 8 - Math.abs(dx), overY = (one.h + two.h) / 2 + 7 - Math.abs(dy);
    if (overX <= 0 || overY <= 0) return;
    if (overX < overY * 1.6) { const by = overX / 2 * (dx < 0 ? -1 : 1); if (!one.held) one.x -= by; if (!two.held) two.x += by; }
    else { const by = overY / 2 * (dy < 0 ? -1 : 1); if (!one.held) one.y -= by; if (!two.held) two.y += by; }
  }
  function step(heat, apart = true) {
    const shown = nodes.filter((node) => !node.hidden);
    for (let i = 0; i < shown.length; i++) for (let j = i + 1; j < shown.length; j++) pushApart(shown[i], shown[j], heat);
    for (const line of lines) if (!line.a.hidden && !line.b.hidden) pullTogether(line, heat);
    for (const node of shown) {
      node.vx -= node.x * 0.02 * heat * flat; node.vy -= node.y * 0.02 * heat;
      if (!node.held) { node.x += Math.max(-24, Math.min(24, node.vx)); node.y += Math.max(-24, Math.min(24, node.vy)); }
      node.vx *= 0.55; node.vy *= 0.55;
    }
    if (apart) for (let i = 0; i < shown.length; i++) for (let j = i + 1; j < shown.length; j++) unstack(shown[i], shown[j]);
  }
  function settle() {                                      // first untangle, as points that pass each other; then make room for the words
    for (let n = 0; n < 300; n++) step(1 - n / 400, false);
    for (let n = 0; n < 120; n++) step(0.25 * (1 - n / 120), true);
    for (let n = 0; n < 80; n++) step(0, true);
  }

  function place() {
    for (const node of nodes) node.element.setAttribute("transform", `translate(${node.x.toFixed(1)} ${node.y.toFixed(1)})`);
    for (const { a, b, element, words } of lines) {
      const dx = b.x - a.x, dy = b.y - a.y, mx = (a.x + b.x) / 2 - dy * 0.07, my = (a.y + b.y) / 2 + dx * 0.07;
      element.setAttribute("d", `M${a.x.toFixed(1)} ${a.y.toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${b.x.toFixed(1)} ${b.y.toFixed(1)}`);
    }
    word();
  }
  // A line's words go where they cover nothing that is lit up: along the line, or under or over its far end. Where all
  // places are taken they are left out; the panel and the line's tooltip have them.
  function word() {
    const spread = spoken.length > FEW_LINES && !lit ? [] : spoken;
    const taken = [...new Set(spread.flatMap((line) => [line.a, line.b]))].map((n) => ({ x: n.x, y: n.y, w: n.w, h: n.h }));
    for (const line of lines) line.words.classList.add("gone");
    for (const line of [...spread].sort((one, two) => one.w - two.w)) {
      const place = placesFor(line).find((box) => taken.every((other) =>
        Math.abs(other.x - box.x) * 2 >= other.w + box.w || Math.abs(other.y - box.y) * 2 >= other.h + box.h));
      if (!place) continue;
      taken.push(place);
      line.words.setAttribute("x", place.x.toFixed(1)); line.words.setAttribute("y", (place.y + 4).toFixed(1));
      line.words.classList.remove("gone");
    }
  }
  function placesFor(line) {
    const near = line.b === lit ? line.b : line.a, far = near === line.a ? line.b : line.a, turn = near === line.a ? 1 : -1;
    const mx = (near.x + far.x) / 2 - turn * (far.y - near.y) * 0.07, my = (near.y + far.y) / 2 + turn * (far.x - near.x) * 0.07;
    const on = (t) => ({ x: (1 - t) * (1 - t) * near.x + 2 * t * (1 - t) * mx + t * t * far.x, y: (1 - t) * (1 - t) * near.y + 2 * t * (1 - t) * my + t * t * far.y });
    const off = far.h / 2 + line.h / 2, sides = [{ x: far.x, y: far.y + off }, { x: far.x, y: far.y - off }];
    const beside = (far.w + line.w) / 2 + 2;
    const along = [0.5, 0.6, 0.4, 0.68, 0.76, 0.3].map(on);
    const all = lit ? [...along, ...sides, { x: far.x + beside, y: far.y }, { x: far.x - beside, y: far.y }] : along;
    return all.map((point) => ({ ...point, w: line.w, h: line.h }));
  }
  let frame = 0, warmth = 0;
  function warm(heat) {                                    // after a drag or a change of kinds: move on, and come to rest
    warmth = Math.max(warmth, heat);
    if (!frame) frame = requestAnimationFrame(function move() {
      step(warmth); place(); warmth *= 0.96;
      frame = warmth > 0.02 ? requestAnimationFrame(move) : 0;
    });
  }

  // --- looking: pan, zoom, fit ------------------------------------------------------------------------------------------
  let scale = 1, left = 0, top_ = 0;
  const look = () => view.setAttribute("transform", `translate(${left} ${top_}) scale(${scale})`);
  function fit() {
    const shown = nodes.filter((node) => !node.hidden), [w, h] = size();
    if (!shown.length) return;
    const x0 = Math.min(...shown.map((n) => n.x - n.w / 2)), x1 = Math.max(...shown.map((n) => n.x + n.w / 2));
    const y0 = Math.min(...shown.map((n) => n.y - n.h / 2)), y1 = Math.max(...shown.map((n) => n.y + n.h / 2));
    const below = byId("legend").offsetHeight + 22;
    scale = Math.min(1.5, (w - 40) / (x1 - x0), (h - 24 - below) / (y1 - y0));
    left = w / 2 - scale * (x0 + x1) / 2; top_ = (h - below) / 2 + 6 - scale * (y0 + y1) / 2;
    look();
  }
  function zoom(by, x, y) {
    const next = Math.max(0.15, Math.min(5, scale * by));
    left = x - (x - left) * next / scale; top_ = y - (y - top_) * next / scale; scale = next; look();
  }
  graph.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = graph.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * 0.0016), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  let drag = null;
  graph.addEventListener("pointerdown", (event) => {
    const element = event.target.closest(".node"), node = element && nodes.find((one) => one.element === element);
    drag = { node, x: event.clientX, y: event.clientY, moved: false };
    graph.setPointerCapture(event.pointerId);
  });
  graph.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const dx = event.clientX - drag.x, dy = event.clientY - drag.y;
    if (!drag.moved && dx * dx + dy * dy < 16) return;
    drag.moved = true; drag.x = event.clientX; drag.y = event.clientY;
    graph.classList.add("dragging");
    if (drag.node) { drag.node.held = true; drag.node.x += dx / scale; drag.node.y += dy / scale; warm(0.25); }
    else { left += dx; top_ += dy; look(); }
  });
  function drop() {
    if (!drag) return;
    if (drag.node) drag.node.held = false;
    if (!drag.moved) choose(drag.node || null);
    drag = null; graph.classList.remove("dragging");
  }
  graph.addEventListener("pointerup", drop);
  graph.addEventListener("pointercancel", () => { if (drag && drag.node) drag.node.held = false; drag = null; graph.classList.remove("dragging"); });

  // --- choosing: light up a node, its lines and its neighbours ------------------------------------------------------------
  function light(node) {
    lit = node;
    const near = node ? new Set([node, ...node.lines.flatMap((line) => [line.a, line.b])]) : found;
    for (const one of nodes) {
      one.element.classList.toggle("faint", Boolean(near) && !near.has(one));
      one.element.classList.toggle("chosen", one === chosen);
    }
    for (const line of lines) {
      const mine = Boolean(node) && (line.a === node || line.b === node);
      line.element.classList.toggle("near", mine); line.words.classList.toggle("near", mine);
      line.element.classList.toggle("faint", Boolean(near) && !mine && !(!node && near.has(line.a) && near.has(line.b)));
    }
    const visible = lines.filter((line) => !line.a.hidden && !line.b.hidden);
    spoken = node ? visible.filter((line) => line.a === node || line.b === node)
      : found ? visible.filter((line) => found.has(line.a) && found.has(line.b)) : visible;
    word();
  }
  function choose(node) { chosen = node; light(node); if (node) describe(node); else describeAll(); }

  function factLine(fact, self, list) {
    const item = tell("li", "", list);
    const part = (index, name) => {
      if (index < 0 || nodes[index] === self) { tell("span", name, item); return; }
      const button = tell("button", name, item, "name");
      button.type = "button"; button.addEventListener("click", () => choose(nodes[index]));
    };
    part(fact.s, fact.subject); tell("span", " " + (fact.mark === "denied" ? "not " : "") + fact.predicate + " ", item); part(fact.o, fact.object);
    if (fact.mark) tell("span", " (" + fact.mark + ")", item, "mark");
    const held = fact.since || fact.until ? (fact.since ? "from " + fact.since : "") + (fact.until ? " until " + fact.until : "") : "";
    const dates = [held.trim(), fact.said_on ? "said on " + fact.said_on : "date unknown"].filter(Boolean).join("; ");
    tell("div", dates, item, "when");
    if (!fact.sources.length) return;
    const more = tell("details", "", item);
    tell("summary", fact.sources.length === 1 ? "where it was said" : "where it was said (" + fact.sources.length + ")", more);
    for (const source of fact.sources.map((index) => data.said[index])) {
      tell("blockquote", source.text, more);
      tell("div", [source.who, source.on, source.where].filter(Boolean).join(", "), more, "when");
    }
  }
  function describe(node) {
    details.replaceChildren();
    tell("h2", node.name, details);
    tell("p", node.kind + ", mentioned " + node.mentions + (node.mentions === 1 ? " time" : " times"), details, "sub");
    if (node.aliases.length) tell("p", "Also: " + node.aliases.join(", "), details, "sub");
    const facts = node.facts.map((index) => data.facts[index]);
    for (const [heading, some] of [["Facts", facts.filter((fact) => !fact.mark)], ["Said, but not simply so", facts.filter((fact) => fact.mark)]]) {
      if (!some.length) continue;
      tell("h3", heading + " (" + some.length + ")", details);
      const list = tell("ul", "", details);
      for (const fact of some) factLine(fact, node, list);
    }
    details.scrollTop = 0;
  }
  function describeAll() {
    details.replaceChildren();
    tell("h2", "What is this?", details);
    tell("p", "Every box is something the memory has heard of; every line is one or more facts about the two. Click a box for its facts, their dates and the words they were drawn from. Drag to move, turn the wheel to zoom.", details, "sub");
    tell("h3", "Most linked", details);
    const list = tell("ul", "", details);
    for (const node of nodes.slice(0, 14)) {
      const item = tell("li", "", list), button = tell("button", node.name, item, "name");
      button.type = "button"; button.addEventListener("click", () => choose(node));
      tell("span", "  " + node.facts.length + " facts", item, "when");
    }
  }

  // --- search and legend ----------------------------------------------------------------------------------------------------
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  for (const node of nodes) {
    node.haystack = plain([node.name, ...node.aliases].join("\n"));
    node.says = plain(node.facts.map((index) => data.facts[index]).map((fact) => [fact.subject, fact.predicate, fact.object, fact.text].join(" ")).join("\n"));
  }
  function find() {
    const text = plain(search.value.trim());
    chosen = null;
    const named = nodes.filter((node) => node.haystack.includes(text));
    const matching = named.length ? named : nodes.filter((node) => node.says.includes(text));
    found = text ? new Set(matching) : null;
    light(null); describeAll();
    if (!text) return;
    details.replaceChildren();
    tell("h2", matching.length ? matching.length + " found" : "Nothing found", details);
    const list = tell("ul", "", details);
    for (const node of matching.slice(0, 40)) {
      const item = tell("li", "", list), button = tell("button", node.name, item, "name");
      button.type = "button"; button.addEventListener("click", () => choose(node));
    }
  }
  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && found && found.size) choose([...found][0]);
    if (event.key === "Escape") { search.value = ""; find(); }
  });
  const kinds = [...new Set(nodes.map((node) => node.kind))].sort((a, b) => Object.keys(COLOURS).indexOf(a) - Object.keys(COLOURS).indexOf(b));
  for (const kind of kinds) {
    const button = tell("button", "", byId("legend"));
    const swatch = make("svg", { viewBox: "0 0 12 12" }, button), [fill, stroke] = colour(kind);
    make("rect", { x: 1, y: 1, width: 10, height: 10, rx: 3, fill, stroke, "stroke-width": 1.5 }, swatch);
    tell("span", kind + " " + nodes.filter((node) => node.kind === kind).length, button);
    button.type = "button"; button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const show = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(show));
      for (const node of nodes) if (node.kind === kind) { node.hidden = !show; node.element.classList.toggle("gone", !show); }
      for (const line of lines) line.element.classList.toggle("gone", line.a.hidden || line.b.hidden);
      light(chosen && !chosen.hidden ? chosen : null); warm(0.6);
    });
  }
  tell("p", "dashed: wished, planned or denied; dotted: superseded", byId("legend"));
  for (const node of nodes) {
    node.element.addEventListener("pointerenter", () => { if (!drag) light(node); });
    node.element.addEventListener("pointerleave", () => { if (!drag) light(chosen); });
    node.element.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(node); } });
  }
  byId("fit").addEventListener("click", () => { choose(null); search.value = ""; find(); fit(); });
  window.addEventListener("resize", fit);
  byId("counts").textContent = nodes.length + " entities, " + data.facts.length + " facts" + (data.left_out ? "; " + data.left_out + " less linked entities are not drawn" : "");
  settle(); place(); fit();
  const asked = plain(decodeURIComponent(location.hash.slice(1)));      // graph.html#Maya opens with Maya chosen
  choose((asked && nodes.find((node) => plain(node.name) === asked)) || null);
})();
