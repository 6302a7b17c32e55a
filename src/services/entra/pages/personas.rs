//! The test users of the page that asks who signs in.

/// The test users that [`SignIn`](super::SignIn) offers.
#[derive(Clone, Debug)]
pub struct Personas<'a> {
    /// The test users.
    pub list: Vec<Persona<'a>>,
    /// A click gives the password, too.
    pub one_click: bool,
}

/// A test user of [`SignIn`](super::SignIn).
#[derive(Clone, Debug)]
pub struct Persona<'a> {
    /// Display name.
    pub name: &'a str,
    /// User principal name.
    pub upn: &'a str,
    /// What this user may do, in words.
    pub role: String,
    /// Name of the company, or the home domain of a guest.
    pub company: &'a str,
    /// What the button posts.
    pub choice: &'a str,
}
