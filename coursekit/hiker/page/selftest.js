// The self-test: walks that Keras did when this page was made are walked again, and compared.

const TOLERANCE = 1e-4; // of 1 + the size of a coordinate: thirty steps in single precision

function selfTest(references) {
  // Gives the largest difference, and the walk and step in which it is. What is no number is
  // infinitely far away, and passed has only who compared every walk.
  let worst = { difference: 0, reference: null, step: 0 };
  let compared = 0;
  for (const reference of references) {
    const { kind } = OPTIMIZERS[reference.optimizer];
    const steps = reference.path.length - 1;
    const { path } = walk(
      landscapeOf(reference.landscape), new kind(reference.settings), reference.start, steps, reference.batches,
    );
    path.forEach((point, t) => {
      for (const i of [0, 1]) {
        const wanted = reference.path[t][i];
        const apart = Math.abs(point[i] - wanted) / (1 + Math.abs(wanted));
        const difference = Number.isFinite(apart) ? apart : Infinity;
        if (difference > worst.difference) worst = { difference, reference, step: t };
      }
    });
    if (steps > 0) compared += 1;
  }
  const all = compared > 0 && compared === references.length;
  return { ...worst, compared, passed: all && worst.difference <= TOLERANCE };
}

function showSelfTest(element) {
  const { passed, difference, reference, step, compared } = selfTest(DATA.references);
  element.dataset.passed = passed;
  element.dataset.difference = difference;
  if (passed) {
    const steps = Math.min(...DATA.references.map(({ path }) => path.length - 1));
    element.textContent =
      `✓ The same paths as Keras ${DATA.keras} over the first ${steps} steps: ` +
      `${compared} walks, largest difference ${short(difference)}`;
  } else if (difference <= TOLERANCE) {
    element.textContent = `✗ Of the ${DATA.references.length} walks of Keras ${DATA.keras} ${compared} could be compared`;
  } else {
    const apart = Number.isFinite(difference) ? `differs by ${short(difference)}` : "is not at the same numbers";
    element.textContent =
      `✗ Not the paths of Keras ${DATA.keras}: ${OPTIMIZERS[reference.optimizer].name} on ` +
      `${reference.landscape} ${apart} at step ${step}`;
  }
}
