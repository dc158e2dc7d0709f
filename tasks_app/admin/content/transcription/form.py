"""The form for a transcription: exactly one of a YouTube address or a file; the newer replaces the older."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tasks_app.admin.content.base import submit
from tasks_app.models import Transcription
from tasks_app.submission.recordings import IMPORTS, RECORDINGS, SUFFIXES, check_recording, video_of
from tasks_app.text.speech.video_ids import address


class TranscriptionForm(forms.ModelForm[Transcription]):
    """`content_changed` shows, once the form is valid, whether there is something new to process."""

    title = forms.CharField(
        label=_("title"),
        max_length=255,
        required=False,
        help_text=_("If left empty, the file name or the video id is used."),
        widget=AdminTextInputWidget,
    )
    url = forms.CharField(
        label=_("YouTube URL"),
        max_length=500,
        required=False,
        help_text=_(
            "For example https://www.youtube.com/watch?v=… or https://youtu.be/…; a single video, not a playlist."
        ),
        widget=AdminTextInputWidget(attrs={"inputmode": "url"}),
    )

    content_changed = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].help_text = gettext(
                "A recording (%(recordings)s) of up to %(limit)s and %(minutes)s minutes, or an existing transcript "
                "(%(imports)s)."
            ) % {
                "recordings": " ".join(RECORDINGS),
                "imports": " ".join(IMPORTS),
                "limit": filesizeformat(settings.MEDIA_MAX_BYTES),
                "minutes": settings.MEDIA_MAX_SECONDS // 60,
            }
        if "url" in self.fields and self.instance.video_id:
            self.fields["url"].initial = address(self.instance.video_id)

    class Meta:
        model = Transcription
        fields = ("notebook", "title", "file")
        widgets = {"file": forms.FileInput(attrs={"accept": ",".join(SUFFIXES)})}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            check_recording(file)
        return file

    def clean_url(self) -> str:
        """The id of the video, empty where there is no address."""
        return video_of(self.cleaned_data["url"])

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not {"file", "url"} <= data.keys():
            return data
        upload = data["file"] if isinstance(data["file"], UploadedFile) else None
        new_video = bool(data["url"]) and data["url"] != self.instance.video_id
        if upload and new_video:
            self.add_error("file", _("Give either a URL or a file, not both."))
            return data
        if not (upload or data["url"] or self.instance.file):
            self.add_error("url", _("Enter a video URL or upload a file."))
            return data
        self.content_changed = bool(upload) or new_video
        if upload:
            self.instance.video_id = ""
        elif new_video:
            data["file"] = False
            self.instance.filename = ""
            self.instance.video_id = data["url"]
        title = submit.title_of(upload, "") or f"YouTube {data['url']}"
        data["title"] = data.get("title") or self.instance.title or title
        return data
