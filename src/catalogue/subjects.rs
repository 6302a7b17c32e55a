//! What letters are about, in the languages of the offices.
//!
//! Placeholders: `{file}` a document of the department, `{project}`, `{company}` another company, `{number}`, `{day}` a day
//! of the week, `{thing}` something that is asked for.

use super::languages::Language;

/// The subjects of one language.
pub(crate) struct Subjects {
    /// Within a department.
    pub(crate) team: &'static [&'static str],
    /// Within a project, or between departments.
    pub(crate) project: &'static [&'static str],
    /// From somebody to their manager, who decides.
    pub(crate) approval: &'static [&'static str],
    /// What is asked for there.
    pub(crate) things: &'static [&'static str],
    /// Between colleagues who like each other.
    pub(crate) private: &'static [&'static str],
    /// With another company.
    pub(crate) business: &'static [&'static str],
    /// What comes to many.
    pub(crate) bulk: &'static [&'static str],
    /// Days of the week, Monday first.
    pub(crate) days: &'static [&'static str],
}

/// The subjects of a language.
pub(crate) const fn of(language: Language) -> &'static Subjects {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Dutch => &DUTCH,
        Language::French => &FRENCH,
        Language::Portuguese => &PORTUGUESE,
    }
}

const ENGLISH: Subjects = Subjects {
    team: &[
        "{file}: comments",
        "{file} for {day}",
        "Please review {file}",
        "Questions about {file}",
        "{file} is in the shared folder",
        "Numbers in {file}",
        "Who updates {file}?",
        "{file}: last changes before {day}",
        "Minutes of {day}'s meeting",
        "Agenda for {day}",
        "Cover for {day}",
        "Who can take over {file}?",
        "New starter on {day}",
        "Printer on the second floor",
    ],
    project: &[
        "{project}: next steps",
        "{project}: updated schedule",
        "{project}: open questions",
        "{project} status before {day}",
        "{project}: risks and decisions",
        "{project}: {file}",
        "Access to {project}",
        "{project}: who does what until {day}?",
        "Handover {project}",
        "{project}: change request {number}",
    ],
    approval: &[
        "Approval needed: {thing}",
        "{thing}: please approve by {day}",
        "Request {number}: {thing}",
        "May I? {thing}",
        "Sign-off for {file}",
    ],
    things: &[
        "travel to {company}",
        "two weeks off",
        "a new laptop",
        "budget for {project}",
        "training in {day}'s course",
        "working from abroad",
        "a licence for {company}",
        "overtime on {day}",
        "a contractor for {project}",
    ],
    private: &[
        "Lunch on {day}?",
        "Thank you!",
        "Cake in the kitchen",
        "Running on {day}",
        "Football on {day}",
        "Found: keys",
    ],
    business: &[
        "Invoice {number} from {company}",
        "Contract with {company}",
        "Call with {company} moved to {day}",
        "{company} renewal",
        "{company}: updated offer {number}",
        "Your question to {company}",
        "Meeting at {company} on {day}",
        "Signed order form {number}",
        "Delivery dates of order {number}",
        "Thank you for the visit",
        "{company}: {file}",
        "Complaint {number}",
    ],
    bulk: &[
        "{company} news: what is new in {day}'s release",
        "Your ticket {number} was updated",
        "Reminder: training is due on {day}",
        "{company}: your statement {number} is ready",
        "Webinar with {company} on {day}",
        "Your order {number} is on its way",
        "Please rate your call with {company}",
    ],
    days: &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
};

const GERMAN: Subjects = Subjects {
    team: &[
        "{file}: Anmerkungen",
        "{file} für {day}",
        "Bitte {file} durchsehen",
        "Rückfragen zu {file}",
        "{file} liegt im gemeinsamen Ordner",
        "Zahlen in {file}",
        "Wer aktualisiert {file}?",
        "Protokoll vom {day}",
        "Tagesordnung für {day}",
        "Vertretung am {day}",
        "Neue Kollegin ab {day}",
        "Drucker im zweiten Stock",
    ],
    project: &[
        "{project}: nächste Schritte",
        "{project}: neuer Zeitplan",
        "{project}: offene Punkte",
        "Stand {project} bis {day}",
        "{project}: Risiken und Entscheidungen",
        "Zugang zu {project}",
        "Übergabe {project}",
        "{project}: Änderungsantrag {number}",
    ],
    approval: &["Bitte um Freigabe: {thing}", "Antrag {number}: {thing}", "Genehmigung bis {day}: {thing}"],
    things: &[
        "Dienstreise zu {company}",
        "zwei Wochen Urlaub",
        "neues Notebook",
        "Budget für {project}",
        "Überstunden am {day}",
        "Lizenz von {company}",
    ],
    private: &[
        "Mittagessen am {day}?",
        "Vielen Dank!",
        "Kuchen in der Küche",
        "Laufen am {day}",
        "Schlüssel gefunden",
    ],
    business: &[
        "Rechnung {number} von {company}",
        "Vertrag mit {company}",
        "Termin mit {company} am {day}",
        "{company}: Verlängerung",
        "Angebot {number} von {company}",
        "Ihre Anfrage an {company}",
        "Liefertermine zu Auftrag {number}",
        "Reklamation {number}",
    ],
    bulk: &[
        "Neues von {company}",
        "Ihr Ticket {number} wurde aktualisiert",
        "Erinnerung: Schulung bis {day}",
        "Ihre Bestellung {number} ist unterwegs",
        "Webinar mit {company} am {day}",
    ],
    days: &["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"],
};

