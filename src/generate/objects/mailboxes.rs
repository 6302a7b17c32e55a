//! Mailboxes: the folders in which letters lie, as people of an office call them, and the ids of their copies there.

use super::files;
use super::mails::{LETTERS, Mail};
use crate::catalogue::languages::Language;
use crate::generate::world::World;
use crate::model::ids::Kind;
use crate::model::index::PersonIx;

impl World {
    /// The folder of a letter in somebody's mailbox, as people of that office call it: own letters lie among the sent
    /// ones, others in the inbox or in folders below it.
    pub fn mail_folder(&self, owner: PersonIx, mail: &Mail, draft: bool, sent: bool, purged: bool) -> String {
        let folders = Language::of_country(&self.office_of(owner).country).mail_folders();
        let number =
            self.ids.number(Kind::Mail, 1 << 59 | owner.ordinal() << 32 | u64::from(mail.number / LETTERS));
        match (draft, sent, purged) {
            (true, ..) => format!("\\{}", folders.drafts),
            (_, true, _) => format!("\\{}", folders.sent),
            (.., true) => format!("\\{}", folders.deleted),
            _ => match number % 20 {
                0..=13 => format!("\\{}", folders.inbox),
                14 => format!("\\{}", folders.archive),
                _ => {
                    let own = folders.own[(number >> 8) as usize % folders.own.len()];
                    let projects = files::projects(self.figures.scale);
                    let own = own.replace("{}", projects[(number >> 16) as usize % projects.len()]);
                    format!("\\{}\\{own}", folders.inbox)
                }
            },
        }
    }

    /// The folder for deleted letters in somebody's mailbox.
    pub fn deleted_items(&self, owner: PersonIx) -> String {
        format!("\\{}", Language::of_country(&self.office_of(owner).country).mail_folders().deleted)
    }

    /// Id of the copy of a letter in a mailbox, or of a folder there: in the alphabet of Base64, the mailbox first.
    pub fn store_id(&self, owner: PersonIx, mail: &Mail, folder: Option<&str>) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut id = String::with_capacity(72);
        let mut letters = |mut number: u64, count: usize| {
            for _ in 0..count {
                id.push(char::from(ALPHABET[(number % 64) as usize]));
                number /= 64;
            }
        };
        let mailbox = self.ids.guid(Kind::Mail, 1 << 41 | owner.ordinal()).bits();
        letters(if folder.is_some() { 0x0b } else { 0x11 }, 6);
        letters(mailbox as u64, 10);
        letters((mailbox >> 64) as u64, 10);
        match folder {
            Some(path) => {
                let hash =
                    path.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(u64::from(byte)));
                letters(self.ids.number(Kind::Mail, hash & 0xffff_ffff_ffff), 10);
                id.push_str("AAAB");
            }
            None => {
                letters(self.ids.number(Kind::Mail, 1 << 58 | u64::from(mail.number)), 10);
                letters(u64::from(mail.number), 6);
                id.push_str("AAAA");
            }
        }
        id
    }
}
