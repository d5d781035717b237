"""How the service is set through the environment, and where it may listen."""

from __future__ import annotations

import pytest

from emotion_server import ServerSettings, why_unsafe


def test_settings_are_read_from_the_environment_and_have_defaults():
    environment = {"EMOTION_SERVER_MAX_FILES": "3", "EMOTION_SERVER_MODELS": "a, b,", "EMOTION_OTHER": "x"}
    settings = ServerSettings.from_environment(environment)
    assert (settings.max_files, settings.models, settings.origins) == (3, ("a", "b"), ())
    assert ServerSettings.from_environment({}) == ServerSettings()


def test_what_kubernetes_says_of_a_service_of_that_name_is_no_setting():
    said = {"EMOTION_SERVER_SERVICE_HOST": "10.0.0.1", "EMOTION_SERVER_PORT": "tcp://10.0.0.1:80"}
    assert ServerSettings.from_environment(said) == ServerSettings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("MAX_FILES", "many"), ("MAX_FILES", "0"), ("MAX_PIXELS", "1000000000000")),
        *(("SECONDS_TO_SEND", "0"), ("MODELS", " , "), ("COLOUR", "red")),
        *(("TOKEN", "x" * 16 + " "), ("TOKEN", "x" * 16 + "\r\n"), ("TOKEN", "é" * 16)),
    ],
)
def test_what_cannot_be_used_is_named(name, value):
    with pytest.raises(ValueError, match=f"EMOTION_SERVER_{name} cannot be used: "):
        ServerSettings.from_environment({f"EMOTION_SERVER_{name}": value})


def test_a_token_is_never_shown():
    assert "secret" not in repr(ServerSettings(token="a secret that is long"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.9.9.9"])
def test_at_this_machines_own_addresses_no_token_is_needed(host):
    assert why_unsafe(host, "") is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_at_others_one_is_needed_that_cannot_be_guessed(host):
    assert "it needs a token" in why_unsafe(host, "")
    assert "could be guessed" in why_unsafe(host, "short")
    assert why_unsafe(host, "x" * 16) is None
