//! Servers that take a command and never answer: `rsptimeout` at its shortest, 20 s, ends it with 609 (002 §2.1).

use std::thread;

use crate::bad_input::{GET, PATH, PUT, Session, go_on, open, session};
use crate::scripted::{Act, CONTENT, Scripted, say};

/// The server answers no more. A user who was not logged in yet can log in at once.
const FOR_GOOD: &[(&str, &[Act], Option<&str>)] = &[
    ("", &[Act::Wait], None),
    ("USER", &[Act::Wait], None),
    ("PASS", &[Act::Wait], None),
    ("PWD", &[Act::Wait], Some(PATH)),
    ("PASV", &[Act::Wait], Some(GET)),
    ("RETR", &[Act::Wait], Some(GET)),
];

/// One answer is forgotten: the session comes back into step, and the URC behind which the next command is taken waits for
/// that.
const ONCE: &[(&str, &[Act], &str)] =
    &[("RETR", &[Act::Accept], GET), ("STOR", &[Act::Accept], PUT)];

/// All at once, as each of them waits for as long.
#[test]
fn rsptimeout_ends_the_wait() {
    thread::scope(|scope| {
        for (verb, acts, command) in FOR_GOOD {
            scope.spawn(move || for_good(verb, acts, *command));
        }
        for (verb, acts, command) in ONCE {
            scope.spawn(move || once(verb, acts, command));
        }
        for (verb, act, command) in [
            ("RETR", Act::Send(&CONTENT[..3]), GET),
            ("STOR", Act::Take(5), PUT),
        ] {
            scope.spawn(move || in_data_mode(verb, act, command));
        }
    });
}

fn for_good(verb: &'static str, acts: &[Act], command: Option<&str>) {
    let server = Scripted::start(vec![(verb, acts.to_vec())], usize::MAX);
    let mut session = session();
    session.ok("AT+QFTPCFG=\"rsptimeout\",20");
    let opened = session.ask(&open(&server));
    let Some(command) = command else {
        assert_eq!(opened, "609,0", "{verb}");
        return go_on(&mut session, &server, Session::Lost, verb);
    };
    assert_eq!(opened, "0,0", "{verb}");
    assert_eq!(session.ask(command), "609,0", "{verb}");
    go_on(&mut session, &server, Session::Lost, verb);
}

fn once(verb: &'static str, acts: &[Act], command: &str) {
    let server = Scripted::start(vec![(verb, acts.to_vec())], usize::MAX);
    let mut session = session();
    session.ok("AT+QFTPCFG=\"rsptimeout\",20");
    assert_eq!(session.ask(&open(&server)), "0,0", "{verb}");
    assert_eq!(session.ask(command), "609,0", "{verb}");
    go_on(&mut session, &server, Session::Kept, verb);
}

fn in_data_mode(verb: &'static str, act: Act, command: &str) {
    let acts = vec![Act::Accept, say("150 go\r\n"), act];
    let server = Scripted::start(vec![(verb, acts)], usize::MAX);
    let mut session = session();
    session.ok("AT+QFTPCFG=\"rsptimeout\",20");
    assert_eq!(session.ask(&open(&server)), "0,0", "{verb}");
    session.connect(command);
    if command == PUT {
        session.type_bytes(b"12345");
    }
    let payload = session.take_until("\r\nOK\r\n");
    assert!(CONTENT.starts_with(&payload), "{verb}");
    assert_eq!(session.urc(command), "609,0", "{verb}");
    go_on(&mut session, &server, Session::Kept, verb);
}
