"""Takes the documents of Users: a Request is answered once, when it may be asked and its turn has come."""

from collections.abc import Callable

from ppmid_devices.credentials import Directory
from ppmid_devices.dcc.authority import Authority, Grant
from ppmid_devices.dcc.records import Records
from ppmid_devices.dcc.replies import Replies
from ppmid_devices.dcc.sequences import InSequence, Sequences
from ppmid_devices.dcc.settings import DccSettings
from ppmid_devices.ports import MILLISECOND, SECOND, Clock
from ppmid_devices.signed_documents import open_document
from ppmid_protocols.duis.documents import Request, Response
from ppmid_protocols.duis.response_code import ResponseCode
from ppmid_protocols.duis.variants import Refused, Service
from ppmid_protocols.errors import ProtocolError
from ppmid_protocols.eui import Eui


class Reception:
    """``answer`` does what a Request asks, and gives its answer; it may raise any ProtocolError.

    ``lines``: the names of Users on the line. ``refused``: why documents were dropped without an answer, and Requests
    answered with a code, oldest first.
    """

    def __init__(
        self,
        clock: Clock,
        directory: Directory,
        authority: Authority,
        records: Records,
        replies: Replies,
        settings: DccSettings,
        answer: Callable[[str, Request, Grant], Response],
    ) -> None:
        self._clock, self._directory, self._authority = clock, directory, authority
        self._records, self._replies, self._answer = records, replies, answer
        self._delay = settings.processing_ms * MILLISECOND
        self._refusal, self._stopped = ResponseCode(settings.refusal_code), ResponseCode(settings.sequence_code)
        self._waits = ResponseCode(settings.sequence_answer)
        self.lines: dict[Eui, str] = {}
        self.refused: list[str] = []
        self.sequences = Sequences(
            clock, wait=settings.sequence_wait_s * SECOND, stops=settings.sequence_stops, go=self._go, stop=self._stop
        )

    def receive(self, user: str, frame: bytes, at: Service | None) -> None:
        """Take a document from the line ``user``. ``at``: the DUIS service that it was sent to; None: any."""
        try:
            request = open_document(frame, self._directory)
        except ProtocolError as problem:
            self.refused.append(f"from {user}: {problem}")  # nobody is proven to have asked, so nobody is answered
            return
        if isinstance(request, Request):
            self.lines[request.request_id.originator] = user
            self._clock.call_later(self._delay, lambda: self._serve(user, request, at))
        else:
            self.refused.append(f"from {user}: expected a Request, found a Response")

    def refuse(self, request: Request, problem: ProtocolError) -> Response:
        """The answer to what is refused; a problem that has no code of its own gets that for refusals."""
        refusal = problem if isinstance(problem, Refused) else Refused(self._refusal, str(problem))
        self.refused.append(f"{request.request_id}: {refusal}")
        return self._replies.to(request, refusal.code)

    def fail(self, request: Request, problem: ProtocolError) -> Response:
        """As ``refuse``, of what is refused for good: nothing in its sequence waits for it any longer."""
        self.sequences.end(request.request_id, False)
        return self.refuse(request, problem)

    def tell_after_all(self, user: str, request: Request, answer: Response) -> None:
        """Send what a Request that was held has come to, unless that has been said already, as I99 may have been."""
        if self._records.is_news(request, answer):
            self._replies.send(user, answer)

    def _serve(self, user: str, request: Request, at: Service | None) -> None:
        """Answer a Request. That its counter may be lower than an earlier one is assumed; a device refuses it then."""
        try:
            grant = self._authority.grant(request, self._clock.now(), at)
            answer = self._records.answer_to(request)
            if answer is None and self.sequences.hold(user, request, at):
                answer = self._replies.to(request, self._waits)
            elif answer is None:
                answer = self._answer(user, request, grant)
            self._records.remember(request, answer)
        except ProtocolError as problem:
            known = self._records.begun(request.request_id)  # then it is not what others wait for that has failed
            answer = (self.refuse if known else self.fail)(request, problem)
        self._replies.send(user, answer)

    def _go(self, held: InSequence) -> None:
        try:
            grant = self._authority.grant(held.request, self._clock.now(), held.at)
            answer = self._answer(held.user, held.request, grant)
        except ProtocolError as problem:
            answer = self.fail(held.request, problem)
        self.tell_after_all(held.user, held.request, answer)

    def _stop(self, held: InSequence, why: str) -> None:
        self.tell_after_all(held.user, held.request, self.fail(held.request, Refused(self._stopped, why)))
