//! Which apps a company has connected, and which departments work in them.

use crate::catalogue::apps::{ALWAYS, APPS, App};
use crate::catalogue::departments::{SALES, SUPPORT};
use crate::catalogue::kinds;
use crate::catalogue::kinds::{
    AWS, AZURE, BOX, COPILOT, DROPBOX, GITHUB, GOOGLE, MICROSOFT_365, NOTION, OKTA, POWER_BI, SALESFORCE,
    SERVICENOW, SLACK, YAMMER, ZOOM,
};
use crate::generate::objects::app_objects as on;
use crate::generate::stream::{Chance, Stream};
use crate::generate::world::World;
use crate::generate::world::figures::Figures;
use crate::model::activity::Action;
use crate::model::index::{KindCode, PersonIx};
use crate::model::spec::{Size, Specification};

/// The apps that a company has connected, in the order of the catalogue.
pub(in crate::generate) fn connected(spec: &Specification, figures: &Figures) -> Vec<&'static App> {
    if let Some(names) = &spec.settings.apps {
        let wished = |app: &App| names.iter().any(|name| name == app.name);
        let always = &APPS[..ALWAYS];
        return APPS.iter().filter(|app| always.contains(app) || wished(app)).collect();
    }
    let mut chance = Stream::new(spec.seed, "company", 0, "apps");
    let (always, others) = APPS.split_at(ALWAYS);
    let mut chosen: Vec<&'static App> = always.iter().collect();
    let (family, mut foreign): (Vec<_>, Vec<_>) =
        others.iter().partition(|app| app.connector == MICROSOFT_365);
    let licensed = Chance::percent(if figures.scale == Size::Tiny { 30 } else { 70 });
    chosen.extend(family.into_iter().filter(|_| chance.chance(licensed)));
    // Small companies pick a few connectors, others connect what they have.
    let wanted = match figures.scale {
        Size::Tiny => 1,
        Size::Small => chance.between(2, 4) as usize,
        Size::Medium | Size::Large => foreign.len() - chance.between(1, 3) as usize,
    };
    while foreign.len() > wanted {
        foreign.remove(chance.below(foreign.len() as u32) as usize);
    }
    chosen.extend(foreign);
    chosen.sort_by_key(|app| APPS.iter().position(|row| row == *app));
    chosen
}

/// What people do in an app.
pub(in crate::generate) struct Usage {
    pub(in crate::generate) app: u32,
    /// How much the departments of the catalogue work in it, in their order.
    pub(in crate::generate) departments: [u32; 10],
    /// People use it on phones, too.
    pub(in crate::generate) phone: bool,
    /// The kind by which signing in to it is reported, if it is.
    pub(in crate::generate) sign_in: Option<KindCode>,
    /// Kind, weight, class of objects.
    pub(in crate::generate) steps: &'static [(KindCode, u32, u32)],
    /// What its administrators do.
    pub(in crate::generate) administration: &'static [(KindCode, u32, u32)],
}

