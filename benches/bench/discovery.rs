//! What reading traffic logs costs: each format, alone and summed up, beside cutting the same log into lines.

use std::hint::black_box;
use std::io::BufRead as _;

use mock_defender::catalogue::cloud_apps;
use mock_defender::catalogue::log_types::format_of;
use mock_defender::discovery_logs::LogReader;
use mock_defender::discovery_logs::gather::Gathering;

use crate::kit::Effort;
use crate::kit::sample::{Samples, Unit, time};
use crate::kit::table::{Beside, Table};

/// What a body arrives in.
const PIECE: usize = 64 << 10;

/// The types of logs, and a line of each about the app, user and address of a number.
type Line = fn(u64, &str) -> String;
const LOGS: [(&str, Line); 6] = [
    ("GENERIC_CEF", |number, host| {
        format!(
            "CEF:0|Vendor|Proxy|1.0|100|Web access|3|rt={} suser=user{}@contoso.example src=10.0.{}.7 spt=51234 request=https://{host}/files/report-{number}.pdf?download=1 requestMethod=GET app=HTTPS in={} out={} act=allowed reason=policy cs1=default cs1Label=rule",
            1_718_020_800_000 + number,
            number % 500,
            number % 200,
            number % 5_000,
            number % 90_000
        )
    }),
    ("GENERIC_LEEF", |number, host| {
        format!(
            "LEEF:1.0|Vendor|Proxy|1.0|access|devTime={}\tusrName=user{}\tsrc=10.0.{}.7\turl=https://{host}/files/{number}\tsrcBytes={}\tdstBytes={}\taction=Allowed\tproto=TCP",
            1_718_020_800_000 + number,
            number % 500,
            number % 200,
            number % 5_000,
            number % 90_000
        )
    }),
    ("GENERIC_W3C", |number, host| {
        let fields = if number == 0 {
            "#Fields: date time c-ip cs-username cs-method cs-host cs-uri-path cs(User-Agent) cs-bytes sc-bytes s-action\n"
        } else {
            ""
        };
        format!(
            "{fields}2024-06-10 12:{:02}:{:02} 10.0.{}.7 user{} GET {host} /files/{number} \"Mozilla/5.0 (Windows NT 10.0; Win64; x64)\" {} {} TCP_MISS",
            number / 60 % 60,
            number % 60,
            number % 200,
            number % 500,
            number % 5_000,
            number % 90_000
        )
    }),
    ("SQUID_NATIVE", |number, host| {
        format!(
            "{}.123 {} 10.0.{}.7 TCP_MISS/200 {} GET https://{host}/files/{number} user{} HIER_DIRECT/198.18.20.1 text/html",
            1_718_020_800 + number / 1_000,
            number % 900,
            number % 200,
            number % 90_000,
            number % 500
        )
    }),
    ("ZSCALER", |number, host| {
        format!(
            "\"Mon Jun 10 12:{:02}:{:02} 2024\",\"user{}@contoso.example\",\"HTTPS\",\"{host}/files/{number}\",\"Allowed\",\"App\",\"Class\",\"{}\",\"{}\",\"0\",\"0\",\"Business Use\",\"Internet Services\",\"File Host\",\"None\",\"None\",\"0\",\"None\",\"None\",\"HQ\",\"Sales\",\"10.0.{}.7\",\"198.18.20.1\",\"GET\",\"200\"",
            number / 60 % 60,
            number % 60,
            number % 500,
            number % 5_000,
            number % 90_000,
            number % 200
        )
    }),
    ("PALO_ALTO", |number, _| {
        format!(
            "1,2024/06/10 12:00:01,0011C1,TRAFFIC,end,2305,2024/06/10 12:{:02}:{:02},10.0.{}.7,198.18.{}.9,0.0.0.0,0.0.0.0,out,contoso\\user{},,ssl,vsys1,trust,untrust,e1,e2,fwd,,33,1,50000,443,0,0,0x0,tcp,allow,90000,{},{},20",
            number / 60 % 60,
            number % 60,
            number % 200,
            number % 250,
            number % 500,
            number % 5_000,
            number % 90_000
        )
    }),
];

/// Measures, and prints.
pub(crate) fn run(effort: Effort) {
    let mut table = Table::new("Traffic logs, on one core (bytes a second; the design wants 100 MB/s)");
    let lines = effort.pick(100_000, 1_000_000);
    for (source, line) in LOGS {
        let log = log(lines, line);
        let mut samples = [(); 3].map(|()| Samples::new(Unit::PerSecond));
        for _ in 0..effort.pick(3, 7) {
            for (samples, work) in samples.iter_mut().zip([read, summed, cut]) {
                let (told, seconds) = time(|| work(source, &log));
                assert_eq!(told, u64::from(lines), "every line is read");
                samples.push(log.len() as f64 / seconds);
            }
        }
        let beside = || Some(Beside("cutting it into lines", &samples[2]));
        table.row(&format!("{source}, read"), &samples[0], "100 M/s", beside());
        table.row(&format!("{source}, read and summed up"), &samples[1], "", beside());
    }
    table.print();
}

fn log(lines: u32, line: Line) -> Vec<u8> {
    let hosts: Vec<&str> = cloud_apps::all().iter().filter_map(|app| app.domains().next()).collect();
    let mut log = Vec::new();
    for number in 0..u64::from(lines) {
        log.extend_from_slice(line(number, hosts[number as usize % hosts.len()]).as_bytes());
        log.push(b'\n');
    }
    log
}

fn read(source: &str, log: &[u8]) -> u64 {
    let mut reader = LogReader::new(format_of(source).expect("a format that is read"));
    let mut told = 0;
    log.chunks(PIECE).for_each(|piece| {
        reader.feed(piece, &mut |entry| told += u64::from(black_box(entry).at.millis() > 0))
    });
    reader.finish(&mut |_| told += 1);
    told
}

fn summed(source: &str, log: &[u8]) -> u64 {
    let mut gathering = Gathering::of(source);
    log.chunks(PIECE).for_each(|piece| gathering.feed(piece));
    gathering.finish().lines
}

fn cut(_source: &str, mut log: &[u8]) -> u64 {
    let mut lines = 0;
    while !log.is_empty() {
        let length = log.skip_until(b'\n').unwrap_or_default();
        lines += u64::from(black_box(length) > 1);
    }
    lines
}
