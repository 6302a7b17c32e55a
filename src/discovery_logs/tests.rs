//! Each format on lines as appliances write them, and logs that are none.

use super::gather::{Gathering, MOST_ADDRESSES, MOST_ROWS};
use super::*;
use crate::catalogue::cloud_apps;

const AT: &str = "2024-06-10T12:00:00Z";

/// One line of each format that says the same, as far as the format can say it.
fn samples() -> [(LogFormat, &'static str); 7] {
    [
        (
            LogFormat::Cef,
            r"CEF:0|Vendor\|s|Proxy|1.0|100|Web access|3|rt=1718020800000 suser=kim@contoso.example src=10.1.2.3 request=https://www.dropbox.com/upload?a\=b&c=d in=5000 out=700 act=allowed msg=all = well",
        ),
        (
            LogFormat::Leef,
            "LEEF:1.0|Vendor|Proxy|1.0|access|devTime=Jun 10 2024 12:00:00 UTC\tdevTimeFormat=MMM dd yyyy HH:mm:ss z\tusrName=kim@contoso.example\tsrc=10.1.2.3\turl=https://www.dropbox.com/upload?a=b\tsrcBytes=5000\tdstBytes=700\taction=Allowed",
        ),
        (
            LogFormat::W3c,
            "#Fields: date time c-ip cs-username cs-host cs-uri-path cs(User-Agent) cs-bytes sc-bytes s-action\n2024-06-10 12:00:00 10.1.2.3 kim@contoso.example www.dropbox.com /upload \"A b/1.0 (c d)\" 5000 700 TCP_MISS",
        ),
        (
            LogFormat::SquidNative,
            "1718020800.000    123 10.1.2.3 TCP_MISS/200 700 GET https://www.dropbox.com/upload kim@contoso.example HIER_DIRECT/198.18.20.1 text/html",
        ),
        (
            LogFormat::SquidCommon,
            "10.1.2.3 - kim@contoso.example [10/Jun/2024:14:00:00 +0200] \"GET https://www.dropbox.com/upload HTTP/1.1\" 200 700 TCP_MISS:HIER_DIRECT",
        ),
        (
            LogFormat::Zscaler,
            "\"Mon Jun 10 12:00:00 2024\",\"kim@contoso.example\",\"HTTPS\",\"www.dropbox.com/upload\",\"Allowed\",\"Dropbox\",\"File Share\",\"5000\",\"700\",\"0\",\"0\",\"Business Use\",\"Internet Services\",\"File Host\",\"None\",\"None\",\"0\",\"None\",\"None\",\"HQ\",\"Sales\",\"10.1.2.3\",\"198.18.20.1\",\"GET\",\"200\"",
        ),
        (
            LogFormat::PaloAlto,
            "<14>Jun 10 12:00:01 fw1 1,2024/06/10 12:00:01,0011C1,TRAFFIC,end,2305,2024/06/10 12:00:00,10.1.2.3,198.18.20.1,0.0.0.0,0.0.0.0,out,kim@contoso.example,,ssl,vsys1,trust,untrust,e1,e2,fwd,,33,1,50000,443,0,0,0x0,tcp,allow,5700,5000,700,20",
        ),
    ]
}

/// What a log says, handed to the reader in pieces of so many bytes.
fn read(format: LogFormat, log: &[u8], piece: usize) -> (Vec<String>, Report) {
    let mut reader = LogReader::new(format);
    let mut told = Vec::new();
    let mut each = |entry: &Entry<'_>| {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        told.push(format!(
            "{} {} {} {} {} {} {}",
            entry.at,
            text(entry.user),
            text(entry.source),
            text(entry.host),
            entry.uploaded,
            entry.downloaded,
            entry.blocked
        ));
    };
    for part in log.chunks(piece) {
        reader.feed(part, &mut each);
    }
    let report = reader.finish(&mut each);
    (told, report)
}

#[test]
fn every_format_says_who_went_where_and_how_much_was_sent() {
    for (format, line) in samples() {
        let (told, report) = read(format, line.as_bytes(), 4_096);
        let host = if format == LogFormat::PaloAlto { "198.18.20.1" } else { "www.dropbox.com" };
        // Squid does not say what was sent to it.
        let sent = if matches!(format, LogFormat::SquidNative | LogFormat::SquidCommon) { 0 } else { 5_000 };
        let at = VirtualTime::parse(AT).unwrap();
        assert_eq!(
            told,
            [format!("{at} kim@contoso.example 10.1.2.3 {host} {sent} 700 false")],
            "{format:?}: {report:?}"
        );
        assert_eq!((report.verdict, report.lines, report.bad), (Verdict::Parsed, 1, 0), "{format:?}");
    }
}

