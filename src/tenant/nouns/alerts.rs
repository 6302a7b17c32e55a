//! Alerts.

pub mod detectors;
