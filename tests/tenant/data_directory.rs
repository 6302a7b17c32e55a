//! Tenants and their journals in a data directory, over restarts, damage and disks that fail.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mock_defender::gateway::call::Settings;
use mock_defender::gateway::registry::{Registry, Revival};
use mock_defender::gateway::{Answer, Gateway};
use mock_defender::model::spec::Size;
use mock_defender::tenant::journal::store::JournalStore;
use mock_defender::tenant::{Mode, Tenant, Wall};
use serde_json::Value;

use crate::disk::{Fault, Plan, SimulatedDisk};
use crate::kit::effort::pick;
use crate::kit::{Kit, START, at, json, spec, text};

const DIR: &str = "/data";
const PLAINLY: Revival = Revival { rebirth: false, salvage: false };
const SALVAGE: Revival = Revival { rebirth: false, salvage: true };

/// A server on a disk, and what it has told; or why it does not start.
fn start(disk: &SimulatedDisk, how: Revival) -> Result<(Kit, String), String> {
    let store = JournalStore::open_without_thread(Arc::new(disk.clone()), Path::new(DIR));
    started(store.map_err(|error| error.to_string())?, how)
}

fn started(store: JournalStore, how: Revival) -> Result<(Kit, String), String> {
    let wall = Wall::manual(at(START));
    let first = || Tenant::born(&spec(1, Size::Tiny, START), Mode::Frozen, wall.clone());
    let mut said = String::new();
    let registry = Registry::kept(store, first, &wall, how, |told| said.push_str(&told));
    let registry = registry.map_err(|error| error.to_string())?;
    let first = Arc::clone(&registry.first().tenant);
    let settings = Settings { wall, ..Settings::default() };
    let gateway = Gateway::new(registry, &mock_defender::services::all(), settings).unwrap();
    Ok((Kit::at(gateway, first), said))
}

/// Starts where nothing is wrong.
fn start_well(disk: &SimulatedDisk) -> Kit {
    let (kit, said) = start(disk, PLAINLY).unwrap();
    assert_eq!(said, "");
    kit
}

fn refusal(disk: &SimulatedDisk) -> String {
    match start(disk, PLAINLY) {
        Err(said) => said,
        Ok((_, said)) => panic!("it starts, and says {said:?}"),
    }
}

