//! The closing of an alert, as the activity that it left tells it: how things stood then, whatever was done with the
//! alert since.

use crate::catalogue::kinds;
use crate::model::alert::Closing;
use crate::model::ids::{Hex24, Kind};
use crate::model::index::RowNo;
use crate::tenant::TenantView;

use super::{ActivityFacts, AlertFacts};

/// The closing of an alert.
#[derive(Clone, Copy)]
pub struct ClosingFacts<'a> {
    view: &'a TenantView,
    row: RowNo,
    resolves: bool,
    alert: AlertFacts<'a>,
    closing: &'a Closing,
}

impl<'a> ClosingFacts<'a> {
    pub(super) fn new(
        view: &'a TenantView,
        activity: &ActivityFacts<'a>,
        alert: AlertFacts<'a>,
        closing: &'a Closing,
    ) -> Self {
        let resolves = activity.event().kind == kinds::RESOLVE_ALERT;
        Self { view, row: activity.row(), resolves, alert, closing }
    }

    /// The alert. How it was handled may have changed since.
    pub fn alert(&self) -> &AlertFacts<'a> {
        &self.alert
    }

    /// It was resolved as a true positive, not dismissed.
    pub fn resolves(&self) -> bool {
        self.resolves
    }

    /// The id of this closing.
    pub fn id(&self) -> Hex24 {
        self.view.state.world().ids.hex24(Kind::Activity, self.row.get())
    }

    /// How many alerts were closed at once.
    pub fn alerts(&self) -> usize {
        self.closing.alerts
    }

    /// The comment that was given.
    pub fn comment(&self) -> Option<&'a str> {
        self.closing.comment.as_deref()
    }
}
