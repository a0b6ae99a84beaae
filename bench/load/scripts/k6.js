// UNTESTED: nobody has run this script here. Single transfers by k6, at a constant arrival rate (an open loop). It checks no money; kontor-load does.
//   k6 run -e GATEWAY=… -e TOKEN=… -e FROM=account -e TO=account bench/load/scripts/k6.js
import grpc from "k6/net/grpc";
import { check } from "k6";
import { uuidv4 } from "https://jslib.k6.io/k6-utils/1.4.0/index.js";

const client = new grpc.Client();
let connected = false;

export const options = {
  scenarios: {
    transfers: { executor: "constant-arrival-rate", rate: 50, timeUnit: "1s", duration: "30s", preAllocatedVUs: 50, maxVUs: 500 },
  },
  thresholds: { grpc_req_duration: ["p(99)<50"], checks: ["rate>0.999"] },
};

export default function () {
  if (!connected) {
    client.connect(__ENV.GATEWAY, { reflect: true, plaintext: __ENV.PLAINTEXT === "yes" });
    connected = true;
  }
  const transfer = {
    account_id: __ENV.FROM,
    destination_account_id: __ENV.TO,
    request_id: uuidv4(),
    amount_micros: "10000",
    currency: "CNY",
  };
  const answer = client.invoke("ledger.v1.TransferService/CreateTransfer", transfer, {
    metadata: { authorization: `Bearer ${__ENV.TOKEN}` },
  });
  check(answer, { "transferred": (one) => one && one.status === grpc.StatusOK });
}
