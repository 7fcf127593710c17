"""The tables of settings in docs/operations.md are those of the code."""

from docs import settings
from mesh.settings import ServiceSettings, Settings
from tests.docs import pages

WRITTEN = settings.PAGE.read_text()


def test_the_tables_are_up_to_date() -> None:
    assert settings.render(WRITTEN) == WRITTEN, "run `python docs/settings.py --write`"


def test_every_settings_class_is_listed() -> None:
    def below(kind: type[Settings]) -> set[type[Settings]]:
        return {kind}.union(*map(below, kind.__subclasses__()))

    ours = {kind for kind in below(Settings) if not kind.__module__.startswith("tests.")}
    assert set(settings.SECTIONS.values()) == ours
    assert ServiceSettings in ours


def test_every_setting_says_what_it_means() -> None:
    assert all(meaning for _, _, meaning in pages.rows(settings.tables(), header="variable"))


def test_nothing_is_described_here_that_is_no_setting() -> None:
    fields = {name for kind in settings.SECTIONS.values() for name in kind.model_fields}
    assert settings.UNDESCRIBED.keys() <= fields
