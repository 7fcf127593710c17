/** What Parlance's screens are made of. `Dialog` and the emoji are entries of their own: they are loaded when wanted. */

export { Composer, type ComposerFiles, type ComposerProps } from "./composer/composer.tsx";
export type { UiText } from "./i18n/english.ts";
export { english as uiEnglish } from "./i18n/english.ts";
export { LanguageProvider, plural, useLanguage, useUiText } from "./i18n/text.tsx";
export { MessageSettingProvider, type MessageActions, type MessageSetting } from "./message/actions.ts";
export type { FileSource } from "./attachments/files.ts";
export type { Upload } from "./composer/chips.tsx";
export { mentions } from "./message/markdown.ts";
export { MessageBody } from "./message/message-body.tsx";
export { MessageList, type MessageListProps } from "./message/message-list.tsx";
export { preview } from "./message/preview.ts";
export { shortMomentOf } from "./message/times.ts";
export { TypingLine } from "./message/typing-line.tsx";
export { Avatar, initials } from "./primitives/avatar.tsx";
export { Badge } from "./primitives/badge.tsx";
export { Button, IconButton } from "./primitives/button.tsx";
export { EmptyState } from "./primitives/empty-state.tsx";
export { Choice, PasswordField, Switch, TextField } from "./primitives/field.tsx";
export { Spinner } from "./primitives/spinner.tsx";
export { ToastProvider, useToast } from "./primitives/toast.tsx";
export { VisuallyHidden } from "./primitives/visually-hidden.tsx";
export { applyTheme, type Theme } from "./theme/theme.ts";
