// The landscapes of the page by name: formulas live here, everything known about them in the data.

const LANDSCAPES = {};

function landscapeOf(name) {
  // With loss, gradient and what DATA tells: start, limits, minima, lowest, slight, rates, axes.
  LANDSCAPES[name] ??= Object.assign(formulaOf(name), DATA.landscapes[name]);
  return LANDSCAPES[name];
}

function formulaOf(name) {
  if (name in SURFACES) return { ...SURFACES[name] };
  const { scale } = DATA.landscapes[name];
  const features = DATA.digits.features.map(([first, second]) => [first, second * scale]);
  return new Logistic(features, DATA.digits.labels);
}
