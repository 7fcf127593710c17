import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { useUiText } from "../i18n/text.tsx";
import { IconButton } from "../primitives/button.tsx";

/** Picks files to send. */
export function AttachButton({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const text = useUiText();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={text.attach}
        onClick={() => {
          input.current?.click();
        }}
      >
        <Paperclip size={20} strokeWidth={1.5} />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = ""; // so that the same one can be picked again
        }}
      />
    </>
  );
}
