"""Amazon's documented messages: confirmation, alarms in both forms, and any other message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake import doorway
from incidents.intake.body import MAX_BYTES, Unreadable
from incidents.intake.cloudwatch import parse
from incidents.intake.fields import digest
from incidents.intake.signal import Noted, Parcel, Post, Signal

TOPIC = "arn:aws:sns:us-west-2:123456789012:MyTopic"
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh"
SUBSCRIBE = (
    "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription"
    "&TopicArn=arn:aws:sns:us-west-2:123456789012:MyTopic&Token=2336412f37fb687f5d51e6e2425ba"
)
CONFIRMATION: dict[str, Any] = {
    "Type": "SubscriptionConfirmation",
    "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
    "Token": "2336412f37fb687f5d51e6e2425ba",
    "TopicArn": TOPIC,
    "Message": "You have chosen to subscribe to the topic.",
    "SubscribeURL": SUBSCRIBE,
    "Timestamp": "2012-04-26T20:45:04.751Z",
    "SignatureVersion": "1",
    "Signature": "EXAMPLEpH+DcEwjAPg8O9mY8dReBSwksfg2S7WKQcikcNKWLQjwu6A4VbeS0QHVCkhRS",
    "SigningCertURL": "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb72.pem",
}
ALARM: dict[str, Any] = {
    "AlarmName": "High CPU",
    "AlarmDescription": "Server load.\nService: checkout\nseverity = high",
    "AWSAccountId": "123456789012",
    "NewStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 datapoint (10.0) was greater than 1.0.",
    "StateChangeTime": "2017-01-12T16:30:42.236+0000",
    "Region": "US East (N. Virginia)",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:High CPU",
    "OldStateValue": "OK",
    "Trigger": {
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/EC2",
        "StatisticType": "Statistic",
        "Dimensions": [{"name": "InstanceId", "value": "i-1234"}],
        "Period": 300,
        "Threshold": 1.0,
    },
}
EVENT: dict[str, Any] = {
    "version": "0",
    "id": "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
    "detail-type": "CloudWatch Alarm State Change",
    "source": "aws.cloudwatch",
    "account": "123456789012",
    "time": "2019-10-02T17:04:40Z",
    "region": "us-east-1",
    "resources": [ARN],
    "detail": {
        "alarmName": "ServerCpuTooHigh",
        "alarmTags": {"service": "checkout"},
        "configuration": {
            "description": "Goes into alarm when server CPU utilization is too high!",
            "metrics": [
                {
                    "id": "30b6c6b2-a864-43a2-4877-c09a1afc3b87",
                    "metricStat": {
                        "metric": {
                            "dimensions": {"InstanceId": "i-12345678901234567"},
                            "name": "CPUUtilization",
                            "namespace": "AWS/EC2",
                        },
                        "period": 300,
                        "stat": "Average",
                    },
                    "returnData": True,
                }
            ],
        },
        "previousState": {"value": "OK", "timestamp": "2019-10-02T17:02:40.985+0000"},
        "state": {
            "reason": "Threshold Crossed: 1 out of the last 1 datapoints was greater.",
            "timestamp": "2019-10-02T17:04:40.985+0000",
            "value": "ALARM",
        },
    },
}


def envelope(message: object, **changes: Any) -> Post:
    text = message if isinstance(message, str) else json.dumps(message)
    return Post(
        {
            "Type": "Notification",
            "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": TOPIC,
            "Subject": "My First Message",
            "Message": text,
            "Timestamp": "2012-05-02T00:54:06.655Z",
        }
        | changes
    )


def only(post: Post) -> Signal:
    (alert,) = parse(post).alerts
    assert isinstance(alert, Signal)
    return alert


def test_a_subscription_is_to_be_confirmed() -> None:
    parcel = parse(Post(CONFIRMATION))

    assert parcel == Parcel(
        alerts=(Noted("Amazon SNS asks to confirm the subscription to MyTopic."),),
        confirm_at=SUBSCRIBE,
    )


@pytest.mark.parametrize(
    "address",
    [
        SUBSCRIBE.replace("https:", "http:"),
        SUBSCRIBE.replace(".amazonaws.com", ".amazonaws.com.evil.example"),
        SUBSCRIBE.replace(".amazonaws.com", ".amazonaws.com@evil.example"),
        SUBSCRIBE.replace(".amazonaws.com", ".amazonaws.com:8080"),
        SUBSCRIBE.replace("https://sns.", "https://evil.example/sns."),
        SUBSCRIBE.replace("https://sns.", "https://user@sns."),
        SUBSCRIBE.replace("ConfirmSubscription", "Publish"),
        SUBSCRIBE.replace("us-west-2.", "eu-central-1."),
        SUBSCRIBE + "#\\evil",
        SUBSCRIBE + "x" * 1000,
        "https://169.254.169.254/latest/meta-data",
        "https://sns.us-west-2.amazonaws.com/",
        "",
        None,
    ],
)
def test_no_other_address_is_opened(address: str | None) -> None:
    with pytest.raises(Unreadable, match="We do not open it"):
        parse(Post(CONFIRMATION | {"SubscribeURL": address}))


def test_china_has_addresses_of_its_own() -> None:
    address = SUBSCRIBE.replace("us-west-2", "cn-north-1").replace(".com/", ".com.cn/")
    topic = "arn:aws-cn:sns:cn-north-1:123456789012:MyTopic"

    parcel = parse(Post(CONFIRMATION | {"SubscribeURL": address, "TopicArn": topic}))

    assert parcel.confirm_at == address


def test_the_end_of_a_subscription_is_noted() -> None:
    (alert,) = parse(Post(CONFIRMATION | {"Type": "UnsubscribeConfirmation"})).alerts

    assert alert == Noted("Amazon SNS says that this subscription has ended.")


def test_an_alarm_in_an_envelope_is_read() -> None:
    assert only(envelope(ALARM)) == Signal(
        key="arn:aws:cloudwatch:us-east-1:123456789012:alarm:High CPU",
        name="High CPU",
        is_firing=True,
        summary="Threshold Crossed: 1 datapoint (10.0) was greater than 1.0.",
        service="checkout",
        severity=2,
        starts_at=datetime(2017, 1, 12, 16, 30, 42, 236000, tzinfo=UTC),
        labels={
            "account": "123456789012",
            "namespace": "AWS/EC2",
            "metric": "CPUUtilization",
            "InstanceId": "i-1234",
            "region": "us-east-1",
            "state": "ALARM",
        },
        link="https://console.aws.amazon.com/cloudwatch/home"
        "?region=us-east-1#alarmsV2:alarm/High%20CPU",
    )


@pytest.mark.parametrize(
    ("state", "is_firing", "severity"),
    [("ALARM", True, 2), ("OK", False, 2), ("INSUFFICIENT_DATA", True, 3)],
)
def test_each_state_keeps_the_key(state: str, severity: int, *, is_firing: bool) -> None:
    alert = only(envelope(ALARM | {"NewStateValue": state}))

    assert (alert.is_firing, alert.severity) == (is_firing, severity)
    assert alert.key == only(envelope(ALARM)).key
    assert (alert.starts_at is None) != is_firing
    assert (alert.ends_at is None) == is_firing


def test_tags_of_an_alarm_route_it() -> None:
    tags = {"service": "payments", "severity": "critical", "team": "blue"}

    alert = only(envelope(ALARM | {"AlarmDescription": None, "AlarmTags": tags}))

    assert (alert.service, alert.severity, alert.labels["team"]) == ("payments", 1, "blue")


@pytest.mark.parametrize("post", [Post(EVENT), envelope(EVENT)], ids=["bare", "in an envelope"])
def test_an_event_of_eventbridge_is_read(post: Post) -> None:
    assert only(post) == Signal(
        key=ARN,
        name="ServerCpuTooHigh",
        is_firing=True,
        summary="Threshold Crossed: 1 out of the last 1 datapoints was greater.",
        service="checkout",
        starts_at=datetime(2019, 10, 2, 17, 4, 40, 985000, tzinfo=UTC),
        labels={
            "service": "checkout",
            "account": "123456789012",
            "namespace": "AWS/EC2",
            "metric": "CPUUtilization",
            "InstanceId": "i-12345678901234567",
            "region": "us-east-1",
            "state": "ALARM",
        },
        link="https://console.aws.amazon.com/cloudwatch/home"
        "?region=us-east-1#alarmsV2:alarm/ServerCpuTooHigh",
    )


def test_raw_delivery_is_read() -> None:
    assert only(Post(ALARM)) == only(envelope(ALARM))


def test_any_other_message_opens_an_incident_by_its_subject() -> None:
    assert only(envelope("Hello world!")) == Signal(
        key=digest({"topic": TOPIC, "name": "My First Message"}),
        name="My First Message",
        is_firing=True,
        summary="Hello world!",
        starts_at=datetime(2012, 5, 2, 0, 54, 6, 655000, tzinfo=UTC),
        labels={"topic": "MyTopic", "region": "us-west-2"},
    )
    assert only(envelope("Hello\nworld!", Subject=None)).name == "Hello world!"
    assert only(envelope({"some": "object"})).name == "My First Message"


HEALTH: dict[str, Any] = {
    "version": "0",
    "id": "121345678-1234-1234-1234-123456789012",
    "detail-type": "AWS Health Event",
    "source": "aws.health",
    "account": "123456789012",
    "time": "2023-01-27T09:01:22Z",
    "region": "ap-southeast-2",
    "resources": [],
    "detail": {
        "eventArn": "arn:aws:health:ap-southeast-2::event/LAMBDA/AWS_LAMBDA_OPERATIONAL_ISSUE/X",
        "service": "LAMBDA",
        "eventTypeCode": "AWS_LAMBDA_OPERATIONAL_ISSUE",
        "eventTypeCategory": "issue",
        "startTime": "Fri, 27 Jan 2023 06:02:51 GMT",
        "statusCode": "open",
        "eventRegion": "ap-southeast-2",
        "eventDescription": [
            {"language": "en_US", "latestDescription": "We are looking into error rates."}
        ],
    },
}
PIPELINE: dict[str, Any] = {
    "version": "0",
    "id": "01234567-EXAMPLE",
    "detail-type": "CodePipeline Pipeline Execution State Change",
    "source": "aws.codepipeline",
    "account": "123456789012",
    "time": "2020-01-24T22:03:44Z",
    "region": "us-east-1",
    "resources": ["arn:aws:codepipeline:us-east-1:123456789012:myPipeline"],
    "detail": {"pipeline": "myPipeline", "execution-id": "12345678", "state": "FAILED"},
}
FINDING: dict[str, Any] = {
    "version": "0",
    "id": "cd2d702e-ab31-411b-9344-793ce56b1bc7",
    "detail-type": "GuardDuty Finding",
    "source": "aws.guardduty",
    "account": "111122223333",
    "time": "1970-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {
        "id": "ae0ea4b1",
        "type": "Impact:EC2/WinRMBruteForce",
        "severity": 8.5,
        "title": "i-99999999 is performing WinRM brute force attacks.",
        "description": "The instance attacks others.",
    },
}
RESTARTED: dict[str, Any] = {
    "Event Source": "db-instance",
    "Event Time": "2026-11-21 14:29:00.000",
    "Identifier Link": "https://console.aws.amazon.com/rds/home?region=eu-west-1#dbinstance:id=db1",
    "Source ID": "db1",
    "Event Message": "DB instance restarted",
}
RAW = {"x-amz-sns-rawdelivery": "true", "x-amz-sns-topic-arn": TOPIC}


def detailed(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return event | {"id": "another", "detail": event["detail"] | changes}


@pytest.mark.parametrize("post", [Post(HEALTH), envelope(HEALTH)], ids=["bare", "in an envelope"])
def test_an_event_of_aws_health_is_read_until_it_is_closed(post: Post) -> None:
    alert = only(post)
    over = only(envelope(detailed(HEALTH, statusCode="closed")))

    assert (alert.key, alert.is_firing) == (over.key, not over.is_firing)
    assert alert.name == "AWS Health: lambda operational issue"
    assert alert.summary == "We are looking into error rates."
    assert alert.labels["region"] == "ap-southeast-2"
    assert alert.starts_at == datetime(2023, 1, 27, 9, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "name", "severity"),
    [
        pytest.param(
            FINDING, "GuardDuty Finding: i-99999999 is performing WinRM brute force attacks.", 2
        ),
        pytest.param(detailed(FINDING, severity=4, title=None), "GuardDuty Finding", 3),
        pytest.param(
            detailed(HEALTH, eventTypeCategory="scheduledChange"),
            "AWS Health: lambda operational issue",
            4,
        ),
        pytest.param(PIPELINE, "CodePipeline: myPipeline failed", None),
    ],
    ids=["a finding", "a milder one", "what is planned", "a pipeline"],
)
def test_an_event_is_called_by_what_it_is(
    event: dict[str, Any], name: str, severity: int | None
) -> None:
    alert = only(envelope(event))

    assert (alert.name, alert.severity, alert.is_firing) == (name, severity, True)
    assert "{" not in alert.summary


def test_a_pipeline_that_succeeds_resolves_the_failure() -> None:
    alert, over = only(Post(PIPELINE)), only(Post(detailed(PIPELINE, state="SUCCEEDED")))

    assert (alert.key, over.is_firing) == (over.key, False)
    assert alert.summary == "pipeline: myPipeline\nexecution-id: 12345678\nstate: FAILED"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (detailed(PIPELINE, state="STARTED"), "is started. It opens no incident."),
        ({"Event": "autoscaling:TEST_NOTIFICATION"}, "Amazon's own test arrived."),
        ({"Service": "Amazon S3", "Event": "s3:TestEvent"}, "Amazon's own test arrived."),
    ],
    ids=["under way", "a test of Auto Scaling", "a test of S3"],
)
def test_what_needs_nobody_is_noted(message: dict[str, Any], sentence: str) -> None:
    (alert,) = parse(envelope(message)).alerts

    assert isinstance(alert, Noted)
    assert sentence in alert.sentence


@pytest.mark.parametrize(
    ("message", "name"),
    [
        pytest.param(RESTARTED, "db1: DB instance restarted", id="RDS"),
        pytest.param(
            {"source": "custom", "content": {"title": ":warning: It failed"}},
            ":warning: It failed",
            id="a notice for chat",
        ),
        pytest.param({"notificationType": "Bounce"}, "“Bounce” of the topic MyTopic", id="SES"),
        pytest.param({"a": 1, "b": [2]}, "A message of the topic MyTopic", id="anything"),
    ],
)
def test_an_object_is_never_a_title(message: dict[str, Any], name: str) -> None:
    alert = only(envelope(message, Subject=None))

    assert alert.name == name
    assert "{" not in alert.summary


def test_two_databases_are_two_alerts() -> None:
    other = RESTARTED | {"Source ID": "db2"}

    assert only(envelope(RESTARTED)).key != only(envelope(other)).key
    assert only(envelope(RESTARTED)).link.endswith("dbinstance:id=db1")


def test_raw_delivery_of_words_is_read() -> None:
    post = doorway.read(b"The backup failed", RAW, bare_header="x-amz-sns-rawdelivery")

    assert only(post).key == only(envelope("The backup failed", Subject=None)).key
    assert only(Post({"message": "A job failed"}, RAW)).name == "A job failed"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"The backup failed", {}, id="not announced"),
        pytest.param(b'{"AlarmName": "x', RAW, id="JSON that breaks off"),
        pytest.param(b"\xff\xfe", RAW, id="no text"),
        pytest.param(b"", RAW, id="nothing"),
        pytest.param(b"x" * (MAX_BYTES + 1), RAW, id="too large"),
    ],
)
def test_other_bodies_that_are_no_json_are_refused(body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        doorway.read(body, headers, bare_header="x-amz-sns-rawdelivery")


@pytest.mark.parametrize(
    ("post", "sentence"),
    [
        pytest.param(Post({}), "neither", id="nothing"),
        pytest.param(Post({"Type": "Party"}), "“Type” is none", id="unknown type"),
        pytest.param(envelope("", Subject=None), "“Message” is missing", id="no message"),
        pytest.param(envelope(ALARM | {"NewStateValue": "FINE"}), "state of the alarm", id="state"),
        pytest.param(envelope(ALARM | {"AlarmName": ""}), "has no name", id="no name"),
    ],
)
def test_what_is_none_is_refused(post: Post, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(post)
