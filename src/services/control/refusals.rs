//! How the control API says no: `{"error":{"code","message","target","details"}}`.

use http::StatusCode;
use serde_json::{Map, Value as Json};

use crate::gateway::profile::{GatewayRefusal, Unauthenticated};
use crate::gateway::registry::RegistryError;
use crate::gateway::{Answer, Inbound, Refused, Row, Service};
use crate::model::field_error::FieldError;
use crate::model::json::json;
use crate::operations::OperationError;
use crate::refusals;
use crate::tenant::{ClockError, NotWritten};

refusals! {
    /// What the control API refuses.
    pub enum ControlRefusal of Service::Control, answered by answer {
        /// No route of any emulated service has this path.
        NotFound { method: String, path: String } = 404, "NotFound",
            "Nothing answers {method} {path}. GET /_mock/routes lists what does.";
        /// The path is known, the method is not.
        Method { method: String, allowed: String } = 405, "MethodNotAllowed",
            "{method} is not allowed here; use {allowed}.";
        /// The host is not one of the names that are played.
        UnknownHost { host: String } = 421, "UnknownHost",
            "This server does not answer for the host {host:?}. Use localhost, or start it with --name {host}.";
        /// The proxy is asked for a host that is not one of the names that are played.
        NotPlayed { host: String, yet: String } = 502, "NotPlayed",
            "mock-defender does not play {host}{yet}, and opens no outside connection.\nTo keep {host} out of the proxy, add it to NO_PROXY.";
        /// The request comes from a web page of another origin.
        CrossSite = 403, "CrossSite",
            "The control API does not answer web pages of another origin.";
        /// The operator's token is missing or wrong.
        OperatorToken = 401, "OperatorToken",
            "This server listens beyond loopback, so the control API asks for `Authorization: Bearer <token>` with the token that it printed at its start, or was given by MOCK_DEFENDER_OPERATOR_TOKEN.";
        /// No tenant has this name.
        NoTenant { name: String } = 404, "TenantNotFound",
            "There is no tenant {name:?}. GET /_mock/tenants lists them.";
        /// The tenant has no snapshot of this name.
        NoSnapshot { name: String } = 404, "SnapshotNotFound",
            "This tenant has no snapshot {name:?}. GET …/snapshots lists them.";
        /// The tenant has no such alert.
        NoAlert { name: String } = 404, "AlertNotFound",
            "This tenant has no alert {name:?} by now. The Cloud Apps API lists them.";
        /// The tenant has no fault of this name now.
        NoFault { name: String } = 404, "FaultNotFound",
            "This tenant has no fault {name:?} now. GET …/faults lists them.";
        /// There is no such scenario, or the tenant was given none of this number.
        NoScenario { problem: String } = 404, "ScenarioNotFound",
            "Not found: {problem}. GET /_mock/scenarios lists what is shipped, GET …/scenarios what was started.";
        /// A scenario can't be read.
        BadScenario { problem: String } = 400, "BadScenario", "The scenario can't be read: {problem}";
        /// The server has no such fault.
        NoServerFault { id: String } = 404, "FaultNotFound",
            "The server has no fault {id:?}. GET /_mock/faults lists them.";
        /// The log has no such request.
        NoRequest { name: String, problem: String } = 404, "RequestNotFound",
            "There is no request {name:?} in the log: {problem}. GET …/requests lists them.";
        /// The console has no such file in this version.
        NoPageFile { version: String, name: String } = 404, "PageFileNotFound",
            "The console has no file {name:?} in the version {version:?}. Load /_mock/ui anew: it names its files.";
        /// The body can't be read as what the route takes.
        BadBody { problem: String } = 400, "BadBody", "The body can't be read: {problem}.";
        /// A field has a value that it can't have.
        BadField { field: String, expected: String, got: String } = 400, "BadField",
            "Field {field:?}: expected {expected}, got {got}.";
        /// Two fields contradict each other.
        Contradiction { field: String, problem: String } = 400, "Contradiction", "Field {field:?}: {problem}.";
        /// The body is too large.
        TooLarge { limit: usize } = 413, "TooLarge", "The body exceeds {limit} bytes.";
        /// The body broke off.
        Incomplete = 400, "Incomplete", "The body ended early.";
        /// A precondition does not hold.
        Changed { problem: String, expected: u32, found: u32 } = 412, "PreconditionFailed", "{problem}.";
        /// Somebody stopped what was asked for on its way.
        Stopped { problem: String } = 409, "Stopped", "{problem}.";
        /// What is asked for contradicts the present state.
        Conflict { problem: String } = 409, "Conflict", "{problem}.";
        /// The journal of a tenant can't be written any more, or can't be begun.
        JournalLost { problem: String } = 503, "JournalLost", "{problem}.";
        /// Whether the journal of a tenant was written is not known.
        JournalUnknown { problem: String } = 503, "JournalUnknown", "{problem}.";
    }
}

impl From<FieldError> for Refused {
    fn from(error: FieldError) -> Self {
        OperationError::from(error).into()
    }
}

