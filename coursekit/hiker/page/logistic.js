// The exact map: logistic regression with two weights, whose loss over them is the whole landscape.

class Logistic {
  constructor(features, labels) {
    Object.assign(this, { features, labels, all: labels.map((_, i) => i) });
  }

  loss([u, v]) {
    // The mean of log(1 + e^z) − y z, with no e^z that could overflow.
    let sum = 0;
    for (let i = 0; i < this.labels.length; i++) {
      const z = u * this.features[i][0] + v * this.features[i][1];
      sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - this.labels[i] * z;
    }
    return sum / this.labels.length;
  }

  gradient([u, v], batch = this.all) {
    // The mean of (σ(z) − y) x over the images of the batch.
    const sum = [0, 0];
    for (const i of batch) {
      const [x, y] = this.features[i];
      const error = 1 / (1 + Math.exp(-(u * x + v * y))) - this.labels[i];
      sum[0] += error * x;
      sum[1] += error * y;
    }
    return sum.map((part) => part / batch.length);
  }
}
