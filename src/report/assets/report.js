"use strict";

const report = JSON.parse(document.getElementById("data").textContent);
const root = document.getElementById("report");

// Middle tones, which read on light and on dark ground: canvases do not follow the colour scheme.
const PALETTE = [
  "#3b82f6",
  "#f97316",
  "#10a37f",
  "#a855f7",
  "#ef4444",
  "#06a5b8",
  "#d9a406",
  "#7c86f5",
  "#65a30d",
  "#db2777",
];
const AXIS = "#8490a1";
const GRID = "rgba(128, 140, 160, 0.2)";

/** An element with attributes and children; strings become text, never markup. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  for (const child of children.flat(2)) if (child != null) node.append(child);
  return node;
}

const drawing = (tag, attributes, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

const MISSING = "–";
const percent = (value, digits = 1) => (value == null ? MISSING : `${(value * 100).toFixed(digits)} %`);
const whole = (value) => (value == null ? MISSING : value.toLocaleString("en"));
const number = (value) =>
  value == null ? MISSING : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(4);
const most = (values) => values.reduce((a, b) => Math.max(a, b), 0);
const sum = (values) => values.reduce((a, b) => a + b, 0);

/** ["15.0", "k"] of 15008: powers of 1000, as all of mltk's reports. */
function units(value) {
  for (const [factor, name] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ])
    if (value >= factor) return [(value / factor).toFixed(1), name];
  return [`${value}`, ""];
}
const count = (value) => (value == null ? MISSING : units(value).join(" ").trim());
const bytes = (value) => (value == null ? MISSING : `${units(value).join(" ").trim()}${value < 1000 ? " " : ""}B`);

/** "+0.4": the change in percent points. */
function points(before, after) {
  if (before == null || after == null) return [MISSING, ""];
  const difference = Math.round((after - before) * 1000) / 10;
  const text = `${difference > 0 ? "+" : difference < 0 ? "−" : "±"}${Math.abs(difference).toFixed(1)}`;
  return [text, difference > 0 ? "up" : difference < 0 ? "down" : ""];
}

const sections = [];
function section(title, about, ...children) {
  const id = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  sections.push([id, title]);
  const node = element(
    "section",
    { id },
    element("h2", {}, title),
    about ? element("p", {}, about) : null,
    ...children,
  );
  root.append(node);
  return node;
}

/** A table; columns are {title, kind}, where kind is the class of the cells, and cells are strings or elements. */
function table(columns, rows) {
  const head = element(
    "tr",
    {},
    columns.map(({ title, kind }) => element("th", { class: kind || "", scope: "col" }, title)),
  );
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      cells.map((cell, i) => element("td", { class: columns[i].kind || "" }, cell)),
    ),
  );
  return element(
    "div",
    { class: "scroll" },
    element("table", { class: "grid" }, element("thead", {}, head), element("tbody", {}, body)),
  );
}

const bar = (share, kind = "") =>
  element("span", { class: "bar" }, element("i", { class: kind, style: `width: ${100 * (share ?? 0)}%` }));
const meter = (text, share, kind) => element("div", { class: "meter" }, element("span", {}, text), bar(share, kind));

