//! Directories up and down, in every dialect; curl and the file system look at both ends.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use qftp::ErrorKind;
use qftp::client::{
    Client, PutOptions, RetryPolicy, SkipReason, Task, TreeAction, TreeEvent, TreeOptions,
    TreeOutcome, TreeReport,
};
use qftp::dialect::{self, Dialect, ec2x::EC2X};
use qftp_test::servers::{Kind, Server};

use super::log_in;

#[path = "../../examples/mirror.rs"]
#[allow(dead_code, reason = "its main function opens a port by URL")]
mod mirror_example;

/// A tree of three directories, one of them empty.
const FILES: [(&str, &[u8]); 4] = [
    ("a.txt", b"12345"),
    ("b c.bin", &[0, 255, 26, 43]),
    ("logs/empty", b""),
    ("logs/old/d.csv", b"1,2\r\n"),
];

fn write_tree(top: &Path) {
    fs::create_dir_all(top.join("logs/old")).expect("made");
    fs::create_dir_all(top.join("none")).expect("made");
    for (name, content) in FILES {
        fs::write(top.join(name), content).expect("written");
    }
}

fn assert_tree(top: &Path, what: &str) {
    for (name, content) in FILES {
        assert_eq!(fs::read(top.join(name)).expect(name), content, "{what}");
    }
    assert!(top.join("none").is_dir(), "{what}");
}

/// Sets the time of each file of a tree, the past.
fn age(top: &Path) {
    let time = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    for (name, _) in FILES {
        let file = fs::File::options().write(true).open(top.join(name));
        file.expect("a file").set_modified(time).expect("set");
    }
}

pub(super) fn lists(dialect: &'static Dialect) -> bool {
    Task::List.check(dialect).is_ok()
}

/// Returns what was done as lines, sorted: `put a.txt`, `get b: exists`, without the top.
pub(super) fn told(report: &TreeReport) -> Vec<String> {
    let mut lines: Vec<String> = report
        .items
        .iter()
        .map(|item| {
            let (action, name) = (item.action.name(), String::from_utf8_lossy(&item.remote));
            match &item.outcome {
                TreeOutcome::Skipped(reason) => format!("{action} {name}: {}", reason.name()),
                TreeOutcome::Failed(error) => format!("{action} {name}: {:?}", error.kind()),
                _ => format!("{action} {name}"),
            }
        })
        .collect();
    lines.sort();
    lines
}

fn mirror() -> TreeOptions<'static> {
    TreeOptions::new().mirror(true).delete(true)
}

#[test]
fn a_tree_goes_up_and_comes_back_in_every_dialect() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    let [local, back] = ["tree", "back"].map(|name| folder.path().join(name));
    write_tree(&local);
    for dialect in dialect::ALL {
        let name = dialect.name;
        let (_module, mut client) = log_in(&server, dialect);
        let there = format!("new/{name}");
        let up = client.put_tree(&local, there.as_bytes(), TreeOptions::new());
        let up = up.expect("it goes up");
        assert_eq!((up.files(), up.bytes()), (4, 14), "{name}");
        assert_tree(&server.root.join(&there), name);
        let down = client.get_tree(there.as_bytes(), &back, TreeOptions::new());
        if !lists(dialect) {
            let error = down.expect_err("no listing");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{name}");
            continue;
        }
        let down = down.expect("it comes down");
        assert_eq!(down.files(), 4, "{name}");
        assert_tree(&back, name);
        fs::remove_dir_all(&back).expect("removed");
    }
}

