//! `data_address` (002 §2.1) with a NAT between the module and the server.
//!
//! Network namespaces stand for three places: the module's, behind a masquerade; the server's, which has a private
//! address and is reached by a public one; and the router between them. Nothing leaves them. Where the kernel refuses
//! them, or with `QFTP_TEST_NAT=loopback`, the same is played with loopback addresses as far as it can be, and the run
//! says so on its standard error; the last test has it do that.
//!
//! Which time-out ended a wait is told by setting one of `rsptimeout` and `data_timeout` to its shortest and the other
//! well above it: no time is measured.
#![cfg(target_os = "linux")]

mod loopback;
mod namespaces;
mod site;

use std::process::Command;
use std::thread;

use qftp_test::at_session::AtSession;
use qftp_test::servers::Kind;
use site::{SessionStatus, Site};

/// What a module comes with: the server's address.
const AS_IT_COMES: &[&str] = &["\"rsptimeout\",20"];
/// The server's address.
const SERVERS: &[&str] = &["\"rsptimeout\",20", "\"data_address\",0"];
/// The control peer's.
const PEERS: &[&str] = &["\"rsptimeout\",20", "\"data_address\",1"];
/// The control peer's, and no time for the second unless the first is refused.
const PEERS_FIRST: &[&str] = &["\"rsptimeout\",20", "\"data_address\",2,50"];
/// The control peer's, and time enough for the second.
const PEERS_THEN_SERVERS: &[&str] = &["\"rsptimeout\",180", "\"data_address\",2,15"];

