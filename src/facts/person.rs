//! A person of the directory: who it is from birth on, and how the account stands now.

use std::sync::Arc;

use crate::generate::world::{Move, Office};
use crate::model::directory::Account;
use crate::model::ids::Guid;
use crate::model::index::PersonIx;
use crate::model::person::{Person, Persona, Role};
use crate::tenant::TenantView;

/// A person.
#[derive(Clone, Copy)]
pub struct PersonFacts<'a> {
    view: &'a TenantView,
    index: PersonIx,
    person: &'a Person,
}

impl<'a> PersonFacts<'a> {
    /// The person of this index, if there is an account yet.
    pub fn of(view: &'a TenantView, index: PersonIx) -> Option<Self> {
        let world = view.state.world();
        let person = world.people.get(index.index())?;
        let there = view.state.core().has_account(world, index, view.now);
        there.then_some(Self { view, index, person })
    }

    /// The person with this object id.
    pub fn by_id(view: &'a TenantView, id: Guid) -> Option<Self> {
        Self::of(view, view.state.world().person_by_id(id)?)
    }

    /// The person with this user principal name, case ignored.
    pub fn by_upn(view: &'a TenantView, upn: &str) -> Option<Self> {
        Self::of(view, view.state.world().person_by_upn(upn)?)
    }

    /// The person who plays a persona. Every persona is played in every size.
    pub fn persona_of(view: &'a TenantView, persona: Persona) -> Option<Self> {
        Self::of(view, view.state.world().persona(persona)?)
    }

    /// Everybody, by index.
    pub fn all(view: &'a TenantView) -> impl Iterator<Item = Self> {
        PersonIx::first(view.state.world().people.len()).filter_map(|index| Self::of(view, index))
    }

    /// How many those are.
    pub fn count(view: &TenantView) -> u64 {
        PersonFacts::all(view).count() as u64
    }

    pub(super) fn view(&self) -> &TenantView {
        self.view
    }

    /// The index by which commands name them.
    pub fn index(&self) -> PersonIx {
        self.index
    }

    /// Object id.
    pub fn id(&self) -> Guid {
        self.person.id
    }

    /// User principal name.
    pub fn upn(&self) -> &'a str {
        &self.person.upn
    }

    /// Display name.
    pub fn display_name(&self) -> &'a str {
        &self.person.display_name
    }

    /// Given name.
    pub fn given_name(&self) -> &'a str {
        &self.person.given_name
    }

    /// Family name.
    pub fn surname(&self) -> &'a str {
        &self.person.surname
    }

    /// Department by name; empty for guests.
    pub fn department(&self) -> &'a str {
        let world = self.view.state.world();
        self.moved()
            .map_or(&self.person.department, |moved| &world.branches[usize::from(moved.department)].name)
    }

    /// Where they work since they moved within the company, if they have.
    fn moved(&self) -> Option<&'a Move> {
        self.view.state.core().moved(self.view.state.world(), self.index, self.view.now)
    }

    /// Job title; empty for guests.
    pub fn title(&self) -> &'a str {
        self.moved().map_or(&self.person.title, |moved| &moved.title)
    }

    /// The manager.
    pub fn manager(&self) -> Option<Self> {
        let manager = self.moved().map_or(self.person.manager, |moved| moved.manager);
        Self::of(self.view, manager?)
    }

    /// The office.
    pub fn office(&self) -> &'a Office {
        let office = self.moved().map_or(self.person.office, |moved| moved.office);
        &self.view.state.world().offices[office.index()]
    }

    /// The persona that they play, if they do.
    pub fn persona(&self) -> Option<Persona> {
        self.person.persona
    }

    /// Directory roles now.
    pub fn roles(&self) -> Vec<Role> {
        self.view.state.core().roles(self.view.state.world(), self.index, self.view.now)
    }

    /// May sign in now.
    pub fn enabled(&self) -> bool {
        self.view.state.core().enabled(self.index, self.view.now)
    }

    /// Commands, or the company itself, have changed something about the account since birth, or made it.
    pub fn changed(&self) -> bool {
        let newcomer = self.view.state.world().is_newcomer(self.index);
        newcomer || self.account().is_some() || self.enabled() == self.person.disabled
    }

    /// A guest of another organisation now.
    pub fn guest(&self) -> bool {
        super::directory(self.view).is_guest(self.index, self.person)
    }

    /// The password that the sign-in pages accept now.
    pub fn password(&self) -> &'a str {
        super::directory(self.view).password_of(self.index, self.person)
    }

    /// What commands changed about the account.
    pub fn account(&self) -> Option<&'a Account> {
        super::directory(self.view).account(self.index)
    }

    /// Licences (SKU part numbers) that a command gave; `None` for the usual one.
    pub fn licences(&self) -> Option<&'a [Arc<str>]> {
        self.account()?.licences.as_deref()
    }
}
