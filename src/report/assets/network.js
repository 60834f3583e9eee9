"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const graph = document.getElementById("graph");
  const view = document.getElementById("view");
  const about = document.getElementById("about");
  const nodes = [...document.querySelectorAll(".node")];
  const size = { width: +graph.dataset.width, height: +graph.dataset.height };
  let place = { x: 0, y: 0, scale: 1 };

  const element = (tag, text, parent) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    parent.append(made);
    return made;
  };
  const number = (value) => (Number.isInteger(value) ? String(value) : Number(value).toPrecision(4));

  const show = () => view.setAttribute("transform", `translate(${place.x},${place.y}) scale(${place.scale})`);
  const centred = (scale) => {
    place = { scale, x: (graph.getBoundingClientRect().width - size.width * scale) / 2, y: 20 };
    show();
  };
  const acrossScale = () => Math.min(1, (graph.getBoundingClientRect().width - 40) / size.width);
  const wholeScale = () => Math.min(acrossScale(), (graph.getBoundingClientRect().height - 40) / size.height);
  const zoom = (factor, x, y) => {
    const scale = Math.min(4, Math.max(0.02, place.scale * factor));
    const grown = scale / place.scale;
    place = { scale, x: x - (x - place.x) * grown, y: y - (y - place.y) * grown };
    show();
  };

  const rows = (title, pairs) => {
    const shown = pairs.filter(([, value]) => value !== "");
    if (!shown.length) return;
    if (title) element("h3", title, about);
    const table = element("table", undefined, about);
    for (const [key, value] of shown) {
      const row = element("tr", undefined, table);
      element("td", key, row);
      element("td", value, row);
    }
  };
  const bars = (counts) => {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("class", "bars");
    picture.setAttribute("viewBox", `0 0 ${counts.length} 12`);
    picture.setAttribute("preserveAspectRatio", "none");
    picture.setAttribute("width", "100%");
    picture.setAttribute("height", "48");
    const most = Math.max(...counts);
    counts.forEach((count, i) => {
      const bar = document.createElementNS(space, "rect");
      const height = (12 * count) / most;
      for (const [key, value] of [["x", i], ["y", 12 - height], ["width", 0.9], ["height", height]]) bar.setAttribute(key, value);
      picture.append(bar);
    });
    about.append(picture);
  };
  const tensor = (title, one) => rows(title, [["name", one.name], ["type", one.type], ["real value", one.quantization]]);
  const tell = (item) => {
    about.replaceChildren();
    element("h2", item.title, about);
    rows("", [["name", item.name], ...item.attributes]);
    item.inputs.forEach((one) => tensor("Input", one));
    item.outputs.forEach((one) => tensor(item.title === "Input" || item.title === "Output" ? "" : "Output", one));
    for (const weight of item.weights) {
      tensor(weight.role || "Constant", weight);
      if (weight.histogram) {
        rows("", [["range", `${number(weight.least)} to ${number(weight.most)}`], ["mean", number(weight.mean)]]);
        if (weight.most > weight.least) bars(weight.histogram);
      }
      if (weight.values.length) element("div", weight.values.map(number).join(", "), about).className = "values";
    }
  };
  const choose = (node) => {
    nodes.forEach((other) => other.classList.toggle("chosen", other === node));
    if (node) return tell(data.items[node.dataset.index]);
    about.replaceChildren();
    element("h2", data.name, about);
    rows("", data.facts);
  };
  const centre = (node) => {
    const { width, height } = graph.getBoundingClientRect();
    const [, x, y] = node.getAttribute("transform").match(/translate\(([-\d.]+),([-\d.]+)\)/).map(Number);
    place = { scale: 1, x: width / 2 - x - 60, y: height / 3 - y };
    show();
  };

  let dragged = null;
  graph.addEventListener("pointerdown", (event) => {
    dragged = { x: event.clientX, y: event.clientY, moved: false, on: event.target.closest(".node") };
    graph.setPointerCapture(event.pointerId);
  });
  graph.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const [dx, dy] = [event.clientX - dragged.x, event.clientY - dragged.y];
    if (!dragged.moved && Math.hypot(dx, dy) < 4) return;
    Object.assign(dragged, { x: event.clientX, y: event.clientY, moved: true });
    place.x += dx;
    place.y += dy;
    show();
  });
  graph.addEventListener("pointerup", () => {
    if (dragged && !dragged.moved) choose(dragged.on);
    dragged = null;
  });
  graph.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { left, top } = graph.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey || event.shiftKey) {
      zoom(Math.exp(-event.deltaY / 300), event.clientX - left, event.clientY - top);
    } else {
      place.x -= event.deltaX;
      place.y -= event.deltaY;
      show();
    }
  }, { passive: false });
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "search") return;
    const { width, height } = graph.getBoundingClientRect();
    if (event.key === "+") zoom(1.25, width / 2, height / 2);
    if (event.key === "-") zoom(0.8, width / 2, height / 2);
    if (event.key === "Enter" && event.target.closest(".node")) choose(event.target.closest(".node"));
    if (event.key === "Escape") choose(null);
  });
  document.getElementById("fit").addEventListener("click", () => centred(wholeScale()));
  document.getElementById("search").addEventListener("input", (event) => {
    const text = event.target.value.toLowerCase();
    const hits = nodes.filter((node) => {
      const item = data.items[node.dataset.index];
      const hit = `${item.title} ${item.name} ${item.outputs.map((one) => one.name).join(" ")}`.toLowerCase().includes(text);
      node.classList.toggle("faded", !hit);
      return hit;
    });
    if (text && hits.length) {
      choose(hits[0]);
      centre(hits[0]);
    }
  });
  choose(null);
  centred(Math.max(0.5, acrossScale()));
})();