/** A line chart: series of {label, values, colour, dash}; `live` shows the values under the pointer, else the last. */
function chart(parent, title, note, x, series, { xLabel, xRange, yRange, live = true, height = 250 } = {}) {
  const holder = element("div", { class: "chart", role: "img", "aria-label": `chart: ${title}` });
  parent.append(element("div", {}, element("h3", {}, title, note ? element("span", {}, `  ${note}`) : null), holder));
  const axis = {
    stroke: AXIS,
    font: "11px system-ui, sans-serif",
    labelFont: "11px system-ui, sans-serif",
    grid: { stroke: GRID, width: 1 },
    ticks: { stroke: GRID, size: 5 },
  };
  const size = () => ({ width: Math.max(260, holder.clientWidth), height });
  const showLast = (plot) => live && plot.cursor.idx == null && plot.setLegend({ idx: x.length - 1 });
  const plot = new uPlot(
    {
      ...size(),
      padding: [8, 12, 0, 0],
      cursor: { points: { size: 6 }, y: false },
      legend: { live },
      scales: { x: { time: false, range: xRange }, y: { range: yRange } },
      axes: [
        {
          ...axis,
          label: xLabel,
          labelSize: 18,
          size: 30,
          incrs: xLabel === "epoch" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] : undefined,
        },
        {
          ...axis,
          size: 58,
          values: (_, ticks) =>
            ticks.map((tick) =>
              tick !== 0 && most(ticks.map(Math.abs)) < 1e-2 ? tick.toExponential(1) : `${+tick.toFixed(6)}`,
            ),
        },
      ],
      series: [
        { label: xLabel },
        ...series.map(({ label, colour, dash }, i) => ({
          label,
          dash,
          width: 2,
          stroke: colour || PALETTE[i % PALETTE.length],
          points: { show: x.length === 1, size: 7 },
          value: (_, value) => number(value),
        })),
      ],
      hooks: { ready: [showLast], setCursor: [showLast] },
    },
    [x, ...series.map(({ values }) => values)],
    holder,
  );
  new ResizeObserver(() => holder.clientWidth !== plot.width && plot.setSize(size())).observe(holder);
}

function header() {
  const version = report.version == null ? null : element("span", { class: "chip" }, `version ${report.version}`);
  root.append(
    element(
      "header",
      {},
      element("h1", {}, report.name, version),
      report.description ? element("p", {}, report.description) : null,
      report.classes
        ? element(
            "div",
            { class: "chips" },
            report.classes.map((name) => element("span", { class: "chip" }, `${name}`)),
          )
        : null,
    ),
  );

  const { float, int8, profile, history } = report;
  const cards = [];
  const card = (label, value, unit, note, kind = "") =>
    cards.push(
      element(
        "div",
        { class: `card ${kind}` },
        element("span", {}, label),
        element("b", {}, value, unit ? element("small", {}, ` ${unit}`) : null),
        note,
      ),
    );
  const accuracy = (results) => [(results.overall_accuracy * 100).toFixed(1), "%"];
  if (int8 && int8.overall_accuracy != null) {
    let note = null;
    if (float && float.overall_accuracy != null) {
      const [text, kind] = points(float.overall_accuracy, int8.overall_accuracy);
      note = element("span", {}, element("span", { class: kind }, text), " points vs float");
    }
    card("Accuracy, int8", ...accuracy(int8), note, "main");
  }
  if (float && float.overall_accuracy != null) {
    card(
      "Accuracy, float",
      ...accuracy(float),
      float.roc_auc_avg == null ? null : element("span", {}, `area under ROC ${percent(float.roc_auc_avg)}`),
    );
  }
  if (profile) {
    const cost = (label, value, unit, note) => {
      const [digits, prefix] = units(value);
      card(label, digits, `${prefix}${unit}`, element("span", {}, note));
    };
    if (profile.flash_bytes != null)
      cost("Flash", profile.flash_bytes, "B", `${whole(profile.flash_bytes)} bytes of .tflite`);
    if (profile.arena)
      cost("RAM", profile.arena["32"].minimum, "B", `${whole(profile.arena["32"].minimum)} bytes of arena`);
    if (profile.macs != null)
      cost(
        "Multiply-accumulates",
        profile.macs,
        "",
        profile.ops == null ? "one inference" : `${count(profile.ops)} operations`,
      );
  }
  if (profile && profile.target) targetCards(card, profile.target);
  const lengths = Object.values(history || {}).map((values) => values.length);
  if (lengths.length)
    card(
      "Training",
      `${most(lengths)}`,
      most(lengths) === 1 ? "epoch" : "epochs",
      history.loss ? element("span", {}, `final loss ${number(history.loss.at(-1))}`) : null,
    );
  if (cards.length) root.append(element("div", { class: "cards" }, cards));
}

function navigation() {
  if (sections.length < 2) return;
  const links = sections.map(([id, title]) => element("a", { href: `#${id}` }, title));
  root.querySelector("section").before(element("nav", { "aria-label": "sections" }, links));
}

