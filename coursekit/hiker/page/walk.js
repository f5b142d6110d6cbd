// A walk: differentiate, step, keep the place; and how steep the valley is for who walks there.

function walk(landscape, optimizer, start, steps, batches = []) {
  // Gives path, losses and gauges (steps + 1 each), and strides (steps). A gauge is learning rate ×
  // curvature at its place, in the scale of the step that begins there; the one from the last place is
  // made for its scale only.
  // What leaves all numbers stays in them as such.
  let theta = start;
  const path = [];
  const gauges = [];
  for (let t = 0; t <= steps; t++) {
    path.push(theta);
    const next = optimizer.step(theta, landscape.gradient(theta, batches[t]));
    gauges.push(optimizer.learning_rate * curvature(landscape, theta, optimizer.scale));
    theta = next;
  }
  const losses = path.map((point) => landscape.loss(point));
  return { path, strides: stridesOf(path), losses, gauges, limit: optimizer.limit };
}

function curvature(landscape, theta, scale = [1, 1]) {
  // The largest eigenvalue of the Hessian, each direction measured in its scale.
  const columns = theta.map((at, i) => {
    const h = 1e-4 * (1 + Math.abs(at));
    const [up, down] = [h, -h].map((d) => landscape.gradient(theta.map((o, j) => o + (j === i) * d)));
    return up.map((value, j) => (value - down[j]) / (2 * h));
  });
  const a = columns[0][0] / scale[0];
  const d = columns[1][1] / scale[1];
  const b = (columns[0][1] + columns[1][0]) / 2 / Math.sqrt(scale[0] * scale[1]);
  return (a + d) / 2 + Math.hypot((a - d) / 2, b);
}