#[test]
fn a_mirror_transfers_what_differs_and_deletes_the_rest() {
    // The one has times in its listings, the other has not.
    for kind in [Kind::Pyftpdlib, Kind::Vsftpd] {
        let server = Server::start(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let [local, back] = ["tree", "back"].map(|name| folder.path().join(name));
        write_tree(&local);
        age(&local);
        let (_module, mut client) = log_in(&server, &EC2X);
        let up = |client: &mut Client| client.put_tree(&local, b"m", mirror()).expect("it goes up");
        let down = |client: &mut Client| {
            client
                .get_tree(b"m", &back, mirror())
                .expect("it comes down")
        };
        assert_eq!(up(&mut client).files(), 4, "{kind:?}");
        assert_eq!(down(&mut client).files(), 4, "{kind:?}");
        for report in [up(&mut client), down(&mut client)] {
            assert_eq!(report.files(), 0, "{kind:?}: {:?}", told(&report));
            assert_eq!(report.items.len(), 4);
        }
        // The same size and another time; another size; one that is gone, with its directory.
        fs::write(local.join("a.txt"), b"54321").expect("written");
        fs::write(local.join("b c.bin"), b"longer").expect("written");
        fs::remove_dir_all(local.join("logs")).expect("removed");
        let future = SystemTime::now() + Duration::from_secs(5000);
        let changed = fs::File::options().write(true).open(local.join("a.txt"));
        changed.expect("a file").set_modified(future).expect("set");
        let expected = [
            "delete m/logs/empty",
            "delete m/logs/old/d.csv",
            "put m/a.txt",
            "put m/b c.bin",
            "rmdir m/logs",
            "rmdir m/logs/old",
        ];
        assert_eq!(told(&up(&mut client)), expected, "{kind:?}");
        fs::write(back.join("stray"), b"x").expect("written");
        // The upload gave a.txt another time.
        let told = told(&down(&mut client));
        assert_eq!(told.len(), 7, "{kind:?} {told:?}");
        assert!(told.contains(&"delete m/stray".to_owned()), "{told:?}");
        assert_eq!(fs::read(back.join("a.txt")).expect("there"), b"54321");
        assert!(!back.join("logs").exists() && !back.join("stray").exists());
        assert_eq!(server.get("m/b c.bin").as_deref(), Some(&b"longer"[..]));
    }
}

#[test]
fn a_failure_leaves_the_rest_and_is_told() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    write_tree(folder.path());
    // A directory stands where a file goes, and a file where a directory goes.
    server.make_folder("t");
    server.make_folder("t/a.txt");
    server.put("t/logs", b"file");
    let (_module, mut client) = log_in(&server, &EC2X);
    let mut told_events = Vec::new();
    let mut on_event = |event: TreeEvent<'_>| {
        if let TreeEvent::Begin { action, remote, .. } = event {
            told_events.push((action, remote.to_vec()));
        }
    };
    let options = TreeOptions::new().on_event(&mut on_event);
    let report = client
        .put_tree(folder.path(), b"t", options)
        .expect("a report");
    let expected = [
        "mkdir t/logs/old: directory",
        "mkdir t/logs: FileUnavailable",
        "mkdir t/none",
        "put t/a.txt: FileUnavailable",
        "put t/b c.bin",
        "put t/logs/empty: directory",
        "put t/logs/old/d.csv: directory",
    ];
    assert_eq!(told(&report), expected);
    assert_eq!(told_events[0], (TreeAction::Put, b"t/a.txt".to_vec()));
    assert_eq!(
        report.first_error().map(qftp::client::Error::kind),
        Some(ErrorKind::FileUnavailable)
    );
    report.check().expect_err("the first error");
    // A mirror that deletes puts things in order.
    let report = client
        .put_tree(folder.path(), b"t", mirror())
        .expect("a report");
    report.check().expect("all is done");
    assert_tree(&server.root.join("t"), "in order");
}

#[test]
fn the_example_mirrors() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    write_tree(folder.path());
    server.put("stray", b"x");
    let (_module, mut client) = log_in(&server, &EC2X);
    let told = mirror_example::mirror(&mut client, folder.path(), b".").expect("it goes up");
    assert_eq!(
        told.last().map(String::as_str),
        Some("delete stray"),
        "{told:?}"
    );
    assert!(told.contains(&"put a.txt: 5 bytes".to_owned()), "{told:?}");
    assert_tree(&server.root, "the example");
}

