// What is chosen on the page, and the walks that follow from it.

const state = {
  tab: "invented",
  surface: "ravine",
  scaled: false,
  chosen: { sgd: true, momentum: false, rmsprop: false, adam: true },
  rates: {},
  momentum: 0.9,
  nesterov: false,
  start: null,
  batch: 0, // all images
  seed: 0,
  step: 0,
  prediction: null, // { key, point } while one is asked for or was made
};

const PER_DECADE = 20; // positions of a slider of learning rates

function rateAt(position) {
  return Number((10 ** (position / PER_DECADE)).toPrecision(3));
}

function positionOf(rate) {
  return Math.round(PER_DECADE * Math.log10(rate));
}

function current() {
  if (state.tab === "network") return DATA.network;
  if (state.tab === "exact") return landscapeOf(state.scaled ? "scaled digits" : "digits");
  return landscapeOf(state.surface);
}

const keptRates = {}; // of each landscape, by its title

function goTo(changes) {
  // Another landscape has another start and other sensible rates; who comes back finds his own.
  Object.assign(state, changes, { step: 0 });
  const { title, start, rates } = current();
  state.start = [...start];
  state.rates = keptRates[title] ??= { ...rates };
}

function hikers() {
  // The walks of the chosen optimizers, with what they are drawn with.
  return Object.keys(OPTIMIZERS)
    .filter((key) => state.chosen[key])
    .map((key) => {
      const { name, marker } = OPTIMIZERS[key];
      const done = state.tab === "network" ? walkOfNetwork(key) : walkLive(key);
      return { key, name, marker, rate: state.rates[key], ...done };
    });
}

function walkLive(key) {
  const landscape = current();
  const { kind } = OPTIMIZERS[key];
  const own = key === "momentum" ? { momentum: state.momentum, nesterov: state.nesterov } : {};
  const optimizer = new kind({ learning_rate: state.rates[key], ...own });
  const batches = state.tab === "exact" && state.batch
    ? batchesOf(state.seed, landscape.labels.length, state.batch, DATA.steps + 1) // one more, for the gauge at the end
    : [];
  return walk(landscape, optimizer, state.start, DATA.steps, batches);
}

function walkOfNetwork(key) {
  return DATA.network.hikers[key].find((hiker) => hiker.rate === state.rates[key]);
}

function stepsOfWalks() {
  return state.tab === "network" ? DATA.network.steps : DATA.steps;
}
