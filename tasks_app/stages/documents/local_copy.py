"""Stored files on this machine's own disk, wherever they are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from tasks_app.errors import InputChanged, TransientError
from tasks_app.registry import StageContext
from tasks_app.stages.documents.error_messages import error_message


@contextmanager
def copied(file: "File[bytes]", context: StageContext, largest: int) -> Iterator[Path]:
    """The file, of at most `largest` bytes, in a folder of its own that goes with the block.

    Raises PermanentError if it is gone or too large, InputChanged if another one has taken its place, TransientError if
    it cannot be fetched or the disk is full.
    """
    with TemporaryDirectory(prefix="notebookops-") as folder:
        path = Path(folder) / "document"
        try:
            if file.size > largest:
                raise error_message("file_too_large", limit=largest // 1024**2)
            with file.open("rb") as stored, path.open("wb") as copy:
                for piece in stored.chunks():
                    context.check()
                    copy.write(piece)
        except FileNotFoundError as error:
            raise InputChanged if _replaced(file) else error_message("file_missing") from error
        except OSError as error:
            raise disk_full() if error.errno == ENOSPC else storage_failed() from error
        yield path


def _replaced(file: "File[bytes]") -> bool:
    """Whether its row holds another file by now: the same content uploaded again has another name."""
    if not isinstance(file, FieldFile):
        return False
    rows = type(file.instance)._default_manager.filter(pk=file.instance.pk)
    name = rows.values_list(file.field.name, flat=True).first()
    return bool(name) and name != file.name


def storage_failed() -> TransientError:
    return TransientError("storage_failed", _("The stored file could not be read; it is retried automatically."))


def disk_full() -> TransientError:
    return TransientError(
        "disk_full", _("The worker's disk is full. Free some space; the job is retried automatically.")
    )
