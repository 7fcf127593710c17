// Made by generate.py from the edge's own description of itself. Do not edit.

export const MAX_FRAME_BYTES = 65536;
export const MAX_BODY_CHARACTERS = 4000;
export const MAX_ATTACHMENTS = 10;
export const MAX_ATTACHMENT_BYTES = 10485760;
