// The batches of a seed: all images in a new random order, epoch after epoch.

function batchesOf(seed, images, size, steps) {
  // One list of indices per step; it may reach from one epoch into the next.
  const draw = randomNumbers(seed);
  const order = [];
  while (order.length < steps * size) {
    const epoch = Array.from({ length: images }, (_, i) => i);
    for (let i = images - 1; i > 0; i--) {
      // Fisher & Yates (1938)
      const j = Math.floor(draw() * (i + 1));
      [epoch[i], epoch[j]] = [epoch[j], epoch[i]];
    }
    order.push(...epoch);
  }
  return Array.from({ length: steps }, (_, t) => order.slice(t * size, (t + 1) * size));
}

function randomNumbers(seed) {
  // Numbers in [0, 1) that a seed decides: "mulberry32" by Tommy Ettinger, in the public domain.
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
