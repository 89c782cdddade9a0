"""What a route is given: the frame of the request, and the published copy it reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from portal.cards import Desk, LiveDesk
from portal.frame import Edition, Frame
from talentloop.errors import PublishError
from talentloop.reports.runner import open_at
from talentloop.settings import Settings
from talentloop.warehouse import open_published


def given_frame(request: Request) -> Frame:
    """The frame of a page that needs no published copy."""
    settings: Settings = request.app.state.settings
    frame = Frame.of(settings, request)
    request.state.frame = frame
    return frame


def given_desk(frame: Annotated[Frame, Depends(given_frame)]) -> Iterator[Desk]:
    """A desk on the published copy that the address asks for, open until the page is rendered."""
    with open_at(frame.settings, frame.day_asked) as db:
        frame.edition = Edition.of(db)
        yield Desk(frame, db)


def given_live_desk(frame: Annotated[Frame, Depends(given_frame)]) -> LiveDesk:
    """A desk for pages about the running of the loop; says what is published, if anything is."""
    try:
        with open_published(frame.settings) as db:
            frame.edition = Edition.of(db)
    except PublishError:
        frame.edition = None
    return LiveDesk(frame)


FrameGiven = Annotated[Frame, Depends(given_frame)]
DeskGiven = Annotated[Desk, Depends(given_desk)]
LiveDeskGiven = Annotated[LiveDesk, Depends(given_live_desk)]
