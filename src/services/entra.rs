//! Entra ID.
use crate::door::face::{Authentication, PathRules};
use crate::door::{Face, Route, Service};

/// How Entra ID shows itself to the door.
pub static FACE: Face = Face {
    service: Service::Entra,
    paths: PathRules { ignore_case: true, optional_first: None },
    authentication: Authentication::None,
    throttle: None,
    refuse: |_| super::control::Refusal::CrossSite.into(),
};
/// The routes.
pub static ROUTES: &[Route] = &[];
