// Pointing at the map: a start, or the place that is predicted, by mouse, touch or keys.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

function listenToMap(changed) {
  const canvas = element("map");
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (!view.map.covers(x, y)) return; // it is on the numbers of an axis
    const point = view.map.fromScreen(x, y).map(rounded);
    if (isAsked()) predict(point);
    else if (state.tab !== "network") changed("walks", () => (state.start = point));
  });
  canvas.addEventListener("keydown", (event) => {
    const from = isAsked() ? (view.cursor ?? state.start) : state.start;
    if (event.key === "Enter" && isAsked()) predict(from);
    if (!(event.key in MOVES)) return;
    event.preventDefault();
    const point = moved(from, MOVES[event.key], event.shiftKey ? 0.1 : 0.01);
    if (isAsked()) changed("step", () => (view.cursor = point));
    else if (state.tab !== "network") changed("walks", () => (state.start = point));
  });
}

function predict(point) {
  state.prediction.point = point;
  view.cursor = null;
  showControls();
  play(PREDICTED_STEP);
}

function moved(point, move, share) {
  // By a share of the map, and not beyond its edge.
  return putOnMap(current().limits.map(([low, high], i) => rounded(point[i] + move[i] * share * (high - low))));
}

function putOnMap(point) {
  // The point itself, or the nearest one on the map.
  return current().limits.map(([low, high], i) => Math.min(Math.max(point[i], low), high));
}

function rounded(value) {
  return Number(value.toPrecision(4));
}