function training() {
  const history = report.history || {};
  const base = (name) => name.replace(/^(val|int8)_/, "");
  const metrics = [...new Set(Object.keys(history).map(base))].sort((a, b) => (a === "lr") - (b === "lr"));
  if (!metrics.length) return;
  const columns = element("div", { class: "columns narrow" });
  section("Training", "One value an epoch; drag to zoom in, double-click to zoom out.", columns);
  for (const metric of metrics) {
    const kinds = [
      [metric, "training", PALETTE[0]],
      [`val_${metric}`, "validation", PALETTE[1]],
      [`int8_${metric}`, "int8", PALETTE[2], [6, 4]],
    ];
    const series = kinds
      .filter(([key]) => (history[key] || []).some((value) => value != null))
      .map(([key, label, colour, dash]) => ({ label, colour, dash, values: history[key] }));
    if (!series.length) continue;
    const epochs = Array.from(
      { length: most(series.map(({ values }) => values.length)) },
      (_, i) => (report.epochs && i in report.epochs ? report.epochs[i] : i) + 1,
    );
    const rate = metric === "lr";
    if (rate) series[0].label = "rate";
    // Judged by the validation, where there is one.
    const judged = history[`val_${metric}`] || history[metric];
    const rising = /accuracy|auc|precision|recall/.test(metric);
    const known = (judged || []).filter((value) => value != null);
    let note = null;
    if (!rate && known.length) {
      const best = known.reduce((a, b) => (rising ? Math.max(a, b) : Math.min(a, b)));
      const judge = history[`val_${metric}`] ? "validation" : "training";
      note = `best ${judge} ${number(best)} in epoch ${epochs[judged.indexOf(best)]}`;
    }
    chart(columns, rate ? "learning rate" : metric, note, epochs, series, { xLabel: "epoch" });
  }
}

/** A confusion matrix: rows are the actual classes. The colour is the root of the share of its row: rare ones show. */
function matrix(results) {
  const { classes } = results;
  const dense = classes.length > 24;
  const rows = results.confusion_matrix.map((row, actual) => {
    const samples = Math.max(sum(row), 1);
    const cells = row.map((hits, predicted) => {
      const share = hits / samples;
      const kind = hits === 0 ? "" : `${actual === predicted ? "hit" : "miss"}${share > 0.3 ? " strong" : ""}`;
      const about = `${classes[actual]} predicted as ${classes[predicted]}: ${hits} (${percent(share)})`;
      return element(
        "td",
        { class: kind, style: hits ? `--share: ${100 * Math.sqrt(share)}%` : "", title: about },
        hits && !dense ? whole(hits) : "",
      );
    });
    return element("tr", {}, element("th", { scope: "row" }, classes[actual]), cells);
  });
  const head = element(
    "tr",
    {},
    element("th"),
    classes.map((name) => element("th", { scope: "col" }, element("span", {}, name))),
  );
  return element(
    "table",
    { class: dense ? "matrix dense" : "matrix" },
    element("thead", {}, head),
    element("tbody", {}, rows),
  );
}

/** The best true positive rate at each false positive rate of `grid`: curves of different points on one axis. */
function rates(tpr, fpr, grid) {
  return grid.map((limit) => tpr.reduce((best, value, t) => (fpr[t] <= limit && value > best ? value : best), 0));
}