#[test]
fn what_is_there_can_stay_and_a_dry_run_changes_nothing() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    write_tree(folder.path());
    server.make_folder("t");
    server.put("t/a.txt", b"old");
    let (_module, mut client) = log_in(&server, &EC2X);
    let dry = mirror().dry_run(true);
    let report = client.put_tree(folder.path(), b"t", dry).expect("a report");
    assert!(told(&report).contains(&"put t/a.txt: dry-run".to_owned()));
    assert_eq!(server.list("t"), ["a.txt"]);
    let keeping = TreeOptions::new().no_clobber(true);
    let report = client
        .put_tree(folder.path(), b"t", keeping)
        .expect("a report");
    assert!(told(&report).contains(&"put t/a.txt: exists".to_owned()));
    assert_eq!(server.get("t/a.txt").as_deref(), Some(&b"old"[..]));
    assert_eq!(
        server.get("t/logs/old/d.csv").as_deref(),
        Some(&b"1,2\r\n"[..])
    );
    // The time is over before anything begins.
    client.set_retry(RetryPolicy::STANDARD.with_deadline(Some(Duration::ZERO)));
    let report = client.put_tree(folder.path(), b"t", TreeOptions::new());
    let report = report.expect("a report");
    let TreeOutcome::Failed(error) = &report.items[0].outcome else {
        panic!("{report:?}");
    };
    assert_eq!(error.to_string(), "the time for the whole transfer is over");
    let rest = &report.items[1..];
    assert!(
        rest.iter()
            .all(|item| matches!(item.outcome, TreeOutcome::Skipped(SkipReason::NotReached)))
    );
    let missing = client.get_tree(b"missing", folder.path(), mirror());
    assert_eq!(
        missing.expect_err("no directory").kind(),
        ErrorKind::NotListed
    );
    assert_tree(folder.path(), "nothing was deleted");
}

#[test]
fn an_atomic_upload_takes_its_place_when_it_is_whole() {
    let server = Server::start(Kind::Vsftpd);
    server.put("f", b"old");
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let there = format!("deep/{}/f", dialect.name);
        let mut part = || {
            let mut half = &b"new"[..];
            let options = PutOptions::new().atomic(true).create_dirs(true);
            client.put(&mut half, Some(3), there.as_bytes(), options)
        };
        let put = part();
        if Task::Rename.check(dialect).is_err() {
            let error = put.expect_err("no rename");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{}", dialect.name);
            continue;
        }
        put.expect("it goes up");
        part().expect("it takes the place of the first");
        assert_eq!(server.list(&format!("deep/{}", dialect.name)), ["f"]);
        // A source that ends early leaves the old file.
        let options = PutOptions::new().atomic(true);
        let short = client.put(&mut &b"newer"[..2], Some(5), b"f", options);
        short.expect_err("it ends too early");
        assert_eq!(
            server.get("f").as_deref(),
            Some(&b"old"[..]),
            "{}",
            dialect.name
        );
    }
}

#[test]
fn directories_are_made_with_those_above_them() {
    let server = Server::start(Kind::ProFtpd);
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let there = format!("{}/b/c", dialect.name);
        for _ in 0..2 {
            client.mkdir_all(there.as_bytes()).expect("made");
        }
        assert!(server.root.join(&there).is_dir());
        server.put(&format!("{}/file", dialect.name), b"x");
        let below = format!("{}/file/d", dialect.name);
        let refused = client.mkdir_all(below.as_bytes());
        refused.expect_err("a file stands there");
    }
}

#[test]
fn patterns_find_names_where_there_are_listings() {
    let server = Server::start(Kind::Pyftpdlib);
    server.make_folder("logs");
    server.make_folder("logs/old");
    for name in [
        "logs/a.csv",
        "logs/b.csv",
        "logs/.c.csv",
        "logs/old/a.csv",
        "a*",
    ] {
        server.put(name, b"x");
    }
    for dialect in dialect::ALL {
        let (_module, mut client) = log_in(&server, dialect);
        let mut found = |pattern: &str| {
            let found = client.glob(pattern.as_bytes())?;
            let names = found.into_iter().map(|entry| entry.name);
            Ok::<_, qftp::client::Error>(
                names
                    .map(|name| String::from_utf8_lossy(&name).into_owned())
                    .collect::<Vec<_>>(),
            )
        };
        if !lists(dialect) {
            let kind = found("*").expect_err("no listing").kind();
            assert_eq!(kind, ErrorKind::Unsupported);
            continue;
        }
        for (pattern, expected) in [
            ("logs/*.csv", &["logs/a.csv", "logs/b.csv"][..]),
            ("/l*/[b-z].csv", &["/logs/b.csv"]),
            ("*/*/a.csv", &["logs/old/a.csv"]),
            ("a\\**", &["a*"]),
            ("missing/*", &[]),
        ] {
            let names = found(pattern).expect(pattern);
            assert_eq!(names, expected, "{} {pattern}", dialect.name);
        }
    }
}
