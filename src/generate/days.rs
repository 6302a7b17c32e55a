//! What people, applications and strangers do on a day: intents, in cells of one actor and one local day.

pub(in crate::generate) mod administration;
pub(in crate::generate) mod background;
pub(in crate::generate) mod calendar;
pub(in crate::generate) mod cell;
pub mod duty;
pub(in crate::generate) mod incidents;
pub(in crate::generate) mod leavers;
pub(in crate::generate) mod machines;
pub(in crate::generate) mod meetings;
pub(in crate::generate) mod noise;
pub mod post;
pub(in crate::generate) mod rarities;
pub(in crate::generate) mod rhythm;
pub(in crate::generate) mod scripts;
pub(in crate::generate) mod services;
pub(in crate::generate) mod session;
pub(in crate::generate) mod sharing;
pub(in crate::generate) mod signing_in;
pub(in crate::generate) mod support_desk;
pub(in crate::generate) mod themes;
