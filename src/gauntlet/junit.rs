//! What came of it, as JUnit's XML.
