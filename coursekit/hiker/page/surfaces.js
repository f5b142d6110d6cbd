// The invented surfaces: each a loss of two weights and its gradient.

const SURFACES = {
  ravine: {
    loss: ([x, y]) => (x ** 2 + 25 * y ** 2) / 2,
    gradient: ([x, y]) => [x, 25 * y],
  },
  rosenbrock: {
    loss: ([x, y]) => (1 - x) ** 2 + 100 * (y - x ** 2) ** 2,
    gradient: ([x, y]) => [-2 * (1 - x) - 400 * x * (y - x ** 2), 200 * (y - x ** 2)],
  },
  beale: {
    loss: ([x, y]) =>
      (1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2,
    gradient: ([x, y]) => {
      const [a, b, c] = [1.5 - x + x * y, 2.25 - x + x * y ** 2, 2.625 - x + x * y ** 3];
      return [
        2 * (a * (y - 1) + b * (y ** 2 - 1) + c * (y ** 3 - 1)),
        2 * x * (a + 2 * b * y + 3 * c * y ** 2),
      ];
    },
  },
  saddle: {
    loss: ([x, y]) => x ** 2 / 2 - y ** 2 / 2 + y ** 4 / 4,
    gradient: ([x, y]) => [x, -y + y ** 3],
  },
  himmelblau: {
    loss: ([x, y]) => (x ** 2 + y - 11) ** 2 + (x + y ** 2 - 7) ** 2,
    gradient: ([x, y]) => {
      const [a, b] = [x ** 2 + y - 11, x + y ** 2 - 7];
      return [4 * x * a + 2 * b, 2 * a + 4 * y * b];
    },
  },
};
