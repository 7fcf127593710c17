"""Getting a person in: logging in, or opening an account."""

import os

from cli.chat.screen import Screen
from client import Account, AccountError

PASSWORD_VARIABLE = "PARLANCE_PASSWORD"  # noqa: S105 (the name of a variable, not a password)
ATTEMPTS = 3


async def log_in(account: Account, screen: Screen, username: str | None) -> None:
    """Log in with a name and a password, which are asked for where they are not given.

    The server does not tell an unknown name from a wrong password, so it is the person who decides whether to open an
    account. Raises `AccountError` when the server refuses, `EOFError` when somebody should have answered.
    """
    name = username or await screen.ask("Name:")
    for attempts_left in reversed(range(ATTEMPTS)):
        given = os.environ.get(PASSWORD_VARIABLE)
        password = given or await screen.ask("Password:", secret=True)
        try:
            await account.login(name, password)
        except AccountError as error:
            if error.status != 401 or not screen.interactive:
                raise
            if await _register(account, screen, name, password):
                return
            if given or not attempts_left:
                raise
        else:
            return


async def _register(account: Account, screen: Screen, name: str, password: str) -> bool:
    """Offer to open an account; whether one was opened."""
    screen.show(screen.view.notice(f"No account has the name {name} and this password."))
    answer = await screen.ask(f"Open a new account named {name}? [y/N]")
    if answer.strip().casefold() not in {"y", "yes"}:
        return False
    if not os.environ.get(PASSWORD_VARIABLE) and await screen.ask("The password again:", secret=True) != password:
        screen.show(screen.view.notice("That was another one."))
        return False
    try:
        await account.register(name, password)
    except AccountError as error:
        screen.show(screen.view.notice(str(error)))
        return False
    return True
