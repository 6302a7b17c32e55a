//! Inbox rules: pure functions of an object number, which holds the mailbox and the rule of the catalogue.
//!
//! Parameters are those of the cmdlet:
//! <https://learn.microsoft.com/powershell/module/exchange/new-inboxrule>.

use super::directory::{Change, detail, pack};
use super::files;
use crate::catalogue::directory::{ODD_RULES, ORDINARY_RULES, RULES};
use crate::catalogue::words::PROJECTS;
use crate::generate::birth::names;
use crate::generate::world::World;
use crate::model::ids::Kind;
use crate::model::index::{ObjectNo, PersonIx};

/// An inbox rule, as the cmdlet was told to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The person whose mailbox it is in.
    pub mailbox: PersonIx,
    /// Its name.
    pub name: String,
    /// Conditions and actions.
    pub parameters: Vec<Change>,
}

/// The object number of a rule in somebody's mailbox.
pub(in crate::generate) fn rule(mailbox: PersonIx, index: u32) -> ObjectNo {
    pack(mailbox.get(), index)
}

/// The object number of a rule that anybody might make; one in five is an odd one.
pub(in crate::generate) fn ordinary(mailbox: PersonIx, index: u32) -> ObjectNo {
    let odd = ODD_RULES.end - ODD_RULES.start;
    match index % 5 {
        0 => rule(mailbox, ODD_RULES.start + index / 5 % odd),
        _ => rule(mailbox, index / 5 % ORDINARY_RULES),
    }
}

impl World {
    /// The rule that `Event::object` names under a kind whose target is a rule is called, or does, what attackers' are
    /// and do.
    pub fn is_odd_rule(&self, object: ObjectNo) -> bool {
        detail(object) as usize % RULES.len() >= ORDINARY_RULES as usize
    }

    /// How Exchange names that rule: mailbox and number.
    pub fn rule_identity(&self, object: ObjectNo) -> String {
        let owner = self.person(self.person_of(object));
        format!("{}\\{}", owner.upn, self.ids.number(Kind::Mail, object.ordinal() << 8))
    }

    /// The inbox rule that `Event::object` names under a kind whose target is a rule.
    pub fn rule(&self, object: ObjectNo) -> Rule {
        let mailbox = self.person_of(object);
        let row = &RULES[detail(object) as usize % RULES.len()];
        let person = self.person(mailbox);
        let manager = person.manager.map_or(&person.upn, |manager| &self.person(manager).upn);
        let project = files::projects(self.figures.scale)
            .get(mailbox.index() % files::projects(self.figures.scale).len())
            .unwrap_or(&PROJECTS[0]);
        let forward = || {
            let local = names::local_part(&person.given_name, &person.surname).replace('.', "");
            format!("{local}.{:02}@mail.example", mailbox.get() % 90 + 10)
        };
        let told = |text: &str| {
            if text.contains("{forward}") {
                return text.replace("{forward}", &forward());
            }
            text.replace("{manager}", manager).replace("{project}", project)
        };
        let parameters =
            row.1.iter().map(|&(name, value)| Change { name, old: None, new: told(value) }).collect();
        Rule { mailbox, name: told(row.0), parameters }
    }
}