#[test]
fn a_log_is_read_alike_in_pieces_of_any_size() {
    for (format, line) in samples() {
        let body = line.rsplit_once('\n').map_or(line, |(_, body)| body);
        let log = format!("{line}\r\n\r\n{body}\nnonsense that no format has\n{body}");
        let whole = read(format, log.as_bytes(), log.len());
        assert_eq!((whole.0.len(), whole.1.bad, whole.1.lines), (3, 1, 4), "{format:?}: {:?}", whole.1);
        for piece in [1, 2, 3, 7, 64, 511, 512, 513] {
            assert_eq!(read(format, log.as_bytes(), piece), whole, "{format:?} in pieces of {piece}");
        }
    }
}

#[test]
fn what_an_appliance_did_not_let_through_is_told() {
    for (format, from, to) in [
        (LogFormat::Cef, "act=allowed", "act=Blocked"),
        (LogFormat::Leef, "action=Allowed", "action=DENY"),
        (LogFormat::W3c, " TCP_MISS", " TCP_DENIED"),
        (LogFormat::SquidNative, "TCP_MISS/200", "TCP_DENIED/403"),
        (LogFormat::SquidCommon, "TCP_MISS", "TCP_DENIED"),
        (LogFormat::Zscaler, "\"Allowed\"", "\"Blocked\""),
        (LogFormat::PaloAlto, ",allow,", ",reset-both,"),
    ] {
        let (_, line) = samples().into_iter().find(|(known, _)| *known == format).unwrap();
        let (told, _) = read(format, line.replace(from, to).as_bytes(), 4_096);
        assert!(told[0].ends_with("true"), "{format:?}: {told:?}");
    }
}

#[test]
fn headers_of_syslog_are_passed_over() {
    let squid = samples()[3].1;
    for header in [
        "<134>Jun 10 12:00:00 proxy ",
        "<134>Jun 10 12:00:00 proxy squid[12]: ",
        "<134>1 2024-06-10T12:00:00Z proxy squid 12 - - ",
    ] {
        let (told, report) = read(LogFormat::SquidNative, format!("{header}{squid}").as_bytes(), 4_096);
        assert_eq!(told.len(), 1, "{header}: {report:?}");
    }
    let cef = format!("<134>Jun 10 12:00:00 proxy {}", samples()[0].1);
    assert_eq!(read(LogFormat::Cef, cef.as_bytes(), 4_096).0.len(), 1);
}

#[test]
fn a_leef_line_may_say_by_what_it_is_parted() {
    let log = "LEEF:2.0|V|P|1|id|^|devTime=1718020800000^src=10.0.0.1^dst=198.18.3.4^srcBytes=1^dstBytes=2\n\
               LEEF:2.0|V|P|1|id|x7C|devTime=1718020800000|dst=a.example\n\
               LEEF:2.0|V|P|1|id|devTime=1718020800000\tdst=b.example";
    let (told, report) = read(LogFormat::Leef, log.as_bytes(), 4_096);
    assert_eq!((told.len(), report.bad), (3, 0), "{report:?}");
    assert!(told[0].contains("10.0.0.1 198.18.3.4 1 2"), "{told:?}");
}

#[test]
fn url_logs_of_palo_alto_say_the_host_and_other_threats_are_not_read() {
    let url = "1,2024/06/10 12:00:01,0011C1,THREAT,url,2305,2024/06/10 12:00:00,10.1.2.3,198.18.20.1,0.0.0.0,0.0.0.0,out,contoso\\kim,,ssl,vsys1,trust,untrust,e1,e2,fwd,,33,1,50000,443,0,0,0x0,tcp,block-url,\"www.dropbox.com/a,b\",(9999),online-storage,informational";
    let (told, _) = read(LogFormat::PaloAlto, url.as_bytes(), 4_096);
    assert!(told[0].contains("contoso\\kim 10.1.2.3 www.dropbox.com 0 0 true"), "{told:?}");
    let (told, report) = read(LogFormat::PaloAlto, url.replace(",url,", ",virus,").as_bytes(), 4_096);
    assert_eq!((told.len(), report.verdict), (0, Verdict::OtherFormat));
}

#[test]
fn columns_of_a_w3c_log_may_change_on_the_way_and_must_be_named_first() {
    let log = "2024-06-10 12:00:00 a.example\n#Software: x\n#Fields: date time cs-host\n2024-06-10 12:00:00 a.example\n\
               #Fields: cs-host timestamp\nb.example 1718020800\nc.example\n";
    let (told, report) = read(LogFormat::W3c, log.as_bytes(), 4_096);
    assert_eq!((told.len(), report.lines, report.bad), (2, 4, 2), "{report:?}");
    let first = report.first_bad.unwrap();
    assert_eq!((first.line, &*first.why), (1, "no `#Fields:` line stands before it"));
}

#[test]
fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
    let line = samples()[0].1;
    let log = format!("{line}\n{}\n{line}\n", "x".repeat(3 * LONGEST_LINE));
    for piece in [1_000, LONGEST_LINE, log.len()] {
        let (told, report) = read(LogFormat::Cef, log.as_bytes(), piece);
        assert_eq!((told.len(), report.lines, report.bad), (2, 3, 1), "{piece}");
        assert!(
            report.first_bad.is_some_and(|bad| bad.line == 2 && bad.why.contains("longer than 65536 bytes"))
        );
    }
}

