/* The report's own script: draws the charts, saves them, and shows one sample at a time. It writes text, never markup. */
"use strict";
(() => {
  const report = JSON.parse(document.getElementById("report-data").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Map(); // place on the page → chart, to be drawn again when the theme changes
  const get = (name) => document.getElementById(`detail-${name}`);
  const charts = new Map(report.charts.map((chart) => [chart.key, chart]));

  const config = (key) => ({
    displaylogo: false,
    responsive: true,
    modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]], // named, as Plotly's own set can upload a chart
    plotlyServerURL: "",
    toImageButtonOptions: { format: "svg", filename: key, scale: 3 },
  });

  function layoutOf(chart, theme) {
    const layout = structuredClone(chart.layout);
    const dragmode = layout.dragmode === "select" ? "zoom" : layout.dragmode; // nothing here listens to a selection
    return { ...layout, dragmode, autosize: true, template: structuredClone(report.templates[theme]) };
  }

  let printing = false;
  function draw(place, chart) {
    drawn.set(place, chart);
    const theme = dark.matches && !printing ? "dark" : "light";
    Plotly.react(place, structuredClone(chart.data), layoutOf(chart, theme), config(chart.key));
  }

  /* For paper: always on white, whatever the theme of the screen. */
  function save(place, chart, format) {
    const layout = { ...layoutOf(chart, "light"), paper_bgcolor: "#ffffff", plot_bgcolor: "#ffffff" };
    const size = { width: Math.max(place.clientWidth, 480), height: place.clientHeight || 340 };
    const figure = { data: structuredClone(chart.data), layout, config: {} };
    Plotly.downloadImage(figure, { format, filename: chart.key, scale: format === "png" ? 3 : 1, ...size });
  }

  function drawAgain() {
    new Map(drawn).forEach((chart, place) => draw(place, chart));
  }

  function element(kind, text, name) {
    const made = document.createElement(kind);
    if (text) made.textContent = text;
    if (name) made.className = name;
    return made;
  }

  function sounds(sample) {
    return sample.sounds.map(([name, uri, changed]) => {
      const label = element("label", changed ? `${name} (${changed})` : name);
      const player = element("audio");
      player.controls = true;
      player.src = uri;
      label.append(player);
      return label;
    });
  }

  function facts(sample) {
    return sample.facts.map(([name, value]) => {
      const row = element("div");
      row.append(element("dt", name), element("dd", value));
      return row;
    });
  }

  function picture(place) {
    const shown = get("picture");
    const card = document.querySelector(`[data-sample="${place}"] img`);
    shown.hidden = !card;
    if (!card) return;
    shown.src = card.src;
    shown.alt = card.alt;
    shown.className = card.classList.contains("waveform") ? "waveform" : "";
  }

  let current = 0;
  function show(place) {
    const sample = report.samples[place];
    current = place;
    const shown = visible();
    get("place").textContent = `${shown.indexOf(place) + 1} of ${shown.length} shown`;
    get("title").textContent = sample.label;
    get("band").textContent = `${sample.score} ${sample.band}`;
    get("band").style.setProperty("--band", `var(--${CSS.escape(sample.band)})`);
    get("about").textContent = `sample ${sample.id} · ${sample.split} split`;
    get("why").textContent = sample.why;
    picture(place);
    get("texts").replaceChildren(...sample.texts.map(([, text]) => element("p", text)));
    get("tags").replaceChildren(...sample.tags.map((tag) => element("span", tag, "tag")));
    get("sounds").replaceChildren(...sounds(sample));
    get("facts").replaceChildren(...facts(sample));
    get("notes").replaceChildren(...sample.notes.map((note) => element("p", note)));
    get("previous").disabled = place === shown[0];
    get("next").disabled = place === shown.at(-1);
    if (document.activeElement.disabled) get("close").focus(); // a disabled button would swallow the keys
    showCharts(sample);
  }

  function forgetCharts() {
    for (const place of get("charts").children) {
      drawn.delete(place);
      Plotly.purge(place);
    }
    get("charts").replaceChildren();
  }

  function showCharts(sample) {
    forgetCharts();
    for (const chart of sample.charts) {
      const place = element("div", "", "plot");
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", chart.alt);
      place.dataset.chart = chart.key;
      place.style.height = `${chart.layout.height || 340}px`;
      get("charts").append(place);
      draw(place, chart);
    }
  }

  function step(by) {
    const shown = visible();
    const place = shown[shown.indexOf(current) + by];
    if (place !== undefined) show(place);
  }

  const cards = [...document.querySelectorAll("[data-sample]")];
  const visible = () => cards.filter((card) => !card.hidden).map((card) => Number(card.dataset.sample));
  const filters = [...document.querySelectorAll("[data-filter]")];

  function passes(sample, name, wanted) {
    if (!wanted) return true;
    if (name === "tag") return sample.tags.includes(wanted);
    if (name !== "text") return sample[name] === wanted;
    const said = [sample.id, sample.label, ...sample.texts.map(([, text]) => text)].join(" ").toLowerCase();
    return wanted.toLowerCase().split(/\s+/).every((word) => said.includes(word));
  }

  function filter() {
    const wanted = filters.map((field) => [field.dataset.filter, field.value.trim()]);
    for (const card of cards) {
      const sample = report.samples[Number(card.dataset.sample)];
      card.hidden = !wanted.every(([name, value]) => passes(sample, name, value));
    }
    const count = visible().length;
    const none = count ? "" : " No sample matches; clear a filter.";
    document.getElementById("filter-count").textContent = `${count} of ${cards.length} shown.${none}`;
  }

  const dialog = document.getElementById("detail");
  dialog.addEventListener("close", () => {
    get("sounds").replaceChildren(); // a sound does not play on behind a closed window
    forgetCharts();
    document.querySelector(`[data-sample="${current}"]`).focus();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("keydown", (event) => {
    if (!dialog.open || event.target instanceof HTMLMediaElement) return; // the arrows move the playhead there
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  get("previous").addEventListener("click", () => step(-1));
  get("next").addEventListener("click", () => step(1));
  get("close").addEventListener("click", () => dialog.close());

  for (const card of cards) {
    card.addEventListener("click", () => {
      dialog.showModal();
      show(Number(card.dataset.sample));
    });
  }
  for (const button of document.querySelectorAll("[data-save]")) {
    const chart = charts.get(button.dataset.key);
    const place = document.getElementById(`chart-${chart.key}`);
    button.addEventListener("click", () => save(place, chart, button.dataset.save));
  }
  for (const field of filters) field.addEventListener("input", filter);
  if (cards.length) {
    document.getElementById("filters").hidden = false;
    filter(); // a browser may bring a field's value back with the page
  }
  for (const chart of report.charts) draw(document.getElementById(`chart-${chart.key}`), chart);
  dark.addEventListener("change", drawAgain);

  /* On paper: light, as wide as a page, and with what is folded away on the screen. */
  const folded = [...document.querySelectorAll("details:not([open])")];
  function print(isOn) {
    printing = isOn;
    document.body.classList.toggle("paper", isOn);
    for (const part of folded) part.open = isOn;
    drawAgain();
  }
  window.addEventListener("beforeprint", () => print(true));
  window.addEventListener("afterprint", () => print(false));
})();
