import type { Attachment } from "@parlance/sdk";
import { useEffect, useRef, useState } from "preact/hooks";
import { text } from "../text/text.ts";
import { Icon } from "./icons.tsx";
import type { Visitor } from "./visitor.ts";

const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10;

interface ComposerProps {
  readonly visitor: Visitor;
  readonly isOpen: boolean;
}

/** Where one writes. Enter sends, Shift and Enter begin a new line. */
export function Composer({ visitor, isOpen }: ComposerProps) {
  const [draft, setDraft] = useState("");
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const [uploading, setUploading] = useState(0);
  const [problem, setProblem] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const sendable = (draft.trim() !== "" || files.length > 0) && uploading === 0;

  useEffect(() => {
    if (isOpen && matchMedia("(pointer: fine)").matches) area.current?.focus();
  }, [isOpen]);
  useEffect(() => {
    const { current } = area;
    if (!current) return;
    current.style.blockSize = "auto";
    current.style.blockSize = `${current.scrollHeight}px`;
  }, [draft]);

  const send = (): void => {
    if (!sendable) return;
    visitor.send(draft, files);
    setDraft("");
    setFiles([]);
  };
  const add = async (chosen: readonly File[]): Promise<void> => {
    setProblem("");
    for (const file of chosen.slice(0, MAX_FILES - files.length)) {
      if (file.size > MAX_FILE_BYTES) {
        setProblem(text.fileTooBig);
        continue;
      }
      setUploading((count) => count + 1);
      try {
        const uploaded = await visitor.upload(file);
        setFiles((before) => [...before, uploaded]);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      } finally {
        setUploading((count) => count - 1);
      }
    }
  };

  return (
    <div class="composer">
      {(files.length > 0 || uploading > 0) && (
        <ul class="chips">
          {files.map((file) => (
            <li key={file.id}>
              <span dir="auto">{file.name}</span>
              <button
                type="button"
                aria-label={`${text.discard}: ${file.name}`}
                onClick={() => {
                  setFiles(files.filter(({ id }) => id !== file.id));
                }}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
          {uploading > 0 && <li aria-busy="true">{text.sending}</li>}
        </ul>
      )}
      {problem && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      <div class="line">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={({ currentTarget }) => {
            void add([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
          }}
        />
        <button type="button" class="icon" aria-label={text.attach} title={text.attach} onClick={() => picker.current?.click()}>
          <Icon name="attach" />
        </button>
        <textarea
          ref={area}
          rows={1}
          value={draft}
          maxLength={4000}
          dir="auto"
          placeholder={text.write}
          aria-label={text.write}
          onInput={({ currentTarget }) => {
            setDraft(currentTarget.value);
            visitor.isTyping();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
          onPaste={({ clipboardData }) => {
            const pasted = [...(clipboardData?.files ?? [])];
            if (pasted.length > 0) void add(pasted);
          }}
        />
        <button type="button" class="icon send" aria-label={text.send} title={text.send} disabled={!sendable} onClick={send}>
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}
