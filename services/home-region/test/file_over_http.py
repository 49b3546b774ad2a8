"""Files, lists and cancels over HTTPS as a channel would: standard library alone, paths from the service's document."""

import json
import ssl
import sys
import urllib.error
import urllib.request

base, authority, token = sys.argv[1:4]
context = ssl.create_default_context(cafile=authority)


def call(method, path, body=None, key=None, bearer=token):
    headers = {"authorization": f"Bearer {bearer}"}
    if body is not None:
        headers["content-type"] = "application/json"
    if key is not None:
        headers["idempotency-key"] = key
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, context=context) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


_, document = call("GET", "/v1/openapi.json")
operations = {
    operation["operationId"]: (method.upper(), path)
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
}


def operate(name, filing_id="", **options):
    method, path = operations[name]
    return call(method, path.replace("{filingId}", filing_id), **options)


wanted = {"type": "TM_OTHER", "targetRegion": "330100"}
_, filed = operate("submitFiling", body=wanted, key="python-1")
_, again = operate("submitFiling", body=wanted, key="python-1")
filing_id = filed["filing"]["filingId"]
_, own = operate("listFilings")
status, refused = operate("submitFiling", body=wanted, key="python-2")
_, cancelled = operate("cancelFiling", filing_id, body={"reason": "NOT-NEEDED"}, key="python-3")
stranger_status, stranger = operate("listFilings", bearer="nobody")

print(
    json.dumps(
        {
            "operations": sorted(operations),
            "filed": filed["filing"]["state"],
            "repeated": again == filed,
            "listed": any(one["filingId"] == filing_id for one in own["filings"]),
            "refused": [status, refused["code"]],
            "cancelled": cancelled["filing"]["state"],
            "stranger": [stranger_status, stranger["code"]],
        }
    )
)
