import { File, FileArchive, FileAudio, FileImage, FileText, FileVideo, type LucideIcon } from "lucide-react";

const ICONS: Readonly<Record<string, LucideIcon>> = { audio: FileAudio, image: FileImage, text: FileText, video: FileVideo };
const ARCHIVES = /zip|tar|compressed|gzip/;

/** What kind of file it is, at a glance. */
export function FileIcon({ mediaType }: { readonly mediaType: string }) {
  const [family = ""] = mediaType.split("/");
  const Icon = ARCHIVES.test(mediaType)
    ? FileArchive
    : mediaType === "application/pdf"
      ? FileText
      : (ICONS[family] ?? File);
  return <Icon size={22} strokeWidth={1.5} />;
}
