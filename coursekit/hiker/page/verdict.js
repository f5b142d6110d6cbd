// The verdict on a walk, by the formula of coursekit/hiker/verdict.py, which says what it means.

function verdict(path, losses, lowest) {
  const { ARRIVED, WAVERS, TURNS, CREEPS } = DATA.thresholds;
  if (!losses.every(Number.isFinite) || losses.at(-1) > losses[0]) {
    return { word: "diverges", zigzag: NaN, turns: NaN, left: NaN, arrived: null };
  }
  const start = losses[0] - lowest;
  if (start <= 0) return { word: "descends", zigzag: 0, turns: 0, left: 1, arrived: 0 };
  const h = losses.map((loss) => Math.max(loss - lowest, ARRIVED * start));
  const end = h.findLastIndex((height) => height > ARRIVED * start) + 1;
  const found = {
    zigzag: zigzag(h.slice(0, end + 1)),
    turns: turning(path.slice(0, end + 1)),
    left: h.at(-1) / h[Math.floor(h.length / 2)],
    arrived: end < h.length ? end : null,
  };
  const word =
    found.zigzag > WAVERS || found.turns > TURNS
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

function turning(path) {
  // The share of the distance that leads back, against the step before.
  const steps = path.slice(1).map(([x, y], i) => [x - path[i][0], y - path[i][1]]);
  const lengths = steps.map(([x, y]) => Math.hypot(x, y));
  const back = lengths.slice(1).filter((_, i) => steps[i + 1][0] * steps[i][0] + steps[i + 1][1] * steps[i][1] < 0);
  const share = sum(back) / sum(lengths);
  return Number.isFinite(share) ? share : 0;
}