impl From<OperationError> for ControlRefusal {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Unreadable { problem } => Self::BadBody { problem },
            OperationError::Scenario(problems) => Self::BadScenario { problem: problems.to_string() },
            OperationError::Specification(problems) => Self::BadScenario { problem: problems.to_string() },
            OperationError::NoScenario { problem } => Self::NoScenario { problem },
            OperationError::Field(FieldError { field, expected, got }) => {
                Self::BadField { field, expected, got }
            }
            OperationError::Changed { problem, expected, found } => {
                Self::Changed { problem, expected, found }
            }
            OperationError::Conflict { problem } => Self::Conflict { problem },
            OperationError::Clock(error @ ClockError::Stopped { .. }) => {
                Self::Stopped { problem: error.to_string() }
            }
            OperationError::NotWritten(why) | OperationError::Clock(ClockError::Journal(why)) => why.into(),
            OperationError::Clock(error) => Self::Conflict { problem: error.to_string() },
            OperationError::Registry(error @ (RegistryError::Disk(_) | RegistryError::Undeleted(_))) => {
                Self::JournalLost { problem: error.to_string() }
            }
            OperationError::Registry(error) => Self::Conflict { problem: error.to_string() },
        }
    }
}

impl From<NotWritten> for ControlRefusal {
    fn from(why: NotWritten) -> Self {
        match why {
            NotWritten::Unknown => Self::JournalUnknown { problem: why.to_string() },
            NotWritten::Refused | NotWritten::Full => Self::JournalLost { problem: why.to_string() },
        }
    }
}

impl From<OperationError> for Refused {
    fn from(error: OperationError) -> Self {
        ControlRefusal::from(error).into()
    }
}

impl From<RegistryError> for Refused {
    fn from(error: RegistryError) -> Self {
        OperationError::from(error).into()
    }
}

impl From<ClockError> for Refused {
    fn from(error: ClockError) -> Self {
        OperationError::from(error).into()
    }
}

/// Words a refusal of the gateway.
pub(super) fn from_gateway(refusal: GatewayRefusal) -> Refused {
    match refusal {
        GatewayRefusal::NoRoute { method, path } => ControlRefusal::NotFound { method, path }.into(),
        GatewayRefusal::Method { method, allowed } => ControlRefusal::Method { method, allowed }.into(),
        GatewayRefusal::UnknownHost { host } => ControlRefusal::UnknownHost { host }.into(),
        GatewayRefusal::NotPlayed { host, what } => {
            let yet = what.map_or_else(String::new, |what| format!(" ({what}) yet"));
            ControlRefusal::NotPlayed { host, yet }.into()
        }
        GatewayRefusal::CrossSite => ControlRefusal::CrossSite.into(),
        GatewayRefusal::UnknownTenant { name } => ControlRefusal::NoTenant { name }.into(),
        GatewayRefusal::TooLarge { limit } => ControlRefusal::TooLarge { limit }.into(),
        GatewayRefusal::Incomplete => ControlRefusal::Incomplete.into(),
        GatewayRefusal::Unauthenticated(Unauthenticated::Missing) => {
            Refused::from(ControlRefusal::OperatorToken).because("the Authorization header is missing")
        }
        GatewayRefusal::Unauthenticated(_) => {
            Refused::from(ControlRefusal::OperatorToken).because("the operator's token is another")
        }
        GatewayRefusal::JournalLost(why) => ControlRefusal::from(why).into(),
        GatewayRefusal::WrongTenant
        | GatewayRefusal::Forbidden { .. }
        | GatewayRefusal::NoRole { .. }
        | GatewayRefusal::NotSubscribed
        | GatewayRefusal::Throttled { .. } => {
            ControlRefusal::Conflict { problem: "the request names two tenants".to_owned() }.into()
        }
    }
}

/// What to do about a refusal. Most say it themselves.
pub(super) fn advise(row: Option<&Row>, _reason: Option<&str>) -> Option<&'static str> {
    Some(match row?.name {
        "OperatorToken" => {
            "Send `Authorization: Bearer <token>`; the command line takes it from MOCK_DEFENDER_OPERATOR_TOKEN."
        }
        "CrossSite" => "Ask from a program, or from the simulator's own pages: no other page may steer it.",
        "NoTenant" => "GET /_mock/tenants lists the tenants: by id, host label or domain.",
        "Conflict" => "Look at the state that the reason names, and ask for what can follow it.",
        _ => return None,
    })
}

fn answer(refusal: &ControlRefusal, _ctx: &Inbound<'_>) -> Answer {
    use crate::gateway::ServiceRefusal as _;
    let status = StatusCode::from_u16(refusal.row().status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut error = Map::new();
    error.insert("code".into(), refusal.row().code.into());
    error.insert("message".into(), refusal.message().into());
    if let ControlRefusal::Contradiction { field, .. } = refusal {
        error.insert("target".into(), field.clone().into());
    }
    if let ControlRefusal::BadField { field, expected, got } = refusal {
        error.insert("target".into(), field.as_str().into());
        error.insert("details".into(), json!([{"expected": expected, "got": got}]));
    }
    if let ControlRefusal::Changed { expected, found, .. } = refusal {
        error.insert("target".into(), "ifVersion".into());
        error.insert("details".into(), json!([{"expected": expected, "got": found}]));
    }
    let answer = Answer::json(status, &json!({"error": Json::Object(error)}));
    match refusal {
        ControlRefusal::Method { allowed, .. } => answer.header("allow", allowed),
        ControlRefusal::OperatorToken => answer.header("www-authenticate", "Bearer"),
        _ => answer,
    }
}
