"""How large a message between processes may be; both ends must agree."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
