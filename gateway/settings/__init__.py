"""One frozen settings value, read from a YAML file and the environment.

values.py     notations: durations, percentages, sizes
section.py    what every section has in common
serving.py    sections about clients; subgraphs.py: about subgraphs, identity and errors
model.py      `Settings`, and the JSON Schema generated from it
load.py       YAML -> Settings, or mistakes with line and nearest key
"""

from gateway.settings.load import Mistake, SettingsError, load_settings, parse_settings
from gateway.settings.model import Settings, json_schema
from gateway.settings.serving import Mode

__all__ = [
    "Mistake",
    "Mode",
    "Settings",
    "SettingsError",
    "json_schema",
    "load_settings",
    "parse_settings",
]
