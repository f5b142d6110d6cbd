// The map: the ground, the paths on it, and the marks of start, minimum and prediction.

const MARGIN = { left: 44, right: 10, top: 10, bottom: 38 };
const FAR = 1e4; // pixels: a browser that must draw a line to 1e140 fills the whole map with it

class LandscapeMap {
  constructor(canvas) {
    this.canvas = canvas;
    this.ground = document.createElement("canvas");
  }

  // The grid changes with the landscape; everything else is drawn anew at every step.
  setGround(grid, limits, axes) {
    Object.assign(this, { grid, limits, axes, painted: null });
  }

  place() {
    const width = this.canvas.clientWidth;
    const [[left, right], [bottom, top]] = this.limits;
    const inner = width - MARGIN.left - MARGIN.right;
    const shape = Math.min(Math.max((top - bottom) / (right - left), width < 500 ? 0.7 : 0.5), 0.9);
    this.size = { width, inner, across: Math.round(inner * shape) };
    this.size.height = this.size.across + MARGIN.top + MARGIN.bottom;
  }

  toScreen([x, y]) {
    const [[left, right], [bottom, top]] = this.limits;
    return [
      MARGIN.left + ((x - left) / (right - left)) * this.size.inner,
      MARGIN.top + ((top - y) / (top - bottom)) * this.size.across,
    ];
  }

  fromScreen(x, y) {
    const [[left, right], [bottom, top]] = this.limits;
    const between = (low, high, share) => low + Math.min(Math.max(share, 0), 1) * (high - low);
    return [
      between(left, right, (x - MARGIN.left) / this.size.inner),
      between(top, bottom, (y - MARGIN.top) / this.size.across),
    ];
  }

  covers(x, y) {
    const [across, down] = [x - MARGIN.left, y - MARGIN.top];
    return across >= 0 && across <= this.size.inner && down >= 0 && down <= this.size.across;
  }

  holds([x, y]) {
    const [[left, right], [bottom, top]] = this.limits;
    return x >= left && x <= right && y >= bottom && y <= top;
  }

  draw({ walks, step, start, minima, prediction, cursor }) {
    this.place();
    const { width, height, inner, across } = this.size;
    const context = sharp(this.canvas, width, height);
    const paper = themeColour("paper");
    const ink = themeColour("ink");
    this.paintGround();
    context.drawImage(this.ground, MARGIN.left, MARGIN.top, inner, across);
    this.drawAxes(context, ink);
    context.save();
    context.beginPath();
    context.rect(MARGIN.left, MARGIN.top, inner, across);
    context.clip();
    for (const minimum of minima) {
      const [x, y] = this.toScreen(minimum);
      cross(context, x, y, 5, ink, paper);
    }
    for (const hiker of walks) this.drawPath(context, hiker, step, paper);
    context.restore();
    const [x, y] = this.toScreen(start);
    context.beginPath();
    context.arc(x, y, 6, 0, 2 * Math.PI);
    context.lineWidth = 2.5;
    context.strokeStyle = ink;
    context.stroke();
    const outside = [];
    for (const hiker of walks) this.drawHead(context, hiker, step, paper, ink, outside);
    for (const point of [prediction, cursor].filter(Boolean)) {
      const [px, py] = this.toScreen(point);
      context.setLineDash(point === cursor ? [4, 3] : []);
      cross(context, px, py, 8, themeColour("accent"), paper);
      context.setLineDash([]);
    }
  }

  paintGround() {
    // Once for each landscape, size and theme.
    const { inner, across } = this.size;
    const colours = ["deep", "high", "line"].map(themeColour);
    const key = [inner, across, window.devicePixelRatio, ...colours].join();
    if (this.painted !== key) paintGround(this.ground, this.grid, inner, across, ...colours);
    this.painted = key;
  }

  drawAxes(context, ink) {
    const { inner, across, height } = this.size;
    const [[left, right], [bottom, top]] = this.limits;
    context.fillStyle = context.strokeStyle = ink;
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineWidth = 1;
    for (const tick of ticks(left, right, inner < 400 ? 4 : 7)) {
      const [x] = this.toScreen([tick, bottom]);
      context.fillText(short(tick), x, MARGIN.top + across + 5);
    }
    context.fillText(this.axes[0], MARGIN.left + inner / 2, height - 16);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks(bottom, top, inner < 400 ? 4 : 6)) {
      const [, y] = this.toScreen([left, tick]);
      context.fillText(short(tick), MARGIN.left - 5, y);
    }
    context.save();
    context.translate(7, MARGIN.top + across / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(this.axes[1], 0, 0);
    context.restore();
  }