/// Gives a command.
fn ask(kit: &Kit, title: &str) -> Answer {
    let command = format!(r#"{{"injectAlert": {{"title": "{title}", "severityValue": 2}}}}"#);
    let answer = kit.mock("POST", &format!("/_mock/tenants/{}/commands", kit.tenant.identity().id), &command);
    assert!(matches!(answer.status.as_u16(), 200 | 503), "{}", text(&answer));
    answer
}

/// The status of its answer.
fn give(kit: &Kit, title: &str) -> u16 {
    ask(kit, title).status.as_u16()
}

/// The titles of the alerts that were put in.
fn given(kit: &Kit) -> Vec<String> {
    let answer = kit.mock("GET", &format!("/_mock/tenants/{}/commands", kit.tenant.identity().id), "");
    let commands = json(&answer)["commands"].as_array().unwrap().clone();
    let title = |command: &Value| {
        let text = command.to_string();
        let place = text.find("given-").unwrap_or_else(|| panic!("{text}"));
        text[place..place + 7].to_owned()
    };
    commands.iter().map(title).collect()
}

/// A disk with a journal of three commands, each durable before the next; the server was killed, or stopped.
fn lived(stopped: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let kit = start_well(&disk);
    for number in 1..=3 {
        assert_eq!(give(&kit, &format!("given-{number}")), 200);
    }
    if stopped {
        kit.gateway.registry.stop().unwrap();
    }
    disk.after_kill()
}

fn journal(disk: &SimulatedDisk) -> PathBuf {
    let files = disk.files();
    files.into_iter().find(|path| path.extension().is_some_and(|end| end == "journal")).unwrap()
}

/// The lines of the journal, with their line feeds.
fn lines(disk: &SimulatedDisk) -> Vec<String> {
    let bytes = disk.content(&journal(disk)).unwrap();
    String::from_utf8(bytes).unwrap().split_inclusive('\n').map(str::to_owned).collect()
}

fn put(disk: &SimulatedDisk, lines: &[String]) {
    disk.meddle(&journal(disk), Some(lines.concat().into_bytes()));
}

#[test]
fn damage_is_refused_with_its_line_and_salvaged_before_it() {
    for stopped in [false, true] {
        let disk = lived(stopped);
        let good = lines(&disk);
        let second = good.iter().position(|line| line.contains("given-2")).unwrap();
        let mut bad = good.clone();
        bad[second] = bad[second].replace("given-2", "given-9");
        put(&disk, &bad);
        let said = refusal(&disk);
        let wanted = format!("line {}: the checksum does not fit", second + 1);
        assert!(said.contains(&wanted) && said.contains("--salvage"), "{said}");
        let (kit, said) = start(&disk.after_kill(), SALVAGE).unwrap();
        assert_eq!(given(&kit), ["given-1"]);
        assert!(said.contains(&wanted) && said.contains("without 2 lines"), "{said}");

        let salvaged = disk.after_kill();
        let (kit, _) = start(&salvaged, SALVAGE).unwrap();
        let kept =
            salvaged.files().into_iter().find(|path| path.extension().is_some_and(|end| end == "damaged"));
        assert_eq!(salvaged.content(&kept.unwrap()), Some(bad.concat().into_bytes()));
        assert_eq!(give(&kit, "given-4"), 200);
        let kit = start_well(&salvaged.after_crash(1));
        assert_eq!(given(&kit), ["given-1", "given-4"]);
    }
}

#[test]
fn a_torn_end_is_cut_off_in_place_and_kept_beside() {
    let disk = lived(false);
    let good = lines(&disk);
    let mut torn = good.clone();
    torn.push(good.last().unwrap()[..30].to_owned());
    put(&disk, &torn);
    let before = disk.files();
    let (kit, said) = start(&disk, PLAINLY).unwrap();
    assert!(said.contains(&format!("line {} was not written to its end", torn.len())), "{said}");
    assert_eq!(given(&kit), ["given-1", "given-2", "given-3"]);
    assert_eq!(lines(&disk), good);
    let new: Vec<PathBuf> = disk.files().into_iter().filter(|path| !before.contains(path)).collect();
    assert_eq!(new, [journal(&disk).with_extension("torn")]);
    assert_eq!(disk.content(&new[0]).unwrap(), torn.last().unwrap().as_bytes());
    start_well(&disk.after_kill());
    // The server was not stopped here: it died, so the line may have been torn. After a clean stop it can't be.
    let disk = lived(true);
    let mut torn = lines(&disk);
    let last = torn.last_mut().unwrap();
    last.truncate(30);
    put(&disk, &torn);
    let said = refusal(&disk);
    assert!(said.contains(&format!("line {}: it is cut off", torn.len())), "{said}");
}

#[test]
fn after_a_clean_stop_no_line_and_no_journal_may_be_missing() {
    let disk = lived(true);
    let mut fewer = lines(&disk);
    fewer.pop();
    put(&disk, &fewer);
    let said = refusal(&disk);
    assert!(said.contains(&format!("line {}: it is missing", fewer.len() + 1)), "{said}");
    let (kit, said) = start(&disk.after_kill(), SALVAGE).unwrap();
    assert_eq!(given(&kit), ["given-1", "given-2"]);
    assert!(said.contains("without 1 lines"), "{said}");

    let disk = lived(true);
    disk.meddle(&journal(&disk), None);
    let said = refusal(&disk);
    assert!(said.contains("is gone") && said.contains("--salvage"), "{said}");
    let disk = disk.after_kill();
    assert!(start(&disk, SALVAGE).unwrap().1.contains("going on without that tenant"));
    start_well(&disk.after_crash(1));

    // What was not changed since needs no new mark.
    let disk = lived(true);
    let kit = start_well(&disk);
    disk.leave_room(0);
    assert_eq!(kit.gateway.registry.stop(), Ok(()));
    assert!(disk.files().iter().any(|path| path.ends_with("clean-stop")));

    // The mark is gone as soon as anything is added, also if the system dies then.
    let disk = lived(true);
    let kit = start_well(&disk);
    assert_eq!(give(&kit, "given-4"), 200);
    for seed in 0..4 {
        let disk = disk.after_crash(seed);
        assert!(disk.files().iter().all(|path| !path.ends_with("clean-stop")));
        assert_eq!(given(&start_well(&disk)).len(), 4);
    }
}

#[test]
fn one_tenant_in_two_journals_is_refused_with_both_names() {
    let disk = lived(false);
    let copy = Path::new(DIR).join("000007-copy.journal");
    disk.meddle(&copy, Some(lines(&disk).concat().into_bytes()));
    let said = refusal(&disk);
    let first = journal(&disk).file_name().unwrap().to_str().unwrap().to_owned();
    assert!(said.contains(&first) && said.contains("000007-copy.journal"), "{said}");
}

#[test]
fn a_journal_that_vanishes_or_is_replaced_under_a_running_server_is_noticed() {
    for replaced in [false, true] {
        let disk = lived(false);
        let kit = start_well(&disk);
        let bytes = disk.content(&journal(&disk)).unwrap();
        disk.meddle(&journal(&disk), replaced.then(|| bytes.clone()));
        assert_eq!(give(&kit, "given-4"), 503);
        assert_eq!(given(&kit), ["given-1", "given-2", "given-3"]);
        if replaced {
            assert_eq!(given(&start_well(&disk.after_kill())), ["given-1", "given-2", "given-3"]);
        }
    }
}

#[test]
fn a_full_disk_refuses_commands_and_prevents_no_start() {
    let disk = lived(false);
    let kit = start_well(&disk);
    disk.leave_room(40);
    assert_eq!(give(&kit, "given-4"), 503);
    assert_eq!(give(&kit, "given-5"), 503);
    assert_eq!(given(&kit), ["given-1", "given-2", "given-3"]);
    let before = lines(&disk);
    for disk in [disk.after_kill(), disk.after_crash(1), disk.after_crash(2), disk.after_crash(3)] {
        let kit = start_well(&disk);
        assert_eq!(given(&kit), ["given-1", "given-2", "given-3"]);
        assert_eq!(lines(&disk), before);
        assert_eq!(give(&kit, "given-6"), 503);
        disk.leave_room(10_000);
        let disk = disk.after_kill();
        assert_eq!(give(&start_well(&disk), "given-7"), 200);
        assert_eq!(given(&start_well(&disk.after_crash(1))).last().unwrap(), "given-7");
    }
}

#[test]
fn what_can_not_be_mended_at_the_start_waits_for_the_first_change() {
    // A torn end, and no room to keep it beside.
    let torn = lived(false);
    let mut cut = lines(&torn);
    cut.last_mut().unwrap().truncate(30);
    put(&torn, &cut);
    // A journal of format 1, and no room to write it anew.
    let old = lived(false);
    put(&old, &lines(&old).iter().map(|line| as_format_1(line)).collect::<Vec<_>>());
    for (disk, known) in [(torn, 2), (old, 3)] {
        disk.leave_room(0);
        let (kit, said) = start(&disk, PLAINLY).unwrap();
        assert!(said.contains("it can't be written now"), "{said}");
        assert_eq!(given(&kit).len(), known);
        disk.leave_room(100_000);
        assert_eq!(give(&kit, "given-4"), 200);
        let kit = start_well(&disk.after_crash(1));
        assert_eq!(given(&kit).len(), known + 1);
    }
}

/// A line as format 1 had it.
fn as_format_1(line: &str) -> String {
    let text = &line[line.find('{').unwrap()..].trim_end().replacen("\"format\":2", "\"format\":1", 1);
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{sum:016x} {text}\n")
}

#[test]
fn a_directory_of_format_1_is_read_and_written_anew_whole_at_once() {
    let old = lived(false);
    put(&old, &lines(&old).iter().map(|line| as_format_1(line)).collect::<Vec<_>>());
    let count = {
        let disk = old.after_kill();
        let before = disk.calls();
        let kit = start_well(&disk);
        assert_eq!(given(&kit), ["given-1", "given-2", "given-3"]);
        assert!(lines(&disk)[0].contains(" 1 ="), "{:?}", lines(&disk)[0]);
        disk.calls() - before
    };
    // Whatever fails on the way, nothing is lost.
    for call in 1..=count {
        for fault in pick(&[Fault::Crash][..], &Fault::ALL[..]) {
            let disk = old.after_kill();
            let before = disk.calls();
            disk.plan(Plan::At(BTreeMap::from([(before + call, *fault)])));
            drop(start(&disk, PLAINLY));
            assert_eq!(given(&start_well(&disk.after_crash(call))).len(), 3, "{:?}", disk.met());
        }
    }
    // A line without its checksum is refused there, too.
    let mut plain: Vec<String> = lines(&old);
    plain[2] = plain[2][plain[2].find('{').unwrap()..].to_owned();
    put(&old, &plain);
    let said = refusal(&old);
    assert!(said.contains("line 3: it has no checksum"), "{said}");
}

#[test]
fn a_tenant_is_deleted_for_good_after_its_journal_was_lost_or_it_is_said_that_it_is_not() {
    let disk = lived(false);
    let kit = start_well(&disk);
    let answer = kit.mock("POST", "/_mock/tenants", r#"{"name": "Fabrikam", "size": "tiny"}"#);
    assert_eq!(answer.status, 201, "{}", text(&answer));
    let id = json(&answer)["id"].as_str().unwrap().to_owned();
    let tenant = Arc::clone(&kit.gateway.registry.by_id(id.parse().unwrap()).unwrap().tenant);
    let kit = kit.about(tenant);
    // Whether the line was written nobody knows.
    disk.plan(Plan::At((1..6).map(|next| (disk.calls() + next, Fault::LostSync)).collect()));
    assert_eq!(give(&kit, "given-1"), 503);
    assert!(disk.met().iter().any(|(_, fault, _)| *fault == Fault::LostSync));
    let delete = || kit.mock("DELETE", &format!("/_mock/tenants/{id}"), "");
    let there = |disk: &SimulatedDisk| start_well(disk).gateway.registry.list().len();
    for fault in [Fault::Failed, Fault::LostSync] {
        disk.plan(Plan::At((1..6).map(|next| (disk.calls() + next, fault)).collect()));
        let answer = delete();
        assert_eq!(answer.status, 503, "{}", text(&answer));
        assert!(text(&answer).contains("may come back"), "{}", text(&answer));
        assert!(kit.gateway.registry.by_id(id.parse().unwrap()).is_some());
    }
    disk.plan(Plan::Never);
    assert_eq!(delete().status, 204);
    for seed in 0..8 {
        assert_eq!(there(&disk.after_crash(seed)), 1, "crash {seed}");
    }
    assert_eq!(there(&disk.after_kill()), 1);
}

#[test]
fn what_was_begun_and_never_finished_is_swept() {
    let disk = lived(false);
    let part = Path::new(DIR).join("000009-x.part");
    disk.meddle(&part, Some(b"half".to_vec()));
    start_well(&disk);
    assert!(!disk.files().contains(&part));
    // A tenant that could not be begun leaves nothing.
    let disk = disk.after_kill();
    let kit = start_well(&disk);
    let before = disk.files();
    disk.leave_room(100);
    let answer = kit.mock("POST", "/_mock/tenants", r#"{"name": "Fabrikam", "size": "tiny"}"#);
    assert_eq!(answer.status, 503, "{}", text(&answer));
    assert_eq!(disk.files(), before);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_what_is_kept() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("private-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = || fs::read_dir(&dir).unwrap().map(|file| file.unwrap().path()).collect::<Vec<_>>();
    let (kit, said) = started(JournalStore::open(&dir).unwrap(), PLAINLY).unwrap();
    assert_eq!(said, "");
    kit.gateway.registry.stop().unwrap();
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(files().len(), 3, "{:?}", files());
    files().iter().for_each(|file| assert_eq!(mode(file), 0o600, "{}", file.display()));
    drop(kit);
    // What an earlier version made is taken from others; a directory that somebody opened is theirs to close.
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o755)).unwrap();
    let kept: Vec<PathBuf> = files().into_iter().filter(|file| file.extension().is_some()).collect();
    kept.iter().for_each(|file| fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap());
    let (_kit, said) = started(JournalStore::open(&dir).unwrap(), PLAINLY).unwrap();
    assert!(said.contains("open to other users"), "{said}");
    kept.iter().for_each(|file| assert_eq!(mode(file), 0o600, "{}", file.display()));
}

/// Commands over a stop and a start, up to where it fails: those that were acknowledged, and those that were refused.
/// Of others nobody knows.
fn live(disk: &SimulatedDisk) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut refused) = (Vec::new(), Vec::new());
    for titles in [["given-1", "given-2"], ["given-3", "given-4"]] {
        let Ok((kit, _)) = start(disk, PLAINLY) else { break };
        for title in titles {
            let answer = ask(&kit, title);
            let died = disk.met().iter().any(|(_, fault, _)| *fault == Fault::Crash);
            match answer.status.as_u16() {
                200 => acknowledged.push(title.to_owned()),
                _ if died || text(&answer).contains("not known") => {}
                _ => refused.push(title.to_owned()),
            }
        }
        let _ = kit.gateway.registry.stop();
    }
    (acknowledged, refused)
}

