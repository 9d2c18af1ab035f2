"""The files that pages load: which of them are served, and under what names."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Source maps and variants that no page asks for; DRF's own pages are not shown.
NOT_SERVED = (
    *("*.map", "*.rtl.*", "*.esm.*", "bootstrap-*", "bootstrap.css", "bootstrap.js", "bootstrap/js/jquery*"),
    *("htmx-4*", "htmax-4*", "ext", "rest_framework"),
)


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's: a hash in each name, compressed beforehand. It leaves alone what a file says about its
    source map, which is not served."""

    patterns = tuple(
        (glob, tuple(pattern for pattern in patterns if "sourceMappingURL" not in str(pattern)))
        for glob, patterns in CompressedManifestStaticFilesStorage.patterns
    )


def collect() -> None:
    """Lay the files out in STATIC_ROOT, which takes ten seconds, unless they lie there as they are now."""
    done, mark = Path(settings.STATIC_ROOT) / "collected", _fingerprint()
    if done.exists() and done.read_text() == mark:
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=list(NOT_SERVED))
    done.write_text(mark)


def _fingerprint() -> str:
    found = hashlib.sha256(str(NOT_SERVED).encode())
    for finder in get_finders():
        for name, storage in finder.list(list(NOT_SERVED)):
            content = Path(storage.path(name)).read_bytes()  # an image does not keep the times of its files
            found.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()


def main() -> None:
    """`python -m khuyencong.staticfiles`: for the build of an image, where no server is near."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khuyencong.settings")
    django.setup()
    collect()


if __name__ == "__main__":
    main()
