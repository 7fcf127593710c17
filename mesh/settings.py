"""Settings: environment variables named `PARLANCE_…`, a `.env` file, or files named by `PARLANCE_…_FILE`.

The environment wins over `.env`, and a value over a file. All faults are reported at once, and nothing starts with one.
"""

import os
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from mesh import certificates

PREFIX = "PARLANCE_"


class Settings(BaseSettings):
    """What every process takes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    process: ClassVar[str] = ""
    """The name of the process in the mesh, which its certificate has to carry."""

    insecure: bool = False
    """Plaintext between processes, which then listen and connect on nothing but loopback. For development."""
    tls_dir: Path | None = None
    """Folder with this process's `ca.crt`, `tls.crt` and `tls.key`, as `parlance certs` makes them."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "console", "json"] = "auto"
    """`auto` writes for people on a terminal and JSON otherwise."""
    metrics_listen: str | None = None
    """host:port of this process's Prometheus metrics. The edge serves its own at /metrics."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look into `…_FILE` last."""
        return init_settings, env_settings, dotenv_settings, _NamedFiles(settings_cls)

    @field_validator("*", mode="before")
    @classmethod
    def _could_be_read(cls, value: Any) -> Any:
        if isinstance(value, OSError):
            raise ValueError(f"{value.filename}: {value.strerror}")
        return value

    @field_validator("tls_dir")
    @classmethod
    def _proves_who_we_are(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None:
            if info.data.get("insecure"):
                raise ValueError("cannot be had together with PARLANCE_INSECURE=1")
            certificates.read(value, cls.process)
        return value

    @field_validator("auth_target", "room_target", "message_target", check_fields=False)
    @classmethod
    def _may_be_called(cls, value: str | None, info: ValidationInfo) -> str | None:
        for address in value.split(",") if value else ():
            _check_transport(checked_address(address.strip()), info, PLAINTEXT_CALLS_REFUSED)
        return value


class ServiceSettings(Settings):
    """What every gRPC service takes."""

    listen: str
    """host:port, or unix:/path, that this process serves on."""
    mongodb_url: str
    """The database, as in mongodb://user:password@host/name; `parlance` when it names none."""

    @field_validator("listen")
    @classmethod
    def _may_be_served(cls, value: str, info: ValidationInfo) -> str:
        _check_transport(checked_address(value), info, PLAINTEXT_REFUSED)
        return value


class _NamedFiles(PydanticBaseSettingsSource):
    """Reads the value of `x` from the file that `PARLANCE_X_FILE` names, without the last line break.

    What keeps it from being read is the value then, so that it is told among the other faults.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        try:
            value = Path(path).read_text().rstrip("\n") if path else None
        except OSError as error:
            return error, field_name, False
        return value, field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def checked_address(value: str) -> str:
    """Return `host:port` or `unix:/path` as it is; raises ValueError for anything else."""
    if value.startswith("unix:/"):
        return value
    host, separator, port = value.rpartition(":")
    if not separator or not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("must be host:port or unix:/path")
    return value


_INSTEAD = "name certificates in PARLANCE_TLS_DIR, or use a unix socket, or loopback with PARLANCE_INSECURE=1"
PLAINTEXT_REFUSED = f"will not serve plaintext there: {_INSTEAD}"
PLAINTEXT_CALLS_REFUSED = f"will not send plaintext there: {_INSTEAD}"


def _check_transport(address: str, info: ValidationInfo, refusal: str) -> None:
    encrypted = info.data.get("tls_dir", "at fault, which is told already") is not None
    if not encrypted and not may_be_plaintext(address, insecure=info.data.get("insecure", False)):
        raise ValueError(refusal)


def may_be_plaintext(address: str, *, insecure: bool) -> bool:
    """Whether what goes to this address, or is served there, may be without encryption."""
    return is_socket(address) or (insecure and is_local(address))


def is_socket(address: str) -> bool:
    """Whether an address is a unix socket, where the file system says who may connect."""
    return address.startswith("unix:")


def is_local(address: str) -> bool:
    """Whether an address as in `listen` is a unix socket or on loopback."""
    if is_socket(address):
        return True
    host = address.rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def fresh_socket(address: str) -> Path:
    """The path of a unix: address, freed of what a process that was killed has left there."""
    path = Path(address.removeprefix("unix:"))
    path.unlink(missing_ok=True)
    return path


_AnySettings = TypeVar("_AnySettings", bound=Settings)


def load(kind: type[_AnySettings]) -> _AnySettings:
    """Read the settings of this process, or say all that is wrong with them and exit with status 2."""
    try:
        return kind()
    except ValidationError as error:
        faults = [f"{PREFIX}{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()]
        sys.exit(_complain(faults))


def _complain(faults: list[str]) -> int:
    print("These settings are wrong or missing:", *faults, sep="\n  ", file=sys.stderr)  # noqa: T201  # before logging exists
    return 2
