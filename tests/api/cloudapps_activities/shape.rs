//! The members of an activity, and their types.

use crate::kit::lists::{Kind, Shape};

pub(super) const IDENTITY: Shape<'static> = &[
    ("displayName", Kind::Text),
    ("id", Kind::Object(&[("id", Kind::Text), ("saas", Kind::Int), ("inst", Kind::Int)])),
    ("resolved", Kind::Bool),
];

pub(super) const IDENTITIES: Kind =
    Kind::Object(&[("0", Kind::Object(IDENTITY)), ("1", Kind::Null), ("2", Kind::Object(IDENTITY))]);

pub(super) const OBJECTS: Kind = Kind::List(&Kind::Object(&[
    ("objType", Kind::Int),
    ("role", Kind::Int),
    ("id", Kind::Maybe(&Kind::Text)),
    ("value", Kind::Maybe(&Kind::Text)),
    ("name", Kind::Text),
    ("tags", Kind::List(&Kind::Hex24)),
    ("instanceId", Kind::Maybe(&Kind::Int)),
    ("saasId", Kind::Maybe(&Kind::Int)),
    ("link", Kind::Maybe(&Kind::Int)),
    ("resolved", Kind::Maybe(&Kind::Bool)),
    ("serviceObjectType", Kind::Maybe(&Kind::Text)),
]));

/// Numbers are text here, and only here.
pub(super) const ACTOR: Kind = Kind::Object(&[
    ("id", Kind::Guid),
    ("saasId", Kind::Digits),
    ("instanceId", Kind::Digits),
    ("tags", Kind::List(&Kind::Hex24)),
    ("objType", Kind::Digits),
    ("name", Kind::Text),
    ("role", Kind::Digits),
    ("resolved", Kind::Bool),
]);

pub(super) const RECORD: Shape<'static> = &[
    ("_id", Kind::Text),
    ("uid", Kind::Text),
    ("tenantId", Kind::Int),
    ("aadTenantId", Kind::Guid),
    ("appId", Kind::Int),
    ("saasId", Kind::Int),
    ("srcAppId", Kind::Int),
    ("appName", Kind::Text),
    ("timestamp", Kind::Millis),
    ("timestampRaw", Kind::Millis),
    ("instantiation", Kind::Millis),
    ("instantiationRaw", Kind::Millis),
    ("created", Kind::Millis),
    ("createdRaw", Kind::Millis),
    ("eventType", Kind::Int),
    ("eventTypeValue", Kind::Text),
    ("eventTypeName", Kind::Text),
    ("genericEventType", Kind::Text),
    (
        "eventRouting",
        Kind::Object(&[
            ("auditing", Kind::Bool),
            ("lograbber", Kind::Bool),
            ("scubaUnpacker", Kind::Maybe(&Kind::Bool)),
            ("adminEvent", Kind::Maybe(&Kind::Bool)),
        ]),
    ),
    (
        "device",
        Kind::Object(&[
            ("clientIP", Kind::Maybe(&Kind::Text)),
            ("userAgent", Kind::AnyText),
            ("countryCode", Kind::Maybe(&Kind::Text)),
        ]),
    ),
    (
        "location",
        Kind::Maybe(&Kind::Object(&[
            ("countryCode", Kind::Text),
            ("city", Kind::Maybe(&Kind::Text)),
            ("region", Kind::Maybe(&Kind::Text)),
            ("regionCode", Kind::Maybe(&Kind::Text)),
            ("postalCode", Kind::Maybe(&Kind::Text)),
            ("latitude", Kind::Number),
            ("longitude", Kind::Number),
            ("organizationSearchable", Kind::Text),
            ("ipTags", Kind::Maybe(&Kind::List(&Kind::Hex24))),
            ("anonymousProxy", Kind::Bool),
            ("isSatelliteProvider", Kind::Bool),
            ("category", Kind::Int),
            ("categoryValue", Kind::Text),
        ])),
    ),
    (
        "user",
        Kind::Object(&[
            ("userName", Kind::Maybe(&Kind::Text)),
            ("userTags", Kind::Maybe(&Kind::List(&Kind::Hex24))),
        ]),
    ),
    (
        "userAgent",
        Kind::Maybe(&Kind::Object(&[
            ("family", Kind::Text),
            ("name", Kind::Text),
            ("operatingSystem", Kind::Object(&[("name", Kind::Text), ("family", Kind::Text)])),
            ("type", Kind::Text),
            ("typeName", Kind::Text),
            ("version", Kind::Maybe(&Kind::Text)),
            ("major", Kind::Maybe(&Kind::Text)),
            ("minor", Kind::Maybe(&Kind::Text)),
            ("deviceType", Kind::Text),
            ("nativeBrowser", Kind::Bool),
            ("os", Kind::Text),
            ("browser", Kind::Text),
            ("tags", Kind::List(&Kind::Hex24)),
        ])),
    ),
    ("internals", Kind::Object(&[("otherIPs", Kind::List(&Kind::Text))])),
    (
        "mainInfo",
        Kind::Object(&[
            ("eventObjects", OBJECTS),
            ("rawOperationName", Kind::Text),
            ("prettyOperationName", Kind::Text),
            ("type", Kind::Text),
            (
                "activityResult",
                Kind::Maybe(&Kind::Object(&[
                    ("isSuccess", Kind::Bool),
                    ("message", Kind::Maybe(&Kind::Text)),
                ])),
            ),
        ]),
    ),
    ("confidenceLevel", Kind::Int),
    ("source", Kind::Int),
    (
        "lograbberService",
        Kind::Object(&[
            ("gediEvent", Kind::Maybe(&Kind::Bool)),
            ("o365EventGrabber", Kind::Maybe(&Kind::Bool)),
            ("scubaUnpacker", Kind::Maybe(&Kind::Bool)),
        ]),
    ),
    ("collected", Kind::AnyObject),
    ("rawDataJson", Kind::AnyObject),
    ("resolvedActor", Kind::Maybe(&ACTOR)),
    ("classifications", Kind::List(&Kind::Text)),
    ("entityData", Kind::AnyObject),
    ("description_id", Kind::Text),
    (
        "description_metadata",
        Kind::Object(&[
            ("target_object", Kind::Maybe(&Kind::AnyText)),
            ("operation_name", Kind::Maybe(&Kind::Text)),
            ("activity_result_message", Kind::Maybe(&Kind::Text)),
            ("event_category", Kind::Text),
            ("colon", Kind::AnyText),
            ("dash", Kind::AnyText),
        ]),
    ),
    ("description", Kind::Text),
    ("severity", Kind::Text),
    ("session", Kind::Maybe(&Kind::Object(&[("sessionId", Kind::Hex64)]))),
    ("failedUserData", Kind::Maybe(&Kind::Object(&[("userName", Kind::Text)]))),
];
