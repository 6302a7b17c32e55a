//! What a server keeps on disk, as whoever runs it sees it: stops, damage, rights.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binary::{Running, directory, run};

fn rights(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn journal(dir: &Path) -> PathBuf {
    let mut files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    files.find(|path| path.extension().is_some_and(|end| end == "journal")).unwrap()
}

/// Advances the clock of the first tenant by an hour: a line of its journal.
fn advance(server: &Running) {
    let ready: Value = serde_json::from_str(&server.line).unwrap();
    let url = ready["proxy"].as_str().unwrap().to_owned();
    run(&["clock", "--url", &url, "advance", "PT1H"]).succeeds();
}

#[test]
fn a_stop_leaves_a_mark_and_damage_is_gone_on_from_only_when_that_is_wanted() {
    let dir = directory("kept").join("data");
    let kept = ["--ca", "ephemeral", "--freeze", "--start", "2026-11-24T00:00:00Z", "--data-dir"];
    let serve = [&kept[..], &[dir.to_str().unwrap()]].concat();
    let server = Running::start(&serve);
    (0..3).for_each(|_| advance(&server));
    assert!(!dir.join("clean-stop").exists());
    assert_eq!(server.stop().0, Some(0));
    assert!(dir.join("clean-stop").exists());
    // One digit of a line in the middle: what it says can still be read.
    let file = journal(&dir);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("T02:00:00.000Z", "T02:00:00.001Z", 1)).unwrap();
    let number = text.lines().position(|line| line.contains("T02:00:00.000Z")).unwrap() + 1;
    let refused = [&["serve", "--size", "tiny", "--listen", "127.0.0.1:0"][..], &serve].concat();
    let said = run(&refused).fails(1);
    assert!(
        said.contains(&format!("line {number}: the checksum does not fit")) && said.contains("--salvage"),
        "{said}"
    );
    let server = Running::start(&[&serve[..], &["--salvage"]].concat());
    assert!(server.line.contains("T01:00:00"), "{}", server.line);
    let (_, _, told) = server.stop();
    assert!(told.contains("without 2 lines") && told.contains(".damaged"), "{told}");
    assert!(file.with_extension("damaged").exists());
    assert_eq!(Running::start(&serve).stop().0, Some(0));
    for file in fs::read_dir(&dir).unwrap() {
        let file = file.unwrap().path();
        assert_eq!(rights(&file), 0o600, "{}", file.display());
    }
    assert_eq!(rights(&dir), 0o700);
}

#[test]
fn a_ready_file_with_the_token_of_the_operator_is_for_its_user_alone() {
    let dir = directory("ready-token");
    let file = dir.join("ready.json");
    let ready_file = ["--ca", "ephemeral", "--ready-file", file.to_str().unwrap(), "--listen"];
    drop(Running::start(&[&ready_file[..], &["0.0.0.0:0"]].concat()));
    assert!(fs::read_to_string(&file).unwrap().contains("operatorToken"));
    assert_eq!(rights(&file), 0o600);
    // Without one it is as any other file.
    let other = dir.join("other");
    fs::write(&other, "").unwrap();
    drop(Running::start(&[&ready_file[..], &["127.0.0.1:0"]].concat()));
    assert!(!fs::read_to_string(&file).unwrap().contains("operatorToken"));
    assert_eq!(rights(&file), rights(&other));
}
