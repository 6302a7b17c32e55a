//! Putting an activity or alert into a tenant, in the form of the Cloud Apps API.

use http::StatusCode;

use crate::gateway::route::Handled;
use crate::gateway::{Answer, Ctx};
use crate::operations::inject::{self, NewRecord};

use super::{body, subject};

/// `POST …/inject`: `{"activity": {…}}` or `{"alert": {…}}`
pub(super) fn inject(ctx: &Ctx<'_>) -> Handled {
    let record = NewRecord::read(body::read(ctx)?)?;
    Ok(Answer::json(StatusCode::CREATED, &inject::inject(&subject(ctx), record)?))
}
