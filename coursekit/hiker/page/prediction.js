// Predict first: the reader marks where the hiker will be, and only then sees its walk.

const PREDICTED_STEP = 50;

function askForPrediction() {
  const [key] = Object.keys(OPTIMIZERS).filter((each) => state.chosen[each]);
  Object.assign(state, { step: 0, prediction: key ? { key, point: null } : null });
}

function isAsked() {
  return state.prediction !== null && state.prediction.point === null;
}

function predictionInWords(walks, cursor) {
  if (!state.prediction) return "";
  const { key, point } = state.prediction;
  const { name } = OPTIMIZERS[key];
  if (!point) {
    const rate = short(state.rates[key]);
    const first = walks.length > 1 ? " Of those chosen only the first is asked for." : "";
    const mark = cursor ? ` Your mark is at ${placeInWords(cursor)}.` : "";
    return `Where will ${name} at ${rate} be after ${PREDICTED_STEP} steps? Mark it: click, or arrow keys and Enter.${first}${mark}`;
  }
  if (state.step < PREDICTED_STEP) return "Let us see …";
  const hiker = walks.find((each) => each.key === key);
  if (!hiker) return "";
  const there = hiker.path[PREDICTED_STEP];
  const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  if (!there.every(Number.isFinite)) return `After ${PREDICTED_STEP} steps ${name} has left all numbers.`;
  return (
    `After ${PREDICTED_STEP} steps ${name} is at ${placeInWords(there)}, ` +
    `${short(apart(there, hiker.path[0]))} from its start and ${short(apart(there, point))} from your mark.`
  );
}
