// Lines of equal loss over a grid of heights, with levels that lie evenly in the logarithm.

function gridOf(landscape, [[left, right], [bottom, top]], size) {
  // Heights over the map: `z[row][column]`, rows from the bottom up.
  const at = (from, to, i) => from + ((to - from) * i) / (size - 1);
  const line = Array.from({ length: size }, (_, i) => i);
  return {
    x: line.map((i) => at(left, right, i)),
    y: line.map((i) => at(bottom, top, i)),
    z: line.map((row) => line.map((i) => landscape.loss([at(left, right, i), at(bottom, top, row)]))),
  };
}

function heightAt({ x, y, z }, point) {
  // Between the points of the grid, along straight lines.
  const cells = [x, y].map((line, i) => {
    const place = ((point[i] - line[0]) / (line.at(-1) - line[0])) * (line.length - 1);
    const cell = Math.min(Math.floor(place), line.length - 2);
    return [cell, place - cell];
  });
  const [[c, u], [r, v]] = cells;
  const below = z[r][c] + u * (z[r][c + 1] - z[r][c]);
  const above = z[r + 1][c] + u * (z[r + 1][c + 1] - z[r + 1][c]);
  return below + v * (above - below);
}

function levelsOf(z, count = 16) {
  // Logarithmic where all heights are positive, evenly spaced where some are not.
  const heights = z.flat().filter(Number.isFinite).sort((a, b) => a - b);
  const highest = heights.at(-1);
  const low = heights[Math.floor(heights.length * 0.004)];
  const evenly = (from, to) =>
    Array.from({ length: count }, (_, i) => from + ((i + 0.5) / count) * (to - from));
  if (heights[0] < 0 || low <= 0) return evenly(heights[0], highest);
  return evenly(Math.log(low), Math.log(highest)).map(Math.exp);
}

function bandOf(levels, height) {
  // How many levels lie below: 0 in the deepest valley, levels.length on the highest ground.
  let band = 0;
  while (band < levels.length && height >= levels[band]) band++;
  return Number.isFinite(height) ? band : levels.length;
}

function contour({ x, y, z }, level) {
  // Line pieces [x0, y0, x1, y1] along which the grid has this height: marching squares.
  const pieces = [];
  const cut = (a, b, at, to) => at + ((level - a) / (b - a)) * (to - at);
  for (let r = 0; r + 1 < y.length; r++) {
    for (let c = 0; c + 1 < x.length; c++) {
      const [a, b, d, e] = [z[r][c], z[r][c + 1], z[r + 1][c], z[r + 1][c + 1]];
      const ends = [];
      if (a < level !== b < level) ends.push([cut(a, b, x[c], x[c + 1]), y[r]]);
      if (b < level !== e < level) ends.push([x[c + 1], cut(b, e, y[r], y[r + 1])]);
      if (d < level !== e < level) ends.push([cut(d, e, x[c], x[c + 1]), y[r + 1]]);
      if (a < level !== d < level) ends.push([x[c], cut(a, d, y[r], y[r + 1])]);
      for (let i = 0; i + 1 < ends.length; i += 2) pieces.push([...ends[i], ...ends[i + 1]]);
    }
  }
  return pieces;
}
