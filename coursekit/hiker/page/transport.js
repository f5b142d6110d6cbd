// Through the steps of the walks: play, single steps, the slider of time, and a prediction first.

const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");
const STEPS_PER_SECOND = 25;

function play(last) {
  // From here, or from the start if there is nothing more to see; at once for who wants no motion.
  const from = state.step < last ? state.step : 0;
  state.step = STILL.matches ? last : from;
  const began = performance.now();
  const frame = (now) => {
    const step = Math.min(from + Math.floor(((now - began) * STEPS_PER_SECOND) / 1000), last);
    view.playing = step < last ? requestAnimationFrame(frame) : null;
    if (step <= state.step) return;
    state.step = step;
    draw();
  };
  if (!STILL.matches) view.playing = requestAnimationFrame(frame);
  draw();
}

function stop() {
  if (view.playing !== null) cancelAnimationFrame(view.playing);
  view.playing = null;
}

function showTransport(asked, playing) {
  element("time").value = state.step;
  element("time-shown").textContent = `${state.step} of ${stepsOfWalks()}`;
  element("play").textContent = playing ? "⏸ Pause" : "▶ Play";
  const nobody = view.walks.length === 0;
  for (const id of ["play", "step", "time"]) element(id).disabled = asked || nobody;
  element("predict").disabled = nobody;
  element("predict").setAttribute("aria-pressed", asked);
  element("all-steps").hidden = asked;
}

function listenToTransport(changed) {
  const on = (id, event, act) => element(id).addEventListener(event, act);
  on("play", "click", () => {
    if (view.playing === null) play(stepsOfWalks());
    else changed("step", () => {});
  });
  on("step", "click", () => changed("step", () => (state.step = Math.min(state.step + 1, stepsOfWalks()))));
  on("reset", "click", () => changed("step", () => (state.step = 0)));
  on("time", "input", (event) => changed("step", () => (state.step = Number(event.target.value))));
  const askOrGiveUp = () => {
    changed("step", () => {
      if (isAsked()) state.prediction = null;
      else askForPrediction();
      view.cursor = null;
    });
    showControls();
    if (isAsked()) element("map").focus({ preventScroll: true });
  };
  on("predict", "click", askOrGiveUp);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isAsked()) askOrGiveUp();
  });
}
