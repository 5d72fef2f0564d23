// The plane, drawn by Vega. Colors are variables of the page, so that they follow it from light to dark.
const data = JSON.parse(document.getElementById("chart-data").textContent);
const place = document.getElementById("chart");
const controls = document.getElementById("chart-controls");
const methods = document.getElementById("chart-methods");
const narrow = matchMedia("(max-width: 600px)");
let view = null;

async function unpack() {
  const packed = Uint8Array.from(atob(document.getElementById("vega").textContent), (c) => c.charCodeAt(0));
  const source = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(source).text();
  document.head.append(script);
}

function chosen() {
  const { measure, axis, image } = Object.fromEntries(new FormData(controls));
  return { measure, axis, image };
}

function hidden() {
  return [...methods.querySelectorAll(".chip input[value]:not(:checked)")].map((box) => box.value);
}

// Published curves, each with its number at the first and the last point in sight, as in the figure.
function published({ measure, image }, x, y) {
  const within = (value, [low, high]) => low < value && value < high;
  return data.published.filter(() => measure === "psnr_db" && image === "mean").flatMap((curve, index) => {
    const points = curve.bpp.map((bpp, place) => (
      { bpp, psnr_db: curve.psnr_db[place], number: index + 1, ink: `var(--curve-${curve.color})`, side: 0 }));
    const inside = points.filter((point) => within(point.bpp, x) && within(point.psnr_db, y));
    if (inside.length) inside.at(-1).side = 1;
    if (inside.length > 1) inside[0].side = -1;
    return points;
  });
}

// The specification of `dvc plots`, its anchors filled in.
function template({ measure }) {
  const anchors = { DATA: [], TITLE: "", X: "bpp", X_LABEL: "rate (bits per pixel)", Y: measure, Y_LABEL: data.labels[measure] };
  return JSON.parse(document.getElementById("chart-specification").textContent.replace(
    /"<DVC_METRIC_(\w+)>"/g, (anchor, name) => JSON.stringify(anchors[name])));
}