/// The usage of every app that has objects of its own.
pub(in crate::generate) static USAGE: &[Usage] = &[
    Usage {
        app: BOX,
        departments: [2, 0, 5, 3, 6, 2, 14, 4, 3, 10],
        phone: true,
        sign_in: Some(kinds::BOX_LOGIN),
        steps: &[
            (kinds::BOX_PREVIEW, 44, on::BOX_FILE),
            (kinds::BOX_DOWNLOAD, 14, on::BOX_FILE),
            (kinds::BOX_UPLOAD, 16, on::BOX_FILE),
            (kinds::BOX_EDIT, 14, on::BOX_FILE),
            (kinds::BOX_DELETE, 3, on::BOX_FILE),
            (kinds::BOX_COLLABORATION_INVITE, 6, on::BOX_FOLDER),
        ],
        administration: &[(kinds::BOX_GROUP_EDITED, 1, on::BOX_GROUP)],
    },
    Usage {
        app: DROPBOX,
        departments: [1, 0, 2, 1, 2, 0, 12, 1, 1, 1],
        phone: true,
        sign_in: Some(kinds::DROPBOX_LOGIN),
        steps: &[
            (kinds::DROPBOX_VIEW, 45, on::DROPBOX_FILE),
            (kinds::DROPBOX_DOWNLOAD, 15, on::DROPBOX_FILE),
            (kinds::DROPBOX_ADD, 20, on::DROPBOX_FILE),
            (kinds::DROPBOX_EDIT, 16, on::DROPBOX_FILE),
            (kinds::DROPBOX_DELETE, 4, on::DROPBOX_FILE),
        ],
        administration: &[(kinds::DROPBOX_MEMBER_CHANGE_ADMIN_ROLE, 1, on::ACCOUNT_OF_A_COLLEAGUE)],
    },
    Usage {
        app: GOOGLE,
        departments: [0, 5, 2, 2, 2, 1, 9, 1, 1, 0],
        phone: true,
        sign_in: Some(kinds::GOOGLE_LOGIN),
        steps: &[
            (kinds::GOOGLE_VIEW, 48, on::GOOGLE_DOCUMENT),
            (kinds::GOOGLE_EDIT, 28, on::GOOGLE_DOCUMENT),
            (kinds::GOOGLE_CREATE, 10, on::GOOGLE_DOCUMENT),
            (kinds::GOOGLE_DOWNLOAD, 8, on::GOOGLE_DOCUMENT),
            (kinds::GOOGLE_SHARE, 4, on::GOOGLE_DOCUMENT),
            (kinds::GOOGLE_TRASH, 2, on::GOOGLE_DOCUMENT),
        ],
        administration: &[(kinds::GOOGLE_CHANGE_SETTING, 1, on::GOOGLE_SETTING)],
    },
    Usage {
        app: AWS,
        departments: [0, 7, 0, 0, 0, 8, 0, 0, 0, 0],
        phone: false,
        sign_in: Some(kinds::AWS_CONSOLE_LOGIN),
        steps: &[
            (kinds::AWS_DESCRIBE_INSTANCES, 48, on::AWS_INSTANCE),
            (kinds::AWS_GET_OBJECT, 12, on::AWS_OBJECT),
            (kinds::AWS_PUT_OBJECT, 14, on::AWS_OBJECT),
            (kinds::AWS_RUN_INSTANCES, 14, on::AWS_INSTANCE),
            (kinds::AWS_STOP_INSTANCES, 12, on::AWS_INSTANCE),
        ],
        administration: &[
            (kinds::AWS_ATTACH_ROLE_POLICY, 2, on::AWS_ROLE),
            (kinds::AWS_CREATE_ACCESS_KEY, 1, on::ACCOUNT_OF_A_COLLEAGUE),
        ],
    },
    Usage {
        app: AZURE,
        departments: [0, 6, 0, 0, 0, 10, 0, 0, 0, 0],
        phone: false,
        sign_in: None,
        steps: &[
            (kinds::AZURE_START_VM, 34, on::AZURE_MACHINE),
            (kinds::AZURE_WRITE_VM, 22, on::AZURE_MACHINE),
            (kinds::AZURE_LIST_KEYS, 14, on::AZURE_STORAGE),
            (kinds::AZURE_WRITE_DEPLOYMENT, 28, on::AZURE_DEPLOYMENT),
            (kinds::AZURE_DELETE_VM, 2, on::AZURE_MACHINE),
        ],
        administration: &[(kinds::AZURE_WRITE_ROLE_ASSIGNMENT, 1, on::AZURE_GROUP)],
    },
    Usage {
        app: GITHUB,
        departments: [0, 16, 0, 1, 0, 6, 0, 0, 0, 0],
        phone: false,
        sign_in: None,
        steps: &[
            (kinds::GITHUB_FETCH, 40, on::REPOSITORY),
            (kinds::GITHUB_PUSH, 34, on::REPOSITORY),
            (kinds::GITHUB_PULL_REQUEST_MERGE, 15, on::REPOSITORY),
            (kinds::GITHUB_CLONE, 9, on::REPOSITORY),
            (kinds::GITHUB_DOWNLOAD_ZIP, 1, on::REPOSITORY),
        ],
        administration: &[
            (kinds::GITHUB_ADD_MEMBER, 2, on::REPOSITORY),
            (kinds::GITHUB_PROTECTED_BRANCH, 1, on::REPOSITORY),
        ],
    },
    Usage {
        app: SLACK,
        departments: [1, 12, 3, 6, 2, 8, 5, 1, 1, 1],
        phone: true,
        sign_in: Some(kinds::SLACK_USER_LOGIN),
        steps: &[
            (kinds::SLACK_FILE_DOWNLOADED, 42, on::SLACK_FILE),
            (kinds::SLACK_FILE_UPLOADED, 36, on::SLACK_FILE),
            (kinds::SLACK_CHANNEL_JOIN, 18, on::SLACK_CHANNEL),
        ],
        administration: &[
            (kinds::SLACK_APP_INSTALLED, 3, on::SLACK_APP),
            (kinds::SLACK_ROLE_CHANGE, 1, on::ACCOUNT_OF_A_COLLEAGUE),
        ],
    },
    Usage {
        app: SERVICENOW,
        departments: [0, 2, 0, 16, 5, 18, 0, 1, 3, 1],
        phone: false,
        sign_in: Some(kinds::SERVICENOW_LOGIN),
        steps: &[
            (kinds::SERVICENOW_VIEW, 46, on::TICKET),
            (kinds::SERVICENOW_UPDATE, 34, on::TICKET),
            (kinds::SERVICENOW_INSERT, 18, on::TICKET),
            (kinds::SERVICENOW_EXPORT, 2, on::TICKET_LIST),
        ],
        administration: &[(kinds::SERVICENOW_ROLE_GRANTED, 1, on::ACCOUNT_OF_A_COLLEAGUE)],
    },
    Usage {
        app: OKTA,
        departments: [1, 2, 3, 3, 2, 3, 2, 2, 2, 1],
        phone: true,
        sign_in: Some(kinds::OKTA_SESSION_START),
        steps: &[(kinds::OKTA_SSO, 1, on::OKTA_APP)],
        administration: &[
            (kinds::OKTA_USER_UPDATE, 2, on::ACCOUNT_OF_A_COLLEAGUE),
            (kinds::OKTA_APP_ASSIGN, 1, on::OKTA_APP),
        ],
    },
    Usage {
        app: ZOOM,
        departments: [3, 1, 8, 5, 2, 1, 3, 1, 4, 1],
        phone: true,
        sign_in: Some(kinds::ZOOM_SIGN_IN),
        steps: &[
            (kinds::ZOOM_MEETING, 86, on::ZOOM_MEETING),
            (kinds::ZOOM_RECORDING_DOWNLOAD, 7, on::ZOOM_RECORDING),
            (kinds::ZOOM_RECORDING_SHARE, 7, on::ZOOM_RECORDING),
        ],
        administration: &[(kinds::ZOOM_UPDATE_SETTINGS, 1, on::ZOOM_SETTING)],
    },
    Usage {
        app: NOTION,
        departments: [0, 5, 1, 2, 2, 1, 5, 0, 4, 0],
        phone: true,
        sign_in: Some(kinds::NOTION_LOGIN),
        steps: &[
            (kinds::NOTION_VIEWED, 60, on::NOTION_PAGE),
            (kinds::NOTION_EDITED, 30, on::NOTION_PAGE),
            (kinds::NOTION_CREATED, 8, on::NOTION_PAGE),
            (kinds::NOTION_EXPORTED, 2, on::NOTION_PAGE),
        ],
        administration: &[],
    },
    Usage {
        app: POWER_BI,
        departments: [6, 1, 6, 2, 6, 1, 4, 10, 2, 0],
        phone: false,
        sign_in: None,
        steps: &[
            (kinds::POWER_BI_VIEW_REPORT, 62, on::POWER_BI_REPORT),
            (kinds::POWER_BI_VIEW_DASHBOARD, 20, on::POWER_BI_DASHBOARD),
            (kinds::POWER_BI_EXPORT_REPORT, 7, on::POWER_BI_REPORT),
            (kinds::POWER_BI_SHARE_REPORT, 3, on::POWER_BI_REPORT),
            (kinds::POWER_BI_REFRESH_DATASET, 8, on::POWER_BI_DATASET),
        ],
        administration: &[],
    },
    Usage {
        app: YAMMER,
        departments: [2, 1, 2, 2, 2, 1, 3, 1, 6, 1],
        phone: true,
        sign_in: None,
        steps: &[
            (kinds::YAMMER_THREAD_VIEWED, 82, on::YAMMER_THREAD),
            (kinds::YAMMER_MESSAGE_CREATED, 18, on::YAMMER_THREAD),
        ],
        administration: &[],
    },
    Usage {
        app: COPILOT,
        departments: [5, 6, 6, 3, 4, 4, 7, 4, 5, 5],
        phone: true,
        sign_in: None,
        steps: &[(kinds::COPILOT_INTERACTION, 1, on::COPILOT_CHAT)],
        administration: &[],
    },
];