function evaluation() {
  const models = [
    ["float", report.float],
    ["int8", report.int8],
  ].filter(([, results]) => results);

  const counted = models.filter(([, results]) => results.confusion_matrix);
  if (counted.length) {
    section(
      "Confusion",
      "Rows are the actual classes, columns the predicted ones; the colour is the share of the row.",
      element(
        "div",
        { class: "columns" },
        counted.map(([name, results]) =>
          element(
            "div",
            {},
            element(
              "h3",
              {},
              name,
              element(
                "span",
                {},
                `  ${percent(results.overall_accuracy)} of ${whole(sum(results.confusion_matrix.flat()))} samples`,
              ),
            ),
            element("div", { class: "scroll" }, matrix(results)),
          ),
        ),
      ),
    );
  }

  const scored = models.filter(([, results]) => results.tpr && results.fpr && results.roc_auc);
  if (scored.length) {
    const columns = element("div", { class: "columns" });
    const grid = Array.from({ length: 201 }, (_, i) => i / 2000);
    const shown = PALETTE.length;
    const many = scored.some(([, results]) => results.classes.length > shown);
    section(
      "ROC",
      `Each class against the rest, false positive rates up to 10 %.${many ? ` The ${shown} smallest areas.` : ""}`,
      columns,
    );
    for (const [name, results] of scored) {
      const order = results.classes.map((_, c) => c);
      if (many) order.sort((a, b) => results.roc_auc[a] - results.roc_auc[b]).splice(shown);
      const series = order.map((c) => ({
        label: `${results.classes[c]} ${percent(results.roc_auc[c])}`,
        values: rates(results.tpr[c], results.fpr[c], grid),
      }));
      const lowest = series.flatMap(({ values }) => values.slice(20)).reduce((a, b) => Math.min(a, b), 0.5);
      chart(columns, name, `average area ${percent(results.roc_auc_avg, 2)}`, grid, series, {
        xLabel: "false positive rate",
        yRange: [Math.floor(lowest * 10) / 10, 1.01],
        live: false,
        height: 320,
      });
    }
  }
  classes(models.filter(([, results]) => results.class_accuracies));
}

function classes(models) {
  if (!models.length) return;
  const both = models.length === 2;
  const names = models[0][1].classes;
  const columns = [{ title: "class" }];
  if (models[0][1].confusion_matrix) columns.push({ title: "samples", kind: "number soft" });
  for (const [name] of models) columns.push({ title: `${name} accuracy` });
  if (both) columns.push({ title: "change, points", kind: "number" });
  for (const [name, results] of models) if (results.roc_auc) columns.push({ title: `${name} AUC`, kind: "number" });
  const row = (label, samples, accuracies, areas) => {
    const cells = [label];
    if (models[0][1].confusion_matrix) cells.push(whole(samples));
    accuracies.forEach((value, m) => cells.push(meter(percent(value), value, m ? "second" : "")));
    if (both) {
      const [text, kind] = points(...accuracies);
      cells.push(element("span", { class: kind }, text));
    }
    return [...cells, ...areas.map((value) => percent(value))];
  };
  const scored = models.filter(([, results]) => results.roc_auc);
  const rows = names.map((label, c) =>
    row(
      label,
      models[0][1].confusion_matrix && sum(models[0][1].confusion_matrix[c]),
      models.map(([, results]) => results.class_accuracies[c]),
      scored.map(([, results]) => results.roc_auc[c]),
    ),
  );
  rows.push(
    row(
      element("b", {}, "all"),
      models[0][1].confusion_matrix && sum(models[0][1].confusion_matrix.flat()),
      models.map(([, results]) => results.overall_accuracy),
      scored.map(([, results]) => results.roc_auc_avg),
    ),
  );
  section(
    both ? "Float and int8" : "Classes",
    both ? "What quantization costs, class by class." : null,
    table(columns, rows),
  );
}

/** What the model takes of the board that it was compared with. */
function targetCards(card, target) {
  const note = (...parts) => element("span", {}, ...parts);
  const share = (label, used, there) => {
    if (used == null) return card(label, MISSING, "", note(`of ${target.name}`));
    const over = used > there ? element("span", { class: "down" }, ", does not fit") : null;
    card(label, (100 * used / there).toFixed(0), "%", note(`of ${target.name}, ${whole(there)} bytes`, over));
  };
  share("RAM of the target", target.ram_used_bytes, target.ram_bytes);
  share("Flash of the target", target.flash_used_bytes, target.flash_bytes);
  const [latency] = target.latencies;
  if (!latency) return card("Latency", MISSING, "", note(target.no_latency || "an operator cannot run"));
  const missing = latency.not_timed.length ? `, without ${latency.not_timed.join(", ")}` : "";
  card(
    "Latency, estimated",
    Number((latency.seconds * 1000).toPrecision(3)).toString(),
    "ms",
    note(`±${latency.error_percent} % with ${latency.library}${missing}`),
  );
}