  drawPath(context, hiker, step, paper) {
    const points = hiker.path.slice(0, step + 1).map((point) => this.toScreen(point));
    const away = (t) => Boolean(hiker.away?.[t - 1] || hiker.away?.[t]); // the step that leads to t
    const lines = [
      [4.5, paper, [], () => true],
      [2, themeColour("soft"), [6, 4], away],
      [2, hiker.colour, [], (t) => !away(t)],
    ];
    for (const [width, style, dash, has] of lines) {
      context.beginPath();
      let end = null;
      for (let t = 1; t < points.length; t++) {
        const piece = has(t) ? cut(points[t - 1], points[t]) : null;
        if (!piece) continue;
        if (piece[0] !== end) context.moveTo(...piece[0]);
        context.lineTo(...piece[1]);
        end = piece[1];
      }
      context.setLineDash(dash);
      context.lineWidth = width;
      context.lineJoin = "round";
      context.strokeStyle = style;
      context.stroke();
    }
    context.setLineDash([]);
    context.fillStyle = hiker.colour;
    points.forEach(([x, y], t) => {
      if (hiker.away?.[t]) return; // a dot at each step would fill the dashes
      if (!(Math.max(Math.abs(x), Math.abs(y)) <= FAR)) return;
      context.beginPath();
      context.arc(x, y, 2, 0, 2 * Math.PI);
      context.fill();
    });
  }

  drawHead(context, hiker, step, paper, ink, outside) {
    // Where it is; off the map it is hollow, and beyond the edge beside those that are outside already.
    const at = hiker.path.slice(0, step + 1).findLast((point) => point.every(Number.isFinite));
    const [x, y] = this.toScreen(at);
    const inside = this.holds(at);
    if (inside && !hiker.away?.[step]) {
      mark(context, hiker.marker, x, y, 6.5, hiker.colour, paper);
      return;
    }
    const { inner, across } = this.size;
    const edge = inside ? [x, y] : [
      Math.min(Math.max(x, MARGIN.left + 9), MARGIN.left + inner - 9),
      Math.min(Math.max(y, MARGIN.top + 9), MARGIN.top + across - 9),
    ];
    const downwards = edge[1] < MARGIN.top + across / 2 ? 18 : -18;
    const isTaken = (other) => Math.hypot(other[0] - edge[0], other[1] - edge[1]) < 18;
    while (!inside && outside.some(isTaken)) edge[1] += downwards;
    mark(context, hiker.marker, ...edge, 6.5, paper, hiker.colour);
    if (inside) return; // words on the map would cover it
    outside.push(edge);
    const right = edge[0] > MARGIN.left + inner / 2;
    context.font = "600 12px system-ui, sans-serif";
    context.textAlign = right ? "right" : "left";
    context.textBaseline = "middle";
    context.lineWidth = 4;
    context.strokeStyle = paper;
    const place = [edge[0] + (right ? -12 : 12), edge[1]];
    context.strokeText("off the map", ...place);
    context.fillStyle = ink;
    context.fillText("off the map", ...place);
  }
}

function cut(from, to) {
  // The part of a line that is not far from the map, by Liang & Barsky (1984); null if there is none.
  if (![...from, ...to].every(Number.isFinite)) return null;
  let [first, last] = [0, 1]; // shares of the line
  for (const i of [0, 1]) {
    const length = to[i] - from[i];
    if (length === 0 && Math.abs(from[i]) > FAR) return null;
    if (length === 0) continue;
    const shares = [(-FAR - from[i]) / length, (FAR - from[i]) / length].sort((a, b) => a - b);
    first = Math.max(first, shares[0]);
    last = Math.min(last, shares[1]);
  }
  if (first > last) return null;
  const at = (share) => from.map((value, i) => value + share * (to[i] - value));
  return [first > 0 ? at(first) : from, last < 1 ? at(last) : to];
}
