// The table of results: loss, gauge and verdict of each hiker at the step that is shown.

function markOf(key) {
  // The hiker's mark, as on the map.
  const forms = {
    circle: '<circle cx="8" cy="8" r="6"/>',
    square: '<path d="M3 3h10v10H3z"/>',
    triangle: '<path d="M8 1.5 14.5 13.5H1.5z"/>',
    diamond: '<path d="M8 .5 14.5 8 8 15.5 1.5 8z"/>',
  };
  return `<svg viewBox="0 0 16 16" aria-hidden="true" fill="var(--${key})">${forms[OPTIMIZERS[key].marker]}</svg>`;
}

const NOBODY = "Nobody walks: choose an optimizer.";

function verdictAt(hiker, step) {
  if (step < 1) return { word: "has not started", arrived: null };
  const { lowest, slight } = current();
  const strides = (hiker.strides ?? []).slice(0, step); // of the small CNN none: the loss alone is judged
  return verdict(strides, hiker.losses.slice(0, step + 1), lowest, slight);
}

function inWords({ word, arrived }) {
  return arrived === null ? word : `${word}, arrives at step ${arrived}`;
}

function showResults(walks) {
  const step = state.step;
  document.getElementById("results-step").textContent = step;
  const rows = walks.map((hiker) => {
    const loss = hiker.losses[step];
    const found = verdictAt(hiker, step);
    const gauge = hiker.gauges ? gaugeOf(hiker, step) : onTheMap(hiker, step);
    return `<tr data-hiker="${hiker.key}" data-loss="${loss}" data-verdict="${found.word}" data-x="${hiker.path[step][0]}"
      data-y="${hiker.path[step][1]}"><th scope="row">${markOf(hiker.key)}${hiker.name}</th>
      <td>${short(loss)}</td><td>${gauge}</td><td>${inWords(found)}</td></tr>`;
  });
  document.querySelector("#results tbody").innerHTML = rows.join("") || `<tr><td colspan="4">${NOBODY}</td></tr>`;
}

function gaugeOf(hiker, step) {
  // A bar whose middle is the limit; the words say the same.
  const value = hiker.gauges[step];
  if (!Number.isFinite(value)) return "left all numbers";
  const over = value > hiker.limit;
  const share = Math.min(Math.max((50 * value) / hiker.limit, 0), 100);
  return `<div class="gauge" data-over="${over}" data-value="${value}" data-limit="${hiker.limit}" aria-hidden="true">
    <i style="width: ${share}%"></i><b></b></div><span>${short(value)} of ${short(hiker.limit)}${over ? ", over" : value < 0 ? ", no valley" : ""}</span>`;
}

function onTheMap(hiker, step) {
  // What the map shows below a hiker of the network, and how much of its movement it does not show.
  const place = hiker.path[step];
  const height = view.map.holds(place) && !hiker.away[step] ? short(heightAt(DATA.network.grid, place)) : "off the map";
  const hidden = shareHidden(hiker, step);
  return height + (hidden && `<br><span class="small">${hidden} hidden</span>`);
}

function shareHidden(hiker, step) {
  // Nothing where it has not moved, or has left all numbers.
  return step && Number.isFinite(hiker.hidden[step]) ? `${Math.round(100 * hiker.hidden[step])} %` : "";
}

function showWords(walks) {
  // The same as a sentence, for who does not see the table change; but the answer to no question.
  const parts = walks.map((hiker) => `${hiker.name} at ${short(hiker.rate)} ${inWords(verdictAt(hiker, state.step))}`);
  const sentence = `From ${placeInWords(state.start)}, after ${state.step} steps: ${parts.join("; ")}.`;
  const words = isAsked() ? "" : parts.length ? sentence : NOBODY;
  // Written anew it would be read anew.
  const region = document.getElementById("words");
  if (region.textContent !== words) region.textContent = words;
}

function showSteps(walks) {
  // Every tenth step of all walks as numbers, and the last one.
  const last = stepsOfWalks();
  const columns = [...current().axes, "loss", state.tab === "network" ? "hidden" : "rate × curvature"];
  const heads = columns.map((column) => `<th scope="col">${column}</th>`).join("");
  const names = walks.map((hiker) => `<th scope="colgroup" colspan="${columns.length}">${hiker.name}</th>`).join("");
  const steps = Array.from({ length: last }, (_, step) => step).filter((step) => step % 10 === 0);
  const rows = [...steps, last].map((step) => {
    const cells = walks.flatMap((hiker) => [
      ...[...hiker.path[step], hiker.losses[step]].map(short),
      hiker.gauges ? short(hiker.gauges[step]) : shareHidden(hiker, step),
    ]);
    return `<tr><th scope="row">${step}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  document.getElementById("steps").innerHTML =
    `<thead><tr><td></td>${names}</tr><tr><th scope="col">step</th>${heads.repeat(walks.length)}</tr></thead><tbody>${rows.join("")}</tbody>`;
}
