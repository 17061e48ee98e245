//! Symbolic links in trees, on every server: some say in MLSD what a link leads to, others that it is a link.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use qftp::ErrorKind;
use qftp::client::{Client, SkipReason, TreeOptions, TreeOutcome, TreeReport};
use qftp::dialect::{self, Dialect, ec2x::EC2X};
use qftp_test::servers::{Kind, Server};

use super::log_in;
use super::trees::{lists, told};

/// Makes a directory with a file that no link may lead to, a link to it, and a directory with links to both.
fn write_links(server: &Server) {
    server.make_folder("real");
    server.put("real/precious", b"keep");
    server.make_folder("d");
    server.put("d/f", b"f");
    for (target, link) in [("real", "link"), ("../real", "d/out"), ("../d", "d/self")] {
        symlink(target, server.root.join(link)).expect("a link");
    }
}

fn is_link(server: &Server, path: &str) -> bool {
    server.root.join(path).symlink_metadata().is_ok()
}

/// Returns how many files a report has moved, which is without failures.
fn moved(report: &TreeReport) -> usize {
    let failed = |item: &&qftp::client::TreeItem| matches!(item.outcome, TreeOutcome::Failed(_));
    assert!(!report.items.iter().any(|item| failed(&item)), "{report:?}");
    report.files()
}

fn on_every_listing(kind: Kind, work: impl Fn(&Server, &Path, &mut Client)) {
    let listing = dialect::ALL.iter().filter(|dialect| lists(dialect));
    for dialect in listing.copied() {
        let server = Server::start(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let (_module, mut client) = log_in(&server, dialect);
        work(&server, folder.path(), &mut client);
    }
}

#[test]
fn a_removed_link_leaves_what_it_leads_to() {
    for kind in Kind::ALL {
        on_every_listing(kind, |server, _, client| {
            let what = format!("{kind:?} {}", client.dialect().name);
            write_links(server);
            client.remove_tree(b"link").expect(&what);
            assert!(!is_link(server, "link"), "{what}");
            client.remove_tree(b"d").expect(&what);
            assert!(!is_link(server, "d"), "{what}");
            let kept = server.get("real/precious");
            assert_eq!(kept.as_deref(), Some(&b"keep"[..]), "{what}");
        });
    }
}

#[test]
fn a_downloaded_tree_has_no_directory_behind_a_link() {
    for kind in Kind::ALL {
        on_every_listing(kind, |server, folder, client| {
            let what = format!("{kind:?} {}", client.dialect().name);
            write_links(server);
            let report = client.get_tree(b"d", folder, TreeOptions::new());
            let report = report.expect(&what);
            let expected = ["get d/f", "get d/out: link", "get d/self: link"];
            assert_eq!(told(&report), expected, "{what}");
            assert_eq!(fs::read(folder.join("f")).expect("there"), b"f");
        });
    }
}

#[test]
fn a_mirror_goes_through_links_of_the_copy_and_deletes_nothing_behind_others() {
    for kind in Kind::ALL {
        on_every_listing(kind, |server, folder, client| {
            let what = format!("{kind:?} {}", client.dialect().name);
            fs::create_dir(folder.join("sub")).expect("made");
            for name in ["current", "sub/g"] {
                fs::write(folder.join(name), name).expect("written");
                let file = fs::File::options().write(true).open(folder.join(name));
                let past = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
                file.expect("a file").set_modified(past).expect("set");
            }
            write_links(server);
            server.make_folder("elsewhere");
            server.make_folder("m");
            server.put("today", b"current");
            // Its listings do not tell the size of what a link leads to.
            let size_only = client.dialect().name == "nl668";
            if size_only {
                server.put("m/current", b"current");
            } else {
                symlink("../today", server.root.join("m/current")).expect("a link");
            }
            for (target, link) in [("../real", "m/stray"), ("../elsewhere", "m/sub")] {
                symlink(target, server.root.join(link)).expect("a link");
            }
            let mut mirror = || {
                let options = TreeOptions::new().mirror(true).delete(true);
                let options = options.size_only(size_only);
                client.put_tree(folder, b"m", options).expect(&what)
            };
            assert_eq!(moved(&mirror()), 1, "{what}");
            assert!(!is_link(server, "m/stray"), "{what}");
            assert_eq!(server.get("real/precious").as_deref(), Some(&b"keep"[..]));
            assert_eq!(server.get("elsewhere/sub").as_deref(), None);
            assert_eq!(server.get("elsewhere/g").as_deref(), Some(&b"sub/g"[..]));
            let again = mirror();
            assert_eq!(moved(&again), 0, "{what} {:?}", told(&again));
        });
    }
}

#[test]
fn a_mirror_goes_through_a_local_link_to_a_directory() {
    let server = Server::start(Kind::Pyftpdlib);
    let folder = tempfile::tempdir().expect("a folder");
    let [copy, elsewhere] = ["copy", "elsewhere"].map(|name| folder.path().join(name));
    for folder in [&copy, &elsewhere] {
        fs::create_dir(folder).expect("made");
    }
    symlink(&elsewhere, copy.join("d")).expect("a link");
    symlink(&elsewhere, copy.join("stray")).expect("a link");
    server.make_folder("m");
    server.make_folder("m/d");
    server.put("m/d/f", b"f");
    let dialect: &'static Dialect = &EC2X;
    let (_module, mut client) = log_in(&server, dialect);
    let mut mirror = || {
        let options = TreeOptions::new().mirror(true).delete(true);
        client.get_tree(b"m", &copy, options).expect("it comes")
    };
    assert_eq!(moved(&mirror()), 1);
    assert_eq!(fs::read(elsewhere.join("f")).expect("there"), b"f");
    assert!(copy.join("stray").symlink_metadata().is_err());
    let again = mirror();
    assert_eq!(moved(&again), 0);
    let up_to_date = |item: &&qftp::client::TreeItem| {
        matches!(item.outcome, TreeOutcome::Skipped(SkipReason::UpToDate))
    };
    assert_eq!(
        again.items.iter().filter(|item| up_to_date(item)).count(),
        1
    );
}

#[test]
fn a_dialect_without_listings_removes_no_tree() {
    let server = Server::start(Kind::Pyftpdlib);
    write_links(&server);
    for dialect in dialect::ALL.iter().filter(|dialect| !lists(dialect)) {
        let (_module, mut client) = log_in(&server, dialect);
        for name in ["link", "d"] {
            let error = client.remove_tree(name.as_bytes()).expect_err("no listing");
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{}", dialect.name);
            assert!(is_link(&server, name), "{name}");
        }
    }
}