const DUTCH: Subjects = Subjects {
    team: &[
        "{file}: opmerkingen",
        "{file} voor {day}",
        "Graag {file} nakijken",
        "Vragen over {file}",
        "{file} staat in de gedeelde map",
        "Cijfers in {file}",
        "Notulen van {day}",
        "Agenda voor {day}",
        "Vervanging op {day}",
        "Nieuwe collega vanaf {day}",
    ],
    project: &[
        "{project}: volgende stappen",
        "{project}: nieuwe planning",
        "{project}: open vragen",
        "Stand van {project} op {day}",
        "Toegang tot {project}",
        "Overdracht {project}",
        "{project}: wijzigingsverzoek {number}",
    ],
    approval: &["Akkoord nodig: {thing}", "Aanvraag {number}: {thing}", "Graag akkoord voor {day}: {thing}"],
    things: &[
        "reis naar {company}",
        "twee weken vakantie",
        "een nieuwe laptop",
        "budget voor {project}",
        "een licentie van {company}",
    ],
    private: &["Lunch op {day}?", "Bedankt!", "Taart in de keuken", "Hardlopen op {day}"],
    business: &[
        "Factuur {number} van {company}",
        "Contract met {company}",
        "Afspraak met {company} op {day}",
        "{company}: verlenging",
        "Offerte {number} van {company}",
        "Uw vraag aan {company}",
        "Leverdata van order {number}",
    ],
    bulk: &[
        "Nieuws van {company}",
        "Uw ticket {number} is bijgewerkt",
        "Herinnering: training voor {day}",
        "Uw bestelling {number} is onderweg",
    ],
    days: &["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"],
};

const FRENCH: Subjects = Subjects {
    team: &[
        "{file} : remarques",
        "{file} pour {day}",
        "Merci de relire {file}",
        "Questions sur {file}",
        "{file} est dans le dossier partagé",
        "Chiffres de {file}",
        "Compte rendu de {day}",
        "Ordre du jour pour {day}",
        "Remplacement {day}",
        "Nouvelle arrivée {day}",
    ],
    project: &[
        "{project} : prochaines étapes",
        "{project} : nouveau calendrier",
        "{project} : questions ouvertes",
        "Point sur {project} avant {day}",
        "Accès à {project}",
        "Passation {project}",
        "{project} : demande de modification {number}",
    ],
    approval: &["Accord demandé : {thing}", "Demande {number} : {thing}", "Validation avant {day} : {thing}"],
    things: &[
        "déplacement chez {company}",
        "deux semaines de congés",
        "un nouvel ordinateur",
        "budget pour {project}",
        "une licence de {company}",
    ],
    private: &["Déjeuner {day} ?", "Merci !", "Gâteau dans la cuisine", "Course à pied {day}"],
    business: &[
        "Facture {number} de {company}",
        "Contrat avec {company}",
        "Rendez-vous avec {company} {day}",
        "{company} : renouvellement",
        "Offre {number} de {company}",
        "Votre question à {company}",
        "Dates de livraison de la commande {number}",
    ],
    bulk: &[
        "Les nouvelles de {company}",
        "Votre ticket {number} a été mis à jour",
        "Rappel : formation avant {day}",
        "Votre commande {number} est en route",
    ],
    days: &["lundi", "mardi", "mercredi", "jeudi", "vendredi"],
};

const PORTUGUESE: Subjects = Subjects {
    team: &[
        "{file}: comentários",
        "{file} para {day}",
        "Favor revisar {file}",
        "Dúvidas sobre {file}",
        "{file} está na pasta compartilhada",
        "Números de {file}",
        "Ata de {day}",
        "Pauta para {day}",
        "Cobertura na {day}",
        "Novo colega na {day}",
    ],
    project: &[
        "{project}: próximos passos",
        "{project}: novo cronograma",
        "{project}: pontos em aberto",
        "Situação de {project} até {day}",
        "Acesso a {project}",
        "Passagem de {project}",
        "{project}: pedido de mudança {number}",
    ],
    approval: &["Aprovação necessária: {thing}", "Pedido {number}: {thing}", "Aprovar até {day}: {thing}"],
    things: &[
        "viagem à {company}",
        "duas semanas de férias",
        "um notebook novo",
        "orçamento de {project}",
        "uma licença da {company}",
    ],
    private: &["Almoço na {day}?", "Obrigado!", "Bolo na cozinha", "Corrida na {day}"],
    business: &[
        "Fatura {number} da {company}",
        "Contrato com a {company}",
        "Reunião com a {company} na {day}",
        "{company}: renovação",
        "Proposta {number} da {company}",
        "Sua pergunta à {company}",
        "Prazos do pedido {number}",
    ],
    bulk: &[
        "Novidades da {company}",
        "Seu chamado {number} foi atualizado",
        "Lembrete: treinamento até {day}",
        "Seu pedido {number} está a caminho",
    ],
    days: &["segunda", "terça", "quarta", "quinta", "sexta"],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_subjects_of_every_kind() {
        for language in
            [Language::English, Language::German, Language::Dutch, Language::French, Language::Portuguese]
        {
            let subjects = of(language);
            for list in [
                subjects.team,
                subjects.project,
                subjects.approval,
                subjects.things,
                subjects.private,
                subjects.business,
                subjects.bulk,
                subjects.days,
            ] {
                assert!(list.len() > 2, "{language:?}");
            }
            assert!(subjects.approval.iter().any(|subject| subject.contains("{thing}")));
        }
    }
}
