//! What the lists of the Cloud Apps API have in common, asked in every way that clients ask.

use serde_json::{Value, json};

use super::{Kit, json as read};

/// The ids of the records of a list, in order.
pub(crate) fn ids(list: &Value) -> Vec<String> {
    let records = list.as_array().or_else(|| list["data"].as_array()).expect("a list of records");
    records.iter().map(|record| record["_id"].as_str().expect("an id").to_owned()).collect()
}

/// Percent-encodes a value for a query string.
pub(crate) fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b if b.is_ascii_alphanumeric() => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// One page, asked by `POST` with a JSON body.
pub(crate) fn page(kit: &Kit, path: &str, body: &Value) -> Value {
    let answer = kit.api("POST", path, &body.to_string());
    assert_eq!(answer.status, 200, "{body}: {}", super::text(&answer));
    read(&answer)
}

/// Walks through a list by `skip` and holds every page to the rules of paging; answers the records.
pub(crate) fn walk(kit: &Kit, path: &str, request: &Value, limit: usize) -> Vec<Value> {
    let mut records: Vec<Value> = Vec::new();
    loop {
        let mut body = request.clone();
        body["skip"] = records.len().into();
        body["limit"] = limit.into();
        let page = page(kit, path, &body);
        let data = page["data"].as_array().expect("data");
        let total = page["total"].as_u64().expect("total") as usize;
        records.extend(data.iter().cloned());
        assert_eq!(page["max"], 100, "{body}");
        assert_eq!(page["moreThanTotal"], false, "{body}");
        assert_eq!(page["hasNext"], records.len() < total, "{body}: {} of {total}", records.len());
        assert_eq!(data.len(), limit.min(total + data.len() - records.len()), "{body}");
        if page["hasNext"] == false {
            assert_eq!(records.len(), total, "{body}");
            return records;
        }
    }
}

/// The same question in every encoding that clients use, and the answers all alike; `filters` select some records
/// of the list, but not all.
pub(crate) fn every_encoding_selects_the_same(kit: &Kit, path: &str, filters: &Value) {
    let whole = json!({"filters": filters, "skip": 1, "limit": 3, "sortDirection": "asc"});
    let expected = page(kit, path, &whole);
    assert!(!ids(&expected).is_empty());
    assert_ne!(
        expected["total"],
        page(kit, path, &json!({}))["total"],
        "{filters} shall leave something out"
    );
    let body = whole.to_string();
    let in_text = json!({"filters": filters.to_string(), "skip": "1", "limit": "3", "sortDirection": "asc"});
    let query = format!("filters={}&skip=1&limit=3&sortDirection=asc", escaped(&filters.to_string()));
    let bare = path.trim_end_matches('/');
    let boundary = "------------------------d74496d66958873e";
    let part = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart = [("filters", filters.to_string().as_str()), ("skip", "1"), ("limit", "3")]
        .iter()
        .map(|(name, value)| part(name, value))
        .chain([part("sortDirection", "asc"), format!("--{boundary}--\r\n")])
        .collect::<String>();
    let multipart_type = format!("multipart/form-data; boundary={boundary}");
    let form_type = "application/x-www-form-urlencoded";
    let rest = json!({"skip": 1, "limit": 3, "sortDirection": "asc"}).to_string();
    let filters_in_query = format!("{path}?filters={}", escaped(&filters.to_string()));
    // (method, path, content type, body)
    let ways: &[(&str, &str, &str, &str)] = &[
        ("POST", path, "application/json", &body),
        ("POST", bare, "application/json; charset=utf-8", &body),
        ("GET", path, "application/json", &body),
        ("GET", bare, "", &body),
        ("POST", path, "", &body),
        ("POST", path, "text/plain", &body),
        ("POST", path, form_type, &body),
        ("POST", path, &multipart_type, &body),
        ("POST", path, "application/json", &format!("\r\n {body}\n")),
        ("POST", path, "application/json", &in_text.to_string()),
        ("GET", &format!("{path}?{query}"), "", ""),
        ("GET", &format!("{bare}?{query}"), "", ""),
        ("GET", &format!("{path}?{query}"), "application/json", "null"),
        ("POST", &format!("{path}?{query}"), "application/json", "\"\""),
        ("POST", &format!("{path}?{query}"), "application/json", "{}"),
        ("POST", &filters_in_query, "application/json", &rest),
        ("GET", &filters_in_query, "application/json", &rest),
        // Where both name a field, the body has the last word.
        ("POST", &format!("{path}?{query}&limit=90"), "application/json", &body),
        ("POST", path, form_type, &query),
        ("POST", path, "", &query),
        ("GET", path, form_type, &query),
        ("POST", path, &multipart_type, &multipart),
        ("POST", path, "", &multipart),
    ];
    for (method, path, content_type, body) in ways {
        let mut headers = vec![("authorization", kit.credential())];
        if !content_type.is_empty() {
            headers.push(("content-type", content_type));
        }
        for prefix in ["", "/cas"] {
            let answer = kit.send(method, &kit.url(&format!("{prefix}{path}")), &headers, body);
            assert_eq!(answer.status, 200, "{method} {path} as {content_type:?}: {}", super::text(&answer));
            assert_eq!(read(&answer), expected, "{method} {path} as {content_type:?}: {body}");
        }
    }
}

