//! What Entra ID asks for while somebody signs in, which it reports as a sign-in that failed (recorded by shipped
//! connectors). These rows are behind all others: codes in journals stay what they are.

use super::microsoft::sign_in;
use super::{APP_ROWS, MICROSOFT_ROWS, PRODUCT_ROWS, Source};
use crate::model::activity::{Action, Target};

const fn interrupted() -> Source {
    sign_in(2_293_761, "EVENT_AAD_LOGIN_FAILED").category("EVENT_CATEGORY_FAILED_LOGIN")
}

kinds! {
    INTERRUPT_ROWS, (MICROSOFT_ROWS.len() + PRODUCT_ROWS.len() + APP_ROWS.len()) as u16;
    /// Was asked for a second factor while signing in.
    SECOND_FACTOR_REQUIRED = interrupted().kind("Login:login", Action::InterruptedSignIn, Target::SignIn);
    /// Was asked, with the second factor shown, whether to stay signed in.
    STAY_SIGNED_IN_ASKED = interrupted().kind("SAS:ProcessAuth", Action::InterruptedSignIn, Target::SignIn);
}
