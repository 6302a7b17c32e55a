//! Finds the request at which a client is lost.