#[test]
fn what_is_no_log_of_the_format_is_told_by_name() {
    let verdict = |bytes: &[u8]| read(LogFormat::Cef, bytes, 100).1.verdict;
    assert_eq!(verdict(b""), Verdict::Empty);
    assert_eq!(verdict(b"\r\n\n# nothing\n"), Verdict::Empty);
    assert_eq!(verdict(b"some,other,text\nand more\n"), Verdict::OtherFormat);
    assert_eq!(verdict(b"\x1f\x8b\x08\0\0\0\0\0\0\x03and what gzip has"), Verdict::Gzip);
    assert_eq!(verdict(b"PK\x03\x04\x14\0"), Verdict::Zip);
    assert_eq!(verdict(b"\x7fELF\x02\x01\x01\0\0\0"), Verdict::Binary);
    // As text of two bytes a letter would look.
    assert_eq!(verdict(b"C\0E\0F\0:\0"), Verdict::Binary);
    // A file that was cut off is read as far as it goes.
    let line = samples()[0].1;
    let (told, report) = read(LogFormat::Cef, format!("{line}\n{}", &line[..60]).as_bytes(), 100);
    assert_eq!((told.len(), report.verdict, report.bad), (1, Verdict::Parsed, 1));
    let unread = Gathering::of("CISCO_ASA").finish();
    assert_eq!((unread.verdict, unread.transactions), (Verdict::Unread, 0));
}

#[test]
fn hostile_bytes_are_read_without_a_panic() {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    for (format, line) in samples() {
        for _ in 0..300 {
            let mut bytes = line.as_bytes().to_vec();
            for _ in 0..=next() % 6 {
                let at = next() % bytes.len();
                match next() % 4 {
                    0 => bytes[at] = next() as u8,
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.insert(at, b"\n\t\"|=,[]<>:# \\-"[next() % 15]),
                    _ => drop(bytes.remove(at)),
                }
                if bytes.is_empty() {
                    bytes.push(b'x');
                }
            }
            let (told, report) = read(format, &bytes, 1 + next() % 200);
            assert_eq!(told.len() as u64 + report.bad, report.lines);
        }
    }
}

#[test]
fn traffic_is_told_by_app_day_user_and_address() {
    let line = |minutes: i64, user: &str, address: &str, host: &str| {
        let at = VirtualTime::parse(AT).unwrap().millis() + minutes * 60_000;
        format!("CEF:0|V|P|1|1|n|1|rt={at} suser={user} src={address} dhost={host} in=10 out=1 act=block\n")
    };
    let log = [
        line(0, "kim", "10.0.0.1", "www.Dropbox.com"),
        line(1, "kim", "10.0.0.1", "dropboxapi.com"),
        line(2, "lee", "10.0.0.1", "dropbox.com"),
        line(3, "kim", "10.0.0.1", "intranet.example"),
        line(24 * 60, "kim", "10.0.0.2", "box.com"),
    ]
    .concat();
    let mut gathering = Gathering::of("GENERIC_CEF");
    gathering.feed(log.as_bytes());
    let summary = gathering.finish();
    assert_eq!((summary.transactions, summary.unknown, summary.merged), (4, 1, 0));
    assert_eq!(summary.users.iter().map(|user| &**user).collect::<Vec<_>>(), ["kim", "lee"]);
    let day = VirtualTime::parse(AT).unwrap().day() as u32;
    let rows: Vec<[u64; 8]> = summary.traffic.iter().map(|row| (*row).into()).collect();
    let (today, dropbox) = (u64::from(day), 11_627);
    assert_eq!(
        rows,
        [
            [10_489, today + 1, 1, 2, 1, 1, 10, 1],
            [dropbox, today, 1, 1, 2, 2, 20, 2],
            [dropbox, today, 2, 1, 1, 1, 10, 1],
        ]
    );
    let written = serde_json::to_string(&summary).unwrap();
    let again: crate::model::discovery::LogSummary = serde_json::from_str(&written).unwrap();
    assert_eq!(again, summary);
}

#[test]
fn a_summary_is_bounded_and_loses_no_transaction() {
    let mut gathering = Gathering::of("GENERIC_CEF");
    let apps = cloud_apps::all();
    let lines = 3 * MOST_ROWS as u64;
    for number in 0..lines {
        let host = apps[number as usize % 7].domains().next().unwrap();
        let (at, user, address) = (1_718_020_800_000 + number as i64, number % 9_000, number % 8_000);
        let line = format!(
            "CEF:0|V|P|1|1|n|1|rt={at} suser=u{user} src=2001:db8::{address:x} dhost={host} in=1 out=1\n"
        );
        gathering.feed(line.as_bytes());
    }
    let summary = gathering.finish();
    assert!(summary.traffic.len() <= MOST_ROWS + 7 && summary.addresses.len() == MOST_ADDRESSES);
    assert!(summary.merged > lines / 2);
    let sum: u64 = summary.traffic.iter().map(|row| row.transactions).sum();
    assert_eq!((sum, summary.transactions), (lines, lines));
}
