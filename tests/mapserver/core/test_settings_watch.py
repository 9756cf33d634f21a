"""What of the settings is taken up while the server runs."""

from mapserver.core.settings import Settings
from mapserver.core.settings_watch import TAKEN_UP, TAKEN_UP_WITHIN


def test_every_setting_that_is_taken_up_is_one() -> None:
    assert set(Settings.model_fields) >= {*TAKEN_UP, *TAKEN_UP_WITHIN}
