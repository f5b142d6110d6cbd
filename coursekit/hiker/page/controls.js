// The controls: what the reader sets, put into the state; and the state, shown on them.

const element = (id) => document.getElementById(id);

function buildControls() {
  for (const name of Object.keys(SURFACES)) {
    element("surface").append(new Option(`${name}: ${DATA.landscapes[name].difficulty}`, name));
  }
  for (const size of [0, 1, 4, 16, 64]) {
    element("batch").append(new Option(size || `all ${DATA.digits.labels.length}`, size));
  }
  for (const [key, { name }] of Object.entries(OPTIMIZERS)) {
    element("optimizers").insertAdjacentHTML("beforeend", rowOf(key, name));
  }
  for (const span of document.querySelectorAll("[data-threshold]")) {
    const value = DATA.thresholds[span.dataset.threshold];
    span.textContent = "percent" in span.dataset ? `${100 * value} %` : value;
  }
  element("tab-network").hidden = !DATA.network;
  element("made-by").textContent = `${DATA.version} with Keras ${DATA.keras}`;
}

function rowOf(key, name) {
  const extra = `<div class="extra" data-in="invented exact" id="extra-momentum">
    <label for="momentum">momentum μ</label><input type="range" id="momentum" min="0" max="0.99" step="0.01">
    <output for="momentum" id="momentum-shown" aria-live="off"></output>
    <label class="tick"><input type="checkbox" id="nesterov"> Nesterov</label></div>`;
  return `<div class="optimizer"><label class="tick"><input type="checkbox" id="on-${key}" data-optimizer="${key}">
    ${markOf(key)}${name}</label>
    <input type="range" id="rate-${key}" data-rate="${key}" aria-label="learning rate of ${name}">
    <output for="rate-${key}" id="rate-${key}-shown" aria-live="off"></output></div>${key === "momentum" ? extra : ""}`;
}

function showControls() {
  const landscape = current();
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const selected = tab.dataset.tab === state.tab;
    tab.setAttribute("aria-selected", selected);
    tab.tabIndex = selected ? 0 : -1;
    if (selected) element("panel").setAttribute("aria-labelledby", tab.id);
  }
  for (const part of document.querySelectorAll("[data-in]")) {
    part.hidden = !part.dataset.in.split(" ").includes(state.tab);
  }
  element("about").textContent = landscape.about;
  element("source").textContent = landscape.source;
  element("surface").value = state.surface;
  element("scaled").checked = state.scaled;
  element("batch").value = state.batch;
  element("seed").value = state.seed;
  element("seed").disabled = !state.batch;
  landscape.axes.forEach((axis, i) => {
    element(`start-${"xy"[i]}-name`).textContent = axis;
    element(`start-${"xy"[i]}`).value = Number(state.start[i].toPrecision(4));
  });
  for (const key of Object.keys(OPTIMIZERS)) showRate(key);
  element("momentum").value = state.momentum;
  element("momentum-shown").textContent = state.momentum;
  element("nesterov").checked = state.nesterov;
  if (!state.chosen.momentum) element("extra-momentum").hidden = true;
  element("time").max = stepsOfWalks();
  element("map-help").textContent = isAsked()
    ? "Click or tap where you think it will be; or move the mark with the arrow keys, and Enter."
    : state.tab === "network"
      ? "The paths were walked when this page was made: every step a real one."
      : "Click, tap or move with the arrow keys (with Shift: further) to choose the start. × is a minimum.";
}

function showRate(key) {
  const slider = element(`rate-${key}`);
  const rate = state.rates[key];
  if (state.tab === "network") {
    const rates = DATA.network.hikers[key].map((hiker) => hiker.rate);
    Object.assign(slider, { min: 0, max: rates.length - 1, step: 1, value: rates.indexOf(rate) });
  } else {
    Object.assign(slider, { min: -4 * PER_DECADE, max: 2 * PER_DECADE, step: 1, value: positionOf(rate) });
  }
  slider.setAttribute("aria-valuetext", short(rate));
  slider.disabled = !state.chosen[key];
  element(`on-${key}`).checked = state.chosen[key];
  element(`rate-${key}-shown`).textContent = short(rate);
}

function seedOf(number) {
  const { min, max } = element("seed");
  return Math.min(Math.max(Math.round(number) || 0, min), max);
}

function listenToControls(changed) {
  const on = (id, event, act) => element(id).addEventListener(event, act);
  element("tabs").addEventListener("click", (event) => {
    const { tab } = event.target.dataset;
    if (tab) changed("landscape", () => goTo({ tab }));
  });
  element("tabs").addEventListener("keydown", (event) => {
    const tabs = [...document.querySelectorAll("[role=tab]:not([hidden])")];
    const at = tabs.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs.at(to % tabs.length);
    next.focus();
    next.click();
  });
  on("surface", "change", (event) => changed("landscape", () => goTo({ surface: event.target.value })));
  on("scaled", "change", (event) => changed("landscape", () => goTo({ scaled: event.target.checked })));
  on("batch", "change", (event) => changed("walks", () => (state.batch = Number(event.target.value))));
  on("seed", "change", (event) => changed("walks", () => (state.seed = seedOf(Number(event.target.value)))));
  ["x", "y"].forEach((axis, i) =>
    on(`start-${axis}`, "change", (event) => {
      const value = Number(event.target.value);
      const start = putOnMap(state.start.with(i, rounded(value)));
      if (event.target.value === "") showControls(); // the start that is kept
      else changed("walks", () => (state.start = start));
    }),
  );
  on("optimizers", "change", (event) => {
    const { optimizer } = event.target.dataset;
    if (optimizer) changed("walks", () => (state.chosen[optimizer] = event.target.checked));
  });
  on("optimizers", "input", (event) => {
    const { rate } = event.target.dataset;
    const position = Number(event.target.value);
    if (!rate) return;
    const value = state.tab === "network" ? DATA.network.hikers[rate][position].rate : rateAt(position);
    changed("walks", () => (state.rates[rate] = value));
  });
  on("momentum", "input", (event) => changed("walks", () => (state.momentum = Number(event.target.value))));
  on("nesterov", "change", (event) => changed("walks", () => (state.nesterov = event.target.checked)));
}
