//! What tenants have lived through, as rows of fields.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use mock_defender::catalogue::{apps, kinds};
use mock_defender::generate::{World, stories};
use mock_defender::model::activity::Event;
use mock_defender::model::index::{AddressCode, RowNo};
use mock_defender::model::spec::{Size, Specification, StoryDose, StorylineSpec, Thousandths};
use mock_defender::model::time::VirtualTime;
use mock_defender::tenant::{Mode, Tenant, TenantView, Wall};

use crate::effort;

/// A Tuesday.
pub(crate) const START: &str = "2026-11-24T00:00:00Z";

/// The seeds that are measured.
pub(crate) const SEEDS: [u64; 4] = [1, 2, 3, 4];

/// The sizes that are measured.
pub(crate) fn sizes() -> &'static [Size] {
    effort::pick(&[Size::Small], &[Size::Small, Size::Medium, Size::Large])
}

/// The tenant of a seed at its start. The tests of this program share its birth.
pub(crate) fn tenant(seed: u64, size: Size) -> Arc<Tenant> {
    born(Specification::plain(seed, size, VirtualTime::parse(START).unwrap()))
}

/// The same company with twice as many storylines, however small it is: so that what gives one of them away weighs.
pub(crate) fn attacked(seed: u64, size: Size) -> Arc<Tenant> {
    let dose = StoryDose { base: Some(Thousandths(6_500)), ..StoryDose::default() };
    with(seed, size, StorylineSpec::Dose(dose))
}

/// The same company, but that it has lived through the whole catalogue of storylines, as far as they fit.
pub(crate) fn through_all(seed: u64, size: Size) -> Arc<Tenant> {
    with(seed, size, StorylineSpec::First(stories::COUNT as u32))
}

fn with(seed: u64, size: Size, storylines: StorylineSpec) -> Arc<Tenant> {
    let mut spec = Specification::plain(seed, size, VirtualTime::parse(START).unwrap());
    spec.settings.storylines = Some(storylines);
    born(spec)
}

fn born(spec: Specification) -> Arc<Tenant> {
    type Births = Mutex<BTreeMap<(u64, String, String), Arc<OnceLock<Tenant>>>>;
    static BORN: Births = Births::new(BTreeMap::new());
    let key = (spec.seed, spec.size.to_string(), format!("{:?}", spec.settings.storylines));
    let cell = Arc::clone(BORN.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
    let born = cell.get_or_init(|| Tenant::born(&spec, Mode::Frozen, Wall::manual(spec.start)));
    Arc::new(born.as_born(Wall::manual(spec.start)))
}

/// Every activity of a snapshot, in the order of being stored.
pub(crate) fn activities(view: &TenantView) -> Vec<(RowNo, Event)> {
    let chunks = view.state.core().log.chunks(view.now);
    let rows = chunks.flat_map(|(first, chunk, shown)| {
        (0..shown).map(move |row| (first.plus(row), chunk.event(row))).collect::<Vec<_>>()
    });
    rows.collect()
}

/// What an investigator sees of a row, ids and names of people and objects aside.
pub(crate) const FIELDS: [&str; 11] = [
    "agent",
    "country",
    "owner",
    "category",
    "app",
    "operation",
    "error",
    "hour",
    "weekday",
    "device",
    "risk",
];

/// The values of a row, in the order of the fields.
pub(crate) fn values(world: &World, row: RowNo, event: &Event) -> [String; 11] {
    let kind = kinds::kind(event.kind);
    let place = (event.address != AddressCode::NOWHERE).then(|| world.address(event.address).place);
    let agent = world.agents.get(event.agent.index());
    let at = event.timestamp();
    let of_place = |told: &dyn Fn(&mock_defender::generate::world::Place) -> String| {
        place.map_or_else(|| "none".to_owned(), told)
    };
    let sign_in = world.sign_in(event, row.get());
    let error = sign_in.and_then(|sign_in| sign_in.failure);
    let story = event.story.and_then(|story| world.storylines.get(story.index()));
    let device = sign_in.map(|_| world.device(event, story));
    [
        agent.map_or_else(|| "none".to_owned(), |agent| format!("{} {}", agent.family, agent.system.1)),
        of_place(&|place| place.country.to_string()),
        of_place(&|place| place.provider.clone()),
        of_place(&|place| format!("{:?}", place.category)),
        apps::app(kind.app).map_or_else(String::new, |app| app.name.to_owned()),
        kind.operation.to_owned(),
        error.map_or_else(|| "none".to_owned(), |failure| failure.code().to_string()),
        (at.seconds().rem_euclid(86_400) / 3_600).to_string(),
        (at.day() + 3).rem_euclid(7).to_string(),
        device.map_or_else(String::new, |device| {
            device.map_or_else(
                || "none".to_owned(),
                |device| format!("{} {}", device.trust.name(), device.compliant),
            )
        }),
        sign_in.map_or_else(String::new, |sign_in| {
            let (during, aggregated) = world.risk(event, &sign_in);
            format!("{} {}", during.name(), aggregated.name())
        }),
    ]
}

/// Rows of coded values, and which of them are of attacks. Codes are the same for all tables of a book.
pub(crate) struct Rows {
    pub(crate) codes: Vec<[u16; 11]>,
    pub(crate) attack: Vec<bool>,
}

/// What the codes of each field mean.
#[derive(Default)]
pub(crate) struct Book {
    names: [Vec<String>; 11],
    codes: [BTreeMap<String, u16>; 11],
}

impl Book {
    pub(crate) fn name(&self, field: usize, code: u16) -> &str {
        &self.names[field][usize::from(code)]
    }

    pub(crate) fn count(&self, field: usize) -> usize {
        self.names[field].len()
    }

    fn code(&mut self, field: usize, value: String) -> u16 {
        if let Some(code) = self.codes[field].get(&value) {
            return *code;
        }
        let code = self.names[field].len() as u16;
        self.names[field].push(value.clone());
        self.codes[field].insert(value, code);
        code
    }

    /// The rows of a tenant.
    pub(crate) fn rows(&mut self, tenant: &Tenant) -> Rows {
        let (view, world) = (tenant.read(), tenant.world());
        let mut rows = Rows { codes: Vec::new(), attack: Vec::new() };
        for (row, event) in activities(&view) {
            let mut codes = [0; 11];
            for (field, value) in values(world, row, &event).into_iter().enumerate() {
                codes[field] = self.code(field, value);
            }
            rows.codes.push(codes);
            rows.attack.push(event.story.is_some());
        }
        rows
    }
}
