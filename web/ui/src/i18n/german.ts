import type { UiText } from "./english.ts";
import { plural } from "./text.tsx";

const count = plural("de");

export const german: UiText = {
  close: "Schließen",
  cancel: "Abbrechen",
  showPassword: "Passwort zeigen",
  hidePassword: "Passwort verbergen",
  online: "online",
  guest: "Gast",
  you: "du",

  messages: "Nachrichten",
  noMessages: "Hier wurde noch nichts gesagt.",
  begin: "Hier fängt es an.",
  loadingOlder: "Ältere Nachrichten werden geladen …",
  newMessages: "Neu",
  newBelow: (number) => count(number, { one: "1 neue Nachricht", other: `${number} neue Nachrichten` }),
  jumpToLatest: "Zum Neuesten",
  today: "Heute",
  yesterday: "Gestern",
  edited: "bearbeitet",
  deletedMessage: "Diese Nachricht wurde gelöscht.",
  repliesTo: (name) => `Antwort an ${name}`,
  replyGone: "Eine Nachricht weiter oben",
  sending: "Wird gesendet …",
  failed: "Nicht gesendet.",
  retry: "Noch einmal",
  remove: "Löschen",
  react: "Reagieren",
  reply: "Antworten",
  edit: "Bearbeiten",
  copyLink: "Link kopieren",
  copyCode: "Code kopieren",
  copied: "Kopiert",
  reaction: (emoji, number, names, mine) =>
    `${emoji} ${number}, von ${names}. ${mine ? "Deine zurücknehmen" : "Auch reagieren"}`,
  messageActions: "Aktionen für die Nachricht",

  send: "Senden",
  writeTo: (room) => `Nachricht an ${room}`,
  charactersLeft: (left) =>
    left < 0
      ? count(-left, { one: "1 Zeichen zu viel", other: `${-left} Zeichen zu viel` })
      : count(left, { one: "noch 1 Zeichen", other: `noch ${left} Zeichen` }),
  replyingTo: (name) => `Antwort an ${name}`,
  editing: "Du bearbeitest deine Nachricht",
  save: "Speichern",
  attach: "Dateien anhängen",
  attached: "Dateien zum Senden",
  removeFile: (name) => `${name} entfernen`,
  uploading: "Wird hochgeladen …",
  fileTooLarge: "Größer als 10 MB",
  tooManyFiles: (most) => `In eine Nachricht passen nur ${most} Dateien`,
  fileFailed: "Nicht hochgeladen.",
  download: (name) => `${name} speichern`,
  openPicture: (name) => `${name} öffnen`,
  previousPicture: "Voriges Bild",
  nextPicture: "Nächstes Bild",
  fileUnavailable: "Diese Datei ist gerade nicht zu bekommen.",
  people: "Personen",
  emoji: "Emoji",
  findEmoji: "Emoji suchen",
  noEmoji: "Kein Emoji heißt so.",
  typing: (names) =>
    names.length === 1
      ? `${names[0]} schreibt …`
      : names.length === 2
        ? `${names[0]} und ${names[1]} schreiben …`
        : "Mehrere schreiben …",
};
