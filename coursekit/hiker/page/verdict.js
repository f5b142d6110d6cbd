// The verdict on a walk, by the formula of coursekit/hiker/verdict.py, which says what it means.

function verdict(strides, losses, lowest, slight = 0) {
  const { ARRIVED, WAVERS, TURNS, CREEPS } = DATA.thresholds;
  if (!losses.every(Number.isFinite) || losses.at(-1) > Math.max(losses[0], lowest + slight)) {
    return { word: "diverges", zigzag: NaN, turns: NaN, left: NaN, arrived: null };
  }
  const start = Math.max(losses[0] - lowest, ARRIVED * slight);
  const h = losses.map((loss) => Math.max(loss - lowest, ARRIVED * start));
  const end = h.findLastIndex((height) => height > ARRIVED * start) + 1;
  if (end === 0) return { word: "descends", zigzag: 0, turns: 0, left: 1, arrived: 0 };
  const found = {
    zigzag: zigzag(h.slice(0, end + 1)),
    turns: turning(strides.slice(0, end)),
    left: h.at(-1) / h[Math.floor((h.length - 1) / 2)],
    arrived: end < h.length ? end : null,
  };
  const word =
    found.zigzag > WAVERS || found.turns > TURNS || h.at(-1) > h[0]
      ? "zigzags"
      : found.arrived === null && found.left > CREEPS
        ? "creeps"
        : "descends";
  return { word, ...found };
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

function zigzag(curve) {
  // (Σ|d| − |Σd|) / number of d, of the differences d of log curve.
  const d = curve.slice(1).map((value, i) => Math.log(value) - Math.log(curve[i]));
  return (sum(d.map(Math.abs)) - Math.abs(sum(d))) / d.length;
}

function stridesOf(path) {
  // The length of each step, with a minus where it leads back, against the step before.
  const steps = path.slice(1).map(([x, y], i) => [x - path[i][0], y - path[i][1]]);
  return steps.map(([x, y], i) => {
    const back = i > 0 && x * steps[i - 1][0] + y * steps[i - 1][1] < 0;
    return (back ? -1 : 1) * Math.hypot(x, y);
  });
}

function turning(strides) {
  // The share of the distance that leads back.
  const back = strides.filter((stride) => stride < 0);
  const share = sum(back.map(Math.abs)) / sum(strides.map(Math.abs));
  return Number.isFinite(share) ? share : 0;
}
