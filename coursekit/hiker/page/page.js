// The page: state → walks → everything that is drawn; and back through the controls.

const view = { map: new LandscapeMap(element("map")), walks: [], cursor: null, playing: null, saying: null };

function changed(what, act) {
  // What was changed, "landscape", "walks" or "step", decides how much must be made anew.
  stop();
  const asked = isAsked();
  act();
  if (what !== "step") {
    // A question is asked anew about what was changed; an old answer answers nothing.
    if (asked) askForPrediction();
    else state.prediction = null;
  }
  if (what === "landscape") {
    view.cursor = null;
    setGround();
  }
  if (what !== "step") {
    view.walks = hikers();
    // Whoever turns a knob wants to see the whole walk that follows.
    if (!isAsked()) state.step = stepsOfWalks();
    showControls();
    showSteps(view.walks);
  }
  draw();
}

function setGround() {
  const landscape = current();
  const { grid, limits, axes, lowest } = landscape;
  const { x, y, z } = grid ?? gridOf(landscape, limits, 121);
  // Where the loss goes below 0, its height above the minimum has a logarithm.
  const base = Math.min(lowest, 0);
  view.map.setGround({ x, y, z: z.map((row) => row.map((loss) => loss - base)) }, limits, axes);
}

function draw() {
  const asked = isAsked();
  const { key } = state.prediction ?? {};
  const walks = view.walks
    .filter((hiker) => !asked || hiker.key === key)
    .map((hiker) => ({ ...hiker, colour: themeColour(hiker.key) }));
  view.map.draw({
    walks,
    step: state.step,
    start: state.start,
    minima: current().minima,
    prediction: state.prediction?.point,
    cursor: asked ? view.cursor : null,
  });
  // Even the heights of the axis would tell what is asked.
  const curves = asked ? walks.map((hiker) => ({ ...hiker, losses: hiker.losses.slice(0, 1) })) : walks;
  drawCurves(element("curve"), { walks: curves, step: state.step, steps: stepsOfWalks() });
  showResults(walks);
  showTransport(asked, view.playing !== null);
  const prediction = predictionInWords(view.walks, view.cursor);
  // Written anew it would be read anew, at every step.
  if (element("prediction").textContent !== prediction) element("prediction").textContent = prediction;
  element("map").setAttribute("aria-label", mapInWords(walks));
  say(walks);
}

function mapInWords(walks) {
  const places = walks.map((hiker) => `${hiker.name} at ${placeInWords(hiker.path[state.step])}`);
  const where = places.length ? `Step ${state.step}: ${places.join(", ")}.` : NOBODY;
  return `Map of ${current().title}. Start ${placeInWords(state.start)}. ${where}`;
}

function say(walks) {
  // Once it is quiet: nobody wants to hear every step. But what is asked must not be told meanwhile.
  clearTimeout(view.saying);
  if (isAsked()) showWords(walks);
  else view.saying = setTimeout(() => showWords(walks), 500);
}

function begin() {
  buildControls();
  showSelfTest(element("self-test"));
  listenToControls(changed);
  listenToTransport(changed);
  listenToMap(changed);
  window.addEventListener("resize", draw);
  // On paper everything is drawn in the light colours.
  window.addEventListener("beforeprint", () => {
    document.documentElement.dataset.printed = "";
    draw();
  });
  window.addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printed;
    draw();
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  changed("landscape", () => goTo({}));
}

begin();