function layers() {
  const list = (report.profile && report.profile.layers) || [];
  if (!list.length) return;
  const shape = (tensor) => (tensor ? `${tensor.shape.join("×") || "scalar"}` : MISSING);
  const macs = report.profile.macs || sum(list.map((layer) => layer.macs));
  const [latency] = (report.profile.target && report.profile.target.latencies) || [];
  if (latency) list.forEach((layer, i) => (layer.milliseconds = 1000 * latency.layer_seconds[i]));
  const milliseconds = (value) => (value ? `${Number(value.toPrecision(3))} ms` : MISSING);
  const parts = [
    ["milliseconds", "latency", milliseconds, ""],
    ["macs", "MACs", count, ""],
    ["ram_bytes", "RAM", bytes, "second"],
    ["flash_bytes", "flash", bytes, ""],
  ].filter(([key]) => list.some((layer) => layer[key] != null));
  const columns = [
    { title: "", kind: "soft" },
    { title: "operator" },
    { title: "input", kind: "soft" },
    { title: "output", kind: "soft" },
  ];
  for (const [, title] of parts) columns.push({ title });
  columns.push({ title: "share of MACs", kind: "number soft" });
  const rows = list.map((layer) => [
    `${layer.index}`,
    element(
      "span",
      { title: layer.options || "" },
      layer.opcode,
      layer.supported === false ? element("span", { class: "down", title: layer.error }, " not supported") : null,
    ),
    shape(layer.inputs[0]),
    layer.outputs.map(shape).join(", "),
    ...parts.map(([key, , text, kind]) =>
      meter(text(layer[key]), (layer[key] || 0) / Math.max(most(list.map((one) => one[key] || 0)), 1), kind),
    ),
    macs ? percent(layer.macs / macs) : MISSING,
  ]);
  section("Layers", `${list.length} operators in the order of execution.`, table(columns, rows));
}

function memory() {
  const sizes = report.profile && report.profile.arena;
  if (!sizes && !report.arena) return;
  const parts = [];
  if (sizes) {
    const { head, tail, minimum } = sizes["32"];
    const share = (value) => `flex: ${value} 0 0`;
    parts.push(
      element(
        "div",
        {},
        element("h3", {}, `Arena on a 32-bit device`, element("span", {}, `  ${whole(minimum)} bytes`)),
        element(
          "div",
          { class: "stack" },
          element("i", { style: share(head) }),
          element("i", { class: "second", style: share(tail) }),
          element("i", { class: "rest", style: share(Math.max(minimum - head - tail, 0)) }),
        ),
        element(
          "div",
          { class: "key" },
          element("span", {}, element("i"), `tensors ${bytes(head)}`),
          element("span", {}, element("i", { class: "second" }), `persistent objects ${bytes(tail)}`),
        ),
      ),
    );
    const number = (title) => ({ title, kind: "number" });
    parts.push(
      table(
        [{ title: "bytes" }, number("tensors"), number("persistent"), number("used"), number("smallest arena")],
        [
          ["32", "32-bit device"],
          ["64", "64-bit host"],
        ].map(([bits, label]) => [label, ...["head", "tail", "used", "minimum"].map((key) => whole(sizes[bits][key]))]),
      ),
    );
  }
  if (report.arena && report.arena.length)
    parts.push(
      element(
        "div",
        {},
        element("h3", {}, "Tensors over time", element("span", {}, "  upwards: address, to the right: operator")),
        element("div", { class: "scroll" }, lives(report.arena)),
      ),
    );
  section("Memory", null, ...parts);
}

