"""An interview platform: ended interviews, with recordings and source files."""

from __future__ import annotations

from connectors.interview_media.pull import Ended, MediaClient, MediaFile, MediaOptions

__all__ = ["Ended", "MediaClient", "MediaFile", "MediaOptions"]
