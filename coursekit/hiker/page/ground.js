// The ground of the map: bands of equal loss from dark valleys to light heights, and contour lines.

function paintGround(canvas, grid, width, height, deep, high, line) {
  const context = sharp(canvas, width, height);
  const levels = levelsOf(grid.z);
  context.drawImage(bands(grid, levels, Math.round(width), Math.round(height), deep, high), 0, 0, width, height);
  const { x, y } = grid;
  const place = (value, along, length) => ((value - along[0]) / (along.at(-1) - along[0])) * length;
  context.strokeStyle = line;
  context.lineWidth = 0.8;
  context.beginPath();
  for (const level of levels) {
    for (const [x0, y0, x1, y1] of contour(grid, level)) {
      context.moveTo(place(x0, x, width), height - place(y0, y, height));
      context.lineTo(place(x1, x, width), height - place(y1, y, height));
    }
  }
  context.stroke();
}

function bands({ x, y, z }, levels, width, height, deep, high) {
  // One pixel of the picture for each pixel of the page.
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const ramp = rampOf(deep, high, levels.length + 1);
  const at = (along, share) => along[0] + share * (along.at(-1) - along[0]);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const point = [at(x, (column + 0.5) / width), at(y, 1 - (row + 0.5) / height)];
      image.data.set(ramp[bandOf(levels, heightAt({ x, y, z }, point))], 4 * (row * width + column));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function rampOf(deep, high, count) {
  // Shades from one colour "#rrggbb" to another, as RGBA.
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const [from, to] = [parts(deep), parts(high)];
  return Array.from({ length: count }, (_, i) => [
    ...from.map((part, k) => Math.round(part + ((to[k] - part) * i) / (count - 1))),
    255,
  ]);
}
