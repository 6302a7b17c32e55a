//! What an activity was done to, told alike for every target, so that a surface needs no case per app.

use super::directory::Change;
use crate::catalogue::copilot;
use crate::generate::world::World;
use crate::model::activity::{Event, Target};
use crate::model::index::{ObjectNo, PersonIx};

/// What an activity was done to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetObject {
    /// Its id in its own app.
    pub id: String,
    /// What a person would call it.
    pub name: String,
    /// How the app calls this class of things; empty where it does not say.
    pub class: &'static str,
    /// The person concerned, where one is.
    pub person: Option<PersonIx>,
    /// What holds it, where the records name that too.
    pub place: Option<Place>,
    /// What was changed, or the parameters that were given.
    pub changes: Vec<Change>,
}

/// What holds a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// Its address.
    pub name: String,
    /// How the app calls this class of places.
    pub class: &'static str,
}

impl World {
    /// The next thing beside one: the next file of a library, the next thing of a class of an app, the next item of a
    /// mailbox, received or sent as that one.
    pub fn neighbour(&self, target: Target, object: ObjectNo) -> ObjectNo {
        match target {
            Target::File => super::files::next(self, object),
            Target::AppObject => super::app_objects::next(self, object),
            Target::Mail => super::mails::next(object),
            _ => object,
        }
    }

    /// What an event was done to; nothing where its kind has no target.
    pub fn thing(&self, event: &Event) -> Option<TargetObject> {
        let object = event.object;
        let person = |index: PersonIx| (self.person(index).id.to_string(), self.person(index).upn.clone());
        let change = |name: &'static str, old: Option<String>, new: String| Change { name, old, new };
        Some(match crate::catalogue::kinds::kind(event.kind).target {
            // What is done with an alert, a SIEM agent, a policy, a connector or a range is told of that itself, and a sign-in has no
            // object.
            Target::None
            | Target::Alert
            | Target::SignIn
            | Target::SiemAgent
            | Target::AlertPolicy
            | Target::Connector
            | Target::IpRange => {
                return None;
            }
            Target::File => {
                let file = self.file(object);
                let place = Some(super::files::place(self, object));
                TargetObject {
                    id: file.key(),
                    name: file.name,
                    class: "File",
                    place,
                    ..TargetObject::default()
                }
            }
            Target::Mail => {
                let mail = self.mail(object);
                TargetObject {
                    id: mail.id.to_string(),
                    name: mail.subject,
                    class: "Email",
                    ..TargetObject::default()
                }
            }
            Target::Person => {
                let index = self.person_of(object);
                let (id, name) = person(index);
                let changes = match self.notes_a_move(object) {
                    true => self.changes_of_a_move(index),
                    false => self.changes_of_a_person(event.kind, object),
                };
                TargetObject { id, name, class: "User", person: Some(index), changes, place: None }
            }
            Target::AppObject => {
                let thing = self.app_object(object);
                TargetObject {
                    id: thing.id,
                    name: thing.name,
                    class: thing.kind,
                    person: thing.person,
                    changes: Vec::new(),
                    place: None,
                }
            }
            Target::Team => {
                let team = self.team(object);
                let (id, class) = match (team.meeting, team.chat_with) {
                    (Some(meeting), _) => (meeting.id, "Meeting"),
                    (None, Some(_)) => (team.id, "Chat"),
                    (None, None) => (team.id, "Team"),
                };
                TargetObject { id: id.to_string(), name: team.name, class, ..TargetObject::default() }
            }
            Target::Role => {
                let (index, role) = (self.person_of(object), self.role_of(object));
                let (id, name) = person(index);
                let changes = vec![
                    change("Role.ObjectID", None, role.template().to_owned()),
                    change("Role.DisplayName", None, role.name().to_owned()),
                    change("Role.TemplateId", None, role.template().to_owned()),
                    change("Role.WellKnownObjectName", None, role.name().replace(' ', "")),
                ];
                TargetObject { id, name, class: "User", person: Some(index), changes, place: None }
            }
            Target::Group => {
                let (index, group) = (self.person_of(object), self.group_of(object));
                let (id, name) = person(index);
                let changes = vec![
                    change("Group.ObjectID", None, group.id.to_string()),
                    change("Group.DisplayName", None, group.name),
                ];
                TargetObject { id, name, class: "User", person: Some(index), changes, place: None }
            }
            Target::Licence => {
                let (index, licence) = (self.person_of(object), self.licence_of(object));
                let (id, name) = person(index);
                let new = format!("[SkuName={}, Product={}]", licence.0, licence.1);
                let changes = vec![change("AssignedLicense", Some("[]".to_owned()), new)];
                TargetObject { id, name, class: "User", person: Some(index), changes, place: None }
            }
            Target::Application => {
                let app = self.application(object);
                let changes = self.changes_of_an_application(event);
                TargetObject {
                    id: app.client_id.to_string(),
                    name: app.display_name.to_string(),
                    class: "ServicePrincipal",
                    person: None,
                    changes,
                    place: None,
                }
            }
            Target::Rule => {
                let rule = self.rule(object);
                TargetObject {
                    id: self.rule_identity(object),
                    name: rule.name,
                    class: "InboxRule",
                    person: Some(rule.mailbox),
                    changes: rule.parameters,
                    place: None,
                }
            }
            Target::MailboxPermission => {
                let permission = self.mailbox_permission(object);
                let (id, name) = person(permission.mailbox);
                let changes = vec![
                    change("User", None, self.person(permission.trustee).upn.clone()),
                    change("AccessRights", None, permission.right.to_owned()),
                ];
                TargetObject {
                    id,
                    name,
                    class: "Mailbox",
                    person: Some(permission.mailbox),
                    changes,
                    place: None,
                }
            }
            Target::Policy => {
                let policy = self.policy(object);
                TargetObject {
                    id: policy.id.to_string(),
                    name: policy.name.to_owned(),
                    class: "Policy",
                    person: None,
                    changes: vec![policy.change],
                    place: None,
                }
            }
            Target::CopilotPlugin => {
                let (id, name) = copilot::PLUGIN;
                let on = object.get() != 0;
                let told = |on: bool| if on { "True" } else { "False" }.to_owned();
                TargetObject {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    class: "CopilotPlugin",
                    changes: vec![change("isEnabled", Some(told(!on)), told(on))],
                    ..TargetObject::default()
                }
            }
            Target::CopilotApplication => {
                let app = copilot::registration();
                let scopes: Vec<&str> = app.delegated.iter().map(|scope| &*scope.value).collect();
                TargetObject {
                    id: app.client_id.to_string(),
                    name: app.display_name.to_string(),
                    class: "ServicePrincipal",
                    changes: vec![change("ConsentAction.Permissions", None, scopes.join(" "))],
                    ..TargetObject::default()
                }
            }
            Target::Setting => {
                let setting = self.setting(object);
                TargetObject {
                    // Apps name settings, they do not number them.
                    id: setting.change.name.to_owned(),
                    name: setting.change.name.to_owned(),
                    class: setting.section,
                    person: None,
                    changes: vec![setting.change],
                    place: None,
                }
            }
        })
    }
}
