//! Whether the port is free, and who holds it.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, TcpListener};

use super::super::ask;
use super::Finding;

/// Looks at the port of `url`.
pub(super) fn look(url: &str) -> Vec<Finding> {
    let port = url.trim_end_matches('/').rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    let Some(port) = port else {
        return vec![Finding::note("port", format!("{url} names none"), "say --url http://localhost:8443")];
    };
    let about = format!("port {port}");
    vec![match ask::is_there(url) {
        true => Finding::good(&about, "mock-defender answers there"),
        false => match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => Finding::note(&about, "free: no server runs there", "mock-defender serve"),
            Err(error) => {
                let who = holder(port).map_or_else(|| "another program".to_owned(), |who| format!("`{who}`"));
                let advice = format!("end it, or `mock-defender serve --listen localhost:{}`", other(port));
                Finding::bad(&about, format!("held by {who} ({error})"), advice)
            }
        },
    }]
}

/// Who holds a port that a server was to listen on, and what to do.
pub(in crate::cli) fn taken(ip: IpAddr, port: u16) -> String {
    let url = if ip.is_ipv6() { format!("http://[::1]:{port}") } else { format!("http://127.0.0.1:{port}") };
    let who = match holder(port) {
        _ if ask::is_there(&url) => {
            "A mock-defender answers there already: `mock-defender status` shows it, and `mock-defender stop` or \
             Ctrl-C ends it"
                .to_owned()
        }
        Some(who) => format!("`{who}` holds it: end that"),
        None => "Another program holds it: end that".to_owned(),
    };
    format!("{who}; or listen elsewhere: --listen localhost:{} (port 0 takes any that is free)", other(port))
}

fn other(port: u16) -> u16 {
    port.checked_add(1_000).unwrap_or(9_443)
}

/// The command line of the process that listens on the port, where the system tells: Linux, and processes of this
/// user.
fn holder(port: u16) -> Option<String> {
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().find_map(|file| {
        let table = fs::read_to_string(file).ok()?;
        table.lines().skip(1).find_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // Address, state (0A: it listens), inode.
            let at = u16::from_str_radix(fields.get(1)?.rsplit_once(':')?.1, 16).ok()?;
            (at == port && *fields.get(3)? == "0A").then(|| fields.get(9).map(|inode| (*inode).to_owned()))?
        })
    })?;
    let socket = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let holds = |process: &fs::DirEntry| {
        let open = fs::read_dir(process.path().join("fd")).ok();
        open.into_iter()
            .flatten()
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|link| link.as_os_str() == socket.as_str()))
    };
    let process = processes.into_iter().find(holds)?;
    let line = fs::read(process.path().join("cmdline")).ok()?;
    let words = String::from_utf8_lossy(&line).replace('\0', " ");
    let words: String = words.trim().chars().take(120).collect();
    Some(format!("{words} (process {})", process.file_name().to_string_lossy()))
}
