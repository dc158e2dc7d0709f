import pytest

from tasks_app.text.speech.video_ids import NoVideo, address, video_id

ID = "abcDEF_-123"


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.youtube.com/watch?v={ID}",
        f"http://youtube.com/watch?feature=share&v={ID}&t=10s",
        f"https://m.youtube.com/watch?v={ID}&list=PL0123456789&index=2",
        f"https://youtu.be/{ID}?si=xyz",
        f"youtu.be/{ID}",
        f"https://www.youtube.com/shorts/{ID}",
        f"  https://www.youtube.com/live/{ID}?feature=share ",
    ],
)
def test_the_video_is_found_in_every_form(url: str) -> None:
    assert video_id(url) == ID
    assert address(video_id(url)) == f"https://www.youtube.com/watch?v={ID}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://vimeo.com/1234", "other_site"),
        (f"https://www.youtube.com.evil.example/watch?v={ID}", "other_site"),
        (f"https://evil.example/youtu.be/{ID}", "other_site"),
        (f"https://youtube.com@evil.example/watch?v={ID}", "other_site"),
        (f"ftp://youtu.be/{ID}", "other_site"),
        (f"file://youtu.be/{ID}", "other_site"),
        ("", "other_site"),
        ("https://www.youtube.com/playlist?list=PL0123456789", "playlist"),
        ("https://www.youtube.com/watch?list=PL0123456789", "playlist"),
        ("https://www.youtube.com/@channel", "no_video"),
        ("https://www.youtube.com/shorts", "no_video"),
        ("https://youtu.be/", "no_video"),
        (f"https://youtu.be/{ID}x", "no_video"),
        ("https://www.youtube.com/watch?v=--exec%20id", "no_video"),
        ("https://[", "no_video"),
    ],
)
def test_anything_else_is_refused_with_its_reason(url: str, code: str) -> None:
    with pytest.raises(NoVideo) as refusal:
        video_id(url)
    assert refusal.value.code == code
