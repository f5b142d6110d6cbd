// What the map and the curves share: a sharp canvas, the colours of the theme, the hikers' marks.

function sharp(canvas, width, height) {
  // Sizes a canvas in CSS pixels and gives its context, scaled to the pixels of the screen.
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

function themeColour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function mark(context, kind, x, y, size, fill, edge) {
  // The form says who it is where the colour does not.
  const corners = {
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    triangle: [[0, -1.15], [1.05, 0.8], [-1.05, 0.8]],
    diamond: [[0, -1.25], [1.1, 0], [0, 1.25], [-1.1, 0]],
  }[kind];
  context.beginPath();
  if (corners) corners.forEach(([a, b]) => context.lineTo(x + a * size, y + b * size));
  else context.arc(x, y, size, 0, 2 * Math.PI);
  context.closePath();
  context.lineWidth = 2;
  context.strokeStyle = edge;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
}

function cross(context, x, y, size, colour, edge) {
  for (const [width, style] of [[6, edge], [2.5, colour]]) {
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

function ticks(low, high, count = 5) {
  // Round numbers between two ends.
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

function placeInWords(point) {
  return `(${point.map(short).join(", ")})`;
}

function short(value) {
  // Three digits, as a person would write them.
  if (!Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replace(".0e", "e").replace("e+", "e").replaceAll("-", "−");
}
