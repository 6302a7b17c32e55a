//! The gauntlet: runs a client once per scenario, each on a tenant of its own behind a server of its own, and judges it
//! by what it has collected and how it has asked.
//!
//! The tenant's clock stands still but for what the scenario's plan says: it ticks with each request that is answered,
//! jumps after so many, and moves on between two rounds. So a sequential client sees the same answers in every run,
//! however fast it is. Pauses and waits are judged by real time, which is kept apart from what runs are compared by.
//!
//! Must never know: routes, how a fault acts, what the command line looks like.
//!
//! | file | what |
//! |---|---|
//! | `course` | what one run is: scenario, plan, tenant |
//! | `ticking` | the server's front: moves the clock, keeps the log |
//! | `log` | what the client asked, and got |
//! | `client` | the client's process: environment, rounds, time-outs |
//! | `collected` | what the client says that it has collected |
//! | `patience` | how it waits when it is told to, and how it asks what fails |
//! | `judge` | the verdict |
//! | `run` | one scenario |
//! | `field` | many of them, several at once |
//! | `bisect` | the request at which a client is lost |
//! | `report`, `junit` | what came of it, for people and machines |

pub mod bisect;
pub mod client;
pub mod collected;
pub mod course;
pub mod field;
pub mod judge;
pub mod junit;
pub mod log;
mod patience;
pub mod report;
pub mod run;
mod ticking;
