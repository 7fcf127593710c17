"""The screen of a person: a prompt at the bottom, above which everything else scrolls by."""

import os
from collections.abc import AsyncGenerator, Iterable
from shutil import get_terminal_size

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.styles import Style

from cli.chat.screen import Foot
from cli.chat.view import Line, View

STYLE = Style.from_dict({"bottom-toolbar": "noreverse dim"})


class Terminal:
    """Prints above the line that is being typed, which stays as it is."""

    interactive = True

    def __init__(self) -> None:
        self._session: PromptSession[str] = PromptSession(erase_when_done=True, refresh_interval=1.0, style=STYLE)

    @property
    def view(self) -> View:
        """How to draw for the window as it is now."""
        return View(get_terminal_size().columns, colour=not os.environ.get("NO_COLOR"))

    async def lines(self, foot: Foot) -> AsyncGenerator[str, None]:
        """Lines that are entered, until Ctrl-D, or Ctrl-C on an empty line."""
        buffer = self._session.default_buffer
        buffer.on_text_changed += lambda _: foot.typed(buffer.text)
        with patch_stdout(raw=True):
            while True:
                try:
                    yield await self._session.prompt_async(
                        lambda: _joined(foot.prompt()), bottom_toolbar=foot.toolbar, completer=_Completer(foot)
                    )
                except EOFError:
                    return
                except KeyboardInterrupt:
                    if not buffer.text:
                        return

    def show(self, lines: list[Line]) -> None:
        """Print above the prompt."""
        if lines:
            print_formatted_text(_joined(lines), style=STYLE)

    def refresh(self) -> None:
        """Draw the foot anew."""
        self._session.app.invalidate()

    async def ask(self, question: str, *, secret: bool = False) -> str:
        """Ask with a prompt of its own."""
        session: PromptSession[str] = PromptSession()
        try:
            return await session.prompt_async(f"{question} ", is_password=secret)
        except KeyboardInterrupt as interrupt:
            raise EOFError from interrupt


class _Completer(Completer):
    def __init__(self, foot: Foot) -> None:
        self._foot = foot

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Offer whole lines in place of what stands before the cursor."""
        text = document.text_before_cursor
        for line in self._foot.completions(text):
            yield Completion(line, start_position=-len(text))


def _joined(lines: list[Line]) -> FormattedText:
    """Lines as one text, without a line end after the last."""
    pieces = [piece for line in lines for piece in [*line, ("", "\n")]]
    return FormattedText(pieces[:-1])
