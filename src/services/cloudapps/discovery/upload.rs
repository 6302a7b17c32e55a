//! The upload of a traffic log: where to, and that it is there.
//!
//! Sources: <https://learn.microsoft.com/defender-cloud-apps/api-discovery-initiate>,
//! <https://learn.microsoft.com/defender-cloud-apps/api-discovery-finalize>.

use http::StatusCode;

use crate::catalogue::log_types::{self, LOG_TYPES};
use crate::facts::ids;
use crate::gateway::form::Form;
use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx, Refused, Service};
use crate::identity::blob_signature::{Signed, container};
use crate::identity::seal;
use crate::model::discovery::DiscoveryCommand;
use crate::model::ids::Guid;
use crate::model::json::json;
use crate::model::time::Span;
use crate::tenant::nouns::Made;

use crate::services::cloudapps::fields::bad_value;
use crate::services::cloudapps::list_request::ListRequest;
use crate::services::cloudapps::refusals::CloudAppsRefusal;

use super::refused;

/// How long an address holds (unverified).
const LIFETIME: Span = Span::hours(1);

/// The version of the storage service that addresses are for.
const VERSION: &str = "2021-08-06";

/// Letters of a file name that an address keeps.
const LONGEST_FILE: usize = 100;

/// Letters of the name of a report, at most (unverified).
const LONGEST_STREAM: usize = 256;

/// `GET /api/v1/discovery/upload_url/?filename=…&source=…`. Nothing is stored: the address says all that is needed, under
/// the tenant's signature.
pub(in crate::services::cloudapps) fn initiate(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let file = required(&request, "filename")?;
    let source = required(&request, "source")?;
    let known = log_types::named(source).map(|place| LOG_TYPES[place].1);
    let known = known.ok_or_else(|| {
        bad_value(source, "source", "the name of a type of logs, such as GENERIC_CEF or PALO_ALTO_SYSLOG")
    })?;
    let identity = ctx.view.state.identity();
    let blob = seal::fingerprint(&format!("{} {} {file} {known}", ctx.request_id, ctx.now()));
    let resource = format!("/{}/{blob}/{known}/{}", container(identity), plain(file));
    let (start, expiry) = (ctx.now().to_seconds_text(), (ctx.now() + LIFETIME).to_seconds_text());
    let signed =
        Signed { permissions: "w", start: &start, expiry: &expiry, version: VERSION, resource: &resource };
    let signature = signed.sign(identity);
    let query =
        [("sv", VERSION), ("st", &start), ("se", &expiry), ("sr", "b"), ("sp", "w"), ("sig", &signature)];
    let query = query.map(|(name, value)| format!("{name}={}", encoded(value))).join("&");
    let url = format!("{}?{query}", ctx.url(Service::Storage, &resource));
    Ok(Answer::json(StatusCode::OK, &json!({"url": url, "provider": "azure"})))
}

/// `POST /api/v1/discovery/done_upload/`, as JSON or as a form.
pub(in crate::services::cloudapps) fn finalize(ctx: &Ctx<'_>) -> Handled {
    let request = ListRequest::read(ctx)?;
    let url = required(&request, "uploadUrl")?;
    let stream = required(&request, "inputStreamName")?;
    let snapshot = request.switch("uploadAsSnapshot")?;
    if stream.chars().count() > LONGEST_STREAM || stream.chars().any(char::is_control) {
        return Err(bad_value(stream, "inputStreamName", "a name of at most 256 characters"));
    }
    let blob = signed_blob(ctx, url).ok_or_else(|| {
        bad_value(url, "uploadUrl", "the whole `url` that upload_url answered to this tenant")
    })?;
    let command = DiscoveryCommand::FinishLog { blob, stream: stream.into(), snapshot, by: ctx.by() };
    let outcome = ctx.submit(command).map_err(refused)?;
    let mut answer = json!({"success": true});
    if let Made::Stream(stream) = outcome.made {
        answer["inputStreamId"] = ids::stream(&ctx.view, stream).to_string().into();
    }
    Ok(Answer::json(StatusCode::OK, &answer))
}

/// The blob of an address that this tenant has signed, whatever host it names. Its time may be over.
fn signed_blob(ctx: &Ctx<'_>, url: &str) -> Option<Guid> {
    let (_, rest) = url.split_once("://")?;
    let (path, query) = rest[rest.find('/')?..].split_once('?')?;
    let path = path.strip_prefix("/storage").unwrap_or(path);
    let query = Form::read(query.as_bytes());
    let said = |name: &str| query.get(name).unwrap_or_default();
    let signed = Signed {
        permissions: said("sp"),
        start: said("st"),
        expiry: said("se"),
        version: said("sv"),
        resource: path,
    };
    let holds = signed.holds(ctx.view.state.identity(), said("sig"));
    path.split('/').nth(2).filter(|_| holds)?.parse().ok()
}

/// A text that must be there.
fn required<'r>(request: &'r ListRequest, name: &'static str) -> Result<&'r str, Refused> {
    let text = request.text(name)?.filter(|text| !text.trim().is_empty());
    text.ok_or_else(|| CloudAppsRefusal::Required { field: name.to_owned() }.into())
}

/// A file name of letters that need no escapes.
fn plain(file: &str) -> String {
    let last = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let legal = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
    let plain: String =
        last.chars().take(LONGEST_FILE).map(|letter| if legal(letter) { letter } else { '_' }).collect();
    if plain.trim_matches('.').is_empty() { "log".to_owned() } else { plain }
}

/// A value within a query.
fn encoded(value: &str) -> String {
    value.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace(':', "%3A")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn file_names_become_plain() {
        assert_eq!(plain("C:\\logs\\my log (1).txt"), "my_log__1_.txt");
        assert_eq!(plain("../.."), "log");
        assert_eq!(plain("é"), "_");
        assert_eq!(plain(&"x".repeat(500)).len(), 100);
    }
}
