//! The scenarios that are shipped: one line for each file of the folder `scenarios`, held to it by a test.

/// Names and texts.
macro_rules! scenarios {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../scenarios/", $name, ".yaml")))),*]
    };
}

/// The shipped scenarios: names and texts, by name.
pub static SHIPPED: &[(&str, &str)] = scenarios! {
    "alert-closed-after-it-was-read"
    "api-token-revoked"
    "throttled-in-seconds"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed_by_name() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<String> = files
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, files, "src/scenario/shipped.rs lists the files of scenarios/, in order");
    }
}