// What this page adds: its colors, markers and controls, the front, and published curves.
function specification({ measure, axis, image }) {
  const values = data.points.filter((point) => point.image === image && measure in point).map((point) => ({
    ...point,
    title: data.titles[data.curves.indexOf(point.method)],
    onFront: point.front.includes(measure),
  }));
  // Of all methods, whichever are hidden: the axes stay where they are.
  const extent = (name) => [Math.min(...values.map((point) => point[name])), Math.max(...values.map((point) => point[name]))];
  const theirs = published({ measure, image }, extent("bpp"), extent(measure));
  const ink = { field: "ink", type: "nominal", scale: null };
  const by = (range) => ({ field: "method", type: "nominal", scale: { domain: data.curves, range }, legend: null });
  const color = by(data.colors.map((index) => `var(--curve-${index})`));
  const text = { labelColor: "var(--muted)", titleColor: "var(--text)", titleFontWeight: 500 };
  const chart = template({ measure });
  const [lines, marks] = chart.layer;
  const { x, y } = chart.encoding;
  x.scale = { type: axis, domain: extent("bpp"), nice: false, padding: 18 };
  x.axis = { format: "~g", ...(narrow.matches ? { tickCount: 5 } : {}) };
  y.scale = { domain: extent(measure), nice: false, padding: 18 };
  lines.params = [{ name: "zoom", select: { type: "interval", zoom: "wheel![event.ctrlKey]" }, bind: "scales" }];
  Object.assign(lines.mark, { strokeWidth: 2, tooltip: null });
  lines.encoding = {
    color, strokeDash: by(data.dashes.map((dashes) => (dashes.length ? dashes.map((length) => 2 * length) : [1, 0]))),
  };
  marks.params = [{
    name: "near",
    select: { type: "point", on: "pointerover", clear: "pointerout", nearest: true, fields: ["method", "variant"] },
  }];
  Object.assign(marks.mark, { opacity: 1, stroke: "var(--panel)", strokeWidth: 1 });
  marks.encoding = {
    color,
    shape: by(data.paths),
    size: { condition: { param: "near", empty: false, value: 260 }, value: 90 },
    tooltip: [
      { field: "title", title: "method" },
      { field: "variant", title: "setting" },
      { field: "bpp", type: "quantitative", title: "bpp", format: ".3f" },
      ...Object.entries(data.labels).map(([name, title]) => (
        { field: name, type: "quantitative", title, format: name.endsWith("_db") ? ".2f" : ".3f" })),
    ],
  };
  const front = {
    transform: [{ filter: "datum.onFront" }],
    mark: { type: "circle", color: "var(--accent)", size: 620, clip: true, opacity: { expr: "frontOpacity" }, tooltip: null },
  };
  const opacity = { expr: "publishedOpacity" };
  const theirLines = {
    data: { values: theirs },
    mark: { type: "line", strokeWidth: 1.2, strokeDash: [5, 3], clip: true, opacity, tooltip: null },
    encoding: { color: ink, detail: { field: "number", type: "nominal" } },
  };
  const theirNumbers = {
    data: { values: theirs.filter((point) => point.side) },
    mark: { type: "text", dx: { expr: "8 * datum.side" }, fontSize: 12, opacity, tooltip: null },
    encoding: { color: ink, text: { field: "number", type: "nominal" } },
  };
  return {
    ...chart,
    title: undefined,
    description: `${data.labels[measure]} over the rate in bits per pixel, a curve for each method`,
    width: "container",
    height: narrow.matches ? 340 : 460,
    autosize: { type: "fit", contains: "padding" },
    background: "transparent",
    data: { values },
    params: [{ name: "hidden", value: hidden() }, { name: "frontOpacity", value: frontOpacity() }, { name: "publishedOpacity", value: publishedOpacity() }],
    transform: [{ filter: "indexof(hidden, datum.method) < 0" }],
    encoding: { x, y },
    layer: [front, lines, theirLines, theirNumbers, marks],
    config: {
      font: "system-ui, sans-serif",
      view: { stroke: null },
      axis: {
        ...text, labelFontSize: 13, titleFontSize: 13, titlePadding: 10, gridColor: "var(--rule)",
        domainColor: "var(--edge)", tickColor: "var(--edge)",
      },
    },
  };
}

const frontOpacity = () => (document.getElementById("show-front").checked ? 0.22 : 0);

const publishedOpacity = () => (document.getElementById("show-published")?.checked ? 1 : 0);

async function draw() {
  const result = await vegaEmbed(place, specification(chosen()), { renderer: "svg", actions: false });
  view?.finalize();
  view = result.view;
}

function toggle() {
  view.signal("hidden", hidden()).signal("frontOpacity", frontOpacity()).signal("publishedOpacity", publishedOpacity()).run();
  document.getElementById("toggle-all").textContent = hidden().length < data.curves.length ? "None" : "All";
}

// About the middle of what is seen, in the logarithm where the axis is one.
function zoom(factor) {
  for (const [name, signal] of [["x", "zoom_bpp"], ["y", `zoom_${chosen().measure}`]]) {
    const log = name === "x" && chosen().axis === "log";
    const ends = view.scale(name).domain().map((value) => (log ? Math.log(value) : value));
    const middle = (ends[0] + ends[1]) / 2;
    const scaled = ends.map((end) => middle + (end - middle) * factor);
    view.signal(signal, factor ? scaled.map((value) => (log ? Math.exp(value) : value)) : null);
  }
  view.run();
}

async function start() {
  await unpack();
  place.hidden = false;
  await draw();
  document.getElementById("picture").hidden = true;
  controls.addEventListener("change", draw);
  narrow.addEventListener("change", draw);
  methods.addEventListener("change", toggle);
  for (const button of controls.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(Number(button.dataset.zoom)));
  }
  document.getElementById("toggle-all").addEventListener("click", () => {
    const on = hidden().length === data.curves.length;
    methods.querySelectorAll(".chip input[value]").forEach((box) => (box.checked = on));
    toggle();
  });
}

// A browser that can't unpack or run the library keeps the picture, without controls that would do nothing.
start().catch((error) => {
  for (const element of [place, controls, methods]) element.hidden = true;
  console.error(error);
});