#[test]
fn whatever_call_of_the_disk_fails_a_restart_shows_what_was_acknowledged_and_nothing_that_was_refused() {
    let whole = SimulatedDisk::new(0);
    assert_eq!(live(&whole).0.len(), 4);
    let (mut unknown, mut lost) = (0, 0);
    let cases = (1..=whole.calls()).flat_map(|call| Fault::ALL.map(|fault| (call, fault)));
    for (call, fault) in cases.step_by(pick(13, 1)) {
        let disk = SimulatedDisk::new(call);
        disk.plan(Plan::At(BTreeMap::from([(call, fault)])));
        let (acknowledged, refused) = live(&disk);
        if disk.met().is_empty() {
            continue;
        }
        unknown += 4 - acknowledged.len() - refused.len();
        lost += refused.len();
        for disk in [disk.after_kill(), disk.after_crash(call)] {
            let (kit, _) = start(&disk, PLAINLY).unwrap_or_else(|said| panic!("{:?}: {said}", disk.met()));
            let shown = given(&kit);
            let is_there = |title: &String| shown.contains(title);
            assert!(acknowledged.iter().all(is_there), "{:?}: {shown:?} of {acknowledged:?}", disk.met());
            assert!(!refused.iter().any(is_there), "{:?}: {shown:?}, though refused {refused:?}", disk.met());
        }
    }
    assert!(unknown > 0 && lost > 0, "{unknown} of which nobody knows, {lost} refused");
}
