//! Whether the source is connected, derived from what is stored.

use crate::model::copilot::{Capacity, Channel, Consent, NetworkKind, Reason, Session, SourceHost};

use super::Connection;

impl Connection {
    /// Every reason for which the source is disconnected, the first one first; none while it is connected.
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.lacking().collect();
        if !self.on {
            reasons.push(Reason::ToggleOff);
        }
        if self.on {
            self.push_consent(&mut reasons);
            if self.too_soon {
                reasons.push(Reason::ToggleTooSoon);
            }
            match self.session {
                Session::Expired => reasons.push(Reason::SessionExpired),
                Session::Revoked => reasons.push(Reason::SessionRevoked),
                Session::None | Session::Valid => {}
            }
        }
        let unreached = SourceHost::ALL
            .into_iter()
            .filter(|host| self.seen.get(host).is_some_and(|kind| *kind != NetworkKind::Allow));
        reasons.extend(unreached.map(Reason::EndpointUnreachable));
        if self.channel != Channel::Open {
            reasons.push(Reason::ChannelUnreachable);
        }
        reasons
    }

    fn push_consent(&self, reasons: &mut Vec<Reason>) {
        match self.consent {
            Consent::Pending => {
                reasons.push(Reason::ConsentPending);
                if self.dialog.as_ref().is_some_and(|dialog| dialog.blocked.is_some()) {
                    reasons.push(Reason::DialogBlocked);
                }
            }
            Consent::Declined => reasons.push(Reason::ConsentDeclined),
            Consent::Revoked => reasons.push(Reason::ConsentRevoked),
            Consent::Expired => reasons.push(Reason::ConsentExpired),
            Consent::None | Consent::Accepted => {}
        }
    }

    /// What the connection needs and is not there.
    pub fn lacking(&self) -> impl Iterator<Item = Reason> {
        let capacity = match self.capacity {
            Capacity::None | Capacity::Deleted | Capacity::Detached => Some(Reason::CapacityMissing),
            Capacity::Provisioning => Some(Reason::CapacityProvisioning),
            Capacity::Ok | Capacity::Exhausted => None,
        };
        let license = (!self.is_licensed()).then_some(Reason::LicenseMissing);
        let copilot = (!self.copilot_enabled).then_some(Reason::CopilotNotEnabled);
        license.into_iter().chain(copilot).chain(capacity)
    }
}
