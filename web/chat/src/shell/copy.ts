/** Puts a text where it can be pasted from; also on addresses whose pages may not use the clipboard by themselves. */
export async function copy(text: string): Promise<void> {
  if ("clipboard" in navigator) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const inDocument = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", inDocument);
  document.execCommand("copy"); // eslint-disable-line @typescript-eslint/no-deprecated -- there is no other way there
  document.removeEventListener("copy", inDocument);
}
