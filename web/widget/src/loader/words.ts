/** The few words that are needed while the frame with all the others cannot be had. */

export const words = navigator.language.startsWith("de")
  ? { unreachable: "Der Chat ist gerade nicht erreichbar.", retry: "Noch einmal", close: "Schließen" }
  : { unreachable: "The chat cannot be reached right now.", retry: "Try again", close: "Close" };
