"""Kontor's client library for Python: sends orders to the gateway and gathers them by itself.

    mkdir -p generated && protoc -I proto --python_out=generated proto/{*/v1,buf/validate,google/rpc}/*.proto     # the messages, once
    PYTHONPATH=generated:cli/python /usr/bin/python3 program.py

    with kontor_client.Kontor("door.example:443", session_token, account_id, credentials=grpc.ssl_channel_credentials()) as kontor:
        answers = [kontor.submit(order) for order in orders]   # from any thread
        for answer in answers:
            result = answer.result()                           # a ledger.v1.OrderResult: done, or refused and why

An order goes at once while few calls are under way; those that come meanwhile go together in the next SubmitOrders, up to 1,000. There is no
timer: a lone order waits for nobody. What was not done, or whose answer was lost, is asked again under the same request ids while the order's
time lasts; when the gateway's rate is too high for it (RATE_LIMITED), orders wait until they may be sent. Then answer.result() raises NotDone (certainly nothing was done) or NotKnown (the same request_id tells, and does it once)."""
import collections
import concurrent.futures
import itertools
import threading
import time

import grpc
from google.rpc import error_details_pb2, status_pb2
from ledger.v1 import order_pb2

CALLS_UNDER_WAY_MAX = 4
CALL_ORDERS_MAX = 1000
CALL_BYTES_MAX = 512 * 1024  # half of what the gateway takes
BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8)
SUBMIT = "/ledger.v1.OrderService/SubmitOrders"
# Said of every order of a call. Any other refusal is meant for one of them.
OF_THE_CALL = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.RESOURCE_EXHAUSTED)
LOST = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.INTERNAL,
        grpc.StatusCode.UNKNOWN)
LATER = ("OVERLOADED", "RATE_LIMITED")
NOTHING_DONE = ("UNAVAILABLE", "CONFLICT", "LOCKED") + LATER  # the reasons of a call that certainly did nothing


class NotDone(Exception):
    """Certainly nothing was done; a new request id is as good as the old one."""


class NotKnown(Exception):
    """It may have been done: the same request_id tells."""


class TooMany(Exception):
    """orders_max are under way: nothing was sent."""


class _Order:
    def __init__(self, message, until):
        self.message, self.until, self.future, self.doubted = order_pb2.Order(), until, concurrent.futures.Future(), False
        self.message.CopyFrom(message)
        self.size = self.message.ByteSize()
        self.future.set_running_or_notify_cancel()  # so that nobody cancels it: it is on its way


def _details(error):
    """The google.rpc.Status of a refusal, and its reason."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_pb2.Status.FromString(value)
            for detail in status.details:
                info = error_details_pb2.ErrorInfo()
                if detail.Unpack(info):
                    return status, info.reason
            return status, ""
    return status_pb2.Status(code=error.code().value[0], message=error.details() or ""), ""


def _retry_delay(status):
    """In seconds; 0 when the refusal does not say."""
    info = error_details_pb2.RetryInfo()
    return next((info.retry_delay.ToMicroseconds() / 1e6 for detail in status.details if detail.Unpack(info)), 0)


class Kontor:
    def __init__(self, gateway, session_token, account_id="", credentials=None, timeout=10.0, orders_max=8192):
        self._channel = grpc.secure_channel(gateway, credentials) if credentials else grpc.insecure_channel(gateway)
        self._call = self._channel.unary_unary(SUBMIT, request_serializer=order_pb2.SubmitOrdersRequest.SerializeToString,
                                               response_deserializer=order_pb2.SubmitOrdersResponse.FromString)
        self._metadata = (("authorization", "Bearer " + session_token),)
        self._account_id, self._timeout, self._orders_max = account_id, timeout, orders_max
        self._lock, self._waiting = threading.Condition(), collections.deque()
        self._under_way = self._open = 0

    def submit(self, order, timeout=None):
        """A Future of the ledger.v1.OrderResult of a copy of the order; nobody cancels it. Groups (linked orders) go by SubmitOrders itself."""
        if order.linked:
            raise ValueError("a group of orders is not gathered")
        submitted = _Order(order, time.monotonic() + (timeout or self._timeout))
        with self._lock:
            if self._open == self._orders_max:
                raise TooMany()
            self._open += 1
            self._waiting.append(submitted)
        self._begin()
        return submitted.future

    def close(self):
        """Awaits the answers of all orders."""
        with self._lock:
            self._lock.wait_for(lambda: self._open == 0)
        self._channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _begin(self):
        """Sends what waits, as long as calls may be made."""
        while True:
            with self._lock:
                if not self._waiting or self._under_way == CALLS_UNDER_WAY_MAX:
                    return
                self._under_way += 1
                size, orders = 0, []
                while self._waiting and len(orders) < CALL_ORDERS_MAX and (not orders or size + self._waiting[0].size <= CALL_BYTES_MAX):
                    orders.append(self._waiting.popleft())
                    size += orders[-1].size
            self._send(orders, 0)

    def _send(self, orders, attempt):
        left = max(order.until for order in orders) - time.monotonic()
        request = order_pb2.SubmitOrdersRequest(account_id=self._account_id, orders=[order.message for order in orders])
        sent = self._call.future(request, timeout=max(left, 0.001), metadata=self._metadata)
        sent.add_done_callback(lambda call: self._ended(call, orders, attempt))

    def _ended(self, call, orders, attempt):
        error = call.exception()
        if error is None:
            self._leave(orders, call.result().results[:len(orders)])
            return
        status, reason = _details(error)
        if error.code() in LOST or reason in LATER:
            self._ask_again(orders, attempt, reason, _retry_delay(status))
        elif len(orders) > 1 and error.code() not in OF_THE_CALL:
            self._send_halves(orders, attempt)
        else:
            self._leave(orders, [order_pb2.OrderResult(refused=status)] * len(orders))

    def _ask_again(self, orders, attempt, reason, delay):
        """Those whose time is not over; what may have been done stays in doubt until it is answered."""
        pause = max(delay, BACK_OFF_SECONDS[min(attempt, len(BACK_OFF_SECONDS) - 1)])
        again = [order for order in orders if reason != "LOCKED" and order.until - time.monotonic() > pause]
        for order in orders:
            order.doubted = order.doubted or reason not in NOTHING_DONE
            if order not in again:
                self._answer(order, NotKnown(reason) if order.doubted else NotDone(reason))
        if again:
            waker = threading.Timer(pause, self._send, (again, attempt + 1))
            waker.daemon = True
            waker.start()
        else:
            self._leave()

    def _send_halves(self, orders, attempt):
        """Until the order that is meant stands alone."""
        middle = len(orders) // 2
        with self._lock:
            self._under_way += 1
        self._send(orders[:middle], attempt)
        self._send(orders[middle:], attempt)

    def _leave(self, orders=(), results=()):
        """A call has ended. The gateway's own refusal says nothing of an attempt whose answer was lost: it does not look for the request id,
        as the ledger does, whose answer to what was done is marked as replayed."""
        for order, result in itertools.zip_longest(orders, results):
            untold = result is None or (order.doubted and result.WhichOneof("outcome") == "refused" and not result.replayed)
            self._answer(order, NotKnown("") if untold else result)
        with self._lock:
            self._under_way -= 1
        self._begin()

    def _answer(self, order, answer):
        with self._lock:
            self._open -= 1
            self._lock.notify_all()
        if isinstance(answer, Exception):
            order.future.set_exception(answer)
        else:
            order.future.set_result(answer)
