"""A hospital system in another language: settles a printed bill and refunds it, over mutual TLS.

Knows nothing of the product but the files in proto/. Everything it needs comes from its arguments; it prints one JSON
object. Exit status 0 when every amount adds up and every answer is what the contract promises.
"""

import argparse
import csv
import json
import sys
import uuid
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import grpc
from google.rpc import status_pb2

from yijie.common.v1 import common_pb2 as common
from yijie.treatment.v1 import treatment_pb2 as treatment
from yijie.treatment.v1 import treatment_pb2_grpc as rpc

SHARES = [field.name for field in common.Shares.DESCRIPTOR.fields]


def main() -> None:
    arguments = parse_arguments()
    channel = secure_channel(arguments)
    hospital = rpc.TreatmentServiceStub(channel)
    report = play(hospital, arguments)
    json.dump(report, sys.stdout, ensure_ascii=False)
    print()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", required=True, help="host:port of the treatment site")
    parser.add_argument("--ca", required=True)
    parser.add_argument("--certificate", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--bill", required=True, help="CSV of the printed bill")
    parser.add_argument("--mapping", required=True, help="CSV of the hospital's item codes")
    parser.add_argument("--day", type=int, required=True, help="YYYYMMDD of the stay")
    parser.add_argument("--home-pool", required=True)
    parser.add_argument("--certificate-number", required=True, help="identity number of an invented person")
    parser.add_argument("--name", required=True)
    return parser.parse_args()


def secure_channel(arguments: argparse.Namespace) -> grpc.Channel:
    credentials = grpc.ssl_channel_credentials(
        root_certificates=Path(arguments.ca).read_bytes(),
        private_key=Path(arguments.key).read_bytes(),
        certificate_chain=Path(arguments.certificate).read_bytes(),
    )
    return grpc.secure_channel(arguments.address, credentials)


def play(hospital: rpc.TreatmentServiceStub, arguments: argparse.Namespace) -> dict:
    person = hospital.VerifyPerson(
        treatment.VerifyPersonRequest(
            credential=treatment.Credential(
                type=treatment.Credential.TYPE_ID_CARD,
                certificate_number=arguments.certificate_number,
                name=arguments.name,
            ),
            home_pool=arguments.home_pool,
        ),
        timeout=20,
    )
    check(arguments.name not in str(person), "the answer carries the name in clear")

    terms = treatment.VisitTerms(kind=common.VISIT_KIND_INPATIENT, admission_date=arguments.day, diagnosis_code="C50.900")
    admission = treatment.AdmitRequest(
        idempotency_key=new_key(),
        person_token=person.person_token,
        home_pool=arguments.home_pool,
        terms=terms,
        local_admission_number=new_key(),
        department="肿瘤科",
    )
    visit_id = settled(hospital.Admit(admission, timeout=20)).visit_id
    check(hospital.Admit(admission, timeout=20).visit_id == visit_id, "the same key admitted twice")

    lines = list(read_lines(arguments))
    total = sum(line.amount_fen for line in lines)
    upload = treatment.UploadChargesRequest(idempotency_key=new_key(), visit_id=visit_id, lines=lines)
    check(settled(hospital.UploadCharges(upload, timeout=20)).visit_total_fen == total, "total after upload")
    settled(
        hospital.Discharge(
            treatment.DischargeRequest(
                idempotency_key=new_key(),
                visit_id=visit_id,
                discharge_date=arguments.day,
                discharge_diagnosis_code="C50.900",
                line_count=len(lines),
                total_fen=total,
            ),
            timeout=20,
        )
    )

    quote = hospital.PreSettle(treatment.PreSettleRequest(visit_id=visit_id, total_fen=total), timeout=20)
    check(not quote.HasField("failure"), f"no quote: {quote.failure.code}")

    wrong = hospital.Settle(
        treatment.SettleRequest(idempotency_key=new_key(), visit_id=visit_id, total_fen=total + 1), timeout=20
    )
    check(wrong.outcome.failure.code == "STL-SUM", f"a wrong total was answered {wrong.outcome.failure.code!r}")

    settle = treatment.SettleRequest(
        idempotency_key=new_key(), visit_id=visit_id, total_fen=total, quote_hash=quote.quote_hash
    )
    first = settled(hospital.Settle(settle, timeout=30))
    settlement = first.settlement
    check(shares_of(settlement) == shares_of(quote.quote), "the settlement isn't what was quoted")
    check(sum(shares_of(settlement).values()) == total, "the shares don't add up to the bill")
    check(sum(row.total_fen for row in settlement.categories) == total, "the categories don't add up to the bill")
    repeated = hospital.Settle(settle, timeout=30)
    check(repeated.SerializeToString() == first.SerializeToString(), "a repeated key got another answer")

    refund_request = treatment.RefundRequest(
        idempotency_key=new_key(), settlement_id=settlement.settlement_id, reason="test"
    )
    refund = settled(hospital.Refund(refund_request, timeout=30)).settlement
    check(refund.total_fen == -total, "the refund isn't the negative bill")
    check(
        shares_of(refund) == {name: -amount for name, amount in shares_of(settlement).items()},
        "the refund's shares aren't the negated ones",
    )

    return {
        "settlementId": settlement.settlement_id,
        "refundId": refund.settlement_id,
        "totalFen": total,
        "shares": shares_of(settlement),
        "errorDetail": typed_error(hospital),
    }


def typed_error(hospital: rpc.TreatmentServiceStub) -> dict:
    """Asks for something that isn't there and reads the typed detail of the gRPC error."""
    try:
        hospital.GetSettlement(
            treatment.GetSettlementRequest(settlement_id=str(uuid.uuid4())), timeout=20
        )
    except grpc.RpcError as error:
        trailers = dict(error.trailing_metadata())
        status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
        failure = common.Failure()
        check(status.details[0].Unpack(failure), "the detail isn't a yijie.common.v1.Failure")
        return {"status": error.code().name, "code": failure.code, "remedy": failure.remedy_en}
    raise SystemExit("a settlement that doesn't exist was found")


def read_lines(arguments: argparse.Namespace):
    codes = {}
    with open(arguments.mapping, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes[row["item_name"], row["specification"]] = row["item_code"]
    with open(arguments.bill, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield treatment.ChargeLine(
                line_number=int(row["line_no"]),
                item_code=codes[row["item_name"], row["spec"]],
                item_name=row["item_name"],
                specification=row["spec"],
                quantity_e4=scaled(row["qty"], 10_000),
                unit_price_e4=scaled(row["unit_price"], 10_000),
                amount_fen=scaled(row["amount"], 100),
                service_date=arguments.day,
                service_time=row["fee_time"].split(" ")[1],
            )


def scaled(text: str, factor: int) -> int:
    return int((Decimal(text) * factor).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def shares_of(settlement: treatment.Settlement) -> dict:
    return {name: getattr(settlement.shares, name) for name in SHARES}


def settled(answer):
    outcome = answer.outcome
    check(
        outcome.state == common.OUTCOME_STATE_SETTLED,
        f"{type(answer).__name__}: {common.OutcomeState.Name(outcome.state)} {outcome.failure.code} {outcome.failure.message_en}",
    )
    return answer


def new_key() -> str:
    return uuid.uuid4().hex


def check(condition: bool, otherwise: str) -> None:
    if not condition:
        raise SystemExit(otherwise)


if __name__ == "__main__":
    main()
