"""Findings as people read them."""

import os
from collections.abc import Iterable
from typing import TextIO

from cli.doctor.finding import Finding, Mark

_COLOURS = {Mark.OK: "32", Mark.WARNING: "33", Mark.FAULT: "31", Mark.UNCHECKED: "2"}
_MARK_WIDTH = max(map(len, Mark)) + 2


class Report:
    """Writes each finding when it is there, and a summary at the end."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._coloured = output.isatty() and "NO_COLOR" not in os.environ
        self._counts = dict.fromkeys(Mark, 0)

    def add(self, findings: Iterable[Finding]) -> None:
        """Write these."""
        for finding in findings:
            self._counts[finding.mark] += 1
            self._line(f"{self._painted(finding.mark)}{finding.subject}: {finding.text}")
            if finding.advice:
                self._line(f"{'':{_MARK_WIDTH}}-> {finding.advice}")

    def close(self) -> bool:
        """Write the summary; returns whether all is well."""
        faults, warnings = self._counts[Mark.FAULT], self._counts[Mark.WARNING]
        well = not faults and not warnings
        self._line("\nAll is well." if well else f"\nFaults: {faults}, warnings: {warnings}.")
        return well

    def _painted(self, mark: Mark) -> str:
        text = f"{mark:{_MARK_WIDTH}}"
        return f"\033[{_COLOURS[mark]}m{text}\033[0m" if self._coloured else text

    def _line(self, text: str) -> None:
        print(text, file=self._output, flush=True)
