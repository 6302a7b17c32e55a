//! A row of *Security extensions*. The product has no such record: the shape is the simulator's own, with instants in
//! RFC 3339.

use crate::facts::ExtensionFacts;
use crate::wire::json::{Value, object};

/// JSON that was written already.
struct Written<'a>(&'a [u8]);

impl Value for Written<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// Writes a row; that of Copilot holds `connection`, which is JSON.
pub fn write(row: &ExtensionFacts<'_>, connection: Option<&[u8]>, out: &mut Vec<u8>) {
    let extension = row.extension();
    let changed = row.changed();
    object(out, |record| {
        record
            .set("kind", extension.name())
            .set("title", extension.title())
            .set("about", extension.about())
            .set("status", row.status())
            .set("notice", row.notice())
            .set("changedAt", changed.map(|(at, _)| at))
            .set("changedBy", changed.and_then(|(_, by)| by));
        if let Some(tokens) = row.tokens() {
            record.array("tokens", |list| {
                for token in tokens {
                    list.object(|record| {
                        record
                            .set("name", token.name)
                            .set("owner", token.owner)
                            .set("created", token.created)
                            .set("lastUsed", token.used)
                            .set("status", token.status);
                    });
                }
            });
        }
        if let Some(agents) = row.agents() {
            record.set("canAdd", row.takes_agents()).array("agents", |list| {
                for agent in agents {
                    let (changed, by) = agent.changed();
                    list.object(|record| {
                        let stored = agent.agent();
                        record
                            .set("id", agent.id())
                            .set("name", &*stored.name)
                            .set("format", stored.format.title())
                            .set("status", agent.status().title())
                            .set("lastData", agent.last_data())
                            .set("created", stored.created)
                            .set("tokenMade", stored.token_made)
                            .set("changedAt", changed)
                            .set("changedBy", by);
                    });
                }
            });
        }
        record.some("connection", connection.map(Written));
    });
}

/// Writes what switching Copilot on or off has come to.
pub fn write_toggle(toggle: &Toggle<'_>, out: &mut Vec<u8>) {
    object(out, |answer| {
        answer
            .set("enabled", toggle.enabled)
            .set("consentUrl", toggle.consent_url.as_deref())
            .set(
                "dialog",
                toggle
                    .consent_url
                    .as_ref()
                    .map(|_| if toggle.blocked.is_some() { "blocked" } else { "open" }),
            )
            .set("blockedBy", toggle.blocked)
            .set("warning", toggle.warning.as_deref())
            .set("retryAfterSeconds", toggle.retry_after_seconds)
            .set("connection", Written(toggle.connection));
    });
}

/// What switching Copilot on or off has come to.
pub struct Toggle<'a> {
    /// It is on.
    pub enabled: bool,
    /// The address of the dialog of consent that waits for an answer.
    pub consent_url: Option<String>,
    /// What the browser does to that dialog.
    pub blocked: Option<&'static str>,
    /// Why it was in vain.
    pub warning: Option<String>,
    /// Seconds until it may be switched on again without being too soon.
    pub retry_after_seconds: i64,
    /// The connection, as JSON.
    pub connection: &'a [u8],
}
