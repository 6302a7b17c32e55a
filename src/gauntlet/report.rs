//! What came of it, for people and as JSON.
