"""Clients that ask for a transfer under one request id until it is acknowledged, while something is done to what serves them. Not a test.

    with Repeated(stack, source, destination) as load:
        load.until_acknowledged(50)
    load.acknowledged, load.failures    the request ids, each told once; every failure on the way"""
import threading
import time

import grpc
from service import Client, Refusal, new_id

TRANSFER = "ledger.v1.TransferService/CreateTransfer"
AMOUNT = 10000
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED)


class Repeated:
    def __init__(self, stack, source, destination, clients=6):
        self.stack, self.source, self.destination = stack, source, destination
        self.session = (("authorization", "Bearer " + stack.token(source.name)),)
        self.over, self.acknowledged, self.failures, self.broken = threading.Event(), [], [], []
        self.threads = [threading.Thread(target=self.ask) for _ in range(clients)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(180)

    def ask(self):
        door, client = None, None
        try:
            while not self.over.is_set():
                request_id = new_id()
                while request_id:
                    if door != (self.stack.door or self.stack.gateway.address):  # a test may change it at any time
                        door = self.stack.door or self.stack.gateway.address
                        client = Client(door)
                    request_id = self.transfer(client, request_id)
        except Exception as error:  # told by the test's own thread
            self.broken.append(error)

    def transfer(self, client, request_id):
        """The request id to go on with; None once it is acknowledged."""
        try:
            client.call(TRANSFER, timeout=60, metadata=self.session, request_id=request_id, account_id=self.source.account_id,
                        destination_account_id=self.destination.account_id, amount_micros=AMOUNT, currency="CNY")
        except Refusal as refusal:
            self.failures.append(refusal)
            if refusal.code not in AGAIN and refusal.reason != "RATE_LIMITED":  # as few clients as there are, the demonstration calls beside them
                raise
            time.sleep(refusal.retry_seconds or 0.5)
            return request_id
        self.acknowledged.append(request_id)
        return None

    def until_acknowledged(self, more):
        wanted, deadline = len(self.acknowledged) + more, time.monotonic() + 180
        while len(self.acknowledged) < wanted:
            assert not self.broken, self.broken
            assert time.monotonic() < deadline, (len(self.acknowledged), [str(failure) for failure in self.failures[-5:]])
            time.sleep(0.1)
