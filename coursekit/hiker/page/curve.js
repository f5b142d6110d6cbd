// The loss against the step, one line for each hiker.

function drawCurves(canvas, { walks, step, steps }) {
  const width = canvas.clientWidth;
  const height = Math.round(Math.min(Math.max(width * 0.36, 150), 230));
  const context = sharp(canvas, width, height);
  const frame = { left: 60, right: width - 12, top: 10, bottom: height - 34 };
  const [ink, faint, paper] = ["ink", "faint", "paper"].map(themeColour);
  const losses = walks.flatMap((hiker) => hiker.losses).filter(Number.isFinite);
  if (!losses.length) return;
  const log = Math.min(...losses) > 0;
  const rise = log ? (loss) => Math.log10(loss) : (loss) => loss;
  // What diverges rises without end: the view stops at a hundred times the first loss.
  const first = Math.max(...walks.map((hiker) => hiker.losses[0]));
  let low = Math.max(Math.min(...losses.map(rise)), log ? rise(first) - 12 : -4 * Math.abs(first) - 10);
  let high = Math.min(Math.max(...losses.map(rise)), log ? rise(first) + 2 : 4 * Math.abs(first) + 10);
  // Who creeps must look like it: half a decade is shown at least, or a tenth of the first loss.
  const missing = (log ? 0.5 : Math.max(Math.abs(first) / 10, 1e-6)) - (high - low);
  if (missing > 0) [low, high] = [low - missing / 2, high + missing / 2];
  [low, high] = [low - 0.05 * (high - low), high + 0.05 * (high - low)];
  const x = (t) => frame.left + (t / steps) * (frame.right - frame.left);
  const y = (loss) => {
    const share = (rise(loss) - low) / (high - low);
    return frame.bottom - Math.min(Math.max(share, -10), 10) * (frame.bottom - frame.top);
  };

  context.font = "12px system-ui, sans-serif";
  context.fillStyle = ink;
  context.lineWidth = 1;
  context.strokeStyle = faint;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const powers = log ? logTicks(low, high) : [];
  const [from, to] = log ? [10 ** low, 10 ** high] : [low, high];
  for (const [value, text] of powers.length > 1 ? powers : ticks(from, to, 4).map((v) => [v, short(v)])) {
    context.beginPath();
    context.moveTo(frame.left, y(value));
    context.lineTo(frame.right, y(value));
    context.stroke();
    context.fillText(text, frame.left - 6, y(value));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of ticks(0, steps, width < 400 ? 4 : 6)) {
    context.fillText(String(tick), x(tick), frame.bottom + 4);
  }
  context.fillText("step", (frame.left + frame.right) / 2, height - 15);
  context.save();
  context.translate(8, (frame.top + frame.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = "middle";
  context.fillText("loss", 0, 0);
  context.restore();

  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top - 8, frame.right - frame.left + 8, frame.bottom - frame.top + 16);
  context.clip();
  context.beginPath();
  context.moveTo(x(step), frame.top);
  context.lineTo(x(step), frame.bottom);
  context.strokeStyle = ink;
  context.setLineDash([3, 3]);
  context.stroke();
  context.setLineDash([]);
  for (const hiker of walks) {
    const shown = hiker.losses.slice(0, step + 1);
    context.beginPath();
    shown.forEach((loss, t) => context.lineTo(x(t), y(log ? Math.max(loss, 1e-300) : loss)));
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.strokeStyle = hiker.colour;
    context.stroke();
    const last = shown.findLast(Number.isFinite) ?? hiker.losses[0];
    const at = Math.max(frame.top, Math.min(frame.bottom, y(log ? Math.max(last, 1e-300) : last)));
    mark(context, hiker.marker, x(shown.length - 1), at, 5, hiker.colour, paper);
  }
  context.restore();
}

function logTicks(low, high) {
  // Powers of ten; on few decades also numbers between them.
  const digits = high - low < 2 ? [1, 2, 5] : high - low < 3 ? [1, 3] : [1];
  const stride = Math.max(1, Math.ceil((high - low) / 5));
  const found = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (digits.length === 1 && power % stride) continue;
    for (const digit of digits) {
      const value = digit * 10 ** power;
      if (Math.log10(value) >= low && Math.log10(value) <= high) found.push([value, short(value)]);
    }
  }
  return found;
}
