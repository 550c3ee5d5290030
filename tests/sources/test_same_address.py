"""The same page is found again however its address was copied."""

import pytest

from sources.models import Source
from tests.factories import Register

pytestmark = pytest.mark.django_db

POST = "https://www.facebook.com/made.up.monitor/posts/123456789"
STATUS = "https://twitter.com/MadeUpMonitor/status/123456789012345678"


@pytest.mark.parametrize(
    ("address", "copied"),
    [
        ("https://example.org/a", "http://www.example.org/a/?utm_source=x&utm_medium=y#top"),
        ("https://example.org/?a=1&b=2", "https://example.org/?a=1&fbclid=z&b=2"),
        ("https://example.org/?a=1", "https://example.org/?gclid=z&a=1"),
        ("https://example.org/خبر-عاجل", "https://example.org/%D8%AE%D8%A8%D8%B1-%D8%B9%D8%A7%D8%AC%D9%84"),
        (STATUS, STATUS.replace("twitter.com", "mobile.twitter.com") + "?s=20"),
        (STATUS, STATUS.replace("twitter.com", "x.com") + "/photo/1"),
        (POST, POST.replace("www.", "m.") + "?__tn__=-R"),
        (POST, POST.replace("www.", "ar-ar.") + "?type=3&theater&__xts__[0]=68.ARC"),
        (POST, POST.replace("www.", "web.") + "?__xts__%5B0%5D=68.ARC&hc_ref=x"),
        (
            "https://www.facebook.com/permalink.php?story_fbid=12&id=34",
            "https://m.facebook.com/story.php?story_fbid=12&id=34&fref=nf",
        ),
        ("https://www.youtube.com/watch?v=aB3", "https://youtu.be/aB3?t=12"),
        ("https://www.youtube.com/watch?v=aB3", "https://m.youtube.com/watch?time_continue=9&v=aB3&feature=share"),
    ],
)
def test_one_page_is_found_by_each_of_its_addresses(register: Register, address: str, copied: str) -> None:
    there = register.source(title="", url=address)
    assert list(Source.objects.near(url=copied, title="")) == [there]
    assert list(Source.objects.near(url=address, title="")) == [there]


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/a?type=3", "https://example.org/a?type=4"),
        (STATUS, STATUS[:-1]),
        (POST, POST + "?comment_id=9"),
        ("https://www.youtube.com/watch?v=aB3", "https://www.youtube.com/watch?v=aB4&list=aB3"),
        ("https://xx.com/MadeUpMonitor/status/1", "https://x.com/MadeUpMonitor/status/1"),
    ],
)
def test_another_page_is_not(register: Register, address: str, other: str) -> None:
    register.source(title="", url=address)
    assert not Source.objects.near(url=other, title="").exists()
