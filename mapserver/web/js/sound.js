// The alarm's sound: three short tones, made here. A browser lets a page sound once its user has pressed something in it.

const TONES_HZ = [880, 660, 880];
const TONE_S = 0.16;
const APART_S = 0.22;
const LOUDNESS = 0.25;

export class Sound {
  constructor() {
    /** @type {AudioContext | null} */
    this.context = null;
    /** @type {number | undefined} */
    this.timer = undefined;
  }

  /** Sound now, and again every so often until `stop`. @param {number} everyMs */
  repeat(everyMs) {
    if (this.timer) return;
    this.play();
    this.timer = setInterval(() => this.play(), everyMs);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  async play() {
    const context = this.context ?? new AudioContext();
    this.context = context;
    if (context.state !== "running") await context.resume(); // waits until something is pressed
    if (this.timer) TONES_HZ.forEach((pitch, n) => tone(context, pitch, context.currentTime + n * APART_S));
  }
}

/** @param {AudioContext} context @param {number} pitch Hz @param {number} begins seconds of the context's clock */
function tone(context, pitch, begins) {
  const source = new OscillatorNode(context, { frequency: pitch });
  const loudness = new GainNode(context, { gain: LOUDNESS });
  source.connect(loudness).connect(context.destination);
  source.start(begins);
  source.stop(begins + TONE_S);
}