/// What becomes of a transfer.
#[derive(Clone, Copy)]
enum End {
    Works,
    Fails(&'static str),
}

/// Each server, each with its own network, at the same time.
fn each(title: &str, build: impl Fn(Kind) -> Site + Sync, cases: &[(&[&str], End)]) {
    thread::scope(|scope| {
        for kind in Kind::ALL {
            let build = &build;
            scope.spawn(move || {
                let site = build(kind);
                site.tell(title);
                thread::scope(|scope| {
                    for (number, case) in cases.iter().enumerate() {
                        let site = &site;
                        scope.spawn(move || play(site, number, case.0, case.1));
                    }
                });
            });
        }
    });
}

/// A session with these settings: a file up and down, or not, and the session goes on.
fn play(site: &Site, number: usize, settings: &[&str], end: End) {
    let kind = site.server.kind;
    let mut session = site.log_in();
    for setting in settings {
        session.ok(&format!("AT+QFTPCFG={setting}"));
    }
    let name = format!("f{number}");
    let put = format!("AT+QFTPPUT=\"{name}\",\"COM:\",0,5,1");
    let get = format!("AT+QFTPGET=\"{name}\",\"COM:\"");
    match end {
        End::Works => {
            assert_eq!(session.put(&put, b"hello"), "0,5", "{kind:?}, {settings:?}");
            assert_eq!(session.get(&get), b"hello", "{kind:?}, {settings:?}");
            assert_eq!(site.stored(&name).as_deref(), Some(&b"hello"[..]));
        }
        End::Fails(code) => {
            assert_eq!(session.ask(&put), code, "{kind:?}, {settings:?}");
            assert_eq!(site.stored(&name), None, "{kind:?}, {settings:?}");
        }
    }
    resync(&mut session);
}

fn resync(session: &mut AtSession) {
    assert_eq!(session.ask("AT+QFTPPWD"), "0,/");
    assert_eq!(session.ask("AT+QFTPSTAT"), "0,1");
}

#[test]
fn a_private_address_that_refuses() {
    each(
        "a private address that refuses",
        |kind| Site::with_private_address(kind, SessionStatus::Refused),
        &[
            (AS_IT_COMES, End::Fails("615,0")),
            (SERVERS, End::Fails("615,0")),
            (PEERS, End::Works),
            (PEERS_FIRST, End::Works),
        ],
    );
}

#[test]
fn a_private_address_that_is_silent() {
    each(
        "a private address that is silent",
        |kind| Site::with_private_address(kind, SessionStatus::Silent),
        &[
            (SERVERS, End::Fails("609,0")),
            (PEERS, End::Works),
            (PEERS_FIRST, End::Works),
        ],
    );
}

#[test]
fn data_on_another_host_and_the_peer_refuses() {
    each(
        "data on another host, the control peer refuses it",
        |kind| Site::with_data_elsewhere(kind, SessionStatus::Refused),
        &[
            (SERVERS, End::Works),
            (PEERS_FIRST, End::Works),
            (PEERS_THEN_SERVERS, End::Works),
        ],
    );
}

#[test]
fn data_on_another_host_and_the_peer_is_silent() {
    each(
        "data on another host, the control peer is silent",
        |kind| Site::with_data_elsewhere(kind, SessionStatus::Silent),
        &[
            (SERVERS, End::Works),
            (PEERS_FIRST, End::Fails("609,0")),
            (PEERS_THEN_SERVERS, End::Works),
        ],
    );
}

/// With 1 nothing is so much as sent to the address that the server names.
#[test]
fn data_on_another_host_is_not_followed() {
    thread::scope(|scope| {
        for (status, code) in [
            (SessionStatus::Refused, "615,0"),
            (SessionStatus::Silent, "609,0"),
        ] {
            for kind in Kind::ALL {
                scope.spawn(move || {
                    let site = Site::with_data_elsewhere(kind, status);
                    site.tell("data on another host is not followed");
                    let followed = |count| site.followed().is_none_or(|seen| seen == count);
                    play(&site, 0, PEERS, End::Fails(code));
                    assert!(followed(0), "{kind:?}");
                    play(&site, 1, SERVERS, End::Works);
                    // Up and down.
                    assert!(followed(2), "{kind:?}");
                });
            }
        }
    });
}

#[test]
fn ipv6_and_epsv() {
    each(
        "IPv6",
        Site::on_ipv6,
        &[
            (SERVERS, End::Works),
            (PEERS, End::Works),
            (PEERS_FIRST, End::Works),
        ],
    );
}

/// A module behind a NAT has no address that a server could connect to, and servers do not try.
#[test]
fn active_mode_behind_a_masquerade() {
    for kind in Kind::ALL {
        let site = Site::with_private_address(kind, SessionStatus::Refused);
        site.tell("active mode");
        let mut session = site.log_in();
        session.ok("AT+QFTPCFG=\"transmode\",0");
        let put = "AT+QFTPPUT=\"f\",\"COM:\",0,5,1";
        if site.is_masqueraded() {
            let stated = session.ask(put);
            let expected = match kind {
                Kind::Pyftpdlib => "621,501",
                _ => "620,500",
            };
            assert_eq!(stated, expected, "{kind:?}");
        } else {
            assert_eq!(session.put(put, b"hello"), "0,5", "{kind:?}");
        }
        resync(&mut session);
        session.ok("AT+QFTPCFG=\"transmode\",1");
        session.ok("AT+QFTPCFG=\"data_address\",1");
        assert_eq!(session.put(put, b"hello"), "0,5", "{kind:?}");
    }
}

/// Both ways are tested wherever the tests run, and which of them is told.
#[test]
fn without_namespaces_the_run_says_so() {
    let this = std::env::current_exe().expect("a path");
    let run = Command::new(this)
        .env(site::SWITCH, "loopback")
        .args(["--skip", "without_namespaces_the_run_says_so"])
        .output()
        .expect("it runs");
    let warnings = String::from_utf8_lossy(&run.stderr);
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{printed}{warnings}");
    let told = warnings.matches("on loopback addresses, not across a NAT");
    assert!(told.count() >= 7 * Kind::ALL.len(), "{warnings}");
    assert!(!warnings.contains("in network namespaces"), "{warnings}");
}
