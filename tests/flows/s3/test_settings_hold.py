from __future__ import annotations

import pytest

from flows.s3.access import s3_client
from flows.s3.settings import access_that_holds

PROFILES = """
[profile books]
aws_access_key_id = KEYOFBOOKS
aws_secret_access_key = secret
region = eu-south-1
"""


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """The request that a look at an object becomes, with these settings in the environment."""
    (tmp_path / "config").write_text(PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("EXTRACT_S3_ENDPOINT", raising=False)
    s3_client.cache_clear()

    def asked(**settings: str):
        for name, value in settings.items():
            monkeypatch.setenv(f"EXTRACT_S3_{name.upper()}", value)
        client, requests = s3_client(access_that_holds()), []

        class SentError(Exception): ...

        def keep(request, **_more):
            requests.append(request)
            raise SentError

        client.meta.events.register("before-send.s3.HeadObject", keep)
        with pytest.raises(SentError):
            client.head_object(Bucket="lake", Key="a")
        return requests[0]

    yield asked
    s3_client.cache_clear()


def authorization(request) -> str:
    value = request.headers["Authorization"]
    return value.decode() if isinstance(value, bytes) else value


def test_the_region_is_that_of_the_setting(asked):
    request = asked(region="eu-west-1")
    assert request.url == "https://lake.s3.eu-west-1.amazonaws.com/a"
    assert "/eu-west-1/s3/" in authorization(request)


def test_a_profile_gives_key_and_region(asked, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    request = asked(profile="books")
    assert request.url == "https://lake.s3.eu-south-1.amazonaws.com/a"
    assert "Credential=KEYOFBOOKS/" in authorization(request)


def test_the_region_of_the_setting_counts_before_that_of_the_profile(asked):
    assert asked(profile="books", region="eu-west-1").url == "https://lake.s3.eu-west-1.amazonaws.com/a"


STYLES = {
    "auto": "http://store.internal:9000/lake/a",
    "yes": "http://store.internal:9000/lake/a",
    "no": "http://lake.store.internal:9000/a",
}


@pytest.mark.parametrize("style", STYLES)
def test_the_bucket_stands_where_the_path_style_says(asked, style):
    assert asked(endpoint="http://store.internal:9000", path_style=style, region="x").url == STYLES[style]
