// The optimizers, with Keras's formulas: step(theta, g) gives the next theta and remembers the rest.
//
// `scale` is what each slope, or the mean of them, was last divided by, and `limit` the largest learning rate × curvature,
// measured in that scale, at which a walk in a quadratic valley does not swing up.

class SGD {
  constructor({ learning_rate = 0.01, momentum = 0, nesterov = false } = {}) {
    Object.assign(this, { learning_rate, momentum, nesterov });
    this.v = [0, 0];
    this.scale = [1, 1];
    // Of θ ← θ + v with v ← μ v − α λ θ; Nesterov's looks ahead and may go less far.
    this.limit = (2 + 2 * momentum) / (nesterov ? 1 + 2 * momentum : 1);
  }

  step(theta, g) {
    const { learning_rate: alpha, momentum: mu, v } = this;
    return theta.map((old, i) => {
      v[i] = mu * v[i] - alpha * g[i];
      return old + (this.nesterov ? mu * v[i] - alpha * g[i] : v[i]);
    });
  }
}

class RMSprop {
  constructor({ learning_rate = 0.001, rho = 0.9, epsilon = 1e-7 } = {}) {
    Object.assign(this, { learning_rate, rho, epsilon });
    this.s = [0, 0];
    this.scale = [1, 1];
    this.limit = 2;
  }

  step(theta, g) {
    const { learning_rate: alpha, rho, epsilon, s } = this;
    return theta.map((old, i) => {
      s[i] = rho * s[i] + (1 - rho) * g[i] ** 2;
      this.scale[i] = Math.sqrt(s[i] + epsilon);
      return old - (alpha * g[i]) / this.scale[i];
    });
  }
}

class Adam {
  constructor({ learning_rate = 0.001, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7 } = {}) {
    Object.assign(this, { learning_rate, beta_1, beta_2, epsilon });
    this.m = [0, 0];
    this.v = [0, 0];
    this.t = 0;
    this.scale = [1, 1];
    // Its momentum is a mean, not a sum, and what corrects its first steps makes them longer. This
    // limit and the scale (1 − β₁ᵗ) (√v̂ + ε): Cohen et al. (2022), "Adaptive Gradient Methods at
    // the Edge of Stability".
    this.limit = (2 + 2 * beta_1) / (1 - beta_1);
  }

  step(theta, g) {
    const { beta_1, beta_2, epsilon, m, v } = this;
    this.t += 1;
    const root = Math.sqrt(1 - beta_2 ** this.t);
    const begun = 1 - beta_1 ** this.t;
    const alpha_t = (this.learning_rate * root) / begun;
    return theta.map((old, i) => {
      m[i] = beta_1 * m[i] + (1 - beta_1) * g[i];
      v[i] = beta_2 * v[i] + (1 - beta_2) * g[i] ** 2;
      this.scale[i] = (begun * (Math.sqrt(v[i]) + epsilon)) / root;
      return old - (alpha_t * m[i]) / (Math.sqrt(v[i]) + epsilon);
    });
  }
}

const OPTIMIZERS = {
  sgd: { name: "SGD", kind: SGD, marker: "circle" },
  momentum: { name: "SGD + momentum", kind: SGD, marker: "square" },
  rmsprop: { name: "RMSprop", kind: RMSprop, marker: "triangle" },
  adam: { name: "Adam", kind: Adam, marker: "diamond" },
};
