"""The id of a YouTube video, out of what people paste."""

import re
from urllib.parse import parse_qs, urlsplit

HOSTS = ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com")
SHORT_HOST = "youtu.be"
PATHS = ("shorts", "live", "embed")

_ID = re.compile(r"[A-Za-z0-9_-]{11}")


class NoVideo(ValueError):
    """`code` is `other_site`, `playlist` or `no_video`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def video_id(url: str) -> str:
    """11 characters. Of a video within a playlist, that video's. Raises NoVideo."""
    try:
        parts = urlsplit(url.strip() if "://" in url else f"https://{url.strip()}")
        host = (parts.hostname or "").lower()
    except ValueError:
        raise NoVideo("no_video") from None
    if parts.scheme not in ("http", "https") or host not in (*HOSTS, SHORT_HOST):
        raise NoVideo("other_site")
    query = parse_qs(parts.query)
    steps = parts.path.strip("/").split("/")
    if host == SHORT_HOST:
        candidate = steps[0]
    elif steps[0] in PATHS:
        candidate = steps[1] if len(steps) > 1 else ""
    else:
        candidate = query.get("v", [""])[0] if steps[0] == "watch" else ""
    if _ID.fullmatch(candidate):
        return candidate
    raise NoVideo("playlist" if "list" in query else "no_video")


def address(found: str) -> str:
    """The one address by which a video is asked for."""
    return f"https://www.youtube.com/watch?v={found}"
