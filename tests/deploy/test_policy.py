"""The policies of `deploy/iam/` against the requests that are really made: what they do not allow is refused."""

from __future__ import annotations

import fnmatch
import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from flows.cli import main
from flows.content import content_of
from flows.s3.access import s3_client, sqs_client
from flows.s3.objects import documents
from flows.store import StoreError
from tests.flows.made_pdf import invoice, pdf_of
from tests.flows.s3.conftest import access, moto
from tests.flows.watch.test_messages import native
from tiling.limits import Limits

__all__ = ["access", "moto"]
IAM = Path(__file__).parents[2] / "deploy" / "iam"
ACTIONS = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "ListObjectsV2": "s3:ListBucket",
    "ReceiveMessage": "sqs:ReceiveMessage",
    "DeleteMessageBatch": "sqs:DeleteMessage",
    "ChangeMessageVisibility": "sqs:ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
BUCKETS = {"DOCUMENTS-BUCKET": "documents", "OUTPUT-BUCKET": "lake"}
QUEUE = "arn:aws:sqs:REGION:111122223333:extract-documents"


def statements(*names):
    text = "".join((IAM / name).read_text(encoding="utf-8") + "\0" for name in names)
    for placeholder, bucket in BUCKETS.items():
        text = text.replace(placeholder, bucket)
    return [s for part in text.split("\0") if part for s in json.loads(part)["Statement"]]


class Gate:
    """Answers as AWS does: 403 for what no statement allows, and for what is missing where nobody may list."""

    def __init__(self, policies, store):
        self.statements = statements(*policies)
        self.store = store
        self.used = set()

    def needs(self, operation, params):
        """Pairs of action and resource."""
        if operation == "CopyObject":
            source = params["CopySource"]
            yield "s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}"
            yield "s3:PutObject", f"arn:aws:s3:::{params['Bucket']}/{params['Key']}"
        elif "QueueUrl" in params:
            yield ACTIONS[operation], QUEUE
        else:
            key = f"/{params['Key']}" if "Key" in params else ""
            yield ACTIONS[operation], f"arn:aws:s3:::{params['Bucket']}{key}"

    def allows(self, action, resource, prefix=None):
        return any(
            action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
            and fnmatch.fnmatchcase(resource, s["Resource"])
            and all(self._holds(kind, keys, prefix) for kind, keys in s.get("Condition", {}).items())
            for s in self.statements
        )

    @staticmethod
    def _holds(kind, keys, prefix):
        (wanted,) = keys.values()
        if prefix is None:
            return kind == "StringLikeIfExists"
        return any(fnmatch.fnmatchcase(prefix, pattern) for pattern in wanted)

    def __call__(self, params, model, **_):
        for action, resource in self.needs(model.name, params):
            self.used.add(action)
            if not self.allows(action, resource, params.get("Prefix")):
                self.refuse(model.name)
        missing = model.name in {"GetObject", "HeadObject"} and not self.is_there(params)
        if missing and not self.allows("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}"):
            self.refuse(model.name)

    def is_there(self, params):
        found = self.store.list_objects_v2(Bucket=params["Bucket"], Prefix=params["Key"]).get("Contents", ())
        return params["Key"] in {o["Key"] for o in found}

    @staticmethod
    def refuse(operation):
        code = "403" if operation == "HeadObject" else "AccessDenied"
        raise ClientError({"Error": {"Code": code, "Message": "Access Denied"}}, operation)


@pytest.fixture
def gate(access, request):
    """A store with two documents, whose clients are held to the policies that a test names."""
    client = s3_client(access)
    for bucket in BUCKETS.values():
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client.put_object(Bucket="documents", Key="invoices/a.pdf", Body=pdf_of(invoice("A-1")))
    client.put_object(Bucket="documents", Key="invoices/b.pdf", Body=b"%PDF-1.4 nothing")
    client.put_object(Bucket="documents", Key="other/c.pdf", Body=b"%PDF-1.4 nothing")
    s3_client.cache_clear()
    gate = Gate(request.param, client)
    s3_client(access).meta.events.register("provide-client-params.*.*", gate)
    yield gate
    s3_client.cache_clear()
    sqs_client.cache_clear()


RUN = ("s3://documents/invoices", "--schema", "invoice", "--out", "s3://lake/extract", "--workers", "1")


@pytest.mark.parametrize("gate", [("policy.json",)], indirect=True)
def test_what_is_allowed_is_what_is_asked_for(gate, access, tmp_path, capsys):
    queue = sqs_client(access)
    url = queue.create_queue(QueueName="extract-documents")["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody=native(("documents", "invoices/gone.pdf")))
    sqs_client(access, url).meta.events.register("provide-client-params.*.*", gate)

    assert main(["run", *RUN]) == 1, "one of both is no document"
    assert content_of("s3://documents/invoices/a.pdf", None, Limits(), access)[1].startswith(b"%PDF")
    assert main(["watch", *RUN, "--once", "--queue", url]) == 0
    assert main(["rescore", "s3://lake/extract"]) == 0
    assert main(["compact", "s3://lake/extract", "--to", str(tmp_path / "few")]) == 0
    assert main(["review", "export", "s3://lake/extract", "--to", str(tmp_path / "review.csv")]) == 0
    assert main(["forget", "s3://lake/extract", "s3://documents/invoices/b.pdf"]) == 0
    assert main(["status", "s3://lake/extract"]) == 0, capsys.readouterr()
    actions = {a for s in gate.statements for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert actions == gate.used


@pytest.mark.parametrize("gate", [("policy.json",)], indirect=True)
@pytest.mark.usefixtures("gate")
def test_what_is_not_allowed_says_so(access):
    with pytest.raises(StoreError, match="AccessDenied"):
        list(documents("s3://documents/other", access, {}))
    with pytest.raises(StoreError, match="AccessDenied"):
        list(documents("s3://documents/other/c.pdf", access, {}))


@pytest.mark.parametrize("gate", [("policy.json",)], indirect=True)
def test_a_prefix_that_may_not_be_asked_for_itself_is_a_folder_also_while_it_is_empty(gate, access):
    assert len(list(documents("s3://documents/invoices", access, {}))) == 2
    for key in ("invoices/a.pdf", "invoices/b.pdf"):
        gate.store.delete_object(Bucket="documents", Key=key)
    assert list(documents("s3://documents/invoices", access, {})) == []


@pytest.mark.parametrize("gate", [("policy.json",)], indirect=True)
def test_an_object_that_may_be_listed_and_not_read_is_no_empty_folder(gate, access):
    gate.statements = [s for s in gate.statements if s["Sid"] != "ReadDocuments"]
    with pytest.raises(StoreError, match=r"cannot look at s3://documents/invoices/a\.pdf"):
        list(documents("s3://documents/invoices/a.pdf", access, {}))


@pytest.mark.parametrize("gate", [("policy.json", "move.json")], indirect=True)
def test_originals_move_with_one_policy_more(gate):
    moves = ("--archive-prefix", "s3://documents/read", "--failed-prefix", "s3://documents/failed")
    assert main(["watch", *RUN, "--once", *moves]) == 1
    keys = {o["Key"] for o in gate.store.list_objects_v2(Bucket="documents")["Contents"]}
    assert keys == {"read/a.pdf", "failed/b.pdf", "other/c.pdf"}
