"""GuardDuty: the detector of a region, and what it looks at."""

from sandbox.providers.aws.row import Call, Row

# Of a detector that is gone GuardDuty says that the request is bad; the list tells it better.
_LISTED = Call("list_detectors", "contains(detectorIds, '{detectorId}') && {detectorId: '{detectorId}'} || `null`")
_FEATURE = Call("update_detector", Features=[{"Name": "{name}", "Status": "{status}"}])

ROWS = [
    Row(
        type="aws:guardduty/detector:Detector",
        create=Call("create_detector", "detectorId"),
        read=_LISTED,
        more=(Call("get_detector"),),
        delete="delete_detector",
        update={"enable findingPublishingFrequency": "update_detector"},
        found={"enable": "status=='ENABLED'"},
        arn="guardduty:detector/{detectorId}",
        tags="tag_resource untag_resource",
        defaults={"enable": True, "findingPublishingFrequency": "SIX_HOURS"},
    ),
    Row(
        type="aws:guardduty/detectorFeature:DetectorFeature",
        create=_FEATURE,
        read=_LISTED,
        more=(Call("get_detector", "features[?name=='{name}'] | [0]"),),
        delete=lambda *_: None,  # a feature goes with its detector
        update={"status": _FEATURE},
        id="{detectorId}/{name}",
        replace="detectorId name",
    ),
]
