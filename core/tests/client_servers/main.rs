//! The blocking client over emulators of every dialect, on every server: what a host program does, the same for
//! all modules; curl looks at the server.
#![cfg(unix)]

mod ascii;
mod batches;
mod cancellations;
mod data_address;
mod firmware;
mod links;
mod missing_directory;
mod pieces;
mod records;
mod replaced;
mod retries;
mod store_transfers;
mod streams;
mod tls;
mod trees;
mod unreadable;
mod verify;

use qftp::ErrorKind;
use qftp::client::{
    Client, ClientOptions, GetOptions, Login, PutMode, PutOptions, RetryPolicy, ServiceState,
};
use qftp::codes::{FtpCode, ModuleCode};
use qftp::dialect::{self, CommandKind, Dialect};
use qftp::emulator::{self, Emulator};
use qftp_test::servers::{Kind, Server};

const LARGE: usize = 150_000;

fn every_byte(count: usize) -> Vec<u8> {
    (0..=255).rev().cycle().take(count).collect()
}

/// What looks like the end of a payload in one dialect or another.
const TRICKY_PAYLOAD: &[u8] = b"\r\nOK\r\n\r\n+QFTPGET: 0,5\r\n\r\n+QFTPGET:7\r\n\x03\r\n+FTPRETR: 1\r\n\x10\x03+++\r\nNO CARRIER\r\n";

fn log_in(server: &Server, dialect: &'static Dialect) -> (Emulator, Client) {
    log_in_with(ClientOptions::new(), server, dialect)
}

fn log_in_with(
    options: ClientOptions,
    server: &Server,
    dialect: &'static Dialect,
) -> (Emulator, Client) {
    let (module, line) =
        Emulator::in_process(emulator::EmulatorOptions::new(dialect)).expect("a module");
    let mut client = options.with_port(line).expect("a client");
    assert_eq!(client.dialect().name, dialect.name);
    let host = server.address.ip().to_string();
    let mut login = Login::new(host, server.user, server.password);
    login.port = server.address.port();
    client.login(&login).expect("a login");
    (module, client)
}

fn put(client: &mut Client, name: &str, content: &[u8], offset: u64) {
    let options = PutOptions::new().mode(PutMode::Resume(offset));
    let size = Some(content.len() as u64);
    let moved = client
        .put(&mut &content[..], size, name.as_bytes(), options)
        .expect("it goes up");
    assert_eq!(moved.bytes, content.len() as u64);
}

fn get(client: &mut Client, name: &str, offset: u64) -> Vec<u8> {
    let mut content = Vec::new();
    let options = GetOptions::new().offset(offset);
    client
        .get(name.as_bytes(), &mut content, options)
        .expect("it comes down");
    content
}