/// What each department works in, as indexes into [`USAGE`] with weights.
pub(in crate::generate) fn uses(connected: &[&App]) -> Vec<Vec<(u8, u32)>> {
    (0..10)
        .map(|department| {
            (0u8..)
                .zip(USAGE)
                .filter(|(_, usage)| connected.iter().any(|app| app.number == usage.app))
                .map(|(index, usage)| (index, usage.departments[department]))
                .filter(|used| used.1 > 0)
                .collect()
        })
        .collect()
}

impl World {
    /// Somebody has work to do in a connected app, and so an account in it: everybody in those of Microsoft.
    pub fn works_in(&self, person: PersonIx, app: u32) -> bool {
        let habits = &self.habits[person.index()];
        let used = |(usage, _): &(u8, u32)| USAGE[usize::from(*usage)].app == app;
        match app {
            MICROSOFT_365 => true,
            _ if self.person(person).guest => false,
            SALESFORCE => habits.admin || matches!(habits.work, SALES | SUPPORT),
            _ => habits.admin || self.uses[usize::from(habits.work)].iter().any(used),
        }
    }
}

/// The kind by which an app reports that signing in to it failed.
pub(in crate::generate) fn failed_sign_in(app: u32) -> Option<KindCode> {
    kinds::of_app(app).find(|&kind| kinds::kind(kind).action == Action::FailedSignIn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::VirtualTime;

    #[test]
    fn larger_companies_connect_more_apps() {
        for size in Size::ALL {
            let mut seen = Vec::new();
            for seed in 1..90 {
                let start = VirtualTime::of_day(20_000);
                let spec = Specification::plain(seed, size, start);
                let apps = connected(&spec, &Figures::of(&spec));
                assert!(APPS[..ALWAYS].iter().all(|app| apps.contains(&app)));
                let foreign = apps.iter().filter(|app| app.connector == app.number).count();
                // Microsoft 365, the product itself, Salesforce and Box are always among them.
                match size {
                    Size::Tiny => assert_eq!(foreign, 5),
                    Size::Small => assert!((6..=8).contains(&foreign), "{foreign}"),
                    Size::Medium | Size::Large => assert!(foreign >= 11, "{foreign}"),
                }
                seen.extend(apps);
            }
            assert!(APPS.iter().all(|app| seen.contains(&app)), "{size}: every app is somewhere");
        }
    }

    #[test]
    fn every_step_of_an_app_uses_kinds_and_objects_of_that_app() {
        for usage in USAGE {
            for &(kind, _, class) in usage.steps.iter().chain(usage.administration) {
                assert_eq!(kinds::kind(kind).app, usage.app);
                let of = on::CLASSES[class as usize].app;
                assert!(of == usage.app || of == 0, "{}", kinds::kind(kind).operation);
            }
            assert!(usage.sign_in.is_none_or(|kind| kinds::kind(kind).app == usage.app));
        }
    }
}
