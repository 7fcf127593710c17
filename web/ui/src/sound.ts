/** A soft tone for what comes while nobody looks. */

let context: AudioContext | undefined;

/** Browsers let a page sound only after somebody has used it; before, this is silent. */
export function play(): void {
  context ??= new AudioContext();
  const { currentTime } = context;
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.frequency.setValueAtTime(880, currentTime);
  tone.frequency.setValueAtTime(1175, currentTime + 0.09);
  volume.gain.setValueAtTime(0.06, currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, currentTime + 0.35);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(currentTime + 0.35);
}
