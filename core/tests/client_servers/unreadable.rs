//! Directories of the server that the user may not read: some servers list them as empty.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};

use qftp::client::{TreeOptions, TreeOutcome};
use qftp::dialect;
use qftp_test::servers::{Kind, Server};

use super::log_in;
use super::trees::{lists, told};

#[test]
fn a_mirror_deletes_nothing_whose_source_cannot_be_read() {
    for kind in Kind::ALL {
        for dialect in dialect::ALL.iter().filter(|dialect| lists(dialect)) {
            let what = format!("{kind:?} {}", dialect.name);
            let server = Server::start(kind);
            let folder = tempfile::tempdir().expect("a folder");
            // The one cannot be entered, the other one can.
            for (name, mode) in [("m", 0o755), ("m/shut", 0o700), ("m/blind", 0o711)] {
                fs::create_dir(server.root.join(name)).expect("made");
                let path = server.root.join(name);
                chown(&path, Some(0), Some(0)).expect("another owner");
                fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("a mode");
                fs::create_dir_all(folder.path().join(name)).expect("made");
            }
            for name in ["m/shut/a", "m/blind/b"] {
                fs::write(server.root.join(name), b"x").expect("written");
                fs::write(folder.path().join(name), b"x").expect("written");
            }
            fs::write(folder.path().join("m/stray"), b"x").expect("written");
            let (_module, mut client) = log_in(&server, dialect);
            let options = TreeOptions::new().mirror(true).delete(true);
            let report = client.get_tree(b"m", &folder.path().join("m"), options);
            let report = report.expect(&what);
            for name in ["m/shut/a", "m/blind/b"] {
                assert!(folder.path().join(name).exists(), "{what} {name}");
            }
            assert!(!folder.path().join("m/stray").exists(), "{what}");
            // A server that runs as root reads all.
            let failed = |item: &&qftp::client::TreeItem| {
                matches!(item.outcome, TreeOutcome::Failed(_)) && item.remote == b"m/shut"
            };
            let is_told = report.items.iter().any(|item| failed(&item));
            assert_eq!(
                is_told,
                kind != Kind::Pyftpdlib,
                "{what} {:?}",
                told(&report)
            );
        }
    }
}
