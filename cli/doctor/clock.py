"""Whether clocks agree. Tokens and certificates are good from one moment to another, wherever that is looked up."""

from datetime import UTC, datetime, timedelta

from cli.doctor.finding import Finding, fault, warning

_NOTICEABLE = timedelta(seconds=5)
"""An edge forgives a token as much."""
_HARMFUL = timedelta(seconds=60)
_ADVICE = "Let chrony, systemd-timesyncd or the like set the clocks of all machines."


def differing(subject: str, theirs: datetime) -> list[Finding]:
    """What is to be said of a clock that showed this a moment ago; nothing when it agrees with ours."""
    difference = theirs - datetime.now(UTC)
    if abs(difference) < _NOTICEABLE:
        return []
    seconds = abs(difference).total_seconds()
    text = f"its clock is {seconds:.0f} s {'ahead of' if difference > timedelta() else 'behind'} this machine's"
    say = fault if abs(difference) >= _HARMFUL else warning
    return [say(subject, text, _ADVICE)]