/// Requests that say nothing are answered with the first page of everything.
pub(crate) fn an_empty_request_returns_everything(kit: &Kit, path: &str) {
    let first = page(kit, path, &json!({"filters": {}, "skip": 0, "limit": 100}));
    for (method, body) in [
        ("POST", ""),
        ("GET", "null"),
        ("POST", "\"\""),
        ("GET", "{}"),
        ("POST", " \n"),
        ("GET", r#"{"filters": null}"#),
        ("POST", r#"{"filters": ""}"#),
    ] {
        assert_eq!(read(&kit.api(method, path, body)), first, "{method} {body:?}");
    }
    let nulls = json!({
        "filters": {}, "skip": null, "limit": null, "sortField": null, "sortDirection": null,
        "isScan": null, "performAsyncTotal": null, "distributedId": null, "unheardOf": {},
    });
    assert_eq!(page(kit, path, &nulls), first);
    for query in ["?", "?filters=", "?skip=&limit=", "?filters=null", "?filters={}&sortField=&sortDirection="]
    {
        let path = format!("{path}{}", query.replace('{', "%7B").replace('}', "%7D"));
        assert_eq!(read(&kit.api("GET", &path, "")), first, "{query}");
    }
}

/// Both prefixes, any number of slashes.
pub(crate) fn every_spelling_of_the_path_is_answered(kit: &Kit, path: &str) {
    let expected = super::text(&kit.api("GET", path, ""));
    let bare = path.trim_matches('/');
    for spelling in [
        format!("/{bare}"),
        format!("/{bare}/"),
        format!("/cas/{bare}"),
        format!("/cas/{bare}/"),
        format!("//{bare}//"),
        format!("/cas//{}", bare.replace('/', "//")),
    ] {
        let answer = kit.api("GET", &spelling, "");
        assert_eq!(answer.status, 200, "{spelling}");
        assert_eq!(super::text(&answer), expected, "{spelling}");
    }
}

/// `limit` and `skip` in the forms that clients send them, and their ends.
pub(crate) fn limit_and_skip_are_capped_or_refused_at_their_bounds(kit: &Kit, path: &str) {
    let total = page(kit, path, &json!({}))["total"].as_u64().expect("total");
    let count = |body: Value| ids(&page(kit, path, &body)).len() as u64;
    assert_eq!(count(json!({})), total.min(100));
    assert_eq!(count(json!({"limit": "2"})), 2);
    assert_eq!(count(json!({"limit": " 3 "})), 3);
    for above in [json!(101), json!(250), json!("5000"), json!(u64::MAX)] {
        assert_eq!(count(json!({"limit": above})), total.min(100), "{above}");
    }
    let nothing = page(kit, path, &json!({"limit": 0}));
    assert_eq!((ids(&nothing).len(), &nothing["total"]), (0, &json!(total)));
    let behind = page(kit, path, &json!({"skip": total}));
    assert_eq!((ids(&behind).len(), &behind["hasNext"], &behind["total"]), (0, &json!(false), &json!(total)));
    assert_eq!(kit.api("POST", path, r#"{"skip": 5000}"#).status, 200);
    for beyond in ["5001", "\"5001\"", "1000000000", "18446744073709551615"] {
        let answer = kit.api("POST", path, &format!(r#"{{"skip": {beyond}}}"#));
        assert_eq!(answer.status, 400, "{beyond}");
        assert_eq!(read(&answer)["filters"][0]["errorMessageCode"], "CONSOLE_FORMS_NOT_VALID_VALUE");
    }
}

/// A sheet of fields with the kind of value that each holds; a record has these and no others.
pub(crate) type Shape<'a> = &'a [(&'a str, Kind)];

/// A kind of JSON value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A whole number.
    Int,
    /// Any number.
    Number,
    /// `true` or `false`.
    Bool,
    /// Text that is not empty.
    Text,
    /// Text, empty too.
    AnyText,
    /// A GUID.
    Guid,
    /// 24 lower-case hexadecimal digits.
    Hex24,
    /// 64 lower-case hexadecimal digits.
    Hex64,
    /// Text of decimal digits.
    Digits,
    /// An instant as text, in UTC with milliseconds.
    Instant,
    /// Milliseconds since the epoch.
    Millis,
    /// A list of this kind.
    List(&'static Kind),
    /// An object of this shape.
    Object(Shape<'static>),
    /// An object of whatever content.
    AnyObject,
    /// Nothing, explicitly.
    Null,
    /// This kind, or the field is absent.
    Maybe(&'static Kind),
}

/// Holds `value` to `shape`; `place` says in messages where it is.
pub(crate) fn has_shape(value: &Value, shape: Shape<'_>, place: &str) {
    let object = value.as_object().unwrap_or_else(|| panic!("{place}: no object: {value}"));
    for (name, kind) in shape {
        match (object.get(*name), kind) {
            (None, Kind::Maybe(_)) => {}
            (None, _) => panic!("{place}: without {name}: {value}"),
            (Some(value), Kind::Maybe(kind)) => is_kind(value, kind, &format!("{place}.{name}")),
            (Some(value), kind) => is_kind(value, kind, &format!("{place}.{name}")),
        }
    }
    let unknown: Vec<&String> =
        object.keys().filter(|key| shape.iter().all(|(name, _)| name != key)).collect();
    assert!(unknown.is_empty(), "{place}: has {unknown:?} besides: {value}");
}

fn is_kind(value: &Value, kind: &Kind, place: &str) {
    let text = value.as_str();
    let hex = |length: usize| {
        text.is_some_and(|text| {
            text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        })
    };
    let right = match kind {
        Kind::Int => value.is_i64() || value.is_u64(),
        Kind::Number => value.is_number(),
        Kind::Bool => value.is_boolean(),
        Kind::Text => text.is_some_and(|text| !text.is_empty()),
        Kind::AnyText => text.is_some(),
        Kind::Guid => text.is_some_and(|text| {
            text.parse::<mock_defender::model::ids::Guid>().is_ok_and(|guid| guid.to_string() == text)
        }),
        Kind::Hex24 => hex(24),
        Kind::Hex64 => hex(64),
        Kind::Digits => text.is_some_and(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit())),
        Kind::Instant => text.is_some_and(|text| {
            let at = mock_defender::model::time::VirtualTime::parse(text);
            at.is_some_and(|at| at.to_string() == text)
        }),
        Kind::Millis => value.as_i64().is_some_and(|at| (1_500_000_000_000..2_000_000_000_000).contains(&at)),
        Kind::List(kind) => {
            let list = value.as_array().unwrap_or_else(|| panic!("{place}: no list: {value}"));
            list.iter().for_each(|item| is_kind(item, kind, &format!("{place}[]")));
            true
        }
        Kind::Object(shape) => {
            has_shape(value, shape, place);
            true
        }
        Kind::AnyObject => value.is_object(),
        Kind::Null => value.is_null(),
        Kind::Maybe(kind) => {
            is_kind(value, kind, place);
            true
        }
    };
    assert!(right, "{place}: expected {kind:?}, got {value}");
}
