//! The languages of offices: what folders, copies and answers are called in them.
//!
//! Names of the default folders of a mailbox are those that Outlook shows in each language
//! (<https://support.microsoft.com/office/change-the-language-of-default-folders>); the others are common words.

/// A language that people of an office write in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Language {
    English,
    German,
    Dutch,
    French,
    Portuguese,
}

/// The folders that every mailbox has.
pub(crate) struct MailFolders {
    pub(crate) inbox: &'static str,
    pub(crate) sent: &'static str,
    pub(crate) drafts: &'static str,
    pub(crate) deleted: &'static str,
    pub(crate) archive: &'static str,
    /// Folders that people make below their inbox; `{}` is a project.
    pub(crate) own: &'static [&'static str],
}

/// What files and folders are called.
pub(crate) struct FileWords {
    /// Folders below those of a topic.
    pub(crate) folders: &'static [&'static str],
    /// Folders below these.
    pub(crate) deeper: &'static [&'static str],
    /// Before the name of a copy.
    pub(crate) copy_of: &'static str,
    /// What a new document is called until it has a name.
    pub(crate) unnamed: &'static str,
}

impl Language {
    /// The language of offices in a country (ISO code): English where the company writes English there.
    pub(crate) fn of_country(country: &str) -> Self {
        match country {
            "DE" | "AT" | "CH" => Self::German,
            "NL" => Self::Dutch,
            "FR" | "SN" | "CI" => Self::French,
            "BR" | "PT" => Self::Portuguese,
            _ => Self::English,
        }
    }

    /// What stands before the subject of an answer.
    pub(crate) const fn answer(self) -> &'static str {
        match self {
            Self::German => "AW: ",
            Self::Dutch => "Antw: ",
            Self::Portuguese => "RES: ",
            Self::English | Self::French => "RE: ",
        }
    }

    /// The folders of mailboxes.
    pub(crate) const fn mail_folders(self) -> &'static MailFolders {
        match self {
            Self::English => &MailFolders {
                inbox: "Inbox",
                sent: "Sent Items",
                drafts: "Drafts",
                deleted: "Deleted Items",
                archive: "Archive",
                own: &["Projects\\{}", "Newsletters", "Travel", "Team", "Customers", "Follow up"],
            },
            Self::German => &MailFolders {
                inbox: "Posteingang",
                sent: "Gesendete Elemente",
                drafts: "Entwürfe",
                deleted: "Gelöschte Elemente",
                archive: "Archiv",
                own: &["Projekte\\{}", "Newsletter", "Reisen", "Team", "Kunden", "Offen"],
            },
            Self::Dutch => &MailFolders {
                inbox: "Postvak IN",
                sent: "Verzonden items",
                drafts: "Concepten",
                deleted: "Verwijderde items",
                archive: "Archief",
                own: &["Projecten\\{}", "Nieuwsbrieven", "Reizen", "Team", "Klanten", "Nog doen"],
            },
            Self::French => &MailFolders {
                inbox: "Boîte de réception",
                sent: "Éléments envoyés",
                drafts: "Brouillons",
                deleted: "Éléments supprimés",
                archive: "Archive",
                own: &["Projets\\{}", "Infolettres", "Voyages", "Équipe", "Clients", "À suivre"],
            },
            Self::Portuguese => &MailFolders {
                inbox: "Caixa de Entrada",
                sent: "Itens Enviados",
                drafts: "Rascunhos",
                deleted: "Itens Excluídos",
                archive: "Arquivo Morto",
                own: &["Projetos\\{}", "Boletins", "Viagens", "Equipe", "Clientes", "Pendentes"],
            },
        }
    }

    /// Words for files.
    pub(crate) const fn file_words(self) -> &'static FileWords {
        match self {
            Self::English => &FileWords {
                folders: &["Drafts", "Final", "Old versions", "Review", "Templates", "Input", "Shared"],
                deeper: &["From partners", "Comments", "Exports", "Pictures", "Signed", "Backup"],
                copy_of: "Copy of ",
                unnamed: "New document",
            },
            Self::German => &FileWords {
                folders: &["Entwürfe", "Endfassungen", "Alte Stände", "Prüfung", "Vorlagen", "Zulieferung"],
                deeper: &[
                    "Von Partnern",
                    "Anmerkungen",
                    "Auswertungen",
                    "Bilder",
                    "Unterschrieben",
                    "Sicherung",
                ],
                copy_of: "Kopie von ",
                unnamed: "Neues Dokument",
            },
            Self::Dutch => &FileWords {
                folders: &["Concepten", "Definitief", "Oude versies", "Nakijken", "Sjablonen", "Aangeleverd"],
                deeper: &[
                    "Van partners",
                    "Opmerkingen",
                    "Exports",
                    "Afbeeldingen",
                    "Getekend",
                    "Reservekopie",
                ],
                copy_of: "Kopie van ",
                unnamed: "Nieuw document",
            },
            Self::French => &FileWords {
                folders: &["Brouillons", "Versions finales", "Anciennes versions", "Relecture", "Modèles"],
                deeper: &["Des partenaires", "Commentaires", "Exports", "Images", "Signés", "Sauvegarde"],
                copy_of: "Copie de ",
                unnamed: "Nouveau document",
            },
            Self::Portuguese => &FileWords {
                folders: &["Rascunhos", "Versões finais", "Versões antigas", "Revisão", "Modelos"],
                deeper: &[
                    "De parceiros",
                    "Comentários",
                    "Exportações",
                    "Imagens",
                    "Assinados",
                    "Cópia de segurança",
                ],
                copy_of: "Cópia de ",
                unnamed: "Novo documento",
            },
        }
    }
}