/// Every dialect in turn, on one server.
fn on_every_module(kind: Kind, work: impl Fn(&Server, &'static Dialect, &mut Client)) {
    for dialect in dialect::ALL {
        let server = Server::start(kind);
        let (_module, mut client) = log_in(&server, dialect);
        work(&server, dialect, &mut client);
        client.logout().expect("closed");
        assert_eq!(
            client.service_state().expect("a state"),
            ServiceState::Closed
        );
    }
}

#[test]
fn files_of_any_bytes_go_up_and_come_back() {
    for kind in Kind::ALL {
        on_every_module(kind, |server, dialect, client| {
            let large = every_byte(LARGE);
            for content in [&b""[..], b"x", TRICKY_PAYLOAD, &large] {
                put(client, "file.bin", content, 0);
                let there = server.get("file.bin").expect("it is there");
                assert!(there == content, "{kind:?} {}", dialect.name);
                assert_eq!(
                    client.size(b"file.bin").expect("a size"),
                    content.len() as u64
                );
                assert!(
                    get(client, "file.bin", 0) == content,
                    "{kind:?} {}",
                    dialect.name
                );
            }
        });
    }
}

#[test]
fn transfers_go_on_where_they_stopped() {
    for kind in Kind::ALL {
        on_every_module(kind, |server, dialect, client| {
            let large = every_byte(LARGE);
            put(client, "file.bin", &large[..100_000], 0);
            put(client, "file.bin", &large[100_000..], 100_000);
            let there = server.get("file.bin").expect("it is there");
            assert!(there == large, "{kind:?} {}", dialect.name);
            assert!(get(client, "file.bin", 149_000) == large[149_000..]);
            let added = client.append(&mut &b"end"[..], Some(3), b"file.bin");
            assert_eq!(added.expect("added").bytes, 3);
            assert!(get(client, "file.bin", 150_000) == b"end");
            let made = client.append(&mut &b"new"[..], Some(3), b"other.bin");
            assert_eq!(made.expect("made").bytes, 3);
            assert_eq!(server.get("other.bin").as_deref(), Some(&b"new"[..]));
        });
    }
}

#[test]
fn directories_and_names_are_what_curl_sees() {
    for kind in Kind::ALL {
        on_every_module(kind, |server, dialect, client| {
            client.mkdir(b"dir").expect("made");
            client.cwd(b"/").expect("entered");
            client.cwd(b"dir").expect("entered");
            put(client, "a.txt", b"12345", 0);
            client.rename(b"a.txt", b"b.txt").expect("renamed");
            assert_eq!(server.get("dir/b.txt").as_deref(), Some(&b"12345"[..]));
            let place = client.pwd().expect("a place");
            assert_eq!(place, b"/dir", "{}", dialect.name);
            if dialect.command(CommandKind::FtpList).is_some() {
                let entries = client.list(b".").expect("a listing");
                let [entry] = entries.as_slice() else {
                    panic!("{kind:?} {}: {entries:?}", dialect.name);
                };
                assert_eq!(
                    (entry.name.as_slice(), entry.size),
                    (&b"b.txt"[..], Some(5))
                );
                let names = client.nlst(b".").expect("names");
                assert!(names.contains(&b"b.txt".to_vec()), "{names:?}");
            } else {
                let listed = client.list(b".").expect_err("no command for it");
                assert!(listed.kind() == ErrorKind::Unsupported, "{listed}");
            }
            client.delete(b"b.txt").expect("deleted");
            assert_eq!(server.get("dir/b.txt"), None);
            client.cdup().expect("left");
            client.rmdir(b"dir").expect("removed");
        });
    }
}

/// A path of 100 bytes: longer than `gsm` takes for a file.
const LONG: [&str; 3] = [
    "a-folder-of-thirty-four-characters",
    "another-one-of-thirty-five-characters",
    "and-a-file-of-thirty-characters",
];

#[test]
fn a_long_path_is_reached_and_the_directory_stays() {
    for absolute in [false, true] {
        on_every_module(Kind::Vsftpd, |server, dialect, client| {
            let name = dialect.name;
            let [first, second, file] = LONG;
            for folder in ["own", first, &format!("{first}/{second}")] {
                client.mkdir(folder.as_bytes()).expect("made");
            }
            if absolute {
                client.cwd(b"/own").expect("entered");
            }
            let path = format!("/{first}/{second}/{file}");
            put(client, &path, b"12345", 0);
            assert_eq!(
                server.get(&path[1..]).as_deref(),
                Some(&b"12345"[..]),
                "{name}"
            );
            assert_eq!(get(client, &path, 1), b"2345", "{name}");
            let short = b"short.txt";
            put(client, "short.txt", b"x", 0);
            let there = if absolute {
                "own/short.txt"
            } else {
                "short.txt"
            };
            assert_eq!(server.get(there).as_deref(), Some(&b"x"[..]), "{name}");
            client.delete(path.as_bytes()).expect("deleted");
            assert_eq!(server.get(&path[1..]), None, "{name}");
            assert_eq!(client.size(short).expect("a size"), 1, "{name}");
            if absolute {
                assert_eq!(client.pwd().expect("a directory"), b"/own", "{name}");
            }
        });
    }
}

#[test]
fn a_directory_that_no_command_tells_is_not_guessed() {
    for dialect in dialect::ALL {
        let server = Server::start(Kind::Vsftpd);
        let (_module, mut client) = log_in(&server, dialect);
        client.mkdir(b"dir").expect("made");
        client.cwd(b"dir").expect("entered");
        match client.pwd() {
            Ok(place) => assert_eq!(place, b"/dir", "{}", dialect.name),
            Err(error) => {
                assert!(dialect.command(CommandKind::FtpWorkingDir).is_none());
                assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            }
        }
        client.cwd(b"/dir").expect("entered");
        assert_eq!(client.pwd().expect("known"), b"/dir", "{}", dialect.name);
        client.cdup().expect("left");
        assert_eq!(client.pwd().expect("known"), b"/", "{}", dialect.name);
    }
}

#[test]
fn a_listing_has_a_limit_on_both_sides_of_it() {
    for dialect in dialect::ALL {
        if dialect.command(CommandKind::FtpList).is_none() {
            continue;
        }
        let server = Server::start(Kind::Vsftpd);
        let (_module, mut client) = log_in(&server, dialect);
        for name in 0..20 {
            put(&mut client, &format!("file{name}"), b"x", 0);
        }
        let length = client.list_text(b".").expect("a listing").len();
        drop(client);
        for limit in [length, length - 1] {
            let options = ClientOptions::new().listing_limit(limit);
            let (_module, mut client) = log_in_with(options, &server, dialect);
            let listed = client.list_text(b".");
            match listed {
                Ok(text) => assert!(text.len() == length && limit == length),
                Err(error) => {
                    assert!(limit < length, "{}: {error}", dialect.name);
                    let expected = format!("the listing is longer than {limit} bytes");
                    assert_eq!(error.to_string(), expected);
                    assert_eq!(error.kind(), ErrorKind::Incomplete);
                }
            }
            // The line and the session go on.
            assert_eq!(get(&mut client, "file1", 0), b"x", "{}", dialect.name);
        }
    }
}

#[test]
fn what_is_not_there_is_an_error_and_the_session_goes_on() {
    for kind in Kind::ALL {
        on_every_module(kind, |_, dialect, client| {
            let name = dialect.name;
            let mut nothing = Vec::new();
            let got = client.get(b"nothing", &mut nothing, GetOptions::new());
            let error = got.expect_err("nothing to get");
            assert_eq!(
                (error.module_code(), error.ftp_reply()),
                (Some(ModuleCode(627)), Some(FtpCode(550))),
                "{kind:?} {name}: {error}"
            );
            let error = client.delete(b"nothing").expect_err("nothing to delete");
            assert_eq!(
                error.ftp_reply(),
                Some(FtpCode(550)),
                "{kind:?} {name}: {error}"
            );
            put(client, "file.bin", b"after", 0);
            assert_eq!(get(client, "file.bin", 0), b"after");
        });
    }
}

#[test]
fn behind_a_failed_login_nothing_goes_on_with_the_account_before_it() {
    on_every_module(Kind::Pyftpdlib, |server, dialect, client| {
        put(client, "before", b"x", 0);
        client.set_retry(RetryPolicy::NONE);
        let host = server.address.ip().to_string();
        let mut login = Login::new(host, "another", "wrong");
        login.port = server.address.port();
        let refused = client.login(&login).expect_err("no such account");
        assert_eq!(refused.kind(), ErrorKind::LoginRefused, "{}", dialect.name);
        let after = client.put(&mut &b"x"[..], Some(1), b"after", PutOptions::new());
        after.expect_err("no session is open");
        client.size(b"before").expect_err("no session is open");
        assert_eq!(server.list(""), ["before"], "{}", dialect.name);
        login.user = server.user.into();
        login.password = server.password.into();
        client.login(&login).expect("the right account");
        put(client, "after", b"x", 0);
    });
}
