"""Good objects, that the tests of the schema change one field of.

With every field set that goes together with the others.
"""

from typing import Any

STORAGE: dict[str, Any] = {
    "vendor": "AmazonS3",
    "region": "us-east-1",
    "bucket": "recordings",
    "prefix": "team/standup",
    "encryption": "AES256",
    "objectTag": "team=standup",
    "credentialsSecretRef": {
        "name": "s3",
        "keys": {
            "accessKey": "AWS_ACCESS_KEY_ID",
            "secretKey": "AWS_SECRET_ACCESS_KEY",
            "stsToken": "AWS_SESSION_TOKEN",
            "stsExpiration": "AWS_CREDENTIAL_EXPIRATION",
        },
    },
}

LAYOUT: dict[str, Any] = {
    "type": "Custom",
    "backgroundColor": "#101010",
    "backgroundImageUrl": "https://images.test/wall.jpg",
    "defaultUserImageUrl": "http://images.test/nobody.jpg",
    "userBackgrounds": [
        {"uid": 123, "imageUrl": "https://images.test/123.jpg", "fit": "Fit"},
    ],
    "custom": {
        "regions": [
            {
                "uid": 123,
                "left": 0,
                "top": 0,
                "width": 0.5,
                "height": 1,
                "alpha": 0.5,
                "fit": "Fit",
            }
        ]
    },
}

RECORDING: dict[str, Any] = {
    "apiVersion": "recording.agora.io/v1alpha1",
    "kind": "CloudRecording",
    "metadata": {"name": "full"},
    "spec": {
        "projectRef": {"kind": "AgoraProject", "name": "default"},
        "channel": "standup",
        "uid": 527841,
        "channelProfile": "LiveBroadcasting",
        "mix": {
            "media": "AudioAndVideo",
            "videoStream": "High",
            "audioProfile": "Standard",
            "video": {"width": 1280, "height": 720, "fps": 30, "bitrateKbps": 2000},
            "layout": LAYOUT,
            "fileTypes": ["HLS", "MP4"],
        },
        "subscription": {"audio": {"include": [123]}, "video": {"exclude": [456]}},
        "storage": STORAGE,
        "tokenSecretRef": {"name": "token", "key": "token"},
        "encryption": {
            "mode": "AES128GCM2",
            "secretRef": {"name": "enc", "keys": {"secret": "secret", "salt": "salt"}},
        },
        "placement": {
            "affinity": "Nearest",
            "awayFrom": [{"name": "standup-a"}],
        },
        "maxIdleSeconds": 300,
        "privateParameters": '{"correctEXTINF":true}',
        "overrides": {"start": {"recordingConfig": {"newMember": 1}}},
        "maxDurationSeconds": 5400,
        "desiredState": "Recording",
        "restartPolicy": "OnFailure",
        "maxRestarts": 10,
        "deletionPolicy": "Stop",
    },
}

PAGE: dict[str, Any] = {
    "channel": "stage",
    "web": {
        "url": "https://example.com/stage",
        "audioProfile": "Standard",
        "video": {"width": 1280, "height": 720, "fps": 30, "bitrateKbps": 2000},
        "device": "Desktop",
        "readyTimeoutSeconds": 10,
        "fileTypes": ["HLS", "MP4"],
        "maxFileSeconds": 3600,
        "onHold": False,
        "rtmpUrl": "rtmps://example.com/live/key",
    },
    "maxDurationSeconds": 5400,
}
"""The spec of a recorded page with all that is not a Secret's."""

CONDITION = {
    "type": "Ready",
    "status": "True",
    "reason": "Recording",
    "message": "Recording the channel standup",
    "lastTransitionTime": "2026-12-01T09:00:00Z",
}

RECORDING_STATUS: dict[str, Any] = {
    "attempts": [
        {
            "number": 1,
            "resourceId": "r1",
            "owner": "a",
            "appId": "0123456789abcdef0123456789abcdef",
            "endpoint": "https://api.agora.io",
            "channel": "standup",
            "uid": 527841,
            "mode": "mix",
            "acquiredAt": "2026-12-01T09:00:00Z",
        }
    ],
    "query": {"status": 5, "state": "InProgress"},
    "files": [{"name": "a.m3u8"}],
    "lastAttempts": [
        {"number": 1, "resourceId": "r0", "endedAt": "2026-12-01T09:00:00Z", "reason": "User"}
    ],
    "conditions": [CONDITION],
}

PROJECT: dict[str, Any] = {
    "apiVersion": "recording.agora.io/v1alpha1",
    "kind": "AgoraProject",
    "metadata": {"name": "full"},
    "spec": {
        "appId": "0123456789abcdef0123456789abcdef",
        "credentialsSecretRef": {
            "name": "agora-rest",
            "keys": {"customerId": "id", "customerSecret": "secret"},
        },
        "appCertificateSecretRef": {"name": "agora-certificate", "key": "appCertificate"},
        "endpoint": {"area": "International", "allowCrossArea": False},
        "limits": {"requestsPerSecond": 10},
        "unreachablePolicy": "Hold",
        "storage": STORAGE,
    },
}

CLUSTER_PROJECT: dict[str, Any] = PROJECT | {
    "kind": "ClusterAgoraProject",
    "spec": PROJECT["spec"]
    | {
        "endpoint": {
            "area": "International",
            "allowCrossArea": False,
            "url": "https://agora.example.com:8443",
        },
        "allowedNamespaces": {
            "names": ["team-a"],
            "selector": {"matchLabels": {"example.com/recording": "yes"}},
        },
    },
}

PROJECT_STATUS: dict[str, Any] = {"conditions": [CONDITION]}

GOOD = {
    "CloudRecording": RECORDING | {"status": RECORDING_STATUS},
    "AgoraProject": PROJECT | {"status": PROJECT_STATUS},
    "ClusterAgoraProject": CLUSTER_PROJECT | {"status": PROJECT_STATUS},
}
"""Each kind with everything, spec and status."""
