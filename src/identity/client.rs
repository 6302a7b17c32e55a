//! Which application asks: one of the tenant, one of another tenant, or one of the vendor that every tenant knows.

use std::sync::{Arc, OnceLock};

use crate::catalogue::first_party::{ALL, FirstParty};
use crate::model::directory::App;
use crate::model::ids::Guid;
use crate::model::index::AppIx;
use crate::model::registration::{Audience, Platform, Redirect, Registration};
use crate::tenant::Directory;

/// A client as a tenant knows it.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its registration.
    pub registration: Arc<Registration>,
    /// What stands for it in this tenant; `None` for the vendor's, and for one of another tenant before consent.
    pub app: Option<Arc<App>>,
    /// Its place in the directory, with `app`.
    pub index: Option<AppIx>,
    /// It is the vendor's.
    pub first_party: bool,
    /// The vendor's resources trust it without consent; its refresh tokens are good for its whole family.
    pub preauthorized: bool,
}

impl Client {
    /// Client id.
    pub fn id(&self) -> Guid {
        self.registration.client_id
    }

    /// The object id that app-only tokens carry.
    pub fn principal(&self) -> Guid {
        self.app.as_ref().map_or(self.registration.principal, |app| app.principal)
    }

    /// Somebody of any tenant may sign in with it.
    pub fn is_multi_tenant(&self) -> bool {
        self.registration.audience == Audience::MultiTenant
    }

    /// The registered redirect URI that `asked` is.
    pub fn redirect(&self, asked: &str) -> Option<&Redirect> {
        self.registration.redirects.iter().find(|known| super::redirect::is_registered(&known.uri, asked))
    }
}

/// The client with this id in a directory; `None` where the tenant does not know it (any more).
pub fn find(directory: &Directory, id: Guid) -> Option<Client> {
    match directory.app(id) {
        Some((index, app)) if app.installed => Some(Client {
            registration: Arc::clone(&app.registration),
            app: Some(Arc::clone(app)),
            index: Some(index),
            first_party: false,
            preauthorized: false,
        }),
        Some(_) => None,
        None => first_party(id),
    }
}

/// A client of another tenant that has not been consented to here; only one that is meant for other tenants.
pub fn foreign(registration: &Arc<Registration>) -> Option<Client> {
    (registration.audience == Audience::MultiTenant).then(|| unknown_here(registration))
}

/// A client of which a tenant has no service principal.
pub fn unknown_here(registration: &Arc<Registration>) -> Client {
    Client {
        registration: Arc::clone(registration),
        app: None,
        index: None,
        first_party: false,
        preauthorized: false,
    }
}

/// The vendor's client with this id.
pub fn first_party(id: Guid) -> Option<Client> {
    static KNOWN: OnceLock<Vec<(Arc<Registration>, bool)>> = OnceLock::new();
    let all = || {
        ALL.iter().map(|known| (Arc::new(vendor(known)), known.family || known.portal.is_some())).collect()
    };
    let known = KNOWN.get_or_init(all);
    let (registration, preauthorized) = known.iter().find(|(known, _)| known.client_id == id)?;
    Some(Client {
        registration: Arc::clone(registration),
        app: None,
        index: None,
        first_party: true,
        preauthorized: *preauthorized,
    })
}

fn vendor(known: &FirstParty) -> Registration {
    let redirect = |platform, uri: &'static str| Redirect { platform, uri: uri.into() };
    let id = Guid::literal(known.id);
    let redirects = match known.portal {
        Some(back) => vec![redirect(Platform::Web, back)],
        None => vec![
            redirect(Platform::Native, "http://localhost"),
            redirect(Platform::Native, "http://127.0.0.1"),
            redirect(Platform::Native, "https://login.microsoftonline.com/common/oauth2/nativeclient"),
            redirect(Platform::Native, "urn:ietf:wg:oauth:2.0:oob"),
        ],
    };
    Registration {
        audience: Audience::MultiTenant,
        public: known.portal.is_none(),
        implicit: known.portal.is_some(),
        redirects,
        // The object id differs from tenant to tenant in reality; no answer shows it, so any id will do.
        ..Registration::bare(known.name, known.name, id, Guid::from_bits(!id.bits()))
    }
}
