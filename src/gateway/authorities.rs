//! The authorities that were asked lately, as they were read: clients ask the same few again and again.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::authority::{Authority, Site};
use super::hosts::HostTable;

/// No more are remembered; further ones are read each time.
const MOST: usize = 64;

/// Longer texts are read each time.
const LONGEST: usize = 128;

/// The remembered authorities.
#[derive(Default)]
pub(super) struct Authorities(ArcSwap<Vec<Known>>);

#[derive(Clone)]
struct Known {
    text: Box<str>,
    secure: bool,
    authority: Arc<Authority>,
}

impl Authorities {
    /// As [`Authority::read`] does.
    pub(super) fn read(
        &self,
        text: &str,
        secure: bool,
        default_port: u16,
        hosts: &HostTable,
    ) -> Option<Arc<Authority>> {
        let same = |known: &&Known| *known.text == *text && known.secure == secure;
        if let Some(known) = self.0.load().iter().find(same) {
            return Some(Arc::clone(&known.authority));
        }
        let authority = Arc::new(Authority::read(text, secure, default_port, hosts)?);
        // Names that are not played are as many as anybody likes to invent. The empty one is among them, which is the
        // only one for which the default port counts.
        if authority.site != Site::Foreign && text.len() <= LONGEST && self.0.load().len() < MOST {
            let known = Known { text: text.into(), secure, authority: Arc::clone(&authority) };
            self.0.rcu(|all| {
                let mut all = Vec::clone(all);
                // Others may have added theirs meanwhile; one that stands twice does no harm.
                if all.len() < MOST {
                    all.push(known.clone());
                }
                all
            });
        }
        Some(authority)
    }
}

#[cfg(test)]
mod tests {
    use crate::gateway::authorities::*;
    use crate::gateway::hosts::sample;

    #[test]
    fn a_cached_authority_equals_a_freshly_parsed_one() {
        let (authorities, hosts) = (Authorities::default(), sample(&[]));
        for _ in 0..2 {
            for (text, secure, port) in [
                ("localhost:8443", true, 1),
                ("localhost:8443", false, 1),
                ("", true, 1),
                ("", true, 2),
                ("contoso.portal.example", true, 1),
                ("elsewhere.example", true, 1),
                ("localhost:x", true, 1),
            ] {
                let read = Authority::read(text, secure, port, &hosts);
                assert_eq!(
                    authorities.read(text, secure, port, &hosts).as_deref(),
                    read.as_ref(),
                    "{text:?}"
                );
            }
        }
        assert_eq!(authorities.0.load().len(), 3, "each once; neither the unknown nor the unreadable");
    }

    #[test]
    fn the_cache_of_authorities_is_bounded() {
        let (authorities, hosts) = (Authorities::default(), sample(&[]));
        for number in 0..200 {
            let text = format!("tenant-{number}.portal.example");
            assert_eq!(
                authorities.read(&text, true, 443, &hosts).as_deref(),
                Authority::read(&text, true, 443, &hosts).as_ref()
            );
        }
        assert_eq!(authorities.0.load().len(), MOST);
    }
}
