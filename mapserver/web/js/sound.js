// The alarm's sound: three short tones, made here. A browser lets a page sound once its user has pressed something in it.

const TONES_HZ = [880, 660, 880];
const TONE_S = 0.16;
const APART_S = 0.22;
const LOUDNESS = 0.25;

export class Sound {
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
    this.context ??= new AudioContext();
    if (this.context.state !== "running") await this.context.resume(); // waits until something is pressed
    if (this.timer) TONES_HZ.forEach((pitch, n) => this.tone(pitch, this.context.currentTime + n * APART_S));
  }

  tone(pitch, begins) {
    const source = new OscillatorNode(this.context, { frequency: pitch });
    const loudness = new GainNode(this.context, { gain: LOUDNESS });
    source.connect(loudness).connect(this.context.destination);
    source.start(begins);
    source.stop(begins + TONE_S);
  }
}
