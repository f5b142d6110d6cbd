// The self-test: walks that Keras did when this page was made are walked again, and compared.

const TOLERANCE = 1e-4; // of 1 + the size of a coordinate: thirty steps in single precision

function selfTest(references) {
  // Gives the largest difference and the walk in which it is.
  let worst = { difference: 0, reference: null };
  for (const reference of references) {
    const { kind } = OPTIMIZERS[reference.optimizer];
    const steps = reference.path.length - 1;
    const { path } = walk(
      landscapeOf(reference.landscape), new kind(reference.settings), reference.start, steps, reference.batches,
    );
    path.forEach((point, t) => {
      for (const i of [0, 1]) {
        const wanted = reference.path[t][i];
        const difference = Math.abs(point[i] - wanted) / (1 + Math.abs(wanted));
        if (!(difference <= worst.difference)) worst = { difference, reference, step: t };
      }
    });
  }
  return { ...worst, passed: worst.difference <= TOLERANCE };
}

function showSelfTest(element) {
  const { passed, difference, reference, step } = selfTest(DATA.references);
  element.dataset.passed = passed;
  element.dataset.difference = difference;
  const count = DATA.references.length;
  element.textContent = passed
    ? `✓ The same paths as Keras ${DATA.keras}: ${count} walks, largest difference ${short(difference)}`
    : `✗ Not the paths of Keras ${DATA.keras}: ${OPTIMIZERS[reference.optimizer].name} on ` +
      `${reference.landscape} differs by ${short(difference)} at step ${step}`;
}