/** Who lives when: a box spans the operators during which a tensor lives, and its bytes. */
function lives(tensors) {
  const [width, height, left, bottom] = [1120, 300, 64, 26];
  const steps = most(tensors.map(({ last }) => last)) + 1;
  const top = Math.max(most(tensors.map(({ offset, bytes: size }) => offset + size)), 1);
  const x = (step) => left + ((width - left) * step) / steps;
  const y = (address) => (height - bottom) * (1 - address / top);
  const picture = drawing("svg", {
    class: "arena",
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": "tensors in memory over time",
  });
  for (let i = 0; i <= 4; ++i) {
    const address = (top * i) / 4;
    picture.append(
      drawing("line", { x1: left, x2: width, y1: y(address), y2: y(address) }),
      drawing(
        "text",
        { x: left - 8, y: Math.max(y(address) + 4, 10), "text-anchor": "end" },
        bytes(Math.round(address)),
      ),
    );
  }
  const every = Math.ceil(steps / 30);
  for (let step = 0; step < steps; step += every)
    picture.append(
      drawing("text", { x: (x(step) + x(step + 1)) / 2, y: height - 8, "text-anchor": "middle" }, `${step}`),
    );
  tensors.forEach(({ name, offset, bytes: size, first, last }, i) => {
    const [boxWidth, boxHeight] = [x(last + 1) - x(first) - 2, Math.max(y(offset) - y(offset + size) - 1, 1)];
    picture.append(
      drawing(
        "rect",
        {
          x: x(first) + 1,
          y: y(offset + size),
          width: boxWidth,
          height: boxHeight,
          rx: 3,
          fill: PALETTE[i % PALETTE.length],
          "fill-opacity": 0.85,
        },
        drawing("title", {}, `${name}: ${whole(size)} bytes at ${whole(offset)}, operators ${first} to ${last}`),
      ),
    );
    const letters = Math.floor((boxWidth - 8) / 6.2);
    if (boxHeight > 14 && letters > 3) {
      const text = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
      picture.append(
        drawing("text", { class: "inside", x: x(first) + 6, y: y(offset + size) + 13, "pointer-events": "none" }, text),
      );
    }
  });
  return picture;
}

function misclassified() {
  const list = report.misclassified || [];
  if (!list.length) return;
  section(
    "Worst mistakes",
    "The wrong predictions that the model was surest of: actual → predicted class.",
    element(
      "div",
      { class: "pictures" },
      list.map(({ picture, actual, predicted, probability, file }) =>
        element(
          "figure",
          {},
          element("img", { src: picture, alt: `${actual} predicted as ${predicted}`, loading: "lazy" }),
          element(
            "figcaption",
            {},
            `${actual} → `,
            element("b", { class: "down" }, predicted),
            probability == null
              ? null
              : element("div", { class: "surety" }, bar(probability, "bad"), percent(probability)),
            file ? element("div", { class: "file", title: file }, file.split("/").pop()) : null,
          ),
        ),
      ),
    ),
  );
}

function parameters() {
  const entries = Object.entries(report.parameters || {});
  if (!entries.length) return;
  const text = (value) =>
    typeof value === "string" ? value : Array.isArray(value) ? value.map(text).join(", ") : JSON.stringify(value);
  section(
    "Parameters",
    "Stored in the .tflite, where the firmware reads them.",
    table(
      [{ title: "key" }, { title: "value", kind: "text" }],
      entries.map(([key, value]) => [element("code", {}, key), text(value)]),
    ),
  );
}

function files() {
  const list = report.files || [];
  if (!list.length) return;
  section(
    "Files",
    null,
    table(
      [{ title: "file" }, { title: "path", kind: "text soft" }, { title: "size", kind: "number" }],
      list.map(({ name, path, bytes: size }) => [name, element("code", {}, path), bytes(size)]),
    ),
  );
}

window.addEventListener("error", ({ message }) =>
  root.append(element("p", { class: "down" }, `This page could not be drawn to its end: ${message}`)),
);
header();
training();
evaluation();
layers();
memory();
misclassified();
parameters();
files();
navigation();
root.append(
  element(
    "footer",
    {},
    "Made by mltk; this page is complete in itself and loads nothing.",
    report.command ? [" Make it again with ", element("code", {}, report.command)] : [],
  ),
);
