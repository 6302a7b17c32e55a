//! What the cmdlets of Exchange administrators were told: pure functions of an event.
//!
//! Sources: <https://learn.microsoft.com/powershell/module/exchange/set-mailbox>, `new-transportrule`,
//! `add-mailboxpermission`, `new-inboxrule` beside it.

use super::directory::Change;
use crate::catalogue::directory::{MAILBOX_SETTINGS, TRANSPORT_RULES};
use crate::catalogue::kinds;
use crate::generate::world::World;
use crate::model::activity::Event;
use crate::model::ids::Kind;
use crate::model::index::ActorCode;

/// The row of the mailbox settings that closes the mailbox of somebody who has left.
const OF_LEAVERS: u64 = 0;
/// The first rows that services set.
const OF_SERVICES: u64 = 3;

fn given(name: &'static str, new: impl Into<String>) -> Change {
    Change { name, old: None, new: new.into() }
}

impl World {
    /// The parameters of the cmdlet that an event is, with what was there before where it changed something; none under
    /// other kinds.
    pub fn cmdlet(&self, event: &Event) -> Vec<Change> {
        let object = event.object;
        match event.kind {
            kinds::SET_MAILBOX => {
                let person = self.person_of(object);
                let mut parameters = vec![given("Identity", self.person(person).upn.clone())];
                parameters.extend(self.mailbox_settings(event));
                parameters
            }
            kinds::ADD_MAILBOX_PERMISSION => {
                let permission = self.mailbox_permission(object);
                vec![
                    given("Identity", self.person(permission.mailbox).upn.clone()),
                    given("User", self.person(permission.trustee).upn.clone()),
                    given("AccessRights", permission.right),
                    given("InheritanceType", "All"),
                ]
            }
            kinds::REMOVE_MAILBOX_PERMISSION => {
                let permission = self.mailbox_permission(object);
                vec![
                    given("Identity", self.person(permission.mailbox).upn.clone()),
                    given("User", self.person(permission.trustee).upn.clone()),
                    given("AccessRights", permission.right),
                    given("Confirm", "False"),
                ]
            }
            kinds::REMOVE_INBOX_RULE => vec![
                given("AlwaysDeleteOutlookRulesBlob", "False"),
                given("Force", "False"),
                given("Identity", self.rule_identity(object)),
            ],
            kinds::SET_AUDIT_BYPASS => {
                let identity = given("Identity", self.person(self.person_of(object)).upn.clone());
                let bypass = Change {
                    name: "AuditBypassEnabled",
                    old: Some("False".to_owned()),
                    new: "True".to_owned(),
                };
                vec![identity, bypass]
            }
            kinds::SET_AUDIT_CONFIG => vec![self.setting(object).change],
            kinds::NEW_TRANSPORT_RULE => {
                let name = self.setting(object).change.name;
                let rule = TRANSPORT_RULES.iter().find(|rule| rule.0 == name).map_or(&[][..], |rule| rule.1);
                let told = |value: &str| value.replace("{domain}", &self.company.domain);
                let mut parameters = vec![given("Name", name)];
                parameters.extend(rule.iter().map(|(name, value)| given(name, told(value))));
                parameters.extend([given("Mode", "Enforce"), given("Enabled", "True")]);
                parameters
            }
            kinds::NEW_INBOX_RULE | kinds::SET_INBOX_RULE => {
                let rule = self.rule(object);
                let mut parameters =
                    vec![given("AlwaysDeleteOutlookRulesBlob", "False"), given("Force", "False")];
                if event.kind == kinds::SET_INBOX_RULE {
                    parameters.push(given("Identity", self.rule_identity(object)));
                }
                parameters.push(given("Name", rule.name));
                parameters.extend(rule.parameters);
                if parameters.iter().all(|parameter| parameter.name != "StopProcessingRules") {
                    parameters.push(given("StopProcessingRules", "False"));
                }
                parameters
            }
            _ => Vec::new(),
        }
    }

    /// What was set of a mailbox: services change what services know of, and the mailbox of a leaver becomes a shared one.
    fn mailbox_settings(&self, event: &Event) -> Vec<Change> {
        let person = self.person_of(event.object);
        let day = event.timestamp().day() - self.spec.start.day();
        let number = self.ids.number(Kind::Mail, 1 << 60 | person.ordinal() << 20 | day as u64 & 0xf_ffff);
        let rows = MAILBOX_SETTINGS.len() as u64;
        let left = self.turnover.leaver(person).is_some_and(|last| i64::from(last) < day);
        let row = match event.actor {
            ActorCode::NOBODY => OF_SERVICES + number % (rows - OF_SERVICES),
            _ if left => OF_LEAVERS,
            _ => 1 + number % (rows - 1),
        };
        let upn = &self.person(person).upn;
        let local = upn.split('@').next().unwrap_or_default();
        let told = |value: &str| {
            value
                .replace("{alias}", local)
                .replace("{domain}", &self.company.domain)
                .replace("{number}", &(number / 7 % 40 + 40).to_string())
        };
        let of_row = MAILBOX_SETTINGS[row as usize].iter();
        of_row.map(|&(name, old, new)| Change { name, old: Some(told(old)), new: told(new) }).collect()
    }
}
